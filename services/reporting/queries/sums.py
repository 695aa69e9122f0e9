"""Sums by one dimension, a page at a time, with the total of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.kit.db import Conn, Row, every
from services.kit.paging import Page, decode_cursor, page_of
from services.reporting.domain.measures import Measures
from services.reporting.domain.scope import Scope
from services.reporting.queries.lines_of import MEASURES, Filters, measured
from services.reporting.queries.names import names
from services.reporting.store.facts import last_day
from services.reporting.store.rollups import NIL


@dataclass(frozen=True)
class Sum:
    """``key`` None: lines without a product (rounding, carried forward) or merchant. ``merchant_id`` of a product or merchant."""

    key: str | None
    name: str | None
    merchant_id: str | None
    measures: Measures


@dataclass(frozen=True)
class Sums:
    page: Page[Sum]
    total: Measures


def measures_of(row: Row) -> Measures:
    return Measures(
        row["gross_fen"],
        row["refunds_fen"],
        row["transacted_fen"],
        row["reported_fen"],
        row["carried_forward_fen"],
        row["lines"],
        row["quantity_kg"],
    )


_TOTALS = ", ".join(
    f"(sum({column}) OVER ()) AS total_{column}"
    for column in ("gross_fen", "refunds_fen", "transacted_fen", "reported_fen", "carried_forward_fen", "lines", "quantity_kg")
)


def sums(conn: Conn, by: str, filters: Filters, scope: Scope, first: int, after: str | None) -> Sums:
    """Months and days in their order, everything else by net, largest first."""
    params: dict[str, Any] = {"limit": first + 1}
    by_time = by in ("month", "day")
    cursor = decode_cursor(after, 1 if by_time else 2)
    if by_time:
        order, beyond = "key", "key > %(after_key)s"
    else:
        order, beyond = "net_fen DESC, key", "(-net_fen, key) > (%(after_net)s, %(after_key)s)"
    if cursor is None:
        beyond = "true"
    else:
        params |= {"after_key": str(cursor[-1]), "after_net": -int(cursor[0]) if not by_time else 0}
    source = measured(by, filters, scope, last_day(conn), params)
    rows = every(
        conn,
        f"SELECT * FROM (SELECT g.*, gross_fen - refunds_fen AS net_fen, {_TOTALS} FROM ("  # noqa: S608
        f"SELECT key, max(merchant_id::text) AS merchant_id, {MEASURES} FROM ({source}) source GROUP BY key) g) t "
        f"WHERE {beyond} ORDER BY {order} LIMIT %(limit)s",
        params,
    )
    page = page_of(rows, first, lambda r: [r["key"]] if by_time else [r["net_fen"], r["key"]])
    found = names(conn, by, (r["key"] for r in page.items))
    items = [
        Sum(
            None if r["key"] == NIL else r["key"],
            found.get(r["key"]),
            r["merchant_id"] if by in ("merchant", "product") and r["merchant_id"] != NIL else None,
            measures_of(r),
        )
        for r in page.items
    ]
    total = (
        measures_of({k.removeprefix("total_"): _whole(k, v) for k, v in rows[0].items() if k.startswith("total_")}) if rows else Measures()
    )
    return Sums(Page(items, page.next_cursor), total)


def _whole(column: str, found: Any) -> Any:
    return found if column.endswith("kg") else int(found)


def every_sum(conn: Conn, by: str, filters: Filters, scope: Scope) -> Iterator[Sum]:
    """All of them, for a report."""
    after: str | None = None
    while True:
        found = sums(conn, by, filters, scope, 2000, after)
        yield from found.page.items
        after = found.page.next_cursor
        if after is None:
            return


def cross(conn: Conn, by: str, second: str, filters: Filters, scope: Scope) -> list[tuple[str, str, Measures]]:
    """(key, second key, measures), e.g. channel × month; both small."""
    params: dict[str, Any] = {}
    source = measured(by, filters, scope, last_day(conn), params, second=second)
    rows = every(conn, f"SELECT key, second, {MEASURES} FROM ({source}) source GROUP BY key, second ORDER BY second, key", params)  # noqa: S608
    return [(row["key"], row["second"], measures_of(row)) for row in rows]
