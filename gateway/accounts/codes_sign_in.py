"""What a one-time code opens: a session, a new password, a verified login.

Who signs in by a code to a login that nobody has proved yet is its owner, and whoever registered it before may not be: the password,
passkeys, outside logins, API keys and sessions that he left behind end (authorizerdev/authorizer#503). Not on a device where the account
was signed in to before: there it is the same person.
"""

from __future__ import annotations

from uuid import UUID

from gateway.accounts import codes, lockout, messages, sessions, store, store_factors, totp
from gateway.accounts.asking import Asking, known_device, target_of
from gateway.accounts.domain import CodeWrong, LoginTaken, parse_login
from gateway.accounts.passwords import ensure_password, hash_password
from gateway.accounts.sessions import Tokens
from gateway.accounts.sign_in_settings import SignInSettings
from gateway.accounts.usecases import SecondStep, after_first_factor
from services.events.others import AccountChanged
from services.kit import audit
from services.kit.db import Conn, Database, Row
from services.kit.outbox import publish
from services.kit.principal import Principal, Role


def sign_in_by_code(db: Database, settings: SignInSettings, *, challenge: str, code: str, asking: Asking) -> Tokens | SecondStep:
    """Raises CodeWrong."""
    row = codes.try_code(db, settings, challenge, code, "sign_in")
    with db.transaction() as conn:
        codes.use(conn, row)
        _claim(conn, settings, row, asking)
        return after_first_factor(conn, settings, row["account_id"], asking, "code")


def reset_password(db: Database, settings: SignInSettings, *, challenge: str, code: str, new_password: str, asking: Asking) -> None:
    """Ends every session. The second factor stays: it is asked for at the next sign-in. Raises WeakPassword …, CodeWrong."""
    ensure_password(new_password, "")
    row = codes.try_code(db, settings, challenge, code, "reset")
    account_id: UUID = row["account_id"]
    with db.transaction() as conn:
        for login in store.logins(conn, account_id):
            ensure_password(new_password, login["value"])
        codes.use(conn, row)
        _claim(conn, settings, row, asking)
        store.set_password(conn, account_id, hash_password(new_password))
        sessions.end_other_sessions(conn, account_id, None, "password reset")
        lockout.forget(conn, bytes(row["target"]))
        audit.record(conn, Principal(str(account_id)), "password:reset", f"account:{account_id}")
        tell(conn, settings, account_id, "password_changed", asking.language)


def verify_login(
    db: Database, settings: SignInSettings, by: Principal, session_id: UUID | None, *, challenge: str, code: str, login: str, language: str
) -> None:
    """The number or address is proved to be the account's: a new one replaces the one before. Raises CodeWrong, ProofNeeded, LoginTaken."""
    kind, value = parse_login(login)
    account_id = UUID(by.subject)
    row = codes.try_code(db, settings, challenge, code, "verify")
    if row["account_id"] != account_id or bytes(row["target"]) != target_of(settings.session_secret, kind, value):
        raise CodeWrong("code")
    with db.transaction() as conn:
        before = {one["kind"]: one["value"] for one in store.logins(conn, account_id)}
        is_new = before.get(kind) != value
        if is_new:
            sessions.ensure_fresh(conn, account_id, session_id, second_factor=store_factors.has_totp(conn, account_id))
            tell(conn, settings, account_id, "login_changed", language)
        codes.use(conn, row)
        if not store.replace_login(conn, account_id, kind, value):
            raise LoginTaken("login")
        audit.record(conn, by, "login:verify", f"account:{account_id}", after={"kind": kind, "replaced": is_new and kind in before})
        publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def tell(conn: Conn, settings: SignInSettings, account_id: UUID, template: str, language: str) -> None:
    """To every login of the account, as it is before the change."""
    for login in store.logins(conn, account_id):
        messages.write(conn, settings.sealer, channel=login["kind"], recipient=login["value"], template=template, language=language)


def _claim(conn: Conn, settings: SignInSettings, row: Row, asking: Asking) -> None:
    """The code came to the login it was sent to: mark it, and end what a stranger may have put on the account before."""
    account_id: UUID = row["account_id"]
    login = next(
        (
            one
            for one in store.logins(conn, account_id)
            if target_of(settings.session_secret, one["kind"], one["value"]) == bytes(row["target"])
        ),
        None,
    )
    if login is None:  # replaced by another since the code was asked for
        raise CodeWrong("code")
    if login["verified_at"] is not None:
        return
    store.mark_verified(conn, account_id, login["kind"])
    if known_device(settings.session_secret, asking, account_id) is not None:
        return
    # An officer's second factor is no stranger's: it was set up in a session that had the role.
    holds_power = totp.is_required_for(Role(g["role"]) for g in store.grants(conn, account_id))
    store_factors.drop_all_factors(conn, account_id, keep_second=holds_power)
    sessions.end_other_sessions(conn, account_id, None, "login claimed by its owner")
