"""A new password for who is signed in, and showing again that it is still the same person."""

from __future__ import annotations

from uuid import UUID

from gateway.accounts import lockout, sessions, store, totp
from gateway.accounts.asking import Asking
from gateway.accounts.codes_sign_in import tell
from gateway.accounts.domain import SessionEnded
from gateway.accounts.passwords import ensure_password, hash_password, password_fits
from gateway.accounts.sealing import keyed_hash
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit import audit
from services.kit.db import Database
from services.kit.errors import DomainError, InvalidInput, Kind
from services.kit.principal import Principal


class OldPasswordWrong(DomainError):
    code, kind = "OLD_PASSWORD_WRONG", Kind.INVALID
    zh, en = "当前密码不正确", "The present password is not right"


def change_password(
    db: Database, settings: SignInSettings, by: Principal, session_id: UUID | None, *, old: str | None, new: str, asking: Asking
) -> None:
    """By the old password, or within ten minutes of a second factor. The other sessions end.

    Raises WeakPassword …, OldPasswordWrong, ProofNeeded, TooManyAttempts.
    """
    account_id, session = _in_session(by, session_id)
    with db.reading() as conn:
        for login in store.logins(conn, account_id):
            ensure_password(new, login["value"])
    if old is not None:
        _ensure_own_password(db, settings, account_id, old, asking, "old_password")
    hashed = hash_password(new)
    with db.transaction() as conn:
        if old is None:
            sessions.ensure_fresh(conn, account_id, session, second_factor=True)
        store.set_password(conn, account_id, hashed)
        sessions.end_other_sessions(conn, account_id, session, "password changed")
        audit.record(conn, by, "password:change", f"account:{account_id}")
        tell(conn, settings, account_id, "password_changed", asking.language)


def prove_identity(
    db: Database,
    settings: SignInSettings,
    by: Principal,
    session_id: UUID | None,
    *,
    password: str | None,
    code: str | None,
    asking: Asking,
) -> None:
    """Makes the session fresh for ten minutes; by code also as one that has shown its second factor.

    Raises OldPasswordWrong, CodeWrong, TooManyAttempts.
    """
    account_id, session = _in_session(by, session_id)
    if (password is None) == (code is None):
        raise InvalidInput("password", "password | code")
    if password is not None:
        _ensure_own_password(db, settings, account_id, password, asking, "password")
        with db.transaction() as conn:
            sessions.mark_proved(conn, account_id, session, second_factor=False)
        return
    attempt = totp.begin(db, settings, account_id, asking)
    with db.transaction() as conn:
        totp.check(conn, settings, account_id, code or "")
        lockout.succeeded(conn, attempt)
        sessions.mark_proved(conn, account_id, session, second_factor=True)


def _in_session(by: Principal, session_id: UUID | None) -> tuple[UUID, UUID]:
    """(account, session): an API key changes no credential."""
    if session_id is None:
        raise SessionEnded()
    return UUID(by.subject), session_id


def _ensure_own_password(db: Database, settings: SignInSettings, account_id: UUID, password: str, asking: Asking, field: str) -> None:
    secret = settings.session_secret
    with db.transaction() as conn:
        attempt = lockout.begin(conn, secret, asking, keyed_hash(secret, "own-password", account_id.bytes), account_id)
        hashed = store.password_hash(conn, account_id)
    if not password_fits(hashed, password):
        raise OldPasswordWrong(field)
    with db.transaction() as conn:
        lockout.succeeded(conn, attempt)
