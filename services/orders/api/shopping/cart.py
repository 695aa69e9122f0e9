from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from services.kit.app import context
from services.kit.errors import Forbidden
from services.kit.models import Input
from services.orders.api.common import QuantityText, blueprint, buyer, desk
from services.orders.queries.shopping.cart import show_cart
from services.orders.usecases.shopping.change_cart import adopt_cart, put_line

api = blueprint("cart", "/cart")


class CartLine(Input):
    """``quantity`` 0 removes."""

    product_id: UUID
    quantity: QuantityText
    offer_version: int = Field(ge=1)
    attribution_token: str | None = Field(None, max_length=2000)


class Adopt(Input):
    guest: str = Field(pattern=r"^guest:[\w\-]{8,80}$")


@api.get("")
def get_cart() -> dict[str, Any]:
    return _cart(buyer().subject)


@api.put("/lines")
def change_cart(body: CartLine) -> dict[str, Any]:
    who = buyer().subject
    if body.attribution_token:
        desk().verifier.verify(body.attribution_token, "attribution_token")
    put_line(context().db, who, body.product_id, body.quantity, body.offer_version, body.attribution_token)
    return _cart(who)


@api.post("/adopt")
def adopt(body: Adopt) -> dict[str, Any]:
    """``guest`` is the gateway's word: it takes it from the device's signed cart token, never from what a person sent."""
    who = buyer()
    if who.is_guest:
        raise Forbidden()
    adopt_cart(context().db, who.subject, body.guest)
    return _cart(who.subject)


def _cart(subject: str) -> dict[str, Any]:
    with context().db.reading() as conn:
        return show_cart(conn, subject)
