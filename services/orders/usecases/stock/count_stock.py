"""A merchant says what is there: goods received are added, a count replaces what is free to sell."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.acts import Act
from services.kit import audit, idempotency
from services.kit.db import Database
from services.kit.errors import InvalidQuantity, NotFound
from services.kit.ids import new_id
from services.kit.principal import Principal
from services.kit.units import QuantityError, parse_quantity
from services.orders.store.stock.shelves import Movement, lock, move

ACTS: dict[str, Act] = {"received": "stock:received", "counted": "stock:counted"}


def count_stock(db: Database, who: Principal, key: str, merchant_ids: list[str], product_id: UUID, quantity: str,
                act: Literal["received", "counted"]) -> UUID:
    """The product's id. Raises NotFound (not one of ``merchant_ids``), InvalidQuantity."""
    print_ = idempotency.fingerprint([product_id, quantity, act])
    with db.transaction() as conn:
        if idempotency.find(conn, who.subject, f"stock_{act}", key, print_) is not None:
            return product_id
        shelf = lock(conn, [product_id]).get(product_id)
        if shelf is None or str(shelf.offer.merchant_id) not in merchant_ids:
            raise NotFound()
        try:
            amount = parse_quantity(quantity, shelf.offer.unit, allow_zero=act == "counted")
        except QuantityError as error:
            raise InvalidQuantity("quantity", value=quantity, unit=shelf.offer.unit, reason=error.reason) from error
        change = amount - shelf.available if act == "counted" else amount
        if change:
            move(conn, [Movement(shelf.offer.merchant_id, product_id, new_id(), act, change)], {product_id: shelf})
        audit.record(conn, who, ACTS[act], f"product:{product_id}", before={"available": shelf.available},
                     after={"available": shelf.available + change})
        idempotency.remember(conn, who.subject, f"stock_{act}", key, print_, str(product_id))
    return product_id
