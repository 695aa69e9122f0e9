"""A session from its first token to its end: rotation, theft, listing, proof.

A refresh token works once. Its successor is derived from it, the server's secret and a salt of the rotation, so that it can be given
again without being kept: two tabs of one honest browser that refresh at the same moment (same agent, same place, within 10 s) get the
same successor. Any other use of a used token ends the session for both, the thief and the owner.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.accounts import store
from gateway.accounts.asking import Asking, remember_device, target_of
from gateway.accounts.domain import ACCESS_LIFETIME, FRESH, REFRESH_GRACE, SESSION_LIFETIME, ProofNeeded, SessionEnded
from gateway.accounts.sealing import digest, keyed_hash
from services.kit import clock, signing
from services.kit.db import Conn, Database, Row, one
from services.kit.ids import new_id

PURPOSE = "access"


@dataclass(frozen=True)
class Tokens:
    """``access`` for 15 minutes; ``refresh`` once, for the next pair; ``device`` for later sign-ins on the same device."""

    account_id: UUID
    session_id: UUID
    access: str
    refresh: str
    device: str


def open_session(conn: Conn, secret: str, account_id: UUID, asking: Asking, method: str, *, second_factor: bool = False) -> Tokens:
    """``method``: how the first factor was shown. In the transaction of the sign-in."""
    session_id, refresh = new_id(), secrets.token_urlsafe(32)
    store.insert_session(conn, account_id, session_id, digest(refresh), clock.now(conn) + SESSION_LIFETIME, asking.agent[:200])
    conn.execute(
        "UPDATE sessions SET method = %s, second_factor_at = CASE WHEN %s THEN bangfu_now() END WHERE account_id = %s AND session_id = %s",
        [method, second_factor, account_id, session_id],
    )
    logins = [target_of(secret, one["kind"], one["value"]) for one in store.logins(conn, account_id)]
    return _tokens(secret, account_id, session_id, refresh, asking, logins)


def _tokens(secret: str, account_id: UUID, session_id: UUID, refresh: str, asking: Asking, logins: Sequence[bytes] = ()) -> Tokens:
    access = signing.sign(secret, PURPOSE, {"s": str(session_id)}, int(ACCESS_LIFETIME.total_seconds()))
    return Tokens(account_id, session_id, access, f"{session_id}.{refresh}", remember_device(secret, asking, account_id, logins))


def _successor(secret: str, session_id: UUID, salt: bytes, part: str) -> str:
    return base64.urlsafe_b64encode(keyed_hash(secret, "refresh", session_id.bytes, salt, part)).rstrip(b"=").decode()


def refresh(db: Database, secret: str, token: str, asking: Asking | None = None) -> Tokens:
    """The next pair. Raises SessionEnded."""
    asking = asking or Asking()
    session_text, _, part = token.partition(".")
    try:
        session_id = UUID(session_text)
    except ValueError:
        raise SessionEnded() from None
    with db.transaction() as conn:
        row = store.session_for_update(conn, session_id)
        now = clock.now(conn)
        if row is None or row["ended_at"] is not None or row["expires_at"] <= now:
            raise SessionEnded()
        if hmac.compare_digest(bytes(row["refresh_hash"]), digest(part)):
            salt = os.urandom(16)
            fresh = _successor(secret, session_id, salt, part)
            store.rotate(conn, session_id, digest(fresh), salt, asking.fingerprint(secret))
            return _tokens(secret, row["account_id"], session_id, fresh, asking)
        if row["previous_hash"] is not None and hmac.compare_digest(bytes(row["previous_hash"]), digest(part)):
            if _is_the_same_browser_at_once(secret, row, asking, now):
                fresh = _successor(secret, session_id, bytes(row["rotation_salt"]), part)
                return _tokens(secret, row["account_id"], session_id, fresh, asking)
            store.end_session(conn, row["account_id"], session_id, "refresh reused")
    raise SessionEnded()


def _is_the_same_browser_at_once(secret: str, row: Row, asking: Asking, now: datetime) -> bool:
    return (
        row["rotation_salt"] is not None
        and now - row["refreshed_at"] <= REFRESH_GRACE
        and hmac.compare_digest(bytes(row["rotated_by"]), asking.fingerprint(secret))
    )


def session_of(secret: str, access: str) -> UUID:
    """Raises LinkExpired for a forged or old token."""
    return UUID(signing.read(secret, PURPOSE, access)["s"])


def end_other_sessions(conn: Conn, account_id: UUID, but: UUID | None, why: str) -> int:
    """All of an account's, but one. In the transaction of what makes them untrustworthy."""
    return conn.execute(
        "UPDATE sessions SET ended_at = bangfu_now(), ended_by = %s WHERE account_id = %s AND session_id IS DISTINCT FROM %s "
        "AND ended_at IS NULL",
        [why, account_id, but],
    ).rowcount


def mark_proved(conn: Conn, account_id: UUID, session_id: UUID, *, second_factor: bool) -> None:
    conn.execute(
        "UPDATE sessions SET proved_at = bangfu_now(), second_factor_at = CASE WHEN %s THEN bangfu_now() ELSE second_factor_at END "
        "WHERE account_id = %s AND session_id = %s",
        [second_factor, account_id, session_id],
    )


def ensure_fresh(conn: Conn, account_id: UUID, session_id: UUID | None, *, second_factor: bool = False) -> None:
    """The session was opened, or proved again, within ten minutes; with ``second_factor`` by the second one. Raises ProofNeeded."""
    row = one(
        conn,
        "SELECT proved_at > bangfu_now() - %(fresh)s AS proved, "
        "coalesce(second_factor_at > bangfu_now() - %(fresh)s, false) AS second FROM sessions "
        "WHERE account_id = %(account)s AND session_id = %(session)s AND ended_at IS NULL",
        {"fresh": FRESH, "account": account_id, "session": session_id},
    )
    if row is None or not row["second" if second_factor else "proved"]:
        raise ProofNeeded()
