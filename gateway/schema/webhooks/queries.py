from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene

from gateway.schema.fields import listing, raw_id
from gateway.schema.webhooks.types import WebhookDelivery, WebhookDeliveryState, WebhookEndpoint
from gateway.webhooks import store, usecases
from gateway.webhooks.domain import scopes_of
from services.kit.errors import NotFound
from services.kit.paging import decode_cursor, page_of


def uuid_of(raw: str) -> UUID:
    """Raises NotFound for what is no id of ours."""
    try:
        return UUID(raw)
    except ValueError:
        raise NotFound("id") from None


def _after(cursor: str | None) -> UUID | None:
    found = decode_cursor(cursor, 1)
    return None if found is None else uuid_of(str(found[0]))


def list_endpoints(context: Any, page: dict[str, Any]) -> dict[str, Any]:
    with context.edge.db.reading() as conn:
        rows = store.endpoints(conn, scopes_of(context.principal), _after(page["after"]), page["first"] + 1)
    return vars(page_of(rows, page["first"], lambda row: [row["endpoint_id"]]))


def list_deliveries(context: Any, page: dict[str, Any], endpoint_id: str, state: Any = None) -> dict[str, Any]:
    wanted = None if state is None else getattr(state, "value", state)
    endpoint = uuid_of(raw_id(endpoint_id, "WebhookEndpoint"))
    with context.edge.db.reading() as conn:
        usecases.seen(conn, context.principal, endpoint)
        rows = store.deliveries(conn, endpoint, wanted, _after(page["after"]), page["first"] + 1)
    return vars(page_of(rows, page["first"], lambda row: [row["delivery_id"]]))


QUERIES = {
    "webhook_endpoints": listing(
        WebhookEndpoint, list_endpoints, "The endpoints of one's merchants and institutions, of the city for the bureau; newest first"
    ),
    "webhook_deliveries": listing(
        WebhookDelivery,
        list_deliveries,
        "What was owed to an endpoint of one's own in the last 30 days, newest first",
        endpoint_id=graphene.ID(required=True, description="Id of a WebhookEndpoint"),
        state=WebhookDeliveryState(description="Those in this state only"),
    ),
}
