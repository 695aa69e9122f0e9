"""Slips, sheets and fair orders: inserted once, found by number, reversed once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from services.kit.db import Conn, Row, one

TABLES: dict[str, tuple[LiteralString, LiteralString, LiteralString]] = {
    # kind of paper: table, its lines, its id
    "slip": ("slips", "slip_lines", "slip_id"),
    "sheet": ("sheets", "sheet_lines", "sheet_id"),
    "fair_order": ("fair_orders", "fair_order_lines", "fair_order_id"),
}


def insert(conn: Conn, kind: str, head: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bool:
    """False when a unique index refused it: that number, or that period, is there already."""
    table, line_table, _ = TABLES[kind]
    if not conn.execute(_insert(table, head) + sql.SQL(" ON CONFLICT DO NOTHING"), head).rowcount:
        return False
    with conn.cursor() as cursor:
        cursor.executemany(_insert(line_table, lines[0]), lines)
    return True


def _insert(table: LiteralString, columns: Iterable[str]) -> sql.Composed:
    names = list(columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(map(sql.Placeholder, names)))


def _one(conn: Conn, statement: sql.Composed, params: list[Any]) -> Row | None:
    return conn.execute(statement, params).fetchone()


def find(conn: Conn, kind: str, paper_id: UUID) -> Row | None:
    table, _, key = TABLES[kind]
    return _one(conn, sql.SQL("SELECT p.*, o.county_code FROM {} p JOIN outlets o USING (outlet_id) WHERE p.{} = %s").format(
        sql.Identifier(table), sql.Identifier(key)), [paper_id])


def lock(conn: Conn, kind: str, paper_id: UUID) -> Row | None:
    table, _, key = TABLES[kind]
    return _one(conn, sql.SQL("SELECT * FROM {} WHERE {} = %s FOR UPDATE").format(sql.Identifier(table), sql.Identifier(key)), [paper_id])


def lines(conn: Conn, kind: str, outlet_id: UUID, paper_id: UUID) -> list[Row]:
    _, line_table, key = TABLES[kind]
    return conn.execute(sql.SQL("SELECT l.*, f.name AS product_name FROM {} l LEFT JOIN offers f USING (merchant_id, product_id) "
                               "WHERE l.outlet_id = %s AND l.{} = %s ORDER BY l.line_no").format(
        sql.Identifier(line_table), sql.Identifier(key)), [outlet_id, paper_id]).fetchall()


def reverse(conn: Conn, kind: str, outlet_id: UUID, paper_id: UUID, by: str, at: datetime, reason: str) -> None:
    table, _, key = TABLES[kind]
    conn.execute(sql.SQL("UPDATE {} SET state = 'reversed', reversed_by = %s, reversed_at = %s, reason = %s "
                         "WHERE outlet_id = %s AND {} = %s").format(sql.Identifier(table), sql.Identifier(key)),
                 [by, at, reason, outlet_id, paper_id])


def slip_of_number(conn: Conn, outlet_id: UUID, slip_no: str) -> Row | None:
    return one(conn, "SELECT slip_id, fingerprint FROM slips WHERE outlet_id = %s AND slip_no = %s "
               "AND (import_id IS NULL OR state = 'recorded')", [outlet_id, slip_no])


def sheet_of(conn: Conn, outlet_id: UUID, sheet_no: str, kind: str, stand: str, period_from: Any) -> Row | None:
    """The recorded sheet that stands in the way of another of this number or period."""
    return one(conn, "SELECT sheet_id, sheet_no, fingerprint FROM sheets WHERE outlet_id = %(outlet)s AND state = 'recorded' "
               "AND (sheet_no = %(no)s OR (kind, stand, period_from) = (%(kind)s, %(stand)s, %(from)s))",
               {"outlet": outlet_id, "no": sheet_no, "kind": kind, "stand": stand, "from": period_from})
