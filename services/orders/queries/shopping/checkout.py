"""The answer to a checkout, rendered anew each time its key is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.kit.db import Conn, every, one
from services.kit.errors import NotFound


def show_checkout(conn: Conn, buyer: str, payment_id: UUID) -> dict[str, Any]:
    payment = one(conn, "SELECT * FROM payments WHERE buyer = %s AND payment_id = %s", [buyer, payment_id])
    if payment is None:
        raise NotFound()
    orders = every(conn, "SELECT order_id, order_no, merchant_id, amount_fen, state FROM orders WHERE payment_id = %s "
                   "ORDER BY merchant_id, order_id", [payment_id])
    return {"checkout_id": payment["reference_id"], "payment_id": payment_id, "amount_fen": payment["amount_fen"],
            "expires_at": payment["expires_at"], "status": payment["state"], "orders": orders}
