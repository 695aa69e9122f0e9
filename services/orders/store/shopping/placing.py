"""Placement in two round trips: everything it must know under its locks, then everything it writes.

Round trips, not PostgreSQL, are the cost of placing an order (`docs/decisions/0002`). Each statement takes arrays or one
JSON document, so that its text never changes and it stays prepared, however many lines there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.events.orders import OrderPlaced
from services.kit import outbox
from services.kit.db import Conn
from services.kit.idempotency import lock_number
from services.orders.domain.ledger.lines import Account
from services.orders.domain.shopping.checkout import PricedLine
from services.orders.store.ledger.record import Entry, Posting, post
from services.orders.store.offers.offers import LOCK_WITH_STOCK
from services.orders.store.stock.shelves import LockedShelf, Movement, move, shelf_of

TRY_KEY = "SELECT pg_try_advisory_xact_lock(%s) AS held"
EARLIER = "SELECT fingerprint, reference FROM idempotency WHERE (principal, operation, key) = (%s, %s, %s)"
ENDED_SESSIONS = "SELECT session_id, ended_at FROM live_sessions WHERE session_id = ANY(%s) AND ended_at IS NOT NULL"
NOW = "SELECT bangfu_now() AS now"

INSERT_RECIPIENT = "INSERT INTO recipients (buyer, recipient_id, name, phone, address, note) VALUES (%s, %s, %s, %s, %s, %s)"
INSERT_PAYMENT = ("INSERT INTO payments (buyer, payment_id, purpose, reference_id, amount_fen, placed_at, expires_at) "
                  "VALUES (%s, %s, %s, %s, %s, %s, %s)")
INSERT_ORDERS = """
    INSERT INTO orders (merchant_id, order_id, order_no, buyer, checkout_id, payment_id, recipient_id, consumption_county, amount_fen, placed_at)
    SELECT merchant_id, order_id, order_no, buyer, checkout_id, payment_id, recipient_id, consumption_county, amount_fen, placed_at
    FROM jsonb_to_recordset(%s) AS r(merchant_id uuid, order_id uuid, order_no text, buyer text, checkout_id uuid, payment_id uuid,
        recipient_id uuid, consumption_county text, amount_fen bigint, placed_at timestamptz)"""
INSERT_LINES = """
    INSERT INTO order_lines (merchant_id, line_id, order_id, line_no, product_id, quantity, unit, price_fen, offer_version, amount_fen,
        session_id, attribution)
    SELECT merchant_id, line_id, order_id, line_no, product_id, quantity, unit, price_fen, offer_version, amount_fen, session_id, attribution
    FROM jsonb_to_recordset(%s) AS r(merchant_id uuid, line_id uuid, order_id uuid, line_no int, product_id uuid, quantity numeric,
        unit text, price_fen bigint, offer_version int, amount_fen bigint, session_id uuid, attribution text)"""
EMPTY_CART = "DELETE FROM carts WHERE buyer = %s AND product_id = ANY(%s)"
REMEMBER = "INSERT INTO idempotency (principal, operation, key, fingerprint, reference) VALUES (%s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Key:
    """The idempotency key of a command, with the fingerprint of its content."""

    principal: str
    operation: str
    key: str
    print_: bytes


@dataclass(frozen=True)
class Seen:
    """What the first round trip found. ``held`` False: another request with this key is under way."""

    held: bool
    earlier: tuple[bytes, str] | None
    shelves: dict[UUID, LockedShelf]
    session_ends: dict[UUID, datetime]
    now: datetime


def look(conn: Conn, key: Key, product_ids: Sequence[UUID], session_ids: Sequence[UUID]) -> Seen:
    """Inside a pipeline: key, shelves locked in id order, then the clock: one round trip."""
    held = conn.execute(TRY_KEY, [lock_number(key.principal, key.operation, key.key)])
    earlier = conn.execute(EARLIER, [key.principal, key.operation, key.key])
    shelves = conn.execute(LOCK_WITH_STOCK, [list(product_ids)])
    ends = conn.execute(ENDED_SESSIONS, [list(session_ids)]) if session_ids else None
    now = conn.execute(NOW)
    found = earlier.fetchone()
    return Seen(
        bool((held.fetchone() or {})["held"]), (bytes(found["fingerprint"]), str(found["reference"])) if found else None,
        {row["product_id"]: shelf_of(row) for row in shelves}, {row["session_id"]: row["ended_at"] for row in ends} if ends else {},
        (now.fetchone() or {})["now"])


@dataclass(frozen=True)
class Recipient:
    """A person's data: it stays in its own table."""

    name: str
    phone: str
    address: str
    note: str | None


@dataclass(frozen=True)
class NewOrder:
    order_id: UUID
    order_no: str
    merchant_id: UUID
    lines: tuple[tuple[UUID, PricedLine], ...]

    @property
    def amount_fen(self) -> int:
        return sum(line.amount_fen for _, line in self.lines)


@dataclass(frozen=True)
class Placement:
    buyer: str
    checkout_id: UUID
    payment_id: UUID
    recipient_id: UUID
    consumption_county: str
    orders: tuple[NewOrder, ...]
    placed_at: datetime
    expires_at: datetime

    @property
    def amount_fen(self) -> int:
        return sum(order.amount_fen for order in self.orders)


def write(conn: Conn, placement: Placement, recipient: Recipient, shelves: dict[UUID, LockedShelf], key: Key) -> None:
    """Inside a pipeline: nothing is fetched, so all of it travels with the commit in one round trip."""
    p = placement
    conn.execute(INSERT_RECIPIENT, [p.buyer, p.recipient_id, recipient.name, recipient.phone, recipient.address, recipient.note])
    conn.execute(INSERT_PAYMENT, [p.buyer, p.payment_id, "checkout", p.checkout_id, p.amount_fen, p.placed_at, p.expires_at])
    conn.execute(INSERT_ORDERS, [Jsonb([_order_row(p, order) for order in p.orders])])
    conn.execute(INSERT_LINES, [Jsonb([row for order in p.orders for row in _line_rows(order)])])
    move(conn, [Movement(order.merchant_id, line.offer.product_id, line_id, "reserved", line.quantity)
                for order in p.orders for line_id, line in order.lines], shelves)
    post(conn, [promised(order.merchant_id, order.order_id, order.amount_fen) for order in p.orders], posted_at=p.placed_at)
    for order in p.orders:
        conn.execute(outbox.INSERT, outbox.row_of(OrderPlaced(
            order_id=order.order_id, order_no=order.order_no, merchant_id=order.merchant_id, amount_fen=order.amount_fen,
            placed_at=p.placed_at), 1))
    conn.execute(EMPTY_CART, [p.buyer, [line.offer.product_id for order in p.orders for _, line in order.lines]])
    conn.execute(REMEMBER, [key.principal, key.operation, key.key, key.print_, str(p.payment_id)])


def promised(merchant_id: UUID, order_id: UUID, amount_fen: int) -> Entry:
    """Placement is no sale: what the buyer owes, and what would become the merchant's. Negative: promised no more."""
    kind = "placement" if amount_fen >= 0 else "cancellation"
    return Entry(merchant_id, kind, "order", order_id, (
        Posting(Account.BUYER_RECEIVABLE, str(order_id), amount_fen), Posting(Account.DEFERRED_SALES, str(order_id), -amount_fen)))


def _order_row(p: Placement, order: NewOrder) -> dict[str, Any]:
    return {
        "merchant_id": order.merchant_id, "order_id": order.order_id, "order_no": order.order_no, "buyer": p.buyer,
        "checkout_id": p.checkout_id, "payment_id": p.payment_id, "recipient_id": p.recipient_id,
        "consumption_county": p.consumption_county, "amount_fen": order.amount_fen, "placed_at": p.placed_at}


def _line_rows(order: NewOrder) -> list[dict[str, Any]]:
    return [{
        "merchant_id": order.merchant_id, "line_id": line_id, "order_id": order.order_id, "line_no": number,
        "product_id": line.offer.product_id, "quantity": line.quantity, "unit": line.offer.unit, "price_fen": line.offer.price_fen,
        "offer_version": line.offer.offer_version, "amount_fen": line.amount_fen, "session_id": line.session_id,
        "attribution": line.attribution,
    } for number, (line_id, line) in enumerate(order.lines, 1)]


