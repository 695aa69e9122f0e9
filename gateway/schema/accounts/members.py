"""Members of merchants, institutions and departments: invited, listed, removed; and in which of one's roles one acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import invitations, roles
from gateway.permissions import ACCOUNT
from gateway.permissions import roles as with_role
from gateway.schema.accounts.types import Grant, Role
from gateway.schema.fields import listing, node_id, raw_id, ref_id
from gateway.schema.inputs import choice, number, ref, text
from gateway.schema.intentions import intention
from gateway.schema.scalars import Instant
from services.kit.principal import Role as RoleName

MANAGERS = with_role(
    RoleName.MERCHANT,
    RoleName.CANTEEN_BUYER,
    RoleName.CANTEEN_APPROVER,
    RoleName.GROUP_ORGANISER,
    RoleName.COUNTY_OFFICER,
    RoleName.BUREAU,
    RoleName.OPERATOR,
)
SCOPE = "Global id of the merchant or institution; code of the county or department"


class Invitation(Grant):
    """A colleague asked to take a role. Whom it is for is shown as a hint while it is open."""

    id = node_id("Invitation", "invitation_id")
    invitee_hint = graphene.String(description="e.g. 138****8000; null once it has ended")
    state = graphene.String(required=True, description="open, accepted, revoked or expired")
    created_at = graphene.Field(Instant, required=True)
    expires_at = graphene.Field(Instant, required=True)

    @staticmethod
    def resolve_invitee_hint(row: dict[str, Any], _info: Any) -> str | None:
        return row["invitee_hint"] or None if row["state"] == "open" else None


class SentInvitation(graphene.ObjectType):
    """An invitation just made, with its link, which is not shown again."""

    invitation = graphene.Field(Invitation, required=True)
    code = graphene.String(required=True, description="For `acceptInvitation`; serves once, only the invited login")
    link = graphene.String(required=True, description="The page that accepts it, to hand on")


class RoleMember(graphene.ObjectType):
    """An account that acts for a merchant, an institution or an office."""

    account_id = ref_id("Account", "account_id")
    role = graphene.Field(Role, required=True)
    name = graphene.String(description="How the member wants to be addressed")
    login_hint = graphene.String(description="e.g. 138****8000")
    granted_at = graphene.Field(Instant, required=True)

    @staticmethod
    def resolve_role(row: dict[str, Any], _info: Any) -> Any:
        return RoleName(row["role"])


class RoleHeld(Grant):
    """A role of one's own account."""

    granted_at = graphene.Field(Instant, required=True)
    active = graphene.Boolean(required=True, description="False while this session acts in another role (`actAs`)")


def scope_of(text_: str | None) -> str:
    """Codes stay; a global id becomes the service's own."""
    scope = text_ or ""
    return raw_id(scope, "Merchant", "Institution", "Streamer", "Outlet", "Account") if len(scope) > 30 else scope


def invite_member(context: Any, body: dict[str, Any], _key: str | None) -> dict[str, Any]:
    made = invitations.invite(
        context.edge.db,
        context.clients,
        context.edge.settings.session_secret,
        context.principal,
        role=RoleName(body["role"]),
        scope=scope_of(body["scope"]),
        login=body["login"],
        days=body.get("days") or 7,
    )
    return {
        "invitation": made.invitation,
        "code": made.code,
        "link": f"{context.edge.settings.public_url}/invitations/{made.code}",
    }


def accept_invitation(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return invitations.accept(
        context.edge.db, context.clients, context.edge.settings.session_secret, context.principal, body["code"].strip()
    )


def revoke_invitation(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return invitations.revoke(context.edge.db, context.clients, context.principal, UUID(body["invitation_id"]))


def remove_member(context: Any, body: dict[str, Any], _key: str | None) -> bool:
    invitations.remove(
        context.edge.db,
        context.clients,
        context.principal,
        RoleName(body["role"]),
        scope_of(body["scope"]),
        UUID(body["account_id"]),
        body.get("reason"),
    )
    return True


def act_as(context: Any, body: dict[str, Any], _key: str | None) -> dict[str, Any] | None:
    role = RoleName(body["role"]) if body.get("role") else None
    chosen = roles.act_as(context.edge.db, context.account_id, context.session_id, role, scope_of(body.get("scope")))
    return {"role": chosen.role.value, "scope": chosen.scope} if chosen else None


def list_members(context: Any, page: dict[str, Any], role: Any, scope: str) -> dict[str, Any]:
    return invitations.members_page(
        context.edge.db, context.clients, context.principal, RoleName(role), scope_of(scope), page["first"], page["after"]
    )


def list_invitations(context: Any, page: dict[str, Any], role: Any = None, scope: str | None = None) -> dict[str, Any]:
    wanted = None
    if role is not None and scope is not None:
        wanted = (invitations.siblings(RoleName(role)), scope_of(scope))
        invitations.must_manage(context.clients, context.principal, RoleName(role), wanted[1])
    with context.edge.db.reading() as conn:
        mine = None if wanted else context.account_id
        return vars(invitations.invitations_page(conn, invited_by=mine, scope=wanted, first=page["first"], after=page["after"]))


def list_roles(_root: Any, info: Any) -> list[dict[str, Any]]:
    context = info.context
    return roles.roles_held(context.edge.db, context.account_id, context.session_id)


QUERIES = {
    "members": listing(
        RoleMember,
        list_members,
        "Who acts for a merchant, an institution (all its roles) or, for the bureau, a county or department",
        role=graphene.Argument(graphene.NonNull(Role), description="Says what the scope is"),
        scope=graphene.Argument(graphene.NonNull(graphene.String), description=SCOPE),
    ),
    "invitations": listing(
        Invitation,
        list_invitations,
        "Invitations newest first: of a scope one may invite to, or (without a scope) those one has sent",
        role=graphene.Argument(Role, description="Says what the scope is"),
        scope=graphene.Argument(graphene.String, description=SCOPE),
    ),
    "my_roles": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(RoleHeld))),
        resolver=list_roles,
        description="Every role of the account, whichever this session acts in",
    ),
}

_PLACE = {"role": choice(Role), "scope": text(SCOPE)}

MUTATIONS = {
    "invite_member": intention(
        "inviteMember",
        "Ask a colleague, by number or address, to take a role; by whoever may add members there",
        {
            **_PLACE,
            "login": text("Mobile number or e-mail address of the invited"),
            "days": number("How long it stands, 1 to 30 days; 7 unless told", required=False),
        },
        ("sent", SentInvitation),
        invite_member,
    ),
    "accept_invitation": intention(
        "acceptInvitation",
        "Take the role one is invited to, signed in with the verified login that was invited; the role follows within moments",
        {"code": text("From the link")},
        ("invitation", Invitation),
        accept_invitation,
    ),
    "revoke_invitation": intention(
        "revokeInvitation",
        "Withdraw an invitation that was not accepted",
        {"id": ref("Invitation", key="invitation_id")},
        ("invitation", Invitation),
        revoke_invitation,
    ),
    "remove_member": intention(
        "removeMember",
        "Take a role from a member, or leave oneself; the last member of a merchant or institution stays",
        {**_PLACE, "account_id": ref("Account", key="account_id"), "reason": text("At most 2,000 characters", required=False)},
        ("done", graphene.Boolean),
        remove_member,
    ),
    "act_as": intention(
        "actAs",
        "In which of one's roles this session acts from now on; without a role in all of them",
        {
            "role": choice(Role, "One of `myRoles`, or SHOPPER; left out: all", required=False),
            "scope": text("As in `myRoles`", required=False),
        },
        ("acting", Grant),
        act_as,
    ),
}

PERMISSIONS = {
    "Query.members": MANAGERS,
    "Query.invitations": MANAGERS,
    "Query.myRoles": ACCOUNT,
    "Mutation.inviteMember": MANAGERS,
    "Mutation.acceptInvitation": ACCOUNT,
    "Mutation.revokeInvitation": MANAGERS,
    "Mutation.removeMember": MANAGERS,
    "Mutation.actAs": ACCOUNT,
}
