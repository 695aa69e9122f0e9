"""Codes, passwords and the second factor: what a person does to get in again, and to keep others out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import codes, codes_sign_in, passwords_change, roles, sessions, totp, totp_sign_in
from gateway.http import identity
from gateway.permissions import ACCOUNT_AT_ONCE, ANYONE
from gateway.schema.accounts.sign_in import given, opened
from gateway.schema.accounts.types import SecondStep, TokenPair
from gateway.schema.inputs import choice, text
from gateway.schema.intentions import intention
from services.kit.errors import Unauthenticated
from services.kit.principal import Role


class CodePurpose(graphene.Enum):
    """What a one-time code is for; it opens nothing else."""

    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    VERIFY = "verify"
    RESET_PASSWORD = "reset"  # noqa: S105 – the name of a purpose


class CodeSent(graphene.ObjectType):
    """The same whether there is such an account or not. Whoever knows ``challenge`` has the five tries."""

    challenge = graphene.String(required=True, description="Goes back together with the code")
    seconds = graphene.Int(required=True, description="How long the code is valid")
    again_seconds = graphene.Int(required=True, description="After how many seconds another may be asked for")


class TotpSetup(graphene.ObjectType):
    """Shown this once. Nothing has changed until `confirmTotp`."""

    challenge = graphene.String(required=True, description="Goes back with the first code, within 15 minutes")
    secret = graphene.String(required=True, description="Base32, for typing into an authenticator")
    uri = graphene.String(required=True, description="`otpauth://…`, for a QR picture")


def me(context: Any) -> tuple[UUID, UUID]:
    """(account, session). Raises Unauthenticated for a visitor and for an API key."""
    if context.session_id is None:
        raise Unauthenticated()
    return context.account_id, context.session_id


def request_code(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge, purpose = context.edge, body["purpose"]
    account_id = me(context)[0] if purpose == "verify" else None
    sent = codes.request_code(edge.db, edge.settings, login=body["login"], purpose=purpose, asking=identity.asking(), account_id=account_id)
    return asdict(sent)


def sign_in_by_code(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return opened(context, codes_sign_in.sign_in_by_code(edge.db, edge.settings, **body, asking=identity.asking()))


def confirm_sign_in(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return given(context, totp_sign_in.confirm_sign_in(edge.db, edge.settings, **body, asking=identity.asking()))


def reset_password(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    codes_sign_in.reset_password(edge.db, edge.settings, **body, asking=identity.asking())
    return True


def verify_login(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    codes_sign_in.verify_login(edge.db, edge.settings, context.principal, me(context)[1], **body, language=context.language)
    return True


def change_password(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    passwords_change.change_password(
        edge.db,
        edge.settings,
        context.principal,
        me(context)[1],
        old=body.get("old_password"),
        new=body["new_password"],
        asking=identity.asking(),
    )
    return True


def prove_identity(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    passwords_change.prove_identity(
        edge.db,
        edge.settings,
        context.principal,
        me(context)[1],
        password=body.get("password"),
        code=body.get("code"),
        asking=identity.asking(),
    )
    return True


def end_other_sessions(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    account_id, session_id = me(context)
    with context.edge.db.transaction() as conn:
        return sessions.end_other_sessions(conn, account_id, session_id, "ended by the owner")


def start_totp(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return asdict(totp.start_totp(context.edge.db, context.edge.settings, *me(context)))


def confirm_totp(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return totp.confirm_totp(edge.db, edge.settings, context.principal, me(context)[1], body["challenge"], body["code"])


def renew_recovery_codes(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return totp.renew_recovery_codes(context.edge.db, context.principal, me(context)[1])


def remove_totp(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    account_id, session_id = me(context)
    held = [Role(row["role"]) for row in roles.roles_held(context.edge.db, account_id, session_id)]
    totp.remove_totp(context.edge.db, context.edge.settings, context.principal, session_id, held)
    return True


_CHALLENGE = text("As it was answered")
_NOTHING = {"reason": text("Not kept", required=False)}
_DONE = ("done", graphene.Boolean)
_CODES = ("recovery_codes", graphene.List(graphene.NonNull(graphene.String)))

PERMISSIONS = {
    "Mutation.requestCode": ANYONE,
    "Mutation.signInByCode": ANYONE,
    "Mutation.confirmSignIn": ANYONE,
    "Mutation.resetPassword": ANYONE,
    "Mutation.verifyLogin": ACCOUNT_AT_ONCE,
    "Mutation.changePassword": ACCOUNT_AT_ONCE,
    "Mutation.proveIdentity": ACCOUNT_AT_ONCE,
    "Mutation.endOtherSessions": ACCOUNT_AT_ONCE,
    "Mutation.startTotp": ACCOUNT_AT_ONCE,
    "Mutation.confirmTotp": ACCOUNT_AT_ONCE,
    "Mutation.renewRecoveryCodes": ACCOUNT_AT_ONCE,
    "Mutation.removeTotp": ACCOUNT_AT_ONCE,
}
QUERIES: dict[str, Any] = {}
MUTATIONS = {
    "request_code": intention(
        "requestCode",
        "Send six digits to a number or an address: one a minute, five an hour, ten a day",
        {"login": text("Mobile number or e-mail address"), "purpose": choice(CodePurpose, "VERIFY needs a session")},
        ("code", CodeSent),
        request_code,
    ),
    "sign_in_by_code": intention(
        "signInByCode",
        "Sign in by the six digits that came",
        {"challenge": _CHALLENGE, "code": text("Six digits")},
        ("tokens", TokenPair),
        sign_in_by_code,
        instead=("needs_second_factor", SecondStep),
    ),
    "confirm_sign_in": intention(
        "confirmSignIn",
        "The second step of a sign-in",
        {"challenge": _CHALLENGE, "code": text("Six digits of the authenticator, or a recovery code")},
        ("tokens", TokenPair),
        confirm_sign_in,
    ),
    "reset_password": intention(
        "resetPassword",
        "A new password by the six digits that came; every session ends, the second factor stays",
        {"challenge": _CHALLENGE, "code": text("Six digits"), "new_password": text("8 to 128 characters")},
        _DONE,
        reset_password,
    ),
    "verify_login": intention(
        "verifyLogin",
        "Prove that a number or address is one's own; a new one replaces the one before and needs a fresh session",
        {"challenge": _CHALLENGE, "code": text("Six digits"), "login": text("The number or address that the code went to")},
        _DONE,
        verify_login,
    ),
    "change_password": intention(
        "changePassword",
        "A new password, by the old one or within ten minutes of a second factor; the other sessions end",
        {"old_password": text("The present one", required=False), "new_password": text("8 to 128 characters")},
        _DONE,
        change_password,
    ),
    "prove_identity": intention(
        "proveIdentity",
        "Show again who one is: for ten minutes the session may change how one signs in",
        {
            "password": text("The present password", required=False),
            "code": text("Or six digits of the authenticator, or a recovery code", required=False),
        },
        _DONE,
        prove_identity,
    ),
    "end_other_sessions": intention(
        "endOtherSessions", "End every session of one's own but this one", _NOTHING, ("ended", graphene.Int), end_other_sessions
    ),
    "start_totp": intention("startTotp", "Begin to set up an authenticator", _NOTHING, ("totp", TotpSetup), start_totp),
    "confirm_totp": intention(
        "confirmTotp",
        "The authenticator's first code: it is the second factor from now on. Answers ten recovery codes, shown this once",
        {"challenge": _CHALLENGE, "code": text("Six digits")},
        _CODES,
        confirm_totp,
    ),
    "renew_recovery_codes": intention(
        "renewRecoveryCodes", "Ten new recovery codes; the old ones are void", _NOTHING, _CODES, renew_recovery_codes
    ),
    "remove_totp": intention("removeTotp", "Give up the second factor, where no role demands it", _NOTHING, _DONE, remove_totp),
}
