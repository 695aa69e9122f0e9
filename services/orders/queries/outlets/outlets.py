"""Outlets and their papers as operators and officers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from services.kit.db import Conn, Row, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.listing import by_ids, newest_first, pick
from services.orders.store.outlets import papers

FIELDS = ("outlet_id", "outlet_code", "kind", "sub_kind", "name", "county_code", "state", "opened_on", "closed_on")
SELECT = ("SELECT o.* FROM outlets o WHERE o.state <> 'void' AND (o.state = 'open' OR %(everything)s "
          "OR o.outlet_id = ANY(%(outlets)s::uuid[]) OR o.county_code = ANY(%(counties)s::text[]) OR o.applied_by = %(account)s)")


@dataclass(frozen=True)
class OutletShown:
    outlet_id: UUID
    outlet_code: str
    kind: str
    sub_kind: str
    name: str
    county_code: str
    state: str
    opened_on: date
    closed_on: date | None


def list_outlets(conn: Conn, who: Principal, *, kind: str | None, county_code: str | None, state: str | None, first: int,
                 after: str | None) -> Page[OutletShown]:
    """Open outlets are public: shoppers look for the next counter."""
    return newest_first(
        conn, SELECT + " AND (%(kind)s::text IS NULL OR o.kind = %(kind)s) AND (%(county)s::text IS NULL OR o.county_code = %(county)s) "
        "AND (%(state)s::text IS NULL OR o.state = %(state)s)", "o.outlet_id",
        {**scope_of(who).params, "kind": kind, "county": county_code, "state": state}, first, after, _shown)


def outlets_by_ids(conn: Conn, who: Principal, ids: Sequence[UUID]) -> list[OutletShown]:
    return by_ids(conn, SELECT, "o.outlet_id", scope_of(who).params, ids, _shown)


def get_outlet(conn: Conn, who: Principal, outlet_id: UUID) -> OutletShown:
    row = one(conn, SELECT + " AND o.outlet_id = %(id)s", {**scope_of(who).params, "id": outlet_id})
    if row is None:
        raise NotFound()
    return _shown(row)


def _shown(row: Row) -> OutletShown:
    return OutletShown(**pick(row, FIELDS))


@dataclass(frozen=True)
class _Paper:
    select: LiteralString
    fields: tuple[str, ...]
    line_fields: tuple[str, ...]


_TOTALS = ("line_no", "product_id", "product_name", "merchant_id", "quantity", "unit", "amount_fen", "sale_line_id")
PAPERS: Mapping[str, _Paper] = {
    "slip": _Paper(
        "SELECT p.* FROM slips p WHERE p.outlet_id = %(outlet)s AND (%(filter)s::text IS NULL OR p.business_date = %(filter)s::date)",
        ("slip_id", "slip_no", "outlet_id", "sold_at", "recorded_at", "business_date", "pay_type", "rounding_fen", "amount_fen", "state",
         "reversed_at", "reason"),
        ("line_no", "product_id", "product_name", "merchant_id", "quantity", "unit", "price_fen", "price_unit", "amount_fen",
         "rounding_fen", "sale_line_id")),
    "sheet": _Paper(
        "SELECT p.* FROM sheets p WHERE p.outlet_id = %(outlet)s AND (%(filter)s::text IS NULL OR p.kind = %(filter)s)",
        ("sheet_id", "sheet_no", "outlet_id", "kind", "stand", "period_from", "period_until", "paper", "amount_fen", "state",
         "recorded_at", "reversed_at", "reason"), _TOTALS),
    "fair_order": _Paper(
        "SELECT p.* FROM fair_orders p WHERE p.outlet_id = %(outlet)s AND (%(filter)s::text IS NULL OR p.buyer_kind = %(filter)s)",
        ("fair_order_id", "order_no", "outlet_id", "fulfilled_on", "buyer_kind", "consumption_county", "paper", "amount_fen", "state",
         "recorded_at", "reversed_at", "reason"), _TOTALS),
}


def list_papers(conn: Conn, who: Principal, kind: str, outlet_id: UUID, *, filter_: str | None, first: int,
                after: str | None) -> Page[dict[str, Any]]:
    """Raises NotFound for another's outlet."""
    outlet = one(conn, "SELECT county_code FROM outlets WHERE outlet_id = %s", [outlet_id])
    if outlet is None:
        raise NotFound()
    scope_of(who).must_see(outlet=outlet_id, counties=(outlet["county_code"],))
    paper = PAPERS[kind]
    ids: dict[str, LiteralString] = {"slip": "p.slip_id", "sheet": "p.sheet_id", "fair_order": "p.fair_order_id"}
    return newest_first(conn, paper.select, ids[kind], {"outlet": outlet_id, "filter": filter_}, first, after,
                        lambda row: {**pick(row, paper.fields), "county_code": outlet["county_code"]})


def get_paper(conn: Conn, who: Principal, kind: str, paper_id: UUID) -> dict[str, Any]:
    """Raises NotFound, also for another outlet's."""
    row = papers.find(conn, kind, paper_id)
    if row is None:
        raise NotFound()
    scope_of(who).must_see(outlet=row["outlet_id"], counties=(row["county_code"],))
    paper = PAPERS[kind]
    return {**pick(row, paper.fields), "county_code": row["county_code"],
            "lines": [pick(line, paper.line_fields) for line in papers.lines(conn, kind, row["outlet_id"], paper_id)]}
