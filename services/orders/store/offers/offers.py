"""The offers copy: upserts by version, locks, look-ups.

A sale locks the offer rows it needs exclusively, in (merchant_id, product_id) order, then reads the clock in a later
statement. Never FOR SHARE: a withdrawal would then wait for a queue of buyers that never ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.events.catalog import MerchantState, ProductState
from services.kit.db import Conn, every, one
from services.kit.time import end_of_validity
from services.orders.domain.offers.offer import Offer
from services.orders.domain.offers.standing import Interval, Standing, Subject
from services.orders.store.offers.rows import COLUMNS, offer_of, periods

LOCK = f"""
    SELECT {COLUMNS} FROM offers o WHERE o.product_id = ANY(%s)
    ORDER BY o.merchant_id, o.product_id FOR NO KEY UPDATE OF o"""  # noqa: S608 – a constant list of columns

LOCK_WITH_STOCK = f"""
    SELECT {COLUMNS}, s.available, s.reserved, s.level, s.version AS stock_version
    FROM offers o JOIN stock s USING (merchant_id, product_id) WHERE o.product_id = ANY(%s)
    ORDER BY o.merchant_id, o.product_id FOR NO KEY UPDATE OF o, s"""  # noqa: S608


def lock(conn: Conn, product_ids: Iterable[UUID]) -> dict[UUID, Offer]:
    """The offers, each row locked until the transaction ends. Read the clock, and the withdrawn intervals, afterwards."""
    return {row["product_id"]: offer_of(row) for row in every(conn, LOCK, [sorted(set(product_ids))])}


def load(conn: Conn, product_ids: Iterable[UUID]) -> dict[UUID, Offer]:
    rows = every(conn, f"SELECT {COLUMNS} FROM offers o WHERE o.product_id = ANY(%s)", [list(set(product_ids))])  # noqa: S608
    return {row["product_id"]: offer_of(row) for row in rows}


def by_number(conn: Conn, product_nos: Iterable[str]) -> dict[str, Offer]:
    rows = every(conn, f"SELECT {COLUMNS} FROM offers o WHERE o.product_no = ANY(%s)", [list(set(product_nos))])  # noqa: S608
    return {row["product_no"]: offer_of(row) for row in rows}


def merchants_by_code(conn: Conn, credit_codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """credit code → merchant row (merchant_id, name, county_code …)."""
    return {row["credit_code"]: row for row in every(
        conn, "SELECT * FROM merchants WHERE credit_code = ANY(%s)", [list(set(credit_codes))])}


def merchant(conn: Conn, merchant_id: UUID) -> dict[str, Any] | None:
    return one(conn, "SELECT * FROM merchants WHERE merchant_id = %s", [merchant_id])


def standings(conn: Conn, offers: Iterable[Offer]) -> dict[UUID, Standing]:
    """product_id → what its and its merchant's history say. After `lock` this is a statement of its own: it sees what
    a withdrawal that held the lock before has written."""
    offers = list(offers)
    subjects = {o.product_id for o in offers} | {o.merchant_id for o in offers}
    found: dict[UUID, list[Interval]] = {}
    for row in every(conn, "SELECT subject_id, from_instant, until_instant FROM withdrawn_intervals WHERE subject_id = ANY(%s)",
                     [list(subjects)]):
        found.setdefault(row["subject_id"], []).append(Interval(row["from_instant"], row["until_instant"]))
    return {
        o.product_id: Standing(Subject(o.certificates, tuple(found.get(o.product_id, ()))),
                               Subject(o.merchant_certificates, tuple(found.get(o.merchant_id, ()))))
        for o in offers
    }


def merchant_subject(conn: Conn, merchant_id: UUID) -> Subject:
    row = merchant(conn, merchant_id)
    intervals = every(conn, "SELECT from_instant, until_instant FROM withdrawn_intervals WHERE subject_id = %s", [merchant_id])
    return Subject(periods(row["certificates"]) if row else (), tuple(Interval(i["from_instant"], i["until_instant"]) for i in intervals))


def _dumped(parts: Sequence[Any]) -> Jsonb:
    return Jsonb([p.model_dump(mode="json") for p in parts])


def upsert_product(conn: Conn, product: ProductState) -> bool:
    """True when this version was newer. The merchant's row is locked first, so that an offer never misses what is
    happening to its merchant."""
    merchant_row = one(conn, "SELECT name, certificates, withdrawn_since FROM merchants WHERE merchant_id = %s FOR UPDATE",
                       [product.merchant_id])
    until = max((c.valid_until for c in product.certificates), default=None)
    changed = conn.execute(
        """
        INSERT INTO offers AS o (merchant_id, product_id, version, product_no, name, category, family, county_code, state, unit, pack,
            net_weight_g, price_fen, bulk_price_fen_per_kg, offer_version, is_food, image, certificates, labels, sellable_until,
            merchant_name, merchant_certificates, merchant_withdrawn_since)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (merchant_id, product_id) DO UPDATE SET version = excluded.version, product_no = excluded.product_no,
            name = excluded.name, category = excluded.category, family = excluded.family, county_code = excluded.county_code,
            state = excluded.state, unit = excluded.unit, pack = excluded.pack, net_weight_g = excluded.net_weight_g,
            price_fen = excluded.price_fen, bulk_price_fen_per_kg = excluded.bulk_price_fen_per_kg,
            offer_version = excluded.offer_version, is_food = excluded.is_food, image = excluded.image,
            certificates = excluded.certificates, labels = excluded.labels, sellable_until = excluded.sellable_until
        WHERE o.version < excluded.version
        """,
        [product.merchant_id, product.product_id, product.version, product.product_no, product.name, product.category, product.family,
         product.county_code, product.state, product.unit, product.pack, product.net_weight_g, product.price_fen,
         product.bulk_price_fen_per_kg, product.offer_version, product.is_food, product.images[0] if product.images else None,
         _dumped(product.certificates), _dumped(product.labels), until and end_of_validity(until),
         merchant_row and merchant_row["name"], Jsonb(merchant_row["certificates"] if merchant_row else []),
         merchant_row and merchant_row["withdrawn_since"]]).rowcount
    conn.execute("INSERT INTO stock (merchant_id, product_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                 [product.merchant_id, product.product_id])
    return bool(changed)


def upsert_merchant(conn: Conn, state: MerchantState) -> bool:
    """True when this version was newer; its offers then carry its name and certificates too."""
    changed = conn.execute(
        """
        INSERT INTO merchants AS m (merchant_id, version, credit_code, name, kind, county_code, state, certificates)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (merchant_id) DO UPDATE SET version = excluded.version, credit_code = excluded.credit_code, name = excluded.name,
            kind = excluded.kind, county_code = excluded.county_code, state = excluded.state, certificates = excluded.certificates
        WHERE m.version < excluded.version
        """,
        [state.merchant_id, state.version, state.credit_code, state.name, state.kind, state.county_code, state.state,
         _dumped(state.certificates)]).rowcount
    if changed:
        lock_of_merchant(conn, state.merchant_id)
        conn.execute("UPDATE offers SET merchant_name = %s, merchant_certificates = %s WHERE merchant_id = %s",
                     [state.name, _dumped(state.certificates), state.merchant_id])
    return bool(changed)


def lock_of_merchant(conn: Conn, merchant_id: UUID) -> list[UUID]:
    """Locks all offers of a merchant in the order in which sales lock them."""
    rows = every(conn, "SELECT product_id FROM offers WHERE merchant_id = %s ORDER BY merchant_id, product_id FOR NO KEY UPDATE",
                 [merchant_id])
    return [row["product_id"] for row in rows]
