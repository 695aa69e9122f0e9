"""Stock: two numbers a product, and the journal that explains them. Rows are locked with their offers, in the same order.

A movement is unique per (source, reason), the source being the order line, the refund's line or the receipt: nothing is
taken or given back twice. A CHECK forbids less than zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.events.orders import AvailabilityChanged
from services.kit import outbox
from services.kit.db import Conn, Row, every
from services.orders.domain.offers.offer import Offer
from services.orders.domain.shopping.stock import Level, level
from services.orders.store.offers.offers import LOCK_WITH_STOCK
from services.orders.store.offers.rows import offer_of

Reason = Literal["received", "counted", "reserved", "released", "sold", "sold_late", "returned"]

# reason → what it adds to (available, reserved)
EFFECT: dict[Reason, tuple[int, int]] = {
    "received": (1, 0), "counted": (1, 0), "reserved": (-1, 1), "released": (1, -1), "sold": (0, -1), "sold_late": (-1, 0),
    "returned": (1, 0),
}

UPDATE = """
    UPDATE stock s SET available = s.available + r.available, reserved = s.reserved + r.reserved, level = r.level, version = s.version + 1
    FROM unnest(%s::uuid[], %s::uuid[], %s::numeric[], %s::numeric[], %s::text[]) AS r(merchant_id, product_id, available, reserved, level)
    WHERE s.merchant_id = r.merchant_id AND s.product_id = r.product_id"""
JOURNAL = """
    INSERT INTO stock_movements (merchant_id, source_id, reason, product_id, quantity)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::numeric[])"""


@dataclass(frozen=True)
class LockedShelf:
    offer: Offer
    available: Decimal
    reserved: Decimal
    level: Level
    version: int


@dataclass(frozen=True)
class Movement:
    """``quantity`` in the offer's unit, positive (a count may correct downwards)."""

    merchant_id: UUID
    product_id: UUID
    source_id: UUID
    reason: Reason
    quantity: Decimal


def shelf_of(row: Row) -> LockedShelf:
    return LockedShelf(offer_of(row), row["available"], row["reserved"], row["level"], row["stock_version"])


def lock(conn: Conn, product_ids: Iterable[UUID]) -> dict[UUID, LockedShelf]:
    """Offers and stock rows, locked in id order until the transaction ends. Read the clock afterwards."""
    return {row["product_id"]: shelf_of(row) for row in every(conn, LOCK_WITH_STOCK, [sorted(set(product_ids))])}


def move(conn: Conn, movements: Sequence[Movement], shelves: dict[UUID, LockedShelf]) -> None:
    """Apply and journal the movements of locked shelves, tell whoever shows availability. Fetches nothing: may stand in a pipeline."""
    if not movements:
        return
    changes: dict[UUID, tuple[Decimal, Decimal]] = {}
    for m in movements:
        available, reserved = changes.get(m.product_id, (Decimal(0), Decimal(0)))
        of_available, of_reserved = EFFECT[m.reason]
        changes[m.product_id] = (available + of_available * m.quantity, reserved + of_reserved * m.quantity)
    touched = [(shelves[product_id], delta) for product_id, delta in changes.items()]
    levels = [level(shelf.available + delta[0], shelf.offer.unit) for shelf, delta in touched]
    conn.execute(UPDATE, [[s.offer.merchant_id for s, _ in touched], [s.offer.product_id for s, _ in touched],
                          [d[0] for _, d in touched], [d[1] for _, d in touched], levels])
    conn.execute(JOURNAL, [[m.merchant_id for m in movements], [m.source_id for m in movements], [m.reason for m in movements],
                           [m.product_id for m in movements], [m.quantity for m in movements]])
    for (shelf, _), now in zip(touched, levels, strict=True):
        if now != shelf.level:
            outbox.publish(conn, AvailabilityChanged(product_id=shelf.offer.product_id, merchant_id=shelf.offer.merchant_id, level=now),
                           shelf.version + 1)
