"""The copy of what may be sold: products and merchants as catalog published them, and the instants that orders put in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from services.events.catalog import CertificatePeriod, MerchantState, ProductState, WithdrawnPeriod
from services.kit.db import Conn, every, value
from services.livestream.domain.certified import Product, Standing, Withdrawn

SELECT = """
SELECT p.*, m.state AS merchant_state, m.certificates AS merchant_certificates, m.withdrawals AS merchant_withdrawals,
    (SELECT jsonb_agg(jsonb_build_array(w.from_instant, w.until_instant, w.kind)) FROM withdrawals_in_force w
     WHERE w.subject_id = p.product_id) AS own_in_force,
    (SELECT jsonb_agg(jsonb_build_array(w.from_instant, w.until_instant, w.kind)) FROM withdrawals_in_force w
     WHERE w.subject_id = p.merchant_id) AS merchant_in_force
FROM products p LEFT JOIN merchants m USING (merchant_id)
"""


def save_product(conn: Conn, product: ProductState) -> bool:
    """False when this or a higher version is here."""
    return value(conn, """
        INSERT INTO products (product_id, version, product_no, merchant_id, name, county_code, unit, price_fen, image, state,
            certificates, withdrawals) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, product_no = excluded.product_no,
            merchant_id = excluded.merchant_id, name = excluded.name, county_code = excluded.county_code, unit = excluded.unit,
            price_fen = excluded.price_fen, image = excluded.image, state = excluded.state,
            certificates = excluded.certificates, withdrawals = excluded.withdrawals
        WHERE products.version < excluded.version RETURNING true""", [
        product.product_id, product.version, product.product_no, product.merchant_id, product.name, product.county_code,
        product.unit, product.price_fen, next(iter(product.images), None), product.state,
        _certificates(product.certificates), _withdrawals(product.withdrawals)]) is True


def save_merchant(conn: Conn, merchant: MerchantState) -> bool:
    return value(conn, """
        INSERT INTO merchants (merchant_id, version, name, county_code, state, certificates, withdrawals)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (merchant_id) DO UPDATE SET version = excluded.version, name = excluded.name,
            county_code = excluded.county_code, state = excluded.state, certificates = excluded.certificates,
            withdrawals = excluded.withdrawals
        WHERE merchants.version < excluded.version RETURNING true""", [
        merchant.merchant_id, merchant.version, merchant.name, merchant.county_code, merchant.state,
        _certificates(merchant.certificates), _withdrawals(merchant.withdrawals)]) is True


def save_in_force(conn: Conn, subject: Literal["product", "merchant"], subject_id: UUID, withdrawal_id: UUID, kind: str,
                  from_instant: datetime) -> None:
    conn.execute("INSERT INTO withdrawals_in_force (subject_id, withdrawal_id, subject, kind, from_instant) VALUES (%s, %s, %s, %s, %s) "
                 "ON CONFLICT DO NOTHING", [subject_id, withdrawal_id, subject, kind, from_instant])


def end_in_force(conn: Conn, subject_id: UUID, withdrawal_id: UUID, until_instant: datetime) -> None:
    """Orders publishes the withdrawal before its end, on the same key, so the row is there."""
    conn.execute("UPDATE withdrawals_in_force SET until_instant = %s WHERE (subject_id, withdrawal_id) = (%s, %s)",
                 [until_instant, subject_id, withdrawal_id])


def of_merchant(conn: Conn, merchant_id: UUID) -> list[UUID]:
    return [row["product_id"] for row in every(conn, "SELECT product_id FROM products WHERE merchant_id = %s", [merchant_id])]


def county_of_merchant(conn: Conn, merchant_id: UUID) -> str | None:
    county: str | None = value(conn, "SELECT county_code FROM merchants WHERE merchant_id = %s", [merchant_id])
    return county


def lock(conn: Conn, product_ids: Collection[UUID]) -> None:
    """In id order. Taken before any session's lock, by whoever links, pins or withdraws; then read in a later statement."""
    conn.execute("SELECT FROM products WHERE product_id = ANY(%s) ORDER BY product_id FOR NO KEY UPDATE", [list(product_ids)])


def by_ids(conn: Conn, product_ids: Iterable[UUID]) -> dict[UUID, Product]:
    rows = every(conn, SELECT + "WHERE p.product_id = ANY(%s)", [list(product_ids)])
    return {row["product_id"]: _product(row) for row in rows}


def by_numbers(conn: Conn, product_nos: Iterable[str]) -> dict[str, Product]:
    rows = every(conn, SELECT + "WHERE p.product_no = ANY(%s)", [list(product_nos)])
    return {row["product_no"]: _product(row) for row in rows}


def _product(row: dict[str, Any]) -> Product:
    merchant = None if row["merchant_state"] is None else _standing(
        row["merchant_state"], row["merchant_certificates"], row["merchant_withdrawals"], row["merchant_in_force"])
    return Product(
        row["product_id"], row["product_no"], row["merchant_id"], row["name"], row["county_code"], row["unit"], row["price_fen"],
        row["image"], _standing(row["state"], row["certificates"], row["withdrawals"], row["own_in_force"]), merchant)


def _standing(state: str, certificates: list[list[str]], withdrawals: list[list[Any]], in_force: list[list[Any]] | None) -> Standing:
    """An interval is known by its start. Orders' word on its end counts: catalog publishes a reinstatement before it is in force, with
    the interval still open."""
    intervals = {}
    for start, end, kind in (*withdrawals, *(in_force or ())):
        begun = datetime.fromisoformat(start)
        known = intervals.get(begun)
        ended = datetime.fromisoformat(end) if end else known.until_instant if known else None
        intervals[begun] = Withdrawn(kind, begun, ended)
    periods = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in certificates)
    return Standing(state, periods, tuple(intervals[begun] for begun in sorted(intervals)))


def _certificates(periods: Sequence[CertificatePeriod]) -> Jsonb:
    return Jsonb([[p.valid_from, p.valid_until] for p in periods])


def _withdrawals(periods: Sequence[WithdrawnPeriod]) -> Jsonb:
    return Jsonb([[p.from_instant, p.until_instant, p.kind] for p in periods])
