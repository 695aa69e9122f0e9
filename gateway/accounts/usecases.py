"""Sign up, sign in, refresh, sign out, and who gets which role."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.accounts import store
from gateway.accounts.domain import (
    ACCESS_LIFETIME,
    SESSION_LIFETIME,
    LoginTaken,
    SessionEnded,
    SignInFailed,
    ensure_password,
    parse_login,
)
from services.events.others import AccountChanged
from services.kit import audit, clock, signing
from services.kit.db import Conn, Database
from services.kit.errors import Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.principal import Principal, Role

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_unknown_hash = _hasher.hash(secrets.token_hex(8))
PURPOSE = "access"
SCOPED_BY_OTHERS = frozenset({Role.SERVICE, Role.SHOPPER})
GRANTED_BY_BUREAU = frozenset({Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER})


@dataclass(frozen=True)
class Tokens:
    """``access`` for 15 minutes; ``refresh`` once, for the next pair."""

    account_id: UUID
    session_id: UUID
    access: str
    refresh: str


def sign_up(db: Database, secret: str, *, login: str, password: str, name: str | None, language: str, device: str) -> Tokens:
    kind, value = parse_login(login)
    ensure_password(password, value)
    account_id, hashed = new_id(), _hasher.hash(password)
    with db.transaction() as conn:
        store.insert_account(conn, account_id, hashed, language)
        if not store.put_identity(conn, account_id, kind, value):
            raise LoginTaken("login")
        if name:
            store.put_identity(conn, account_id, "name", name)
        return _new_session(conn, secret, account_id, device)


def sign_in(db: Database, secret: str, *, login: str, password: str, device: str) -> Tokens:
    kind, value = parse_login(login)
    with db.reading() as conn:
        found = store.account_by_login(conn, kind, value)
    if not _password_fits(found["password_hash"] if found else _unknown_hash, password) or found is None:
        raise SignInFailed()
    with db.transaction() as conn:
        return _new_session(conn, secret, found["account_id"], device)


def _password_fits(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _unknown_hash, password[:200]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _new_session(conn: Conn, secret: str, account_id: UUID, device: str) -> Tokens:
    session_id, refresh = new_id(), secrets.token_urlsafe(32)
    store.insert_session(conn, account_id, session_id, _digest(refresh), clock.now(conn) + SESSION_LIFETIME, device[:200])
    return _tokens(secret, account_id, session_id, refresh)


def _tokens(secret: str, account_id: UUID, session_id: UUID, refresh: str) -> Tokens:
    access = signing.sign(secret, PURPOSE, {"s": str(session_id)}, int(ACCESS_LIFETIME.total_seconds()))
    return Tokens(account_id, session_id, access, f"{session_id}.{refresh}")


def refresh(db: Database, secret: str, token: str) -> Tokens:
    """A refresh token works once. Used a second time it was stolen by one of the two: the session ends for both."""
    session_text, _, part = token.partition(".")
    try:
        session_id = UUID(session_text)
    except ValueError:
        raise SessionEnded() from None
    with db.transaction() as conn:
        row = store.session_for_update(conn, session_id)
        if row is None or row["ended_at"] is not None or row["expires_at"] <= clock.now(conn):
            raise SessionEnded()
        fits = hmac.compare_digest(bytes(row["refresh_hash"]), _digest(part))
        if fits:
            fresh = secrets.token_urlsafe(32)
            store.rotate(conn, session_id, _digest(fresh))
            return _tokens(secret, row["account_id"], session_id, fresh)
        if row["previous_hash"] is not None and hmac.compare_digest(bytes(row["previous_hash"]), _digest(part)):
            store.end_session(conn, row["account_id"], session_id, "refresh reused")
    raise SessionEnded()


def session_of(secret: str, access: str) -> UUID:
    """Raises LinkExpired for a forged or old token."""
    return UUID(signing.read(secret, PURPOSE, access)["s"])


def sign_out(db: Database, account_id: UUID, session_id: UUID) -> bool:
    with db.transaction() as conn:
        return store.end_session(conn, account_id, session_id, "signed out")


def grant_role(db: Database, by: Principal, account_id: UUID, role: Role, scope: str, reason: str | None = None) -> None:
    """The operator grants any role, the bureau those of officers; the rest come from the services' own decisions."""
    ensure_may_grant(by, role)
    if role not in (Role.BUREAU, Role.OPERATOR) and not scope:
        raise InvalidInput("scope", "required")
    with db.transaction() as conn:
        if store.account(conn, account_id) is None:
            raise NotFound("accountId")
        if store.put_grant(conn, account_id, role.value, scope, by.subject):
            audit.record(conn, by, "role:grant", f"account:{account_id}", after={"role": role.value, "scope": scope}, reason=reason)
            publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def revoke_role(db: Database, by: Principal, account_id: UUID, role: Role, scope: str, reason: str | None = None) -> None:
    ensure_may_grant(by, role)
    with db.transaction() as conn:
        if not store.remove_grant(conn, account_id, role.value, scope):
            raise NotFound()
        audit.record(conn, by, "role:revoke", f"account:{account_id}", before={"role": role.value, "scope": scope}, reason=reason)
        publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def ensure_may_grant(by: Principal, role: Role) -> None:
    if role in SCOPED_BY_OTHERS or not (by.has(Role.OPERATOR) or (by.has(Role.BUREAU) and role in GRANTED_BY_BUREAU)):
        raise Forbidden()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
