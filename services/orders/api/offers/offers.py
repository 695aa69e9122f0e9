from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from pydantic import Field

from services.kit.app import context, idempotency_key, principal
from services.kit.errors import NotFound
from services.kit.models import Input, PageInput
from services.kit.principal import Principal, Role
from services.orders.api.common import ProductPath, QuantityText, blueprint, paged, uuids
from services.orders.queries.offers.offers import list_offers, list_stock, stock_row
from services.orders.usecases.stock.count_stock import count_stock

api = blueprint("offers")

READERS = (Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR, Role.SERVICE)


class StockPage(PageInput):
    merchant_id: UUID


class Counted(Input):
    quantity: QuantityText = Field(description="in the offer's unit, as text")


@api.get("/offers")
def get_offers() -> dict[str, Any]:
    principal()
    ids = uuids(request.args.getlist("ids"), "ids")
    with context().db.reading() as conn:
        return {"items": list_offers(conn, ids)}


@api.get("/stock")
def get_stock(query: StockPage) -> dict[str, Any]:
    who = principal()
    if not who.has(Role.MERCHANT, str(query.merchant_id)) and not any(who.has(role) for role in READERS):
        raise NotFound()
    with context().db.reading() as conn:
        return paged(list_stock(conn, query.merchant_id, query.first, query.after))


@api.put("/stock/<uuid:product_id>")
def count(path: ProductPath, body: Counted) -> dict[str, Any]:
    count_stock(context().db, _merchant(), idempotency_key(), principal().scopes(Role.MERCHANT), path.product_id, body.quantity, "counted")
    return _row(path.product_id)


@api.post("/stock/<uuid:product_id>/receive")
def receive(path: ProductPath, body: Counted) -> dict[str, Any]:
    count_stock(context().db, _merchant(), idempotency_key(), principal().scopes(Role.MERCHANT), path.product_id, body.quantity, "received")
    return _row(path.product_id)


def _merchant() -> Principal:
    principal().require_any(Role.MERCHANT)
    return principal()


def _row(product_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return stock_row(conn, product_id)
