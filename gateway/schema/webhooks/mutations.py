from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import graphene

from gateway.schema.inputs import In, ref, text
from gateway.schema.intentions import intention
from gateway.schema.webhooks.queries import uuid_of
from gateway.schema.webhooks.types import RegisteredWebhook, WebhookDelivery, WebhookEndpoint, WebhookEventKind
from gateway.webhooks import usecases
from gateway.webhooks.deliver import policy_of
from gateway.webhooks.domain import CITY, Scope, ScopeKind
from services.kit.errors import InvalidInput


def _scope(body: dict[str, Any]) -> Scope:
    merchant, institution = body.get("merchant_id"), body.get("institution_id")
    if merchant and institution:
        raise InvalidInput("institutionId", "merchantId")
    if merchant:
        return Scope(ScopeKind.MERCHANT, merchant)
    return Scope(ScopeKind.INSTITUTION, institution) if institution else CITY


def _shown(registered: usecases.Registered) -> dict[str, Any]:
    return {"endpoint": registered.endpoint, "secret": registered.secret}


def register(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    settings = context.edge.settings
    return _shown(
        usecases.register(
            context.edge.db,
            settings.session_secret,
            policy_of(settings),
            context.principal,
            _scope(body),
            body["url"],
            body["kinds"],
        )
    )


def change(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    policy = policy_of(context.edge.settings)
    return usecases.change(context.edge.db, policy, context.principal, uuid_of(body["endpoint_id"]), body.get("url"), body.get("kinds"))


def rotate(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    master = context.edge.settings.session_secret
    return _shown(usecases.rotate_secret(context.edge.db, master, context.principal, uuid_of(body["endpoint_id"])))


def remove(context: Any, body: dict[str, Any], _key: str | None) -> bool:
    usecases.remove(context.edge.db, context.principal, uuid_of(body["endpoint_id"]))
    return True


def replay_delivery(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    endpoint, _, delivery = body["delivery_id"].partition(".")
    return usecases.replay_delivery(context.edge.db, context.principal, uuid_of(endpoint), uuid_of(delivery))


def _on(act: Callable[[Any, Any, UUID], Any]) -> Callable[[Any, dict[str, Any], str | None], Any]:
    def perform(context: Any, body: dict[str, Any], _key: str | None) -> Any:
        return act(context.edge.db, context.principal, uuid_of(body["endpoint_id"]))

    return perform


def _kinds(*, required: bool) -> In:
    kinds = graphene.List(graphene.NonNull(WebhookEventKind))
    return In(kinds, required, "What to be told of, at least one", send=lambda given: [getattr(kind, "value", kind) for kind in given])


_URL = "An https address of a public host, at most 1,000 ASCII characters, without user, password or fragment"
_OWN = {"id": ref("WebhookEndpoint", key="endpoint_id")}
_ENDPOINT = ("endpoint", WebhookEndpoint)
MUTATIONS = {
    "register_webhook_endpoint": intention(
        "registerWebhookEndpoint",
        "Be told of the events of one's merchant or institution, or of the whole city (bureau: neither id). At most 10 for each",
        {
            "merchant_id": ref("Merchant", key="merchant_id", description="The merchant of one's own", required=False),
            "institution_id": ref("Institution", key="institution_id", description="The institution of one's own", required=False),
            "url": text(_URL),
            "kinds": _kinds(required=True),
        },
        ("registered", RegisteredWebhook),
        register,
    ),
    "change_webhook_endpoint": intention(
        "changeWebhookEndpoint",
        "Another address or other events; what is left out stays",
        {**_OWN, "url": text(_URL, required=False), "kinds": _kinds(required=False)},
        _ENDPOINT,
        change,
    ),
    "pause_webhook_endpoint": intention(
        "pauseWebhookEndpoint", "Send nothing until it is resumed; what happens meanwhile is kept", _OWN, _ENDPOINT, _on(usecases.pause)
    ),
    "resume_webhook_endpoint": intention(
        "resumeWebhookEndpoint", "Send again, all that waits at once", _OWN, _ENDPOINT, _on(usecases.resume)
    ),
    "remove_webhook_endpoint": intention(
        "removeWebhookEndpoint", "Forget an address and what is owed to it", _OWN, ("done", graphene.Boolean), remove
    ),
    "rotate_webhook_secret": intention(
        "rotateWebhookSecret",
        "A new signing secret; for 24 hours notices are signed by the old one too",
        _OWN,
        ("registered", RegisteredWebhook),
        rotate,
    ),
    "ping_webhook_endpoint": intention(
        "pingWebhookEndpoint",
        "Send a notice of type `ping` without content, to try the receiver",
        _OWN,
        ("delivery", WebhookDelivery),
        _on(usecases.ping),
    ),
    "replay_webhook_delivery": intention(
        "replayWebhookDelivery",
        "Send one notice again, under the id it had",
        {"id": ref("WebhookDelivery", key="delivery_id")},
        ("delivery", WebhookDelivery),
        replay_delivery,
    ),
    "replay_failed_webhooks": intention(
        "replayFailedWebhooks", "Send all that was given up again", _OWN, ("count", graphene.Int), _on(usecases.replay_failed)
    ),
}
