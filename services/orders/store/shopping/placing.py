"""Placement in two round trips: everything it must know under its locks, then everything it writes.

Round trips and statements, not PostgreSQL, are the cost of placing an order (`docs/decisions/0002`). The text of a statement
never changes, however many lines there are, so that it stays prepared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.events.base import Event
from services.events.orders import AvailabilityChanged, OrderPlaced
from services.kit.db import Conn
from services.kit.idempotency import lock_number
from services.kit.ids import new_id
from services.kit.telemetry import request_id
from services.kit.time import business_date
from services.orders.domain.ledger.lines import Account
from services.orders.domain.shopping.checkout import PricedLine
from services.orders.domain.shopping.stock import level
from services.orders.store.ledger.record import Entry, Posting
from services.orders.store.offers.offers import LOCK_WITH_STOCK
from services.orders.store.stock.shelves import LockedShelf, shelf_of

TRY_KEY = "SELECT pg_try_advisory_xact_lock(%s) AS held"
EARLIER = "SELECT fingerprint, reference FROM idempotency WHERE (principal, operation, key) = (%s, %s, %s)"
ENDED_SESSIONS = "SELECT session_id, ended_at FROM live_sessions WHERE session_id = ANY(%s) AND ended_at IS NOT NULL"
NOW = "SELECT bangfu_now() AS now"

# One statement for all that a placement writes: each statement more would cost the driver more than PostgreSQL. The parts do not
# depend on one another; the shelves are locked and were judged, and the CHECK on `available` forbids less than zero besides.
PLACE = """
    WITH doc AS (SELECT %(doc)s::jsonb AS d),
    new_recipient AS (
        INSERT INTO recipients (buyer, recipient_id, name, phone, address, note)
        SELECT r.* FROM doc, jsonb_to_record(d -> 'recipient') AS r(buyer text, recipient_id uuid, name text, phone text, address text,
            note text)),
    new_payment AS (
        INSERT INTO payments (buyer, payment_id, purpose, reference_id, amount_fen, placed_at, expires_at)
        SELECT r.* FROM doc, jsonb_to_record(d -> 'payment') AS r(buyer text, payment_id uuid, purpose text, reference_id uuid,
            amount_fen bigint, placed_at timestamptz, expires_at timestamptz)),
    new_orders AS (
        INSERT INTO orders (merchant_id, order_id, order_no, buyer, checkout_id, payment_id, recipient_id, consumption_county, amount_fen,
            placed_at)
        SELECT r.* FROM doc, jsonb_to_recordset(d -> 'orders') AS r(merchant_id uuid, order_id uuid, order_no text, buyer text,
            checkout_id uuid, payment_id uuid, recipient_id uuid, consumption_county text, amount_fen bigint, placed_at timestamptz)),
    new_lines AS (
        INSERT INTO order_lines (merchant_id, line_id, order_id, line_no, product_id, quantity, unit, price_fen, offer_version,
            amount_fen, session_id, attribution)
        SELECT r.* FROM doc, jsonb_to_recordset(d -> 'lines') AS r(merchant_id uuid, line_id uuid, order_id uuid, line_no int,
            product_id uuid, quantity numeric, unit text, price_fen bigint, offer_version int, amount_fen bigint, session_id uuid,
            attribution text)),
    taken AS (
        UPDATE stock s SET available = s.available - r.quantity, reserved = s.reserved + r.quantity, level = r.level,
            version = s.version + 1
        FROM doc, jsonb_to_recordset(d -> 'taken') AS r(merchant_id uuid, product_id uuid, quantity numeric, level text)
        WHERE s.merchant_id = r.merchant_id AND s.product_id = r.product_id),
    journal_of_stock AS (
        INSERT INTO stock_movements (merchant_id, source_id, reason, product_id, quantity)
        SELECT r.merchant_id, r.line_id, 'reserved', r.product_id, r.quantity
        FROM doc, jsonb_to_recordset(d -> 'lines') AS r(merchant_id uuid, line_id uuid, product_id uuid, quantity numeric)),
    new_entries AS (
        INSERT INTO journal_entries (merchant_id, entry_id, kind, document_kind, document_id, business_date, posted_at)
        SELECT r.merchant_id, r.entry_id, 'placement', 'order', r.order_id, r.business_date, r.placed_at
        FROM doc, jsonb_to_recordset(d -> 'orders') AS r(merchant_id uuid, entry_id uuid, order_id uuid, business_date date,
            placed_at timestamptz)),
    new_postings AS (
        INSERT INTO postings (merchant_id, entry_id, posting_no, account, party, amount_fen)
        SELECT r.merchant_id, r.entry_id, p.no, p.account, r.order_id::text, p.sign * r.amount_fen
        FROM doc, jsonb_to_recordset(d -> 'orders') AS r(merchant_id uuid, entry_id uuid, order_id uuid, amount_fen bigint),
            (VALUES (1, 'buyer_receivable', 1), (2, 'deferred_sales', -1)) AS p(no, account, sign)),
    told AS (
        INSERT INTO outbox (lane, event_id, name, version, key, aggregate_version, request_id, payload)
        SELECT r.* FROM doc, jsonb_to_recordset(d -> 'events') AS r(lane text, event_id uuid, name text, version int, key text,
            aggregate_version bigint, request_id text, payload jsonb)),
    emptied AS (
        DELETE FROM carts c USING doc, jsonb_to_recordset(d -> 'lines') AS r(product_id uuid)
        WHERE c.buyer = d -> 'payment' ->> 'buyer' AND c.product_id = r.product_id)
    INSERT INTO idempotency (principal, operation, key, fingerprint, reference)
    SELECT r.principal, r.operation, r.key, decode(r.fingerprint, 'hex'), r.reference
    FROM doc, jsonb_to_record(d -> 'key') AS r(principal text, operation text, key text, fingerprint text, reference text)"""


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
    """Inside a pipeline: nothing is fetched, so it travels with the commit in one round trip."""
    p = placement
    events: list[tuple[Event, int]] = [(OrderPlaced(
        order_id=order.order_id, order_no=order.order_no, merchant_id=order.merchant_id, amount_fen=order.amount_fen,
        placed_at=p.placed_at), 1) for order in p.orders]
    taken = []
    for line in (line for order in p.orders for _, line in order.lines):
        shelf = shelves[line.offer.product_id]
        now = level(shelf.available - line.quantity, line.offer.unit)
        taken.append({"merchant_id": line.offer.merchant_id, "product_id": line.offer.product_id, "quantity": line.quantity, "level": now})
        if now != shelf.level:
            events.append((AvailabilityChanged(product_id=line.offer.product_id, merchant_id=line.offer.merchant_id, level=now),
                           shelf.version + 1))
    conn.execute(PLACE, {"doc": Jsonb({
        "recipient": {"buyer": p.buyer, "recipient_id": p.recipient_id, **recipient.__dict__},
        "payment": {"buyer": p.buyer, "payment_id": p.payment_id, "purpose": "checkout", "reference_id": p.checkout_id,
                    "amount_fen": p.amount_fen, "placed_at": p.placed_at, "expires_at": p.expires_at},
        "orders": [_order_row(p, order) for order in p.orders],
        "lines": [row for order in p.orders for row in _line_rows(order)],
        "taken": taken,
        "events": [_event_row(event, version) for event, version in events],
        "key": {"principal": key.principal, "operation": key.operation, "key": key.key, "fingerprint": key.print_.hex(),
                "reference": str(p.payment_id)},
    })})


def _event_row(event: Event, version: int) -> dict[str, Any]:
    return {"lane": "live", "event_id": new_id(), "name": event.event_name(), "version": event.schema_version, "key": event.key(),
            "aggregate_version": version, "request_id": request_id(), "payload": event.model_dump(mode="json")}


def promised(merchant_id: UUID, order_id: UUID, amount_fen: int) -> Entry:
    """Placement is no sale: what the buyer owes, and what would become the merchant's. Negative: promised no more."""
    kind = "placement" if amount_fen >= 0 else "cancellation"
    return Entry(merchant_id, kind, "order", order_id, (
        Posting(Account.BUYER_RECEIVABLE, str(order_id), amount_fen), Posting(Account.DEFERRED_SALES, str(order_id), -amount_fen)))


def _order_row(p: Placement, order: NewOrder) -> dict[str, Any]:
    return {
        "merchant_id": order.merchant_id, "order_id": order.order_id, "order_no": order.order_no, "buyer": p.buyer,
        "checkout_id": p.checkout_id, "payment_id": p.payment_id, "recipient_id": p.recipient_id,
        "consumption_county": p.consumption_county, "amount_fen": order.amount_fen, "placed_at": p.placed_at, "entry_id": new_id(),
        "business_date": business_date(p.placed_at)}


def _line_rows(order: NewOrder) -> list[dict[str, Any]]:
    return [{
        "merchant_id": order.merchant_id, "line_id": line_id, "order_id": order.order_id, "line_no": number,
        "product_id": line.offer.product_id, "quantity": line.quantity, "unit": line.offer.unit, "price_fen": line.offer.price_fen,
        "offer_version": line.offer.offer_version, "amount_fen": line.amount_fen, "session_id": line.session_id,
        "attribution": line.attribution,
    } for number, (line_id, line) in enumerate(order.lines, 1)]


