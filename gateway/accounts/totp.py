"""The second factor: time-based codes (RFC 6238) of an authenticator, recovery codes for the day the phone is lost; and who must have it.

A step is accepted once (RFC 6238 5.2), the step before and after are accepted for clocks that differ. The secret is sealed under a key that
is not in the database. ``BANGFU_REQUIRE_TOTP`` (on in production) makes it required for the roles below: without it their session is
limited to setting it up (`gateway.http.identity`).
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

import pyotp

from gateway.accounts import lockout, sessions
from gateway.accounts import store_factors as store
from gateway.accounts.asking import Asking
from gateway.accounts.domain import ChallengeOver, CodeWrong, SecondFactorRequired
from gateway.accounts.sealing import digest, keyed_hash
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.principal import Principal, Role

REQUIRED_FOR = frozenset(
    {
        Role.OPERATOR,  # grants every role, imports history
        Role.BUREAU,  # decides certification, refunds, reports
        Role.DEPARTMENT_OFFICER,  # decides reviews
        Role.COUNTY_OFFICER,  # decides reviews and confirms reported sales, which become money in the figures
        Role.CANTEEN_APPROVER,  # finance of an institution: releases its call-offs and accepts its deliveries
    }
)
# Their money is a merchant's or an institution's own, behind the limits of orders: offered, not demanded.
OPTIONAL_FOR = frozenset({Role.SHOPPER, Role.MERCHANT, Role.CANTEEN_BUYER, Role.GROUP_ORGANISER, Role.STREAMER, Role.OUTLET, Role.SERVICE})
LIMITED = "second_factor"
"""`Principal.facts["limited"]` of a session that lacks its required second factor."""
STEP_SECONDS, WINDOW = 30, 1
SETUP = timedelta(minutes=15)
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
Kind = Literal["totp", "recovery"]


@dataclass(frozen=True)
class TotpSetup:
    """``secret`` in base32 for typing, ``uri`` for a QR picture; shown this once. ``challenge`` goes back with the first code."""

    challenge: str
    secret: str
    uri: str


def is_required_for(roles: Iterable[Role]) -> bool:
    return not REQUIRED_FOR.isdisjoint(roles)


def start_totp(db: Database, settings: SignInSettings, account_id: UUID, session_id: UUID | None) -> TotpSetup:
    """Nothing changes until `confirm_totp`. Raises ProofNeeded: whoever has a second factor shows it before there is another."""
    secret = pyotp.random_base32()
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=store.has_any_factor(conn, account_id))
        sealed = settings.sealer.seal(secret.encode(), f"totp:{account_id}")
        challenge = store.put_challenge(conn, "totp", {"sealed": base64.b64encode(sealed).decode()}, SETUP, account_id)
    uri = pyotp.TOTP(secret).provisioning_uri(name=f"{account_id}"[-8:], issuer_name="Bangfu")
    return TotpSetup(challenge, secret, uri)


def confirm_totp(db: Database, settings: SignInSettings, by: Principal, session_id: UUID, challenge: str, code: str) -> list[str]:
    """Ten recovery codes, shown this once. The session has its second factor from now on, the others end.

    Raises ChallengeOver, CodeWrong.
    """
    account_id = UUID(by.subject)
    with db.transaction() as conn:
        row = store.challenge(conn, "totp", challenge)
        if row is None or row["account_id"] != account_id:
            raise ChallengeOver()
        sealed = base64.b64decode(row["content"]["sealed"])
        step = _step_of(settings.sealer.open(sealed, f"totp:{account_id}").decode(), code, clock.now(conn).timestamp(), 0)
        if step is None:
            raise CodeWrong("code")
        if store.take_challenge(conn, "totp", challenge) is None:
            raise ChallengeOver()
        store.put_totp(conn, account_id, sealed, step)
        codes = _new_recovery_codes(conn, account_id)
        sessions.mark_proved(conn, account_id, session_id, second_factor=True)
        sessions.end_other_sessions(conn, account_id, session_id, "second factor set up")
        audit.record(conn, by, "totp:enable", f"account:{account_id}")
    return codes


def renew_recovery_codes(db: Database, by: Principal, session_id: UUID) -> list[str]:
    """The old ones are void. Raises ProofNeeded, ChallengeOver where there is no second factor."""
    account_id = UUID(by.subject)
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=True)
        if store.totp_for_update(conn, account_id) is None:
            raise ChallengeOver()
        audit.record(conn, by, "recovery_codes:renew", f"account:{account_id}")
        return _new_recovery_codes(conn, account_id)


def remove_totp(db: Database, settings: SignInSettings, by: Principal, session_id: UUID, roles: Iterable[Role]) -> None:
    """``roles``: all that the account has. Raises ProofNeeded, SecondFactorRequired."""
    account_id = UUID(by.subject)
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=True)
        if settings.totp_is_required and is_required_for(roles):
            raise SecondFactorRequired()
        if store.remove_totp(conn, account_id):
            audit.record(conn, by, "totp:remove", f"account:{account_id}")


# ------------------------------------------------------------------------------------------ checking


def begin(db: Database, settings: SignInSettings, account_id: UUID, asking: Asking) -> lockout.Attempt:
    """Counts a try at the second factor of an account, before it is looked at. Raises TooManyAttempts."""
    target = keyed_hash(settings.session_secret, "second", account_id.bytes)
    with db.transaction() as conn:
        return lockout.begin(conn, settings.session_secret, asking, target, account_id, lockout.ALL_STRANGERS_SECOND)


def check(conn: Conn, settings: SignInSettings, account_id: UUID, code: str) -> Kind:
    """Uses up the step or the recovery code, in the transaction of the effect. Raises CodeWrong."""
    plain = code.strip().replace(" ", "")
    if plain.isdigit() and plain.isascii():
        row = store.totp_for_update(conn, account_id)
        if row is not None:
            secret = settings.sealer.open(bytes(row["sealed"]), f"totp:{account_id}").decode()
            step = _step_of(secret, plain, clock.now(conn).timestamp(), row["last_step"])
            if step is not None:
                store.set_step(conn, account_id, step)
                return "totp"
    elif store.use_recovery_code(conn, account_id, digest(_plain_recovery(plain))):
        return "recovery"
    raise CodeWrong("code")


def _step_of(secret: str, code: str, now: float, last: int) -> int | None:
    """The step that ``code`` belongs to, later than ``last``."""
    totp, found = pyotp.TOTP(secret), None
    current = int(now // STEP_SECONDS)
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), code.strip()) and step > last:
            found = step
    return found


def _new_recovery_codes(conn: Conn, account_id: UUID) -> list[str]:
    """80 random bits each: too many to guess, so a plain digest keeps them."""
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    store.replace_recovery_codes(conn, account_id, [digest(one) for one in codes])
    return ["-".join(one[i : i + 4] for i in range(0, 16, 4)) for one in codes]


def _plain_recovery(text: str) -> str:
    return text.replace("-", "").lower()
