"""Look-ups that several kinds share: each column's codes in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.errors import InUse
from services.catalog.store import codes
from services.kit.db import Conn, Row, every, value
from services.kit.imports.kinds import Document, Problems
from services.kit.imports.kinds import Row as FileRow

SUBJECTS = {"merchant": "经营主体", "product": "产品"}


def rows_of(found: Sequence[Document]) -> list[FileRow]:
    return [row for document in found for row in document.rows]


def counties(conn: Conn) -> dict[str, str]:
    """Code and name → code."""
    known = every(conn, "SELECT code, name_zh, name_en FROM counties")
    return {key: row["code"] for row in known for key in (row["code"], row["name_zh"], row["name_en"])}


def county(row: FileRow, known: dict[str, str], problems: Problems) -> str | None:
    code = known.get(row["county_code"])
    if code is None:
        problems.unknown(row.line, "县市区代码", row["county_code"])
    return code


def subjects(conn: Conn, kind: str, wanted: Iterable[str]) -> dict[str, Row]:
    """Business key → {merchant_id, subject_id}."""
    return codes.find_many(conn, kind, sorted(set(wanted)))


def once(rows: Sequence[FileRow], key: str, title: str, problems: Problems) -> None:
    """A key that stands once in a file."""
    seen: dict[Any, int] = {}
    for row in rows:
        first = seen.setdefault(row[key], row.line)
        if first != row.line:
            problems.add(row.line, title, "DUPLICATE_IN_FILE", f"与第 {first} 行重复", f"the same as in row {first}", row[key])


def refuse_if(conn: Conn, sql: str, params: Sequence[Any], what_zh: str) -> None:
    """``sql`` counts what depends on the import. Raises InUse."""
    number = value(conn, sql, params)
    if number:
        raise InUse(None, what=f"{what_zh} × {number}")


def brought(conn: Conn, table: str, import_id: UUID) -> list[Row]:
    return every(conn, f"SELECT * FROM {table} WHERE import_id = %s", [import_id])  # noqa: S608 – own names
