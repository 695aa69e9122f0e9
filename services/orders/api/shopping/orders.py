from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask import request
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.db import one
from services.kit.errors import Forbidden
from services.kit.models import Input, Text
from services.kit.principal import Role
from services.orders.api.common import IdsPage, OrderPath, QuantityText, blueprint, buyer, desk, paged, uuids
from services.orders.queries.shopping.orders import Seen, find_order, list_orders, orders_by_ids, show_order
from services.orders.usecases.shopping.refund_line import RefundLine, refund_line
from services.orders.usecases.shopping.release_orders import cancel_order
from services.orders.usecases.shopping.ship_order import ship_order

api = blueprint("orders", "/orders")


class OrdersPage(IdsPage):
    merchant_id: UUID | None = None
    state: Literal["placed", "paid", "shipped", "cancelled", "refunded"] | None = None


class LinePath(BaseModel):
    order_id: UUID
    line_id: UUID


class Cancel(Input):
    reason: str | None = Field(None, max_length=200)


class Refund(Input):
    """``restock`` has no default: whether goods come back is decided, not assumed."""

    quantity: QuantityText | None = None
    amount_fen: int | None = Field(None, ge=0, le=10**12)
    restock: bool
    reason: Text


@api.get("")
def get_orders(query: OrdersPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": orders_by_ids(conn, principal(), uuids([query.ids], "ids")), "next_cursor": None}
        return paged(list_orders(conn, buyer(), query.merchant_id, query.state, query.first, query.after))


@api.get("/<uuid:order_id>")
def get_order(path: OrderPath) -> dict[str, Any]:
    return _shown(path.order_id)


@api.post("/<uuid:order_id>/cancel")
def cancel(path: OrderPath) -> dict[str, Any]:
    reason = Cancel.model_validate(request.get_json(silent=True) or {}).reason
    seen = _find(path.order_id)
    by = "shopper" if seen.is_buyer else "merchant" if seen.is_merchant else "bureau"
    told = f"{by}: {reason}" if reason and by != "shopper" else f"cancelled_by_{by}"
    cancel_order(desk(), seen.order["merchant_id"], path.order_id, told)
    return _shown(path.order_id)


@api.post("/<uuid:order_id>/ship")
def ship(path: OrderPath) -> dict[str, Any]:
    seen = _find(path.order_id)
    if not seen.is_merchant:
        raise Forbidden()
    ship_order(context().db, principal(), seen.order["merchant_id"], path.order_id)
    return _shown(path.order_id)


@api.post("/<uuid:order_id>/lines/<uuid:line_id>/refund")
def refund(path: LinePath, body: Refund) -> dict[str, Any]:
    seen = _find(path.order_id)
    if not (seen.is_merchant or principal().has(Role.BUREAU)):
        raise Forbidden()
    refund_id = refund_line(desk(), principal(), idempotency_key(), RefundLine(
        seen.order["merchant_id"], path.order_id, path.line_id, body.quantity, body.amount_fen, body.restock, body.reason))
    with context().db.reading() as conn:
        row = one(conn, "SELECT refund_id, amount_fen, state FROM refunds WHERE refund_id = %s", [refund_id])
        return show_order(conn, find_order(conn, principal(), path.order_id)) | {"refund": row}


def _find(order_id: UUID) -> Seen:
    with context().db.reading() as conn:
        return find_order(conn, buyer(), order_id)


def _shown(order_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return show_order(conn, find_order(conn, buyer(), order_id))
