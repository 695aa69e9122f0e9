"""Passkeys (WebAuthn level 2): both factors at once, bound to our domain, so that nothing can be phished.

User verification is demanded, so a session opened by one has shown its second factor. A challenge is ours, lasts five minutes and is used
up by the first answer, right or wrong. Which account signs in is said by the credential: nothing is asked for a login, nothing is told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.accounts import sessions, store
from gateway.accounts import store_factors as factors
from gateway.accounts.asking import Asking
from gateway.accounts.domain import ChallengeOver, LastWayIn, PasskeyRefused, SecondFactorRequired
from gateway.accounts.sessions import Tokens
from gateway.accounts.sign_in_settings import SignInSettings
from gateway.accounts.totp import is_required_for
from services.kit import audit
from services.kit.db import Conn, Database, Row
from services.kit.errors import InvalidInput, NotFound, TooMany
from services.kit.ids import new_id
from services.kit.principal import Principal, Role

LIFETIME, MOST, LONGEST_RESPONSE = timedelta(minutes=5), 10, 20_000
REGISTER, AUTHENTICATE = "passkey_registration", "passkey_authentication"


@dataclass(frozen=True)
class Ceremony:
    """``options`` is JSON for ``navigator.credentials``; ``challenge`` goes back with what it answers."""

    challenge: str
    options: str


def start_passkey(db: Database, settings: SignInSettings, account_id: UUID, session_id: UUID) -> Ceremony:
    """Raises ProofNeeded: whoever has a second factor shows it before there is another; TooMany."""
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=factors.has_any_factor(conn, account_id))
        held = factors.passkeys(conn, account_id)
        if len(held) >= MOST:
            raise TooMany("passkeys", limit=MOST, count=len(held) + 1)
        options = webauthn.generate_registration_options(
            rp_id=settings.rp_id,
            rp_name="Bangfu",
            user_id=account_id.bytes,
            user_name=_user_name(conn, account_id),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one["credential_id"])) for one in held],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        token = factors.put_challenge(conn, REGISTER, {"c": bytes_to_base64url(options.challenge)}, LIFETIME, account_id)
    return Ceremony(token, webauthn.options_to_json(options))


def _user_name(conn: Conn, account_id: UUID) -> str:
    """Shown by the authenticator to its owner only."""
    return next((one["value"] for one in store.logins(conn, account_id)), "Bangfu")


def add_passkey(
    db: Database, settings: SignInSettings, by: Principal, session_id: UUID, *, challenge: str, response: str, title: str
) -> Row:
    """The other sessions end. Raises ChallengeOver, PasskeyRefused, InvalidInput."""
    account_id, title = UUID(by.subject), title.strip()
    if not 1 <= len(title) <= 60:
        raise InvalidInput("title", "1–60")
    expected = _take(db, REGISTER, challenge, account_id)
    try:
        found = webauthn.verify_registration_response(
            credential=_parsed(response),
            expected_challenge=expected,
            expected_rp_id=settings.rp_id,
            expected_origin=settings.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused() from error
    passkey_id = new_id()
    with db.transaction() as conn:
        added = factors.put_passkey(conn, account_id, passkey_id, found.credential_id, found.credential_public_key, found.sign_count, title)
        if not added:
            raise PasskeyRefused()
        sessions.mark_proved(conn, account_id, session_id, second_factor=True)
        sessions.end_other_sessions(conn, account_id, session_id, "passkey added")
        audit.record(conn, by, "passkey:add", f"account:{account_id}", after={"passkey": str(passkey_id)})
    return {"passkey_id": passkey_id, "title": title}


def start_passkey_sign_in(db: Database, settings: SignInSettings) -> Ceremony:
    """For anybody: the authenticator offers the accounts that it knows."""
    options = webauthn.generate_authentication_options(rp_id=settings.rp_id, user_verification=UserVerificationRequirement.REQUIRED)
    with db.reading() as conn:
        token = factors.put_challenge(conn, AUTHENTICATE, {"c": bytes_to_base64url(options.challenge)}, LIFETIME)
    return Ceremony(token, webauthn.options_to_json(options))


def sign_in_by_passkey(db: Database, settings: SignInSettings, *, challenge: str, response: str, asking: Asking) -> Tokens:
    """Raises ChallengeOver, PasskeyRefused. A counter that does not rise is a copied authenticator and is refused."""
    expected = _take(db, AUTHENTICATE, challenge, None)
    credential = _parsed(response)
    try:
        credential_id = base64url_to_bytes(str(credential["rawId"]))
    except (KeyError, ValueError) as error:
        raise PasskeyRefused() from error
    with db.transaction() as conn:
        row = factors.passkey_for_update(conn, credential_id)
        if row is None or not _is_of(credential, row["account_id"]):
            raise PasskeyRefused()
        try:
            found = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=expected,
                expected_rp_id=settings.rp_id,
                expected_origin=settings.origin,
                credential_public_key=bytes(row["public_key"]),
                credential_current_sign_count=row["sign_count"],
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise PasskeyRefused() from error
        factors.passkey_used(conn, row["account_id"], row["passkey_id"], found.new_sign_count)
        return sessions.open_session(conn, settings.session_secret, row["account_id"], asking, "passkey", second_factor=True)


def remove_passkey(db: Database, settings: SignInSettings, by: Principal, session_id: UUID, passkey_id: UUID) -> None:
    """Raises ProofNeeded, NotFound, LastWayIn, SecondFactorRequired."""
    account_id = UUID(by.subject)
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=True)
        if not factors.remove_passkey(conn, account_id, passkey_id):
            raise NotFound("id")
        if factors.ways_in(conn, account_id) == 0:
            raise LastWayIn()
        roles = (Role(g["role"]) for g in store.grants(conn, account_id))
        if settings.totp_is_required and is_required_for(roles) and not factors.has_any_factor(conn, account_id):
            raise SecondFactorRequired()
        audit.record(conn, by, "passkey:remove", f"account:{account_id}", before={"passkey": str(passkey_id)})


def _take(db: Database, purpose: str, token: str, account_id: UUID | None) -> bytes:
    """The bytes that were to be signed; used up. Raises ChallengeOver."""
    with db.reading() as conn:
        row = factors.take_challenge(conn, purpose, token)
    if row is None or row["account_id"] != account_id:
        raise ChallengeOver()
    return base64url_to_bytes(row["content"]["c"])


def _parsed(response: str) -> dict[str, Any]:
    if len(response) > LONGEST_RESPONSE:
        raise PasskeyRefused()
    try:
        found = json.loads(response)
    except ValueError as error:
        raise PasskeyRefused() from error
    if not isinstance(found, dict):
        raise PasskeyRefused()
    return found


def _is_of(credential: dict[str, Any], account_id: UUID) -> bool:
    """The handle, where the authenticator tells it, is the account of the key."""
    handle = (credential.get("response") or {}).get("userHandle") if isinstance(credential.get("response"), dict) else None
    return not handle or base64url_to_bytes(str(handle)) == account_id.bytes
