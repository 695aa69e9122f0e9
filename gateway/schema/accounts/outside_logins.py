"""Sign-in through somebody else: who is offered, linking by the owner, unlinking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import oidc
from gateway.accounts.sign_in_settings import provider_row
from gateway.http import identity
from gateway.permissions import ACCOUNT_AT_ONCE, PUBLIC
from gateway.schema.accounts.factors import me
from gateway.schema.inputs import ref, text
from gateway.schema.intentions import intention


class SignInProvider(graphene.ObjectType):
    """Somebody through whom one may sign in."""

    name = graphene.String(required=True, description="Letters, digits and -")
    title = graphene.String(required=True, description="As shown on a button")
    start_url = graphene.String(required=True, description="The browser goes there; `return_to` is a path of this site")


def resolve_providers(_root: Any, info: Any) -> list[dict[str, Any]]:
    return [provider_row(one) for one in info.context.edge.settings.oidc.values()]


def start_outside_login(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    begun = oidc.start(edge.db, edge.settings, body["provider"], return_to=body.get("return_to") or "/", link=me(context))
    context.set_cookies[identity.OIDC_COOKIE] = begun.browser
    return begun.url


def remove_outside_login(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    oidc.unlink(context.edge.db, context.principal, me(context)[1], UUID(body["link_id"]))
    return True


PERMISSIONS = {
    "Query.signInProviders": PUBLIC,
    "Mutation.startOutsideLogin": ACCOUNT_AT_ONCE,
    "Mutation.removeOutsideLogin": ACCOUNT_AT_ONCE,
}
QUERIES: dict[str, Any] = {
    "sign_in_providers": graphene.List(
        graphene.NonNull(SignInProvider),
        required=True,
        resolver=resolve_providers,
        description="Through whom one may sign in, as configured by the operator",
    ),
}
MUTATIONS = {
    "start_outside_login": intention(
        "startOutsideLogin",
        "Link a sign-in elsewhere to one's own account: the browser goes to the answered address; needs a fresh session",
        {"provider": text("Its name, as in `signInProviders`"), "return_to": text("A path of this site", required=False)},
        ("url", graphene.String),
        start_outside_login,
    ),
    "remove_outside_login": intention(
        "removeOutsideLogin",
        "Unlink a sign-in elsewhere; the last way in stays",
        {"id": ref("OutsideLogin", key="link_id")},
        ("done", graphene.Boolean),
        remove_outside_login,
    ),
}
