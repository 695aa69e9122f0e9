"""Sign up, sign in by password, sign out, and who gets which role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gateway.accounts import codes, lockout, persons_consents, sessions, store, store_factors
from gateway.accounts.asking import Asking, target_of
from gateway.accounts.domain import CodeNeeded, LoginTaken, SignInFailed, parse_login
from gateway.accounts.passwords import ensure_password, hash_password, needs_rehash, password_fits
from gateway.accounts.persons_consents import ConsentText
from gateway.accounts.sessions import Tokens
from gateway.accounts.sign_in_settings import SignInSettings
from services.events.others import AccountChanged
from services.kit import audit
from services.kit.db import Conn, Database
from services.kit.errors import Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.principal import Principal, Role

SCOPED_BY_OTHERS = frozenset({Role.SERVICE, Role.SHOPPER})
GRANTED_BY_BUREAU = frozenset({Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER})
SECOND_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class SecondStep:
    """The first factor was right; ``challenge`` and a code of ``methods`` open the session."""

    challenge: str
    methods: tuple[str, ...] = ("totp", "recovery")
    seconds: int = int(SECOND_STEP.total_seconds())


def sign_up(
    db: Database,
    settings: SignInSettings,
    *,
    login: str,
    password: str,
    name: str | None,
    language: str,
    asking: Asking,
    challenge: str | None = None,
    code: str | None = None,
    vouched: bool = False,
    consents: Sequence[ConsentText] = (),
) -> Tokens:
    """With a code of purpose ``sign_up`` the login is verified; production demands it (``verified_sign_up``), so that only the owner of a
    number learns whether it is taken. ``vouched``: whoever makes the account (the command line) answers for the login."""
    kind, value = parse_login(login)
    ensure_password(password, value)
    proof = None
    if challenge and code:
        proof = codes.try_code(db, settings, challenge, code, "sign_up")
        if bytes(proof["target"]) != target_of(settings.session_secret, kind, value):
            raise CodeNeeded("login")
    elif settings.sign_up_is_verified and not vouched:
        raise CodeNeeded("code")
    account_id, hashed = new_id(), hash_password(password)
    with db.transaction() as conn:
        if proof is not None:
            codes.use(conn, proof)
        store.insert_account(conn, account_id, hashed, language)
        if not store.put_identity(conn, account_id, kind, value, verified=proof is not None or vouched):
            raise LoginTaken("login")
        if name:
            store.put_identity(conn, account_id, "name", name)
        for text in consents:
            persons_consents.record(conn, account_id, text)
        return sessions.open_session(conn, settings.session_secret, account_id, asking, "password")


def sign_in(db: Database, settings: SignInSettings, *, login: str, password: str, asking: Asking) -> Tokens | SecondStep:
    """Raises SignInFailed, TooManyAttempts."""
    kind, value = parse_login(login)
    secret = settings.session_secret
    with db.transaction() as conn:
        found = store.account_by_login(conn, kind, value)
        account_id = found["account_id"] if found else None
        attempt = lockout.begin(conn, secret, asking, target_of(secret, kind, value), account_id)
    if not password_fits(found["password_hash"] if found else None, password) or found is None:
        raise SignInFailed()
    fresh = hash_password(password) if needs_rehash(found["password_hash"]) else None
    with db.transaction() as conn:
        lockout.succeeded(conn, attempt)
        if fresh is not None:
            store.set_password(conn, found["account_id"], fresh)
        return after_first_factor(conn, settings, found["account_id"], asking, "password")


def after_first_factor(conn: Conn, settings: SignInSettings, account_id: UUID, asking: Asking, method: str) -> Tokens | SecondStep:
    """The session, or the challenge of the second factor. In the transaction of the sign-in."""
    if store_factors.has_totp(conn, account_id):
        return SecondStep(store_factors.put_challenge(conn, "second_factor", {"method": method}, SECOND_STEP, account_id))
    return sessions.open_session(conn, settings.session_secret, account_id, asking, method)


def sign_out(db: Database, account_id: UUID, session_id: UUID | None) -> bool:
    if session_id is None:  # an API key has no session to end
        return False
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
