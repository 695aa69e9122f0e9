"""Orders for their buyer, their merchant and the bureau. Who may see a row is part of the statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role

LISTED = ("order_id", "order_no", "merchant_id", "merchant_name", "state", "amount_fen", "refunded_fen", "consumption_county", "placed_at",
          "paid_at", "shipped_at", "cancelled_at", "reason")


@dataclass(frozen=True)
class Seen:
    """How the asker stands to an order."""

    order: Row
    is_buyer: bool
    is_merchant: bool
    is_bureau: bool


def find_order(conn: Conn, who: Principal, order_id: UUID) -> Seen:
    """Raises NotFound for what is not there or not theirs."""
    row = one(conn, "SELECT o.*, m.name AS merchant_name FROM orders o LEFT JOIN merchants m USING (merchant_id) WHERE o.order_id = %s",
              [order_id])
    if row is None:
        raise NotFound()
    seen = Seen(row, row["buyer"] == who.subject, who.has(Role.MERCHANT, str(row["merchant_id"])), who.has(Role.BUREAU))
    if not (seen.is_buyer or seen.is_merchant or seen.is_bureau):
        raise NotFound()
    return seen


def show_order(conn: Conn, seen: Seen) -> dict[str, Any]:
    """The recipient is for who buys and who packs; nobody else learns a name, phone or address."""
    order = seen.order
    lines = every(
        conn, """
        SELECT l.line_id, l.line_no, l.product_id, o.product_no, o.name, o.image, l.quantity, l.unit, l.price_fen, l.amount_fen,
            l.session_id, coalesce(-r.amount_fen, 0) AS refunded_fen, coalesce(-r.part * l.quantity, 0) AS refunded_quantity
        FROM order_lines l LEFT JOIN offers o USING (merchant_id, product_id)
        LEFT JOIN sale_lines s ON s.merchant_id = l.merchant_id AND s.line_id = l.line_id
        LEFT JOIN LATERAL (SELECT sum(x.amount_fen)::bigint AS amount_fen, sum(x.quantity) / s.quantity AS part FROM sale_lines x
            WHERE x.merchant_id = l.merchant_id AND x.reverses = l.line_id) r ON true
        WHERE l.merchant_id = %s AND l.order_id = %s ORDER BY l.line_no""", [order["merchant_id"], order["order_id"]])
    for line in lines:
        line["refunded_quantity"] = round(line["refunded_quantity"], 3)
    view = {name: order[name] for name in LISTED} | {"lines": lines, "mine": seen.is_buyer}
    if seen.is_buyer:
        view["payment_id"] = order["payment_id"]
        payment = one(conn, "SELECT state, expires_at FROM payments WHERE payment_id = %s", [order["payment_id"]])
        view |= {"payment_status": payment and payment["state"], "expires_at": payment and payment["expires_at"]}
    if seen.is_buyer or seen.is_merchant:
        view["recipient"] = one(conn, "SELECT name, phone, address, note FROM recipients WHERE buyer = %s AND recipient_id = %s",
                                [order["buyer"], order["recipient_id"]])
    return view


def list_orders(conn: Conn, who: Principal, merchant_id: UUID | None, state: str | None, first: int, after: str | None
                ) -> Page[dict[str, Any]]:
    """The asker's own, or those of a merchant (its member, or the bureau). Raises NotFound for another's merchant."""
    if merchant_id is not None and not (who.has(Role.MERCHANT, str(merchant_id)) or who.has(Role.BUREAU)):
        raise NotFound()
    scope, owner = ("o.merchant_id = %s", merchant_id) if merchant_id else ("o.buyer = %s", who.subject)
    cursor = decode_cursor(after, 2)
    rows = every(
        conn, f"SELECT o.*, m.name AS merchant_name FROM orders o LEFT JOIN merchants m USING (merchant_id) WHERE {scope} "  # noqa: S608
        "AND (%s::text IS NULL OR o.state = %s) AND (%s::timestamptz IS NULL OR (o.placed_at, o.order_id) < (%s, %s::uuid)) "
        "ORDER BY o.placed_at DESC, o.order_id DESC LIMIT %s",
        [owner, state, state, *((cursor[0], cursor[0], cursor[1]) if cursor else (None, None, None)), first + 1])
    page = page_of(rows, first, lambda r: (r["placed_at"], r["order_id"]))
    return Page([{name: row[name] for name in LISTED} | {"mine": row["buyer"] == who.subject} for row in page.items], page.next_cursor)


def orders_by_ids(conn: Conn, who: Principal, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Those of ``ids`` that the asker bought, sells or oversees, as lists show them."""
    rows = every(
        conn, "SELECT o.*, m.name AS merchant_name FROM orders o LEFT JOIN merchants m USING (merchant_id) WHERE o.order_id = ANY(%s) "
        "AND (%s OR o.buyer = %s OR o.merchant_id::text = ANY(%s::text[]))",
        [list(ids), who.has(Role.BUREAU), who.subject, list(who.scopes(Role.MERCHANT))])
    return [{name: row[name] for name in LISTED} | {"mine": row["buyer"] == who.subject} for row in rows]


def show_payment(conn: Conn, payment: Row) -> dict[str, Any]:
    orders = every(
        conn, "SELECT order_id, order_no, merchant_id, state, amount_fen, refunded_fen, reason FROM orders WHERE payment_id = %s "
        "ORDER BY merchant_id, order_id", [payment["payment_id"]])
    return {
        "payment_id": payment["payment_id"], "mine": True, "purpose": payment["purpose"], "reference_id": payment["reference_id"],
        "status": payment["state"], "amount_fen": payment["amount_fen"], "captured_fen": payment["captured_fen"],
        "refunded_fen": payment["refunded_fen"], "expires_at": payment["expires_at"], "orders": orders}
