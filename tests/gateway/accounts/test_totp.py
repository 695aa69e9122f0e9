from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from gateway.accounts import totp
from gateway.accounts.sealing import SealBroken, Sealer, parse_keys
from services.kit.db import value
from services.kit.principal import Role
from tests.gateway.accounts.conftest import Person, shift


def test_every_role_is_decided_about() -> None:
    """A new role does not slip in without a second factor."""
    assert set(Role) == totp.REQUIRED_FOR | totp.OPTIONAL_FOR
    assert not totp.REQUIRED_FOR & totp.OPTIONAL_FOR


def test_a_second_factor_is_asked_for_and_opens_the_session(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    assert len(phone.recovery) == len(set(phone.recovery)) == 10
    assert ann.audited() == ["totp:enable"]
    here = ann.again()
    step = here.sign_in()
    assert here.token is None
    assert step["methods"] == ["TOTP", "RECOVERY"]
    assert here.refused("confirmSignIn", challenge=step["challenge"], code="000000") == "CODE_WRONG"
    assert here.refused("confirmSignIn", challenge=step["challenge"][::-1], code=phone.next_code()) == "CHALLENGE_OVER"
    code = phone.next_code()
    here.do("confirmSignIn", challenge=step["challenge"], code=code)
    assert here.ask("{ me { secondFactor { required totp recoveryCodesLeft proved } } }") == {
        "secondFactor": {"required": False, "totp": True, "recoveryCodesLeft": 10, "proved": True}
    }
    assert [s["method"] for s in here.ask("{ me { sessions { method } } }")["sessions"]] == ["password+totp", "password"]
    assert here.refused("confirmSignIn", challenge=step["challenge"], code=phone.next_code()) == "CHALLENGE_OVER", "used"


def test_a_step_is_accepted_once_and_only_near_its_time(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    used = phone.next_code()
    ann.do("proveIdentity", code=used)
    assert ann.refused("proveIdentity", code=used) == "CODE_WRONG"
    assert ann.refused("proveIdentity", code=phone.code(-1)) == "CODE_WRONG", "a step before one that was used"
    assert ann.refused("proveIdentity", code=phone.code(2)) == "CODE_WRONG", "too far ahead"
    assert ann.do("proveIdentity", code=phone.code(1)) is True, "a phone whose clock is fast"


def test_a_recovery_code_works_once_in_any_spelling(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    here = ann.again()
    step = here.sign_in()
    code = phone.recovery[0].replace("-", "").upper()
    here.do("confirmSignIn", challenge=step["challenge"], code=code)
    again = ann.again()
    step = again.sign_in()
    assert again.refused("confirmSignIn", challenge=step["challenge"], code=phone.recovery[0]) == "CODE_WRONG"
    fresh = here.do("renewRecoveryCodes")
    assert again.refused("confirmSignIn", challenge=step["challenge"], code=phone.recovery[1]) == "CODE_WRONG"
    again.do("confirmSignIn", challenge=step["challenge"], code=fresh[0])


def test_a_required_factor_limits_the_session_to_setting_it_up(person: Callable[..., Person]) -> None:
    ann = person()
    ann.grant(Role.BUREAU)
    assert ann.refused("grantRole", accountId=ann.account, role="COUNTY_OFFICER", scope="371502") == "SECOND_FACTOR_NEEDED"
    with pytest.raises(AssertionError, match="SECOND_FACTOR_NEEDED"):
        ann.ask("{ applications(queue: true) { nodes { id } } }")
    assert ann.ask("{ me { grants { role } secondFactor { required totp proved } } }") == {
        "grants": [{"role": "SHOPPER"}],
        "secondFactor": {"required": True, "totp": False, "proved": False},
    }
    assert ann.refused("removeTotp") == "PROOF_NEEDED"
    ann.set_up_totp()
    assert ann.do("grantRole", accountId=ann.account, role="COUNTY_OFFICER", scope="371502") is True
    assert ann.refused("removeTotp") == "SECOND_FACTOR_REQUIRED"
    ann.do("signOut")


def test_a_reset_password_does_not_go_around_the_second_factor(person: Callable[..., Person]) -> None:
    ann = person()
    ann.do("verifyLogin", challenge=ann.request_code("VERIFY"), code=ann.code_sent(), login=ann.login)
    phone = ann.set_up_totp()
    shift(ann.edge, timedelta(seconds=61))
    challenge = ann.request_code("RESET_PASSWORD")
    ann.do("resetPassword", challenge=challenge, code=ann.code_sent(), newPassword="another horse 9")
    here = ann.again()
    step = here.sign_in(password="another horse 9")
    assert here.token is None
    shift(ann.edge, timedelta(seconds=61))
    by_code = ann.again()
    challenge = by_code.request_code("SIGN_IN")
    assert by_code.do("signInByCode", challenge=challenge, code=by_code.code_sent())["challenge"]
    assert by_code.token is None
    here.do("confirmSignIn", challenge=step["challenge"], code=phone.next_code())


def test_another_second_factor_needs_the_one_that_is_there(person: Callable[..., Person]) -> None:
    """A thief of the session cannot put an authenticator of his own in place of the owner's."""
    ann = person()
    phone = ann.set_up_totp()
    shift(ann.edge, timedelta(minutes=11))
    ann.do("proveIdentity", password=ann.password)
    assert ann.refused("startTotp") == "PROOF_NEEDED"
    ann.do("proveIdentity", code=phone.next_code())
    ann.set_up_totp()
    assert ann.refused("proveIdentity", code=phone.next_code()) == "CODE_WRONG"


def test_without_a_fresh_proof_nothing_is_set_up(person: Callable[..., Person]) -> None:
    ann = person()
    shift(ann.edge, timedelta(minutes=11))
    assert ann.refused("startTotp") == "PROOF_NEEDED"
    assert ann.refused("proveIdentity", password="wrong horse 99") == "OLD_PASSWORD_WRONG"
    ann.do("proveIdentity", password=ann.password)
    setup = ann.do("startTotp")
    assert ann.refused("confirmTotp", challenge=setup["challenge"], code="000000") == "CODE_WRONG"
    assert ann.ask("{ me { secondFactor { totp } } }") == {"secondFactor": {"totp": False}}
    other = person()
    assert other.refused("confirmTotp", challenge=setup["challenge"], code="000000") == "CHALLENGE_OVER", "somebody else's"


def test_guesses_at_the_second_factor_are_slowed_for_strangers_not_for_the_owners_device(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    thief = ann.stranger()
    step = thief.sign_in()
    answers = [thief.refused("confirmSignIn", challenge=step["challenge"], code=f"{n:06d}") for n in range(7)]
    assert answers == ["CODE_WRONG"] * 5 + ["TOO_MANY_ATTEMPTS"] * 2
    here = ann.again()
    here.do("confirmSignIn", challenge=here.sign_in()["challenge"], code=phone.next_code())


def test_secrets_are_sealed_and_belong_to_their_account(person: Callable[..., Person]) -> None:
    ann = person()
    phone = ann.set_up_totp()
    with ann.edge.db.reading() as conn:
        sealed = bytes(value(conn, "SELECT sealed FROM totp WHERE account_id = %s", [ann.account_id]))
        kept = str(value(conn, "SELECT array_agg(c::text) FROM recovery_codes c"))
    assert phone.secret.encode() not in sealed
    assert not any(code in kept or code.replace("-", "") in kept for code in phone.recovery)
    sealer = ann.edge.settings.sealer
    assert sealer.open(sealed, f"totp:{ann.account_id}").decode() == phone.secret
    with pytest.raises(SealBroken):
        sealer.open(sealed, f"totp:{uuid4()}")
    with pytest.raises(SealBroken):
        sealer.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), f"totp:{ann.account_id}")


def test_a_sealing_key_is_rotated_by_putting_the_new_one_first() -> None:
    old, new = "A" * 43, "B" * 42 + "A"
    sealed = Sealer(parse_keys(old)).seal(b"text", "x")
    both = Sealer(parse_keys(f"{new},{old}"))
    assert both.open(sealed, "x") == b"text"
    with pytest.raises(SealBroken):
        Sealer(parse_keys(new)).open(sealed, "x")
    assert Sealer(parse_keys(new)).open(both.seal(b"text", "x"), "x") == b"text"
    for wrong in ("", "A" * 20):
        with pytest.raises(ValueError, match="32 bytes"):
            Sealer(parse_keys(wrong))
