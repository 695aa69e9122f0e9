from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from gateway.accounts import codes
from gateway.accounts.domain import CodeWrong
from services.kit.db import value
from tests.gateway.accounts.conftest import PASSWORD, Person, messages_to, run_jobs, shift


def test_a_code_signs_in_once(person: Callable[..., Person]) -> None:
    ann = person()
    here = ann.again()
    challenge = here.request_code("SIGN_IN")
    code = here.code_sent()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert here.refused("signInByCode", challenge=challenge, code=wrong) == "CODE_WRONG"
    here.do("signInByCode", challenge=challenge, code=f" {code} ")
    assert here.is_signed_in()
    assert here.again().refused("signInByCode", challenge=challenge, code=code) == "CODE_WRONG"


def test_a_code_has_five_tries_and_five_minutes_and_one_purpose(person: Callable[..., Person]) -> None:
    ann = person()
    challenge = ann.request_code("SIGN_IN")
    code = ann.code_sent()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert ann.refused("resetPassword", challenge=challenge, code=code, newPassword="another horse 9") == "CODE_WRONG"
    for _ in range(5):
        assert ann.refused("signInByCode", challenge=challenge, code=wrong) == "CODE_WRONG"
    assert ann.refused("signInByCode", challenge=challenge, code=code) == "CODE_WRONG"
    shift(ann.edge, timedelta(seconds=61))
    challenge = ann.request_code("SIGN_IN")
    code = ann.code_sent()
    shift(ann.edge, timedelta(minutes=5, seconds=1))
    assert ann.refused("signInByCode", challenge=challenge, code=code) == "CODE_WRONG"


def test_of_two_who_show_the_right_code_at_once_one_gets_in(person: Callable[..., Person]) -> None:
    ann = person()
    challenge = ann.request_code("SIGN_IN")
    row = codes.try_code(ann.edge.db, ann.edge.settings, challenge, ann.code_sent(), "sign_in")
    barrier, taken = Barrier(2), []

    def take() -> None:
        with ann.edge.db.transaction() as conn:
            barrier.wait()
            try:
                codes.use(conn, row)
                taken.append(True)
            except CodeWrong:
                taken.append(False)

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, True]


def test_known_and_unknown_accounts_are_answered_alike_and_cost_the_same(
    person: Callable[..., Person], newcomer: Callable[..., Person], hashes: list[str]
) -> None:
    known, unknown = person(), newcomer()
    hashes.clear()
    rows = []
    for purpose in ("SIGN_IN", "RESET_PASSWORD"):
        answers = []
        for asked in (known.stranger(), unknown):
            before = _counts(asked)
            body = asked.body(
                "mutation($l: String!, $p: CodePurpose!) { requestCode(input: {login: $l, purpose: $p}) "
                "{ code { challenge seconds againSeconds } userErrors { code } } }",
                {"l": asked.login, "p": purpose},
            )
            challenge = body["data"]["requestCode"]["code"].pop("challenge")
            after = _counts(asked)
            rows.append([b - a for a, b in zip(before, after, strict=True)])
            operation = "signInByCode" if purpose == "SIGN_IN" else "resetPassword"
            fields = {"challenge": challenge, "code": "000000"} | ({} if purpose == "SIGN_IN" else {"newPassword": "another horse 9"})
            answers.append((body, len(challenge), asked.refused(operation, **fields)))
        assert answers[0] == answers[1]
        for asked in (known, unknown):
            shift(asked.edge, timedelta(seconds=61))
    assert rows == [[1, 1, 1]] * 4, "a code, a message and a job each, whoever it is for"
    assert hashes == []
    assert messages_to(known.edge, known.login)
    assert not messages_to(known.edge, unknown.login), "nobody is told"


def _counts(asked: Person) -> list[int]:
    with asked.edge.db.reading() as conn:
        return [value(conn, f"SELECT count(*) FROM {table}") for table in ("one_time_codes", "messages", "jobs")]


def test_codes_are_sent_once_a_minute_and_five_times_an_hour(person: Callable[..., Person]) -> None:
    ann = person()
    for number in range(5):
        ann.request_code("SIGN_IN")
        if number == 0:
            assert ann.refused("requestCode", purpose="SIGN_IN", login=ann.login) == "TOO_MANY_CODES"
        shift(ann.edge, timedelta(seconds=61))
    assert ann.refused("requestCode", purpose="SIGN_IN", login=ann.login) == "TOO_MANY_CODES"
    shift(ann.edge, timedelta(hours=1))
    assert ann.request_code("SIGN_IN")


def test_strangers_cannot_keep_the_owners_device_from_getting_a_code(person: Callable[..., Person]) -> None:
    ann = person()
    refused = 0
    for number in range(25):
        try:
            ann.stranger(f"198.51.100.{number}").request_code("SIGN_IN")
        except AssertionError:
            refused += 1
    assert refused == 5, "all strangers together: twenty a day"
    assert ann.again().request_code("SIGN_IN")


def test_a_reset_ends_every_session_and_the_old_password(person: Callable[..., Person]) -> None:
    ann = person()
    elsewhere = ann.stranger()
    elsewhere.sign_in()
    challenge = ann.request_code("RESET_PASSWORD")
    code = ann.code_sent()
    assert ann.refused("resetPassword", challenge=challenge, code=code, newPassword="password1") == "COMMON_PASSWORD"
    local = ann.login.split("@")[0]
    assert ann.refused("resetPassword", challenge=challenge, code=code, newPassword=f"{local}-x9") == "PASSWORD_LIKE_LOGIN"
    assert ann.do("resetPassword", challenge=challenge, code=code, newPassword="another horse 9") is True
    assert not ann.is_signed_in() and not elsewhere.is_signed_in()
    assert ann.again().refused("signIn", login=ann.login, password=PASSWORD) == "SIGN_IN_FAILED"
    ann.again().sign_in(password="another horse 9")
    assert ann.audited() == ["password:reset"]
    assert "reset it by code" in messages_to(ann.edge, ann.login)[-1].text


def test_a_stranger_who_registered_an_address_first_keeps_nothing_when_its_owner_comes(person: Callable[..., Person]) -> None:
    """authorizerdev/authorizer#503, grandnode/grandnode2#325"""
    thief = person()
    owner = thief.stranger()
    challenge = owner.request_code("SIGN_IN")
    owner.do("signInByCode", challenge=challenge, code=owner.code_sent())
    assert owner.account == thief.account
    assert not thief.is_signed_in()
    assert thief.again().refused("signIn", login=thief.login, password=PASSWORD) == "SIGN_IN_FAILED"
    assert thief.stranger("192.0.2.7").refused("signIn", login=thief.login, password=PASSWORD) == "SIGN_IN_FAILED"
    assert owner.ask("{ me { loginVerified } }") == {"loginVerified": True}


def test_on_a_device_where_the_account_signed_in_before_a_code_takes_nothing_away(person: Callable[..., Person]) -> None:
    ann = person()
    here = ann.again()
    challenge = here.request_code("SIGN_IN")
    here.do("signInByCode", challenge=challenge, code=here.code_sent())
    assert ann.is_signed_in()
    ann.again().sign_in()


def test_a_login_is_verified_by_who_is_signed_in(person: Callable[..., Person], newcomer: Callable[..., Person]) -> None:
    ann, other = person(), person()
    challenge = ann.request_code("VERIFY")
    code = ann.code_sent()
    assert other.refused("verifyLogin", challenge=challenge, code=code, login=ann.login) == "CODE_WRONG", "somebody else's code"
    assert ann.do("verifyLogin", challenge=challenge, code=code, login=ann.login) is True
    assert ann.ask("{ me { loginVerified } }") == {"loginVerified": True}

    number = f"1{int(ann.account_id.hex[-8:], 16) % 10**10:010d}"
    challenge = ann.request_code("VERIFY", number)
    shift(ann.edge, timedelta(minutes=4))
    assert ann.do("verifyLogin", challenge=challenge, code=ann.code_sent(number), login=number) is True
    assert ann.ask("{ me { login } }") == {"login": number}
    assert "was changed just now" in messages_to(ann.edge, ann.login)[-1].text, "the address before is told"
    assert ann.audited() == ["login:verify", "login:verify"]
    with ann.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM outbox WHERE name = 'account_changed' AND key = %s", [f"account:{ann.account_id}"]) == 2

    challenge = ann.request_code("VERIFY", other.login)
    assert not messages_to(ann.edge, other.login), "somebody else's address gets no code of ours"
    shift(ann.edge, timedelta(minutes=11))
    fresh = newcomer().login
    challenge = ann.request_code("VERIFY", fresh)
    assert ann.refused("verifyLogin", challenge=challenge, code=ann.code_sent(fresh), login=fresh) == "PROOF_NEEDED"
    assert newcomer().refused("requestCode", purpose="VERIFY", login=ann.login) == "UNAUTHENTICATED"


def test_the_worker_sends_and_erases(person: Callable[..., Person], capsys: pytest.CaptureFixture[str]) -> None:
    ann = person()
    run_jobs(ann.edge, "deliver_message")
    capsys.readouterr()
    ann.request_code("SIGN_IN")
    code = ann.code_sent()
    assert run_jobs(ann.edge, "deliver_message") == ["done"]
    assert code in capsys.readouterr().out, "in development the text stands in the log"
    shift(ann.edge, timedelta(minutes=2))
    ann.request_code("SIGN_IN")
    shift(ann.edge, timedelta(minutes=6))
    assert run_jobs(ann.edge, "deliver_message") == ["dead"], "a code that is old is not sent"
    shift(ann.edge, timedelta(days=3))
    run_jobs(ann.edge, "clean_sign_in")
    with ann.edge.db.transaction() as conn:
        from services.kit.jobs import enqueue

        enqueue(conn, "clean_sign_in")
    run_jobs(ann.edge, "clean_sign_in")
    assert _counts(ann)[:2] == [0, 0]
