"""Offers as a shopper sees them, with what is free to sell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, Row, every
from services.kit.paging import Page, decode_cursor, page_of
from services.orders.domain.offers.offer import Offer, is_sellable_at
from services.orders.store.offers.rows import COLUMNS, offer_of

_SHELVES = (f"SELECT {COLUMNS}, o.image, o.merchant_name, s.available, s.reserved, s.level FROM offers o "  # noqa: S608
            "JOIN stock s USING (merchant_id, product_id) ")


def shelves(conn: Conn, product_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """product_id → row with ``offer`` (the domain's) beside the columns."""
    rows = every(conn, _SHELVES + "WHERE o.product_id = ANY(%s)", [list(product_ids)])
    return {row["product_id"]: row | {"offer": offer_of(row)} for row in rows}


def list_offers(conn: Conn, product_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """In the order asked; unknown ones are left out."""
    found, now = shelves(conn, product_ids), clock.now(conn)
    return [offer_view(found[i], now) for i in dict.fromkeys(product_ids) if i in found]


def offer_view(row: Row, now: Any) -> dict[str, Any]:
    offer: Offer = row["offer"]
    reason = is_sellable_at(offer, now)
    if reason is None and row["available"] <= 0:
        shown: str | None = "sold_out"
    else:
        shown = reason
    return {
        "product_id": offer.product_id, "merchant_id": offer.merchant_id, "merchant_name": row["merchant_name"], "name": offer.name,
        "image": row["image"], "price_fen": offer.price_fen, "offer_version": offer.offer_version, "unit": offer.unit, "pack": offer.pack,
        "available": row["available"], "level": row["level"], "sellable": shown is None, "reason": shown,
        "withdrawn_since": offer.merchant_withdrawn_since or offer.withdrawn_since,
    }


def list_stock(conn: Conn, merchant_id: UUID, first: int, after: str | None) -> Page[dict[str, Any]]:
    cursor = decode_cursor(after, 1)
    rows = every(
        conn, "SELECT s.merchant_id, s.product_id, o.product_no, o.name, o.unit, s.available, s.reserved, s.level FROM stock s "
        "JOIN offers o USING (merchant_id, product_id) WHERE s.merchant_id = %s AND (%s::uuid IS NULL OR s.product_id > %s::uuid) "
        "ORDER BY s.product_id LIMIT %s", [merchant_id, cursor and cursor[0], cursor and cursor[0], first + 1])
    return page_of(rows, first, lambda r: (r["product_id"],))


def stock_row(conn: Conn, product_id: UUID) -> dict[str, Any]:
    rows = every(conn, "SELECT s.merchant_id, s.product_id, o.product_no, o.name, o.unit, s.available, s.reserved, s.level FROM stock s "
                 "JOIN offers o USING (merchant_id, product_id) WHERE s.product_id = %s", [product_id])
    return rows[0]
