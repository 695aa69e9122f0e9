"""Outlets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, one


def insert(conn: Conn, row: dict[str, Any]) -> bool:
    """False when the code is taken."""
    return bool(conn.execute(
        "INSERT INTO outlets (outlet_id, outlet_code, kind, sub_kind, name, county_code, state, opened_on, closed_on, applied_by, "
        "applied_at) VALUES (%(outlet_id)s, %(outlet_code)s, %(kind)s, %(sub_kind)s, %(name)s, %(county_code)s, 'applied', %(opened_on)s, "
        "%(closed_on)s, %(applied_by)s, %(applied_at)s) ON CONFLICT (outlet_code) DO NOTHING", row).rowcount)


def find(conn: Conn, outlet_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM outlets WHERE outlet_id = %s", [outlet_id])


def lock(conn: Conn, outlet_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM outlets WHERE outlet_id = %s FOR UPDATE", [outlet_id])


def lock_for_use(conn: Conn, outlet_id: UUID) -> Row | None:
    """Keeps the outlet from being closed meanwhile; other tills may sell at the same time."""
    return one(conn, "SELECT * FROM outlets WHERE outlet_id = %s FOR KEY SHARE", [outlet_id])


def approve(conn: Conn, outlet_id: UUID, by: str, at: datetime) -> Row:
    return _changed(conn, "UPDATE outlets SET state = 'open', approved_by = %s, approved_at = %s, version = version + 1 "
                    "WHERE outlet_id = %s RETURNING *", [by, at, outlet_id])


def close(conn: Conn, outlet_id: UUID, day: date) -> Row:
    return _changed(conn, "UPDATE outlets SET state = 'closed', closed_on = %s, version = version + 1 WHERE outlet_id = %s RETURNING *",
                    [day, outlet_id])


def raise_version(conn: Conn, outlet_id: UUID) -> int:
    row = _changed(conn, "UPDATE outlets SET version = version + 1 WHERE outlet_id = %s RETURNING *", [outlet_id])
    return int(row["version"])


def _changed(conn: Conn, sql: str, params: list[Any]) -> Row:
    row = one(conn, sql, params)
    assert row is not None
    return row
