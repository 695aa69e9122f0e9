"""Copies of what others own, as far as a figure or a name needs it. Each takes a higher version only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.events.catalog import CertificatePeriod, MechanismRecorded, MerchantState, ProductState, WithdrawnPeriod
from services.kit.db import Conn, one


def put_merchant(conn: Conn, state: MerchantState) -> None:
    taken = one(
        conn,
        "INSERT INTO merchants (merchant_id, version, credit_code, name, kind, county_code, state) VALUES (%s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (merchant_id) DO UPDATE SET version = excluded.version, credit_code = excluded.credit_code, name = excluded.name, "
        "kind = excluded.kind, county_code = excluded.county_code, state = excluded.state WHERE merchants.version < excluded.version "
        "RETURNING merchant_id",
        [state.merchant_id, state.version, state.credit_code, state.name, state.kind, state.county_code, state.state],
    )
    if taken:
        _put_periods(conn, "merchant", state.merchant_id, state.certificates, state.withdrawals)


def put_product(conn: Conn, state: ProductState) -> None:
    first = min(state.certificates, key=lambda c: (c.valid_from, str(c.certificate_id)), default=None)
    taken = one(
        conn,
        "INSERT INTO products (product_id, version, product_no, merchant_id, name, category, family, county_code, state, "
        "first_certified_on, first_certificate_id, first_certificate_no) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, product_no = excluded.product_no, "
        "merchant_id = excluded.merchant_id, name = excluded.name, category = excluded.category, family = excluded.family, "
        "county_code = excluded.county_code, state = excluded.state, first_certified_on = excluded.first_certified_on, "
        "first_certificate_id = excluded.first_certificate_id, first_certificate_no = excluded.first_certificate_no "
        "WHERE products.version < excluded.version RETURNING product_id",
        [
            state.product_id,
            state.version,
            state.product_no,
            state.merchant_id,
            state.name,
            state.category,
            state.family,
            state.county_code,
            state.state,
            first and first.valid_from,
            first and first.certificate_id,
            first and first.certificate_no,
        ],
    )
    if not taken:
        return
    _put_periods(conn, "product", state.product_id, state.certificates, state.withdrawals)
    conn.execute("DELETE FROM labels WHERE product_id = %s", [state.product_id])
    _many(
        conn,
        "INSERT INTO labels (product_id, label_id, label, certificate_no, valid_from, valid_until) VALUES (%s, %s, %s, %s, %s, %s)",
        [
            [state.product_id, label.label_id, label.label, label.certificate_no, label.valid_from, label.valid_until]
            for label in state.labels
        ],
    )


def _put_periods(
    conn: Conn, subject: str, subject_id: UUID, certificates: Sequence[CertificatePeriod], withdrawn: Sequence[WithdrawnPeriod]
) -> None:
    conn.execute("DELETE FROM certificates WHERE subject_id = %s", [subject_id])
    conn.execute("DELETE FROM withdrawals WHERE subject_id = %s AND source = 'catalog'", [subject_id])
    _many(
        conn,
        "INSERT INTO certificates (subject_id, certificate_id, subject, certificate_no, document_no, valid_from, valid_until) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [[subject_id, c.certificate_id, subject, c.certificate_no, c.document_no, c.valid_from, c.valid_until] for c in certificates],
    )
    _many(
        conn,
        "INSERT INTO withdrawals (subject_id, source, number, subject, kind, from_instant, until_instant) "
        "VALUES (%s, 'catalog', %s, %s, %s, %s, %s)",
        [[subject_id, str(n), subject, w.kind, w.from_instant, w.until_instant] for n, w in enumerate(withdrawn)],
    )
    _one_row_an_interval(conn, subject_id)


def _one_row_an_interval(conn: Conn, subject_id: UUID) -> None:
    """Orders' word on an interval counts: catalog publishes a reinstatement before it is in force, with the interval still open."""
    conn.execute(
        "DELETE FROM withdrawals c USING withdrawals o WHERE c.subject_id = %s AND c.source = 'catalog' "
        "AND o.subject_id = c.subject_id AND o.source = 'orders' AND o.from_instant = c.from_instant",
        [subject_id],
    )


def _many(conn: Conn, statement: str, rows: list[list[Any]]) -> None:
    if rows:
        with conn.cursor() as cursor:
            cursor.executemany(statement, rows)


def withdraw(conn: Conn, subject: str, subject_id: UUID, withdrawal_id: UUID, kind: str, from_instant: datetime) -> None:
    conn.execute(
        "INSERT INTO withdrawals (subject_id, source, number, subject, kind, from_instant) VALUES (%s, 'orders', %s, %s, %s, %s) "
        "ON CONFLICT (subject_id, source, number) DO UPDATE SET kind = excluded.kind, from_instant = excluded.from_instant",
        [subject_id, str(withdrawal_id), subject, kind, from_instant],
    )
    _one_row_an_interval(conn, subject_id)


def reinstate(conn: Conn, subject: str, subject_id: UUID, withdrawal_id: UUID, until_instant: datetime) -> None:
    conn.execute(
        "INSERT INTO withdrawals (subject_id, source, number, subject, kind, until_instant) "
        "VALUES (%s, 'orders', %s, %s, 'suspended', %s) "
        "ON CONFLICT (subject_id, source, number) DO UPDATE SET until_instant = excluded.until_instant",
        [subject_id, str(withdrawal_id), subject, until_instant],
    )


def put_mechanism(conn: Conn, event: MechanismRecorded, version: int) -> None:
    conn.execute(
        "INSERT INTO mechanisms (merchant_id, mechanism_id, version, mechanism_no, county_code, kind, households, persons, valid_from, "
        "valid_until, withdrawn) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (merchant_id, mechanism_id) DO UPDATE SET version = excluded.version, mechanism_no = excluded.mechanism_no, "
        "county_code = excluded.county_code, kind = excluded.kind, households = excluded.households, persons = excluded.persons, "
        "valid_from = excluded.valid_from, valid_until = excluded.valid_until, withdrawn = excluded.withdrawn "
        "WHERE mechanisms.version < excluded.version",
        [
            event.merchant_id,
            event.mechanism_id,
            version,
            event.mechanism_no,
            event.county_code,
            event.kind,
            event.households,
            event.persons,
            event.valid_from,
            event.valid_until,
            event.withdrawn,
        ],
    )


def put(conn: Conn, table: str, key: str, version: int, row: dict[str, Any], *, version_column: str = "version") -> None:
    """Insert or, under a higher version, replace the given columns. ``table`` and the column names are constants of ours."""
    columns = [key, version_column, *(c for c in row if c != key)]
    values = [row[key], version, *(v for c, v in row.items() if c != key)]
    replaced = ", ".join(f"{c} = excluded.{c}" for c in columns if c != key)
    conn.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {replaced} WHERE {table}.{version_column} < excluded.{version_column}",
        values,
    )


def link_product(conn: Conn, session_id: UUID, product_id: UUID, version: int, linked: bool) -> None:
    conn.execute(
        "INSERT INTO session_products (session_id, product_id, version, linked) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (session_id, product_id) DO UPDATE SET version = excluded.version, linked = excluded.linked "
        "WHERE session_products.version < excluded.version",
        [session_id, product_id, version, linked],
    )


def put_placed_orders(conn: Conn, rows: list[tuple[UUID, UUID, str, int, datetime]]) -> None:
    _many(
        conn,
        "INSERT INTO placed_orders (merchant_id, order_id, order_no, amount_fen, placed_at) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [list(row) for row in rows],
    )


def put_deliveries(conn: Conn, rows: list[tuple[UUID, UUID, UUID, int, datetime]]) -> None:
    _many(
        conn,
        "INSERT INTO accepted_deliveries (delivery_id, contract_id, institution_id, amount_fen, accepted_at) "
        "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [list(row) for row in rows],
    )


def end_contract(conn: Conn, contract_id: UUID, version: int, ended_on: date, void: bool) -> None:
    put(
        conn,
        "contracts",
        "contract_id",
        version,
        {"contract_id": contract_id, "ended_on": ended_on, "void": void},
        version_column="ended_version",
    )


def close_outlet(conn: Conn, outlet_id: UUID, version: int, closed_on: date, void: bool) -> None:
    put(
        conn,
        "outlets",
        "outlet_id",
        version,
        {"outlet_id": outlet_id, "closed_on": closed_on, "void": void},
        version_column="ended_version",
    )
