"""Connections go by keyset: no statement has an OFFSET, and page 1,000 costs what page 1 costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import limits
from gateway.schema import schema
from gateway.schema.fields import MAX_PAGE, fetch_page
from services.catalog.queries import directory
from services.kit.db import connect
from services.kit.paging import encode_cursor

ROOT = Path(__file__).parents[3]
ROWS, PAGE = 20_500, 20


def test_no_statement_of_a_service_or_of_the_gateway_has_an_offset() -> None:
    offset = re.compile(r"\bOFFSET\s+[%$:{\d]|\bFETCH\s+(NEXT|FIRST)\b", re.IGNORECASE)
    files = [file for folder in ("services", "gateway") for file in (ROOT / folder).rglob("*.py")]
    found = [f"{file.relative_to(ROOT)}: {m[0]}" for file in files for m in offset.finditer(file.read_text())]
    assert len(files) > 100 and found == []


# ------------------------------------------------------------------------------- the edge's own cursors


class Shelf:
    """A service's list of numbered rows; what is asked of it."""

    def __init__(self, rows: int) -> None:
        self.rows, self.asked = list(range(rows)), list[int]()

    def fetch(self, page: dict[str, Any]) -> dict[str, Any]:
        start = int(page["after"] or 0)
        self.asked.append(page["first"])
        end = start + page["first"]
        return {"items": self.rows[start:end], "next_cursor": str(end) if end < len(self.rows) else None}


@given(st.integers(1, 400), st.integers(1, MAX_PAGE), st.integers(0, MAX_PAGE))
def test_every_row_comes_once_from_wherever_one_goes_on(rows: int, first: int, stop: int) -> None:
    """Each page is left at any of its rows; what is asked of the service never passes a page's limit."""
    shelf, after, seen = Shelf(rows), None, list[int]()
    while True:
        page = fetch_page(shelf.fetch, first, after)
        edges = page["edges"]
        left = edges[: stop % len(edges) + 1] if edges else []
        seen += [e["node"] for e in left]
        if not left or (len(left) == len(edges) and not page["page_info"]["has_next_page"]):
            break
        after = left[-1]["cursor"]
    assert seen == list(range(rows))
    assert max(shelf.asked) <= MAX_PAGE


def test_a_cursor_is_as_short_on_page_1000_as_on_page_1() -> None:
    shelf, after, lengths = Shelf(1001 * PAGE), None, list[int]()
    for _ in range(1000):
        page = fetch_page(shelf.fetch, PAGE, after)
        after = page["page_info"]["end_cursor"]
        lengths.append(len(after))
    assert page["nodes"][-1] == 1000 * PAGE - 1
    assert max(lengths) <= lengths[0] + 6
    assert set(shelf.asked) == {PAGE}


def test_a_document_costs_the_same_on_page_1000_as_on_page_1() -> None:
    document = "query P($after: String) { products(first: 20, after: $after) { nodes { id name merchant { name } } } }"
    plan = limits.scan(document, limits.Shapes(schema.graphql_schema))
    shelf = Shelf(1001 * PAGE)
    deep = fetch_page(
        shelf.fetch, PAGE, fetch_page(lambda _: {"items": [1], "next_cursor": str(999 * PAGE)}, PAGE, None)["edges"][0]["cursor"]
    )
    assert deep["nodes"][0] == 999 * PAGE
    assert plan.cost("P", {"after": None}) == plan.cost("P", {"after": deep["page_info"]["end_cursor"]})


# ------------------------------------------------------------------------------- what a page costs in PostgreSQL

SEED = """INSERT INTO listing (merchant_id, product_id, product_no, name, merchant_name, category, family, county_code, county_name,
    price_fen, unit, pack, offer_version, is_food, season_months, state, hidden, certified, label_slugs, label_from, label_until, rank,
    certified_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'P' || n, 'P' || n, 'M', 'grain', 'food', '371502', 'C', 100 + mod(n, 977), 'kg', 'pack', 1,
    true, '{}', 'certified', false, tstzmultirange(tstzrange(now() - interval '1 year', now() + interval '1 year')), '{}', '{}', '{}', n,
    now() - n * interval '1 s' FROM generate_series(1, %s) n"""


class Explained(Exception):
    """The blocks that a statement touched."""


def test_page_1000_of_the_directory_touches_no_more_blocks_than_page_1(
    migrated_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def explain(conn: psycopg.Connection[Any], sql: str, params: Any) -> Any:
        row = conn.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, params).fetchone()  # type: ignore[call-overload]
        plan = (next(iter(row.values())) if isinstance(row, dict) else row[0])[0]["Plan"]
        raise Explained(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], plan["Actual Rows"])

    def touched(conn: Any, sort: str, after: str | None) -> int:
        with monkeypatch.context() as patched, pytest.raises(Explained) as found:
            patched.setattr(directory, "every", explain)
            directory.directory(conn, sort=sort, first=PAGE, after=after)
        blocks, rows = found.value.args
        assert rows == PAGE + 1
        return int(blocks)

    with connect(migrated_database("catalog")) as conn:
        conn.execute(SEED, [ROWS])
        conn.execute("ANALYZE listing")
        for sort, (column, direction, _, _) in directory.SORTS.items():
            row = conn.execute(
                f"SELECT {column} AS key, l.product_id FROM listing l ORDER BY 1 {direction}, 2 {direction} OFFSET %s LIMIT 1",
                [999 * PAGE - 1],
            ).fetchone()
            key = tuple(row.values()) if isinstance(row, dict) else row
            first, thousandth = touched(conn, sort, None), touched(conn, sort, encode_cursor(key))
            assert thousandth <= 1.5 * first + 8, (sort, first, thousandth)
