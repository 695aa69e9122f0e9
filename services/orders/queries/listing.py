"""One shape of list: rows that the scope opens, newest id first, by keyset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from services.kit.db import Conn, Row, every
from services.kit.paging import Page, decode_cursor, page_of

T = TypeVar("T")


def newest_first(conn: Conn, select: LiteralString, id_column: LiteralString, params: Mapping[str, Any], first: int, after: str | None,
                 shown: Callable[[Row], T]) -> Page[T]:
    """``select`` ends in a WHERE clause; ``id_column`` is a UUIDv7, so that its order is the order of creation."""
    cursor = decode_cursor(after, 1)
    rows = every(conn, select + " AND (%(after)s::uuid IS NULL OR " + id_column + " < %(after)s::uuid) ORDER BY "
                 + id_column + " DESC LIMIT %(limit)s", {**params, "after": cursor[0] if cursor else None, "limit": first + 1})
    key = id_column.rsplit(".", 1)[-1]
    page = page_of(rows, first, lambda row: (row[key],))
    return Page([shown(row) for row in page.items], page.next_cursor)


def by_ids(conn: Conn, select: LiteralString, id_column: LiteralString, params: Mapping[str, Any], ids: Sequence[UUID],
           shown: Callable[[Row], T]) -> list[T]:
    """The rows of ``ids`` that the scope opens, as their list shows them, in one statement; of the others, nothing."""
    return [shown(row) for row in every(conn, select + " AND " + id_column + " = ANY(%(ids)s)", {**params, "ids": list(ids)})]


def pick(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}
