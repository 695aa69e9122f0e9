"""Deliveries and their acceptance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import PageInput
from services.orders.queries.contracts import deliveries as queries
from services.orders.usecases.contracts.accept_delivery import AcceptDelivery, accept_delivery
from services.orders.usecases.contracts.return_delivery import ReturnDelivery, return_delivery

api = APIBlueprint("deliveries", "deliveries", url_prefix="/deliveries")


class DeliveryPath(BaseModel):
    delivery_id: UUID


class DeliveryPage(PageInput):
    state: str | None = Field(None, max_length=20)
    contract_id: UUID | None = None
    call_off_id: UUID | None = None


@api.get("")
def get_list(query: DeliveryPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        page = queries.list_deliveries(conn, principal(), **query.model_dump())
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:delivery_id>")
def get_one(path: DeliveryPath) -> dict[str, Any]:
    return _shown(path.delivery_id)


@api.post("/<uuid:delivery_id>/accept")
def post_accept(path: DeliveryPath, body: AcceptDelivery) -> dict[str, Any]:
    return _shown(accept_delivery(context().db, principal(), idempotency_key(), path.delivery_id, body))


@api.post("/<uuid:delivery_id>/return")
def post_return(path: DeliveryPath, body: ReturnDelivery) -> dict[str, Any]:
    return _shown(return_delivery(context().db, principal(), idempotency_key(), path.delivery_id, body))


def _shown(delivery_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_delivery(conn, principal(), delivery_id))
