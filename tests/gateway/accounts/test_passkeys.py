from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.kit.principal import Role
from tests.gateway.accounts.authenticator import UP, SoftwareAuthenticator
from tests.gateway.accounts.conftest import Person, Refused, shift


def add(who: Person, device: SoftwareAuthenticator | None = None) -> SoftwareAuthenticator:
    device = device or SoftwareAuthenticator()
    ceremony = who.do("startPasskey")
    who.do("addPasskey", challenge=ceremony["challenge"], response=device.create(ceremony["options"]), title="phone")
    return device


def sign_in(who: Person, device: SoftwareAuthenticator) -> None:
    ceremony = who.do("startPasskeySignIn")
    who.do("signInByPasskey", challenge=ceremony["challenge"], response=device.get(ceremony["options"]))


def refusal(who: Person, device: SoftwareAuthenticator) -> str:
    with pytest.raises(Refused) as refused:
        sign_in(who, device)
    return str(refused.value.code)


def test_a_passkey_signs_in_and_is_both_factors(person: Callable[..., Person], newcomer: Callable[..., Person]) -> None:
    ann = person()
    ann.grant(Role.BUREAU)
    elsewhere = ann.stranger()
    elsewhere.sign_in()
    device = add(ann)
    assert not elsewhere.is_signed_in()
    assert ann.audited() == ["role:grant", "passkey:add"]
    asked = json.loads(ann.do("startPasskey")["options"])
    assert (asked["rp"]["id"], asked["authenticatorSelection"]["userVerification"]) == ("gateway.test", "required")
    assert len(asked["excludeCredentials"]) == 1
    other = newcomer()
    sign_in(other, device)
    assert other.account == ann.account
    assert other.ask("{ me { passkeys { title } secondFactor { proved totp } } }") == {
        "passkeys": [{"title": "phone"}],
        "secondFactor": {"proved": True, "totp": False},
    }
    assert other.do("grantRole", accountId=ann.account, role="COUNTY_OFFICER", scope="371502") is True


def test_who_signs_in_by_password_has_not_shown_the_passkey(person: Callable[..., Person]) -> None:
    """An officer's password alone opens nothing, and sets up no authenticator beside the owner's passkey."""
    ann = person()
    ann.grant(Role.BUREAU)
    add(ann)
    thief = ann.stranger()
    thief.sign_in()
    assert thief.refused("grantRole", accountId=ann.account, role="COUNTY_OFFICER", scope="371502") == "SECOND_FACTOR_NEEDED"
    assert thief.refused("startTotp") == "PROOF_NEEDED"
    assert thief.refused("startPasskey") == "PROOF_NEEDED"


def test_a_challenge_is_used_up_by_the_first_answer(person: Callable[..., Person]) -> None:
    ann = person()
    device = add(ann)
    ceremony = ann.do("startPasskeySignIn")
    answer = device.get(ceremony["options"])
    ann.do("signInByPasskey", challenge=ceremony["challenge"], response=answer)
    assert ann.refused("signInByPasskey", challenge=ceremony["challenge"], response=answer) == "CHALLENGE_OVER"
    ceremony = ann.do("startPasskeySignIn")
    assert ann.refused("signInByPasskey", challenge=ceremony["challenge"], response=answer) == "PASSKEY_REFUSED", "another challenge's"
    ceremony = ann.do("startPasskeySignIn")
    shift(ann.edge, timedelta(minutes=5, seconds=1))
    late = device.get(ceremony["options"])
    assert ann.refused("signInByPasskey", challenge=ceremony["challenge"], response=late) == "CHALLENGE_OVER"


def test_forged_answers_are_refused(person: Callable[..., Person]) -> None:
    ann, bob = person(), person()
    device, others = add(ann), add(bob)
    here = ann.again()
    forgers = {
        "another key": replace(device, key=SoftwareAuthenticator().key),
        "another site": replace(device, origin="http://gateway.test.evil.example"),
        "another domain": replace(device, rp_id="evil.example"),
        "without verification": replace(device, flags=UP),
        "an unknown credential": replace(device, credential_id=b"x" * 32),
        "somebody else's handle": replace(device, user_handle=others.user_handle),
        "another's credential": replace(device, credential_id=others.credential_id),
    }
    for what, forger in forgers.items():
        forger.count = 50
        assert refusal(here, forger) == "PASSKEY_REFUSED", what
    ceremony = here.do("startPasskeySignIn")
    for nonsense in ("", "[]", "{}", '{"rawId": "x", "response": 7}', "x" * 30_000):
        assert here.refused("signInByPasskey", challenge=here.do("startPasskeySignIn")["challenge"], response=nonsense) == "PASSKEY_REFUSED"
    assert not here.is_signed_in()
    here.do("signInByPasskey", challenge=ceremony["challenge"], response=device.get(ceremony["options"]))


def test_a_copied_authenticator_is_found_by_its_counter(person: Callable[..., Person]) -> None:
    ann = person()
    device = add(ann)
    copy = replace(device)
    for _ in range(2):
        sign_in(ann.again(), device)
    assert refusal(ann.again(), copy) == "PASSKEY_REFUSED"


def test_a_registration_belongs_to_its_account_and_session(person: Callable[..., Person]) -> None:
    ann, bob = person(), person()
    ceremony = ann.do("startPasskey")
    device = SoftwareAuthenticator()
    answer = device.create(ceremony["options"])
    assert bob.refused("addPasskey", challenge=ceremony["challenge"], response=answer, title="x") == "CHALLENGE_OVER"
    wrong = ann.do("startPasskey")
    evil = SoftwareAuthenticator(origin="https://evil.example")
    assert ann.refused("addPasskey", challenge=wrong["challenge"], response=evil.create(wrong["options"]), title="x") == "PASSKEY_REFUSED"
    weak = ann.do("startPasskey")
    unverified = SoftwareAuthenticator(flags=UP)
    answer = unverified.create(weak["options"])
    assert ann.refused("addPasskey", challenge=weak["challenge"], response=answer, title="x") == "PASSKEY_REFUSED"
    assert ann.ask("{ me { passkeys { title } } }") == {"passkeys": []}
    add(ann, device)
    ceremony = bob.do("startPasskey")
    assert (
        bob.refused("addPasskey", challenge=ceremony["challenge"], response=device.create(ceremony["options"]), title="x")
        == "PASSKEY_REFUSED"
    )


def test_a_passkey_is_removed_by_its_owner_while_another_way_in_is_left(person: Callable[..., Person]) -> None:
    ann, bob = person(), person()
    device = add(ann)
    passkey = ann.ask("{ me { passkeys { id } } }")["passkeys"][0]["id"]
    add(bob)
    assert bob.refused("removePasskey", id=passkey) == "NOT_FOUND"
    with ann.edge.db.transaction() as conn:
        conn.execute("UPDATE accounts SET password_hash = NULL WHERE account_id = %s", [ann.account_id])
    assert ann.refused("removePasskey", id=passkey) == "LAST_WAY_IN"
    ann.do("verifyLogin", challenge=ann.request_code("VERIFY"), code=ann.code_sent(), login=ann.login)
    assert ann.do("removePasskey", id=passkey) is True
    assert refusal(ann.again(), device) == "PASSKEY_REFUSED"
    assert ann.audited() == ["passkey:add", "login:verify", "passkey:remove"]
