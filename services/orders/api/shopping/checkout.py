from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from services.kit import idempotency
from services.kit.app import context, idempotency_key
from services.kit.models import Input, Text
from services.orders.api.common import QuantityText, blueprint, buyer, desk
from services.orders.domain.shopping.checkout import Wanted
from services.orders.queries.shopping.checkout import show_checkout, view_of
from services.orders.store.shopping.placing import Placement, Recipient
from services.orders.usecases.offers.ensure_certified import raise_all
from services.orders.usecases.shopping.place_order import PlaceOrder, StockHeldByOneself, place_order
from services.orders.usecases.shopping.release_orders import free_own_stock

api = blueprint("checkout")


class CheckoutLine(Input):
    """No price: what the shopper saw is named by its version."""

    product_id: UUID
    quantity: QuantityText
    offer_version: int = Field(ge=1)
    attribution_token: str | None = Field(None, max_length=2000)


class RecipientInput(Input):
    name: Text
    phone: str = Field(min_length=5, max_length=30, pattern=r"^[0-9+\- ]+$")
    address: str = Field(min_length=1, max_length=500)
    county_code: str = Field(pattern=r"^(\d{6}|outside)$")


class Checkout(Input):
    lines: list[CheckoutLine] = Field(min_length=1, max_length=100)
    recipient: RecipientInput
    note: str | None = Field(None, max_length=500)


@api.post("/checkout")
def checkout(body: Checkout) -> dict[str, Any]:
    who, db = buyer(), context().db
    command = _command(who.subject, idempotency_key(), body)
    try:
        placed = place_order(db, command)
    except StockHeldByOneself as short:
        if not free_own_stock(desk(), who.subject, short.product_ids):
            raise_all(short.errors)
        try:
            placed = place_order(db, command)
        except StockHeldByOneself as again:
            raise_all(again.errors)
            raise
    if isinstance(placed, Placement):
        return view_of(placed)
    with db.reading() as conn:
        return show_checkout(conn, who.subject, placed)


def _command(subject: str, key: str, body: Checkout) -> PlaceOrder:
    verify = desk().verifier.verify
    lines = tuple(
        Wanted(line.product_id, line.quantity, line.offer_version,
               verify(line.attribution_token, f"lines.{n}.attribution_token") if line.attribution_token else None)
        for n, line in enumerate(body.lines))
    to = body.recipient
    county = to.county_code if to.county_code in desk().settings.county_codes else "outside"
    return PlaceOrder(subject, key, idempotency.fingerprint(body.model_dump()), lines, Recipient(to.name, to.phone, to.address, body.note),
                      county)
