"""The answer to a checkout, rendered anew each time its key is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.kit.db import Conn, every, one
from services.kit.errors import NotFound
from services.orders.store.shopping.placing import Placement


def show_checkout(conn: Conn, buyer: str, payment_id: UUID) -> dict[str, Any]:
    payment = one(conn, "SELECT * FROM payments WHERE buyer = %s AND payment_id = %s", [buyer, payment_id])
    if payment is None:
        raise NotFound()
    orders = every(conn, "SELECT order_id, order_no, merchant_id, amount_fen, state FROM orders WHERE payment_id = %s "
                   "ORDER BY merchant_id, order_id", [payment_id])
    return {"checkout_id": payment["reference_id"], "payment_id": payment_id, "amount_fen": payment["amount_fen"],
            "expires_at": payment["expires_at"], "status": payment["state"], "orders": [order | {"mine": True} for order in orders]}


def view_of(placement: Placement) -> dict[str, Any]:
    """The same answer for what was placed a moment ago, without asking again."""
    return {"checkout_id": placement.checkout_id, "payment_id": placement.payment_id, "amount_fen": placement.amount_fen,
            "expires_at": placement.expires_at, "status": "pending", "orders": [
                {"order_id": o.order_id, "order_no": o.order_no, "merchant_id": o.merchant_id, "amount_fen": o.amount_fen,
                 "state": "placed", "mine": True}
                for o in sorted(placement.orders, key=lambda o: (o.merchant_id, o.order_id))]}
