"""Sign up, in and out; roles. A browser (header ``X-Bangfu-Client: web``) gets its tokens as HttpOnly cookies too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import persons_consents, sessions, usecases
from gateway.http import identity
from gateway.schema.accounts.sign_in import given, opened
from gateway.schema.accounts.types import Role, SecondStep, TokenPair
from gateway.schema.fields import raw_id
from gateway.schema.inputs import choice, ref, rows, text
from gateway.schema.intentions import intention
from services.kit.errors import InvalidInput, NotFound
from services.kit.principal import Role as RoleName


def sign_up(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    name = (body.get("name") or "").strip()
    if len(name) > 50:
        raise InvalidInput("name", "50")
    return given(
        context,
        usecases.sign_up(
            context.edge.db,
            context.edge.settings,
            login=body["login"],
            password=body["password"],
            name=name or None,
            language=context.language,
            asking=identity.asking(),
            challenge=body.get("challenge"),
            code=body.get("code"),
            consents=persons_consents.agreed(
                [(c["purpose"], c["text_version"]) for c in body.get("consents") or ()],
                demanded=context.edge.settings.env == "production",
            ),
        ),
    )


def sign_in(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return opened(
        context, usecases.sign_in(edge.db, edge.settings, login=body["login"], password=body["password"], asking=identity.asking())
    )


def refresh_session(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    from flask import request

    token = body.get("refresh_token") or (
        request.cookies.get(identity.REFRESH_COOKIE, "") if identity.CLIENT_HEADER in request.headers else ""
    )
    return given(context, sessions.refresh(context.edge.db, context.edge.settings.session_secret, token, identity.asking()))


def sign_out(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    usecases.sign_out(context.edge.db, context.account_id, context.session_id)
    context.set_cookies |= {identity.SESSION_COOKIE: None, identity.REFRESH_COOKIE: None}
    return True


def end_session(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    session_id = UUID(body["session_id"])
    if not usecases.sign_out(context.edge.db, context.account_id, session_id):
        raise NotFound("id")
    return True


def start_guest(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return identity.new_guest(context.edge)


def _scope(body: dict[str, Any]) -> str:
    """Codes stay; a global id becomes the service's own."""
    scope = body.get("scope") or ""
    return raw_id(scope, "Merchant", "Institution", "Streamer", "Outlet") if len(scope) > 30 else scope


def grant_role(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    usecases.grant_role(
        context.edge.db, context.principal, UUID(body["account_id"]), RoleName(body["role"]), _scope(body), body.get("reason")
    )
    return True


def revoke_role(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    usecases.revoke_role(
        context.edge.db, context.principal, UUID(body["account_id"]), RoleName(body["role"]), _scope(body), body.get("reason")
    )
    return True


_LOGIN = {"login": text("Mobile number or e-mail address"), "password": text("8 to 128 characters")}
_ROLE = {
    "account_id": ref("Account", key="account_id"),
    "role": choice(Role),
    "scope": text("County or department code, or global id; empty for bureau and operator", required=False),
    "reason": text(required=False),
}

MUTATIONS = {
    "sign_up": intention(
        "signUp",
        "Make an account and sign in",
        {
            **_LOGIN,
            "name": text("How to be addressed, at most 50 characters", required=False),
            "challenge": text("Of `requestCode` with purpose SIGN_UP; production demands it", required=False),
            "code": text("The six digits that came", required=False),
            "consents": rows(
                "GivenConsent",
                {"purpose": text("privacy or marketing"), "text_version": text("From `consentTexts`: what was shown")},
                "What the person agreed to; production demands that of the privacy policy",
                required=False,
            ),
        },
        ("tokens", TokenPair),
        sign_up,
    ),
    "sign_in": intention(
        "signIn",
        "Sign in by password; an account with a second factor gets its challenge instead of tokens",
        _LOGIN,
        ("tokens", TokenPair),
        sign_in,
        instead=("needs_second_factor", SecondStep),
    ),
    "refresh_session": intention(
        "refreshSession",
        "The next pair of tokens; a refresh token used twice ends the session",
        {"refresh_token": text("Browsers leave it out: it is in their cookie", required=False)},
        ("tokens", TokenPair),
        refresh_session,
    ),
    "sign_out": intention("signOut", "End this session", {"reason": text(required=False)}, ("done", graphene.Boolean), sign_out),
    "end_session": intention(
        "endSession", "End another session of one's own", {"id": ref("Session", key="session_id")}, ("done", graphene.Boolean), end_session
    ),
    "start_guest": intention(
        "startGuest",
        "A signed token for a visitor's cart, sent as header X-Bangfu-Guest",
        {"reason": text(required=False)},
        ("guest_token", graphene.String),
        start_guest,
    ),
    "grant_role": intention("grantRole", "Give a role to an account", _ROLE, ("done", graphene.Boolean), grant_role),
    "revoke_role": intention("revokeRole", "Take a role from an account", _ROLE, ("done", graphene.Boolean), revoke_role),
}
