"""Sign-in through somebody else (OpenID Connect), and whom it signs in.

A state belongs to one browser (a cookie), one provider and one use. An outside login opens an account when it is linked to it. It becomes
linked by a signed-in owner, or by an address that both sides verified; never by an address that only one of them did
(GHSA-6j36-r6pr-59x4, authorizerdev/authorizer#503): then the owner signs in first, or resets the password by code, which ends whatever a
stranger had put there.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from gateway.accounts import sessions, store
from gateway.accounts import store_factors as factors
from gateway.accounts.asking import Asking
from gateway.accounts.domain import BadLogin, ChallengeOver, LastWayIn, LinkNeedsOwner, LoginTaken, OidcRefused, SessionEnded, parse_login
from gateway.accounts.oidc_client import OidcClient, OutsideIdentity
from gateway.accounts.sealing import digest
from gateway.accounts.sessions import Tokens
from gateway.accounts.sign_in_settings import OidcProvider, SignInSettings
from gateway.accounts.usecases import SecondStep, after_first_factor
from services.events.others import AccountChanged
from services.kit import audit
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, Kind, NotFound
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.principal import Principal

LIFETIME = timedelta(minutes=10)
PURPOSE = "oidc"


class OutsideLoginTaken(DomainError):
    code, kind = "OUTSIDE_LOGIN_TAKEN", Kind.CONFLICT
    zh, en = "该外部登录已关联其他账号", "This outside sign-in belongs to another account"


@dataclass(frozen=True)
class Begun:
    """``url`` is the provider's; ``browser`` is kept by the browser as a cookie and shown again at the end."""

    url: str
    browser: str


@dataclass(frozen=True)
class Finished:
    """``opened`` None: an outside login was linked to the account that is signed in."""

    opened: Tokens | SecondStep | None
    return_to: str


@cache
def client_of(provider: OidcProvider) -> OidcClient:
    return OidcClient(provider)


def provider_named(settings: SignInSettings, name: str) -> OidcProvider:
    """Raises NotFound."""
    if name not in settings.oidc:
        raise NotFound("provider")
    return settings.oidc[name]


def redirect_uri(settings: SignInSettings, name: str) -> str:
    return f"{settings.public_url}/auth/oidc/{name}/callback"


def start(db: Database, settings: SignInSettings, name: str, *, return_to: str = "/", link: tuple[UUID, UUID] | None = None) -> Begun:
    """``link``: account and session of the owner, fresh. Raises NotFound, ProofNeeded, Unavailable."""
    provider = provider_named(settings, name)
    browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    content = {
        "provider": name,
        "nonce": nonce,
        "verifier": verifier,
        "browser": digest(browser).hex(),
        "return_to": safe_path(return_to),
        "session": str(link[1]) if link else None,
    }
    with db.transaction() as conn:
        if link:
            sessions.ensure_fresh(conn, *link, second_factor=factors.has_any_factor(conn, link[0]))
        state = factors.put_challenge(conn, PURPOSE, content, LIFETIME, link[0] if link else None)
    url = client_of(provider).authorization_url(redirect_uri=redirect_uri(settings, name), state=state, nonce=nonce, verifier=verifier)
    return Begun(url, browser)


def finish(
    db: Database, settings: SignInSettings, name: str, *, state: str, code: str, issuer: str | None, browser: str, asking: Asking
) -> Finished:
    """Raises ChallengeOver, OidcRefused, LinkNeedsOwner, OutsideLoginTaken, SessionEnded, Unavailable."""
    with db.reading() as conn:
        begun = factors.take_challenge(conn, PURPOSE, state)
    if begun is None:
        raise ChallengeOver()
    content = begun["content"]
    if content["provider"] != name or not hmac.compare_digest(content["browser"], digest(browser).hex()):
        raise ChallengeOver()
    if not code:
        raise OidcRefused()
    provider = provider_named(settings, name)
    found = client_of(provider).identity(
        code=code, redirect_uri=redirect_uri(settings, name), nonce=content["nonce"], verifier=content["verifier"], issuer=issuer
    )
    with db.transaction() as conn:
        if begun["account_id"] is not None:
            _link_by_owner(conn, provider, found, begun["account_id"], UUID(content["session"]))
            return Finished(None, content["return_to"])
        account_id = _account_of(conn, provider, found, asking.language)
        return Finished(after_first_factor(conn, settings, account_id, asking, "oidc"), content["return_to"])


def unlink(db: Database, by: Principal, session_id: UUID, link_id: UUID) -> None:
    """Raises ProofNeeded, NotFound, LastWayIn."""
    account_id = UUID(by.subject)
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id)
        if not factors.remove_oidc_link(conn, account_id, link_id):
            raise NotFound("id")
        if factors.ways_in(conn, account_id) == 0:
            raise LastWayIn()
        audit.record(conn, by, "outside_login:unlink", f"account:{account_id}", before={"link": str(link_id)})
        publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def _link_by_owner(conn: Conn, provider: OidcProvider, found: OutsideIdentity, account_id: UUID, session_id: UUID) -> None:
    session = store.live_session(conn, session_id)
    if session is None or session["account_id"] != account_id:
        raise SessionEnded()
    owner = factors.oidc_account(conn, found.issuer, found.subject)
    if owner == account_id:
        return
    _link(conn, provider, found, account_id)


def _account_of(conn: Conn, provider: OidcProvider, found: OutsideIdentity, language: str) -> UUID:
    linked = factors.oidc_account(conn, found.issuer, found.subject)
    if linked is not None:
        return linked
    login = _login(found)
    holder = store.login_of(conn, *login) if login else None
    if holder is not None:
        if holder["verified_at"] is None:
            raise LinkNeedsOwner()
        account_id: UUID = holder["account_id"]
    else:
        account_id = new_id()
        store.insert_account(conn, account_id, None, language)
        if login and not store.put_identity(conn, account_id, *login, verified=True):
            raise LoginTaken()
    _link(conn, provider, found, account_id)
    return account_id


def _login(found: OutsideIdentity) -> tuple[str, str] | None:
    try:
        kind, value = parse_login(found.email or "")
    except BadLogin:
        return None
    return (kind, value) if kind == "email" else None


def _link(conn: Conn, provider: OidcProvider, found: OutsideIdentity, account_id: UUID) -> None:
    link_id = new_id()
    if not factors.put_oidc_link(conn, account_id, link_id, provider.name, found.issuer, found.subject):
        raise OutsideLoginTaken()
    after = {"link": str(link_id), "provider": provider.name}
    audit.record(conn, Principal(str(account_id)), "outside_login:link", f"account:{account_id}", after=after)
    publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def safe_path(text: str) -> str:
    """A place of our own; anything else is the first page."""
    return text if re.fullmatch(r"/(?![/\\])[\w\-./~%?=&+,:@]{0,500}", text, re.ASCII) and "\\" not in text else "/"
