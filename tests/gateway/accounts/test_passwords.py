from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.accounts import passwords_list
from gateway.accounts.domain import CommonPassword, PasswordLikeLogin, WeakPassword
from gateway.accounts.passwords import common, ensure_password
from services.kit.errors import DomainError
from tests.gateway.accounts.conftest import Person, shift

LOGIN, MAIL = "13912345678", "wangxiaoming@example.test"


def refusal(password: str, login: str = MAIL) -> type[DomainError] | None:
    try:
        ensure_password(password, login)
    except DomainError as error:
        return type(error)
    return None


def test_the_bundled_list_is_made_by_its_script() -> None:
    """`python -m gateway.accounts.passwords_list` renews it."""
    assert gzip.decompress(passwords_list.FILE.read_bytes()) == passwords_list.content()
    long_enough = [word for word in common() if len(word) >= 8]
    assert len(common()) >= 50_000
    assert len(long_enough) >= 10_000


@pytest.mark.parametrize(
    "password",
    [
        "password1", "Password1", "PASSWORD!", "p@ssw0rd", "qwertyuiop", "letmein1", "iloveyou1", "trustno1",
        "woaini1314", "woaini520", "a123456789", "aa123456", "q1w2e3r4", "1qaz2wsx", "admin@123", "5845201314a",
        "wangwei123", "wangwei5201314", "zhang5201314", "123456abc", "abc123456", "qq123456789", "zxcvbnm123", "ｐａｓｓｗｏｒｄ１",
        "a13912345678", "13800138000x", "wx19900101", "20010203ab", "bangfu2026", "nongchanpin888",
    ],
)  # fmt: skip
def test_a_common_password_is_refused(password: str) -> None:
    assert refusal(password, "somebody@example.test") is CommonPassword


@pytest.mark.parametrize("password", ["short1!", "12345678", "5201314520", "aaaabbbb", "x" * 129])
def test_a_weak_password_is_refused(password: str) -> None:
    assert refusal(password) is WeakPassword


@pytest.mark.parametrize(
    ("password", "login"),
    [
        ("wangxiaoming", MAIL),
        ("Wangxiaoming#7", MAIL),
        ("gnimoaixgnaw77", MAIL),
        ("wangxiaomin77", MAIL),
        ("x13912345678y-z", LOGIN),
        ("abc345678!xyz", LOGIN),
        ("example.test", MAIL),
    ],
)
def test_a_password_like_the_login_is_refused(password: str, login: str) -> None:
    assert refusal(password, login) is PasswordLikeLogin


@pytest.mark.parametrize("password", ["correct horse 9", "journey-password-1", "槐花蜜与阿胶片和苹果", "k3!vQ-9pLm", "Tr0ub4dor&3x"])
def test_a_good_password_is_taken(password: str) -> None:
    assert refusal(password) is None


def test_the_password_is_changed_by_the_old_one_and_ends_the_other_sessions(person: Callable[..., Person]) -> None:
    ann = person()
    elsewhere = ann.stranger()
    elsewhere.sign_in()
    assert ann.refused("changePassword", newPassword="another horse 9") == "PROOF_NEEDED"
    assert ann.refused("changePassword", oldPassword="wrong horse 99", newPassword="another horse 9") == "OLD_PASSWORD_WRONG"
    assert ann.refused("changePassword", oldPassword=ann.password, newPassword="password1") == "COMMON_PASSWORD"
    assert ann.audited() == []
    assert ann.do("changePassword", oldPassword=ann.password, newPassword="another horse 9") is True
    assert ann.is_signed_in()
    assert not elsewhere.is_signed_in()
    assert ann.audited() == ["password:change"]
    assert ann.again().refused("signIn", login=ann.login, password=ann.password) == "SIGN_IN_FAILED"
    ann.again().sign_in(password="another horse 9")


def test_the_password_is_changed_within_ten_minutes_of_a_second_factor(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    shift(ann.edge, timedelta(minutes=11))
    assert ann.refused("changePassword", newPassword="another horse 9") == "PROOF_NEEDED"
    ann.do("proveIdentity", code=phone.next_code())
    assert ann.do("changePassword", newPassword="another horse 9") is True


def test_a_stolen_session_cannot_guess_the_old_password_for_ever(person: Callable[..., Person]) -> None:
    ann = person()
    thief = Person(ann.app, token=ann.token, address="198.51.100.9")
    answers = [thief.refused("changePassword", oldPassword=f"guess {n} horse", newPassword="another horse 9") for n in range(7)]
    assert answers == ["OLD_PASSWORD_WRONG"] * 5 + ["TOO_MANY_ATTEMPTS"] * 2
    assert ann.do("changePassword", oldPassword=ann.password, newPassword="another horse 9") is True, "on the owner's own device"
