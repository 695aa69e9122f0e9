"""Institutions and their members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one, value


def insert(conn: Conn, row: dict[str, Any]) -> bool:
    """False when the code is taken."""
    return bool(conn.execute(
        "INSERT INTO institutions (institution_id, institution_code, name, kind, county_code, meals_per_day, kitchen, applied_by, "
        "registered_at) VALUES (%(institution_id)s, %(institution_code)s, %(name)s, %(kind)s, %(county_code)s, %(meals_per_day)s, "
        "%(kitchen)s, %(applied_by)s, %(registered_at)s) ON CONFLICT (institution_code) DO NOTHING", row).rowcount)


def find(conn: Conn, institution_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM institutions WHERE institution_id = %s", [institution_id])


def lock(conn: Conn, institution_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM institutions WHERE institution_id = %s FOR UPDATE", [institution_id])


def by_codes(conn: Conn, codes: Iterable[str]) -> dict[str, Row]:
    return {row["institution_code"]: row for row in every(
        conn, "SELECT * FROM institutions WHERE institution_code = ANY(%s)", [list(set(codes))])}


def grant(conn: Conn, institution_id: UUID, account_id: UUID, role: str, by: str, at: datetime) -> bool:
    """False when the account holds the role already."""
    return bool(conn.execute(
        "INSERT INTO institution_members (institution_id, account_id, role, granted_by, granted_at) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING", [institution_id, account_id, role, by, at]).rowcount)


def raise_version(conn: Conn, institution_id: UUID) -> int:
    return int(value(conn, "UPDATE institutions SET version = version + 1 WHERE institution_id = %s RETURNING version", [institution_id]))


def kinds(conn: Conn) -> dict[str, Row]:
    return {row["kind"]: row for row in every(conn, "SELECT * FROM institution_kinds ORDER BY kind")}


def kitchens(conn: Conn) -> dict[str, Row]:
    return {row["kitchen"]: row for row in every(conn, "SELECT * FROM kitchens ORDER BY kitchen")}
