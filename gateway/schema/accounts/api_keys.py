"""API keys: made, listed, revoked by the person who holds the session; a key itself may do none of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import api_keys
from gateway.accounts.api_keys_scopes import SCOPES
from gateway.permissions import ACCOUNT, PUBLIC
from gateway.schema.fields import listing, node_id
from gateway.schema.inputs import instant, ref, text, texts
from gateway.schema.intentions import intention
from gateway.schema.scalars import Instant
from services.kit.telemetry import language


class ApiKey(graphene.ObjectType):
    """A key of one's own. Its secret is shown once, by `createApiKey`."""

    id = node_id("ApiKey", "key_id")
    name = graphene.String(required=True, description="What its owner calls it, 1 to 60 characters")
    prefix = graphene.String(required=True, description="The visible beginning of the key, `bfk_` and 8 characters")
    scopes = graphene.List(graphene.NonNull(graphene.String), required=True, description="See `apiKeyScopes`")
    created_at = graphene.Field(Instant, required=True)
    expires_at = graphene.Field(Instant, required=True, description="At most a year after its making")
    last_used_at = graphene.Field(Instant, description="To the minute; null while it was never used")
    revoked_at = graphene.Field(Instant, description="Null while it is in force")


class NewApiKey(graphene.ObjectType):
    """A key just made, with what is never shown again."""

    key = graphene.Field(ApiKey, required=True)
    secret = graphene.String(required=True, description="Sent as `Authorization: Bearer bfk_…`; kept here as a digest only")


class ApiKeyScope(graphene.ObjectType):
    """What a key may be allowed. The list is closed."""

    name = graphene.String(required=True)
    title = graphene.String(required=True, description="In the language of the request")
    operations = graphene.List(graphene.NonNull(graphene.String), required=True, description="Root fields it opens, e.g. Query.orders")


def create_api_key(context: Any, body: dict[str, Any], _key: str | None) -> dict[str, Any]:
    made = api_keys.create_api_key(
        context.edge.db,
        context.principal,
        context.session_id,
        name=body["name"],
        scopes=body["scopes"],
        expires_at=datetime.fromisoformat(body["expires_at"]),
    )
    return {"key": made.key, "secret": made.secret}


def revoke_api_key(context: Any, body: dict[str, Any], _key: str | None) -> dict[str, Any]:
    return api_keys.revoke_api_key(context.edge.db, context.principal, UUID(body["key_id"]))


def list_api_keys(context: Any, page: dict[str, Any]) -> dict[str, Any]:
    with context.edge.db.reading() as conn:
        return vars(api_keys.api_keys_page(conn, context.account_id, page["first"], page["after"]))


def list_scopes(_root: Any, _info: Any) -> list[dict[str, Any]]:
    english = language().startswith("en")
    return [{"name": name, "title": s.title_en if english else s.title_zh, "operations": sorted(s.fields)} for name, s in SCOPES.items()]


QUERIES = {
    "api_keys": listing(ApiKey, list_api_keys, "One's own API keys, newest first, ended ones among them"),
    "api_key_scopes": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(ApiKeyScope))),
        resolver=list_scopes,
        description="The closed list of what a key may be allowed",
    ),
}

MUTATIONS = {
    "create_api_key": intention(
        "createApiKey",
        "A key for a program of one's own, within ten minutes of a sign-in or `proveIdentity`; it never does more than its owner, "
        "nor anything about accounts, keys, roles or personal data",
        {
            "name": text("1 to 60 characters, to tell it from others"),
            "scopes": texts("At least one of `apiKeyScopes`"),
            "expires_at": instant("After now, at most 365 days ahead"),
        },
        ("created", NewApiKey),
        create_api_key,
    ),
    "revoke_api_key": intention(
        "revokeApiKey", "End a key of one's own at once", {"id": ref("ApiKey", key="key_id")}, ("key", ApiKey), revoke_api_key
    ),
}

PERMISSIONS = {
    "Query.apiKeys": ACCOUNT,
    "Query.apiKeyScopes": PUBLIC,
    "Mutation.createApiKey": ACCOUNT,
    "Mutation.revokeApiKey": ACCOUNT,
}
