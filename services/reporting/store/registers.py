"""Rows of the three registers. Table and column names are the constants below, never input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from services.kit.db import Conn, Row, one
from services.reporting.domain.errors import AlreadyRegistered


@dataclass(frozen=True)
class Register:
    table: str
    id_column: str
    business_key: str
    columns: tuple[str, ...]


DEPARTMENTS = Register("departments", "department_id", "code", ("code", "name", "duty", "lead", "valid_from", "valid_until", "successor"))
ACTIVITIES = Register(
    "activities",
    "activity_id",
    "activity_no",
    ("activity_no", "kind", "title", "held_on", "county_code", "department", "session_id", "outlet_id", "contract_ids"),
)
PUBLICITY = Register(
    "publicity", "record_id", "record_no", ("record_no", "medium", "level", "media_kind", "title", "published_on", "aired")
)


def insert(
    conn: Conn, register: Register, row_id: UUID, row: dict[str, Any], *, import_id: UUID | None = None, line: int | None = None
) -> None:
    """Raises AlreadyRegistered when the business key, or a linked session or fair, is there already."""
    columns = (register.id_column, *register.columns, "import_id", "import_line")
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(register.table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
    )
    try:
        with conn.transaction():
            conn.execute(statement, [row_id, *(row.get(c) for c in register.columns), import_id, line])
    except psycopg.errors.UniqueViolation as error:
        raise _already(register, row, error) from error


def replace(conn: Conn, register: Register, row_id: UUID, row: dict[str, Any]) -> None:
    statement = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
        sql.Identifier(register.table),
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(c)) for c in register.columns),
        sql.Identifier(register.id_column),
    )
    try:
        with conn.transaction():
            conn.execute(statement, [*(row.get(c) for c in register.columns), row_id])
    except psycopg.errors.UniqueViolation as error:
        raise _already(register, row, error) from error


def _already(register: Register, row: dict[str, Any], error: psycopg.errors.UniqueViolation) -> AlreadyRegistered:
    constraint = error.diag.constraint_name or ""
    field = next((c for c in ("session_id", "outlet_id") if c in constraint), register.business_key)
    return AlreadyRegistered(field, value=row.get(field))


def find_for_update(conn: Conn, register: Register, row_id: UUID) -> Row | None:
    return one(
        conn,
        sql.SQL("SELECT * FROM {} WHERE {} = %s FOR UPDATE").format(  # type: ignore[arg-type]
            sql.Identifier(register.table), sql.Identifier(register.id_column)
        ),
        [row_id],
    )


def delete(conn: Conn, register: Register, row_id: UUID) -> None:
    conn.execute(
        sql.SQL("DELETE FROM {} WHERE {} = %s").format(sql.Identifier(register.table), sql.Identifier(register.id_column)), [row_id]
    )


def delete_import(conn: Conn, register: Register, import_id: UUID) -> None:
    conn.execute(sql.SQL("DELETE FROM {} WHERE import_id = %s").format(sql.Identifier(register.table)), [import_id])
