from __future__ import annotations

from typing import Any

import graphene

from gateway.accounts import store, store_factors, totp
from gateway.schema.fields import node_id, to_global_id
from gateway.schema.scalars import Instant
from services.kit.principal import Role as RoleName

Role = graphene.Enum.from_enum(RoleName, description=lambda v: "A role; its scope says for whom or where" if v is None else None)

SCOPE_KINDS = {
    RoleName.MERCHANT: "Merchant",
    RoleName.CANTEEN_BUYER: "Institution",
    RoleName.CANTEEN_APPROVER: "Institution",
    RoleName.GROUP_ORGANISER: "Institution",
    RoleName.STREAMER: "Streamer",
    RoleName.OUTLET: "Outlet",
    RoleName.SHOPPER: "Account",
}


class SecondFactorMethod(graphene.Enum):
    """What a second step may be answered with."""

    TOTP = "totp"
    RECOVERY = "recovery"


class Grant(graphene.ObjectType):
    """A role of an account."""

    role = graphene.Field(Role, required=True)
    scope = graphene.String(required=True, description="County or department code, or the global id of what the role is for")

    @staticmethod
    def resolve_role(row: dict[str, Any], _info: Any) -> Any:
        return RoleName(row["role"])

    @staticmethod
    def resolve_scope(row: dict[str, Any], _info: Any) -> str:
        kind = SCOPE_KINDS.get(RoleName(row["role"]))
        return to_global_id(kind, row["scope"]) if kind else row["scope"]


class SignedInDevice(graphene.ObjectType):
    """A session of one's own."""

    id = node_id("Session", "session_id")
    device = graphene.String(required=True)
    created_at = graphene.Field(Instant, required=True)
    refreshed_at = graphene.Field(Instant, required=True)
    current = graphene.Boolean(required=True)
    method = graphene.String(required=True, description="How its first factor was shown: password, code, passkey or oidc")
    second_factor = graphene.Boolean(required=True, description="A second factor was shown in it, or a passkey, which is both")

    @staticmethod
    def resolve_current(row: dict[str, Any], info: Any) -> bool:
        return bool(row["session_id"] == info.context.session_id)


class SecondFactor(graphene.ObjectType):
    """How an account and this session stand with the second factor."""

    required = graphene.Boolean(required=True, description="A role of the account demands one")
    totp = graphene.Boolean(required=True, description="An authenticator is set up")
    recovery_codes_left = graphene.Int(required=True, description="Of ten")
    proved = graphene.Boolean(required=True, description="This session has shown it; required and false: only setting it up is open")


class Passkey(graphene.ObjectType):
    """A passkey of one's own."""

    id = node_id("Passkey", "passkey_id")
    title = graphene.String(required=True, description="What its owner calls it")
    created_at = graphene.Field(Instant)
    used_at = graphene.Field(Instant, description="When it last signed in")


class OutsideLogin(graphene.ObjectType):
    """A sign-in elsewhere that opens this account."""

    id = node_id("OutsideLogin", "link_id")
    provider = graphene.String(required=True, description="Name of the provider, as in `signInProviders`")
    created_at = graphene.Field(Instant, required=True)


class Account(graphene.ObjectType):
    """One's own account; nobody else's name or number is ever shown here."""

    id = node_id("Account", "account_id")
    name = graphene.String()
    login = graphene.String(description="Number or address by which one signs in")
    language = graphene.String(required=True)
    grants = graphene.List(graphene.NonNull(Grant), required=True)
    sessions = graphene.List(graphene.NonNull(SignedInDevice), required=True)
    login_verified = graphene.Boolean(required=True, description="A code that went to the login was shown")
    second_factor = graphene.Field(SecondFactor, required=True)
    passkeys = graphene.List(graphene.NonNull(Passkey), required=True)
    outside_logins = graphene.List(graphene.NonNull(OutsideLogin), required=True)

    @staticmethod
    def resolve_name(row: dict[str, Any], _info: Any) -> str | None:
        return (row["identities"] or {}).get("name")

    @staticmethod
    def resolve_login(row: dict[str, Any], _info: Any) -> str | None:
        identities = row["identities"] or {}
        return identities.get("phone") or identities.get("email")

    @staticmethod
    def resolve_grants(row: dict[str, Any], info: Any) -> list[dict[str, Any]]:
        return [{"role": g.role.value, "scope": g.scope} for g in info.context.principal.grants]

    @staticmethod
    def resolve_login_verified(row: dict[str, Any], info: Any) -> bool:
        with info.context.edge.db.reading() as conn:
            kinds = {one["kind"]: one["verified_at"] is not None for one in store.logins(conn, row["account_id"])}
        return kinds.get("phone", kinds.get("email", False))

    @staticmethod
    def resolve_second_factor(row: dict[str, Any], info: Any) -> dict[str, Any]:
        context = info.context
        with context.edge.db.reading() as conn:
            held = [RoleName(g["role"]) for g in store.grants(conn, row["account_id"])]
            session = store.live_session(conn, context.session_id) if context.session_id else None
            return {
                "required": context.edge.settings.totp_is_required and totp.is_required_for(held),
                "totp": store_factors.has_totp(conn, row["account_id"]),
                "recovery_codes_left": store_factors.recovery_codes_left(conn, row["account_id"]),
                "proved": bool(session and session["second_factor"]),
            }

    @staticmethod
    def resolve_passkeys(row: dict[str, Any], info: Any) -> list[dict[str, Any]]:
        with info.context.edge.db.reading() as conn:
            return store_factors.passkeys(conn, row["account_id"])

    @staticmethod
    def resolve_outside_logins(row: dict[str, Any], info: Any) -> list[dict[str, Any]]:
        with info.context.edge.db.reading() as conn:
            return store_factors.oidc_links(conn, row["account_id"])

    @staticmethod
    def resolve_sessions(row: dict[str, Any], info: Any) -> list[dict[str, Any]]:
        with info.context.edge.db.reading() as conn:
            return store.sessions(conn, row["account_id"])


class TokenPair(graphene.ObjectType):
    """``accessToken`` lives 15 minutes; ``refreshToken`` works once."""

    access_token = graphene.String(required=True)
    refresh_token = graphene.String(required=True)
    account_id = graphene.ID(required=True)
    device_token = graphene.String(
        required=True,
        description="Sent as X-Bangfu-Device at later sign-ins on this device (browsers: a cookie): others' failures do not slow it",
    )


class SecondStep(graphene.ObjectType):
    """The first factor was right; `confirmSignIn` with ``challenge`` and a code opens the session."""

    challenge = graphene.String(required=True)
    methods = graphene.List(graphene.NonNull(SecondFactorMethod), required=True)
    seconds = graphene.Int(required=True, description="How long the challenge lasts")


class AccountFound(graphene.ObjectType):
    """An account that can be made a member: its id only."""

    id = node_id("Account", "account_id")
