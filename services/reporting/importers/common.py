"""What the three registers' importers share."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from services.kit.db import Conn, every
from services.kit.imports.kinds import Document, Problems
from services.reporting.store.registers import Register


def ensure_single(documents: list[Document], problems: Problems, column: str) -> None:
    """A register's document is one row."""
    for document in documents:
        for row in document.rows[1:]:
            problems.add(
                row.line, column, "DUPLICATE_KEY", f"与第 {document.line} 行重复", f"the same as in row {document.line}", document.key
            )


def ensure_unregistered(conn: Conn, documents: list[Document], problems: Problems, register: Register, column: str) -> None:
    """What somebody entered by hand, or another file brought, is not entered again."""
    lines = {d.key: d.line for d in documents}
    statement = sql.SQL("SELECT {0} AS key FROM {1} WHERE {0} = ANY(%s)").format(
        sql.Identifier(register.business_key), sql.Identifier(register.table)
    )
    for row in every(conn, statement, [list(lines)]):  # type: ignore[arg-type]
        problems.add(
            lines[row["key"]],
            column,
            "KEY_CONFLICT",
            f"“{row['key']}”已在登记册中",
            f"“{row['key']}” is in the register already",
            row["key"],
        )


def ids_of(conn: Conn, statement: str, codes: set[str]) -> dict[str, Any]:
    """code → id of another service's rows, from our copy. ``statement`` takes the codes, answers ``code`` and ``id``."""
    return {row["code"]: row["id"] for row in every(conn, statement, [sorted(codes)])} if codes else {}


def resolve(known: dict[str, Any], problems: Problems, line: int, column: str, code: str) -> Any:
    """The id; or None, and the problem says whether it is unknown or on its way."""
    if code not in known:
        problems.unknown(line, column, code)
    return known.get(code)
