from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import node_id, to_global_id
from gateway.schema.scalars import Instant
from gateway.webhooks.domain import PING, EventKind, ScopeKind, message_id
from services.kit import json

_KIND_WORDS = {
    EventKind.ORDER_PAID: "A shopper's order was paid; for its merchant and the bureau",
    EventKind.CALL_OFF_PLACED: "A canteen called off goods under a contract; for its merchant, its institution and the bureau",
    EventKind.PRODUCT_WITHDRAWN: "A product was suspended, revoked or recalled; for its merchant and the bureau",
    EventKind.STATEMENT_READY: "The files of a report are finished; for the bureau",
}
WebhookEventKind = graphene.Enum.from_enum(
    EventKind,
    name="WebhookEventKind",
    description=lambda value: "What an integrator can be told of" if value is None else _KIND_WORDS[value],
)


class WebhookEndpointState(graphene.Enum):
    """Whether an endpoint is sent anything."""

    ACTIVE = "active"
    PAUSED = "paused"

    @property
    def description(self) -> str:
        return {"active": "Sent to", "paused": "Nothing is sent; what happens meanwhile is kept for up to 30 days"}[self.value]


class WebhookDeliveryState(graphene.Enum):
    """What has become of a notice."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def description(self) -> str:
        return {
            "waiting": "To be sent, for the first time or again",
            "delivered": "Answered with 2xx",
            "failed": "Given up after 8 tries; it can be replayed",
        }[self.value]


class WebhookEndpoint(graphene.ObjectType):
    """An address that is told of the events of one merchant or institution, or of the whole city."""

    id = node_id("WebhookEndpoint", "endpoint_id")
    url = graphene.String(required=True, description="Where notices are sent to by POST")
    kinds = graphene.List(graphene.NonNull(WebhookEventKind), required=True, description="What it is told of")
    state = graphene.Field(WebhookEndpointState, required=True, description="Whether it is sent anything")
    paused_reason = graphene.String(
        description="`asked` by its owner, `failing` after 20 failures in a row or 8 for one notice, `gone` when it answered 410"
    )
    failures = graphene.Int(required=True, description="Failed tries in a row, up to now")
    merchant_id = graphene.ID(description="The merchant whose events it is told of")
    institution_id = graphene.ID(description="The institution whose events it is told of; neither is set for the whole city")
    created_at = graphene.Field(Instant, required=True, description="When it was registered")
    changed_at = graphene.Field(Instant, required=True, description="When its owner last changed it")

    @staticmethod
    def resolve_kinds(row: dict[str, Any], _info: Any) -> list[EventKind]:
        return [EventKind(kind) for kind in row["kinds"]]

    @staticmethod
    def resolve_merchant_id(row: dict[str, Any], _info: Any) -> str | None:
        return to_global_id("Merchant", row["scope"]) if row["scope_kind"] == ScopeKind.MERCHANT else None

    @staticmethod
    def resolve_institution_id(row: dict[str, Any], _info: Any) -> str | None:
        return to_global_id("Institution", row["scope"]) if row["scope_kind"] == ScopeKind.INSTITUTION else None


class RegisteredWebhook(graphene.ObjectType):
    """An endpoint with its signing secret, which is shown this once."""

    endpoint = graphene.Field(WebhookEndpoint, required=True, description="The endpoint")
    secret = graphene.String(required=True, description="`whsec_` and base64, as Standard Webhooks has it; kept nowhere, never shown again")


class WebhookDelivery(graphene.ObjectType):
    """One notice owed to an endpoint and what has become of it. Kept for 30 days."""

    id = graphene.ID(required=True, description="To replay it by")
    message_id = graphene.String(required=True, description="The header `webhook-id`, the same at every try and replay")
    kind = graphene.Field(WebhookEventKind, description="Null for a ping")
    state = graphene.Field(WebhookDeliveryState, required=True, description="What has become of it")
    attempts = graphene.Int(required=True, description="Tries so far; after a replay from 0")
    next_at = graphene.Field(Instant, description="The next try, while it waits")
    last_status = graphene.Int(description="HTTP status of the last answer, if there was one")
    last_error = graphene.String(
        description="Why the last try failed: name_unknown, not_public, not_allowed, connect, tls, timeout, protocol, redirect or refused"
    )
    occurred_at = graphene.Field(Instant, required=True, description="When the event happened")
    finished_at = graphene.Field(Instant, description="When it was delivered or given up")
    data = graphene.String(required=True, description="The payload's `data` as JSON: ids and amounts")

    @staticmethod
    def resolve_id(row: dict[str, Any], _info: Any) -> str:
        return to_global_id("WebhookDelivery", f"{row['endpoint_id']}.{row['delivery_id']}")

    @staticmethod
    def resolve_message_id(row: dict[str, Any], _info: Any) -> str:
        return message_id(row["delivery_id"])

    @staticmethod
    def resolve_kind(row: dict[str, Any], _info: Any) -> EventKind | None:
        return None if row["kind"] == PING else EventKind(row["kind"])

    @staticmethod
    def resolve_next_at(row: dict[str, Any], _info: Any) -> Any:
        return row["next_at"] if row["state"] == "waiting" else None

    @staticmethod
    def resolve_data(row: dict[str, Any], _info: Any) -> str:
        return json.dumps(row["data"])
