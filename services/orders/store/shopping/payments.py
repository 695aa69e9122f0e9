"""Payments with their orders and lines. The lock on the payment row comes first, then the shelves in id order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.orders.store.offers.rows import COLUMNS
from services.orders.store.stock.shelves import LockedShelf, shelf_of

LOCK = "SELECT * FROM payments WHERE payment_id = %s FOR UPDATE"
ORDERS = "SELECT * FROM orders WHERE payment_id = %s ORDER BY merchant_id, order_id"
LINES = """
    SELECT l.* FROM orders o JOIN order_lines l USING (merchant_id, order_id) WHERE o.payment_id = %s
    ORDER BY l.merchant_id, l.order_id, l.line_no"""
SHELVES = f"""
    SELECT {COLUMNS}, s.available, s.reserved, s.level, s.version AS stock_version
    FROM offers o JOIN stock s USING (merchant_id, product_id)
    WHERE (o.merchant_id, o.product_id) IN (
        SELECT l.merchant_id, l.product_id FROM orders r JOIN order_lines l USING (merchant_id, order_id) WHERE r.payment_id = %s)
    ORDER BY o.merchant_id, o.product_id FOR NO KEY UPDATE OF o, s"""  # noqa: S608 – a constant list of columns
NOW = "SELECT bangfu_now() AS now"


@dataclass(frozen=True)
class Locked:
    """A payment under its lock, its shelves under theirs, and the clock read after all of them."""

    payment: Row
    orders: list[Row]
    lines: dict[UUID, list[Row]]
    shelves: dict[UUID, LockedShelf]
    now: datetime


def lock(conn: Conn, payment_id: UUID) -> Locked | None:
    """In a pipeline one round trip."""
    payment = conn.execute(LOCK, [payment_id])
    orders = conn.execute(ORDERS, [payment_id])
    lines = conn.execute(LINES, [payment_id])
    shelves = conn.execute(SHELVES, [payment_id])
    now = conn.execute(NOW)
    row = payment.fetchone()
    by_order: dict[UUID, list[Row]] = {}
    for line in lines.fetchall():
        by_order.setdefault(line["order_id"], []).append(line)
    found = orders.fetchall()
    locked = {r["product_id"]: shelf_of(r) for r in shelves.fetchall()}
    instant = (now.fetchone() or {})["now"]
    return None if row is None else Locked(row, found, by_order, locked, instant)


def find(conn: Conn, payment_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM payments WHERE payment_id = %s", [payment_id])


def of_intent(conn: Conn, intent_id: str) -> UUID | None:
    row = one(conn, "SELECT payment_id FROM payments WHERE intent_id = %s", [intent_id])
    return row["payment_id"] if row else None


def set_payment(conn: Conn, payment: Row, **changes: Any) -> None:
    """Columns of ours by keyword; the row is locked."""
    names = ", ".join(f"{name} = %s" for name in changes)
    conn.execute(f"UPDATE payments SET {names} WHERE buyer = %s AND payment_id = %s",  # noqa: S608 – names come from code
                 [*changes.values(), payment["buyer"], payment["payment_id"]])


def set_orders(conn: Conn, orders: Sequence[Row], **changes: Any) -> None:
    names = ", ".join(f"{name} = %s" for name in changes)
    conn.execute(
        f"UPDATE orders SET version = version + 1, {names} WHERE (merchant_id, order_id) IN "  # noqa: S608 – names come from code
        "(SELECT * FROM unnest(%s::uuid[], %s::uuid[]))",
        [*changes.values(), [o["merchant_id"] for o in orders], [o["order_id"] for o in orders]])


def add_refund(conn: Conn, refund_id: UUID, payment: Row, merchant_id: UUID, order_id: UUID, amount_fen: int, reason: str,
               sale_line_id: UUID | None = None) -> None:
    """The amount is counted on the payment row by the caller, under its lock."""
    conn.execute(
        "INSERT INTO refunds (buyer, refund_id, payment_id, merchant_id, order_id, sale_line_id, amount_fen, reason) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [payment["buyer"], refund_id, payment["payment_id"], merchant_id, order_id, sale_line_id, amount_fen, reason])


def expired(conn: Conn, limit: int = 200) -> list[UUID]:
    rows = every(
        conn, "SELECT payment_id FROM payments WHERE state = 'pending' AND expires_at <= bangfu_now() ORDER BY expires_at LIMIT %s",
        [limit])
    return [row["payment_id"] for row in rows]


def unsettled(conn: Conn, older_than_seconds: float, limit: int = 500) -> list[UUID]:
    """Payments whose outcome only the provider knows."""
    rows = every(conn, "SELECT payment_id FROM payments WHERE state IN ('pending', 'processing') AND asked_at IS NOT NULL "
                 "AND asked_at <= bangfu_now() - %s * interval '1 s' ORDER BY asked_at LIMIT %s", [older_than_seconds, limit])
    return [row["payment_id"] for row in rows]
