"""Which lines a question is about, and where it is answered from: rollups for whole months, facts for the days at the edges.

A question about one dimension is answered by that dimension's rollup; one that crosses two (a merchant's sales to an
institution) by the facts and their indexes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.domain.period import cut
from services.reporting.domain.scope import Scope
from services.reporting.store.rollups import NIL

ENTITIES = ("merchant", "product", "institution", "session", "outlet", "contract", "campaign")
PLAIN = ("channel", "evidence", "origin_county", "consumption_county")
GROUPS = (*PLAIN, "month", "day", *ENTITIES)
BEGINNING = date(1990, 1, 1)


@dataclass(frozen=True)
class Filters:
    """``start`` and ``end``: business dates, both inside. ``county_code``: origin or consumption."""

    end: date
    start: date = BEGINNING
    channel: str | None = None
    evidence: str | None = None
    county_code: str | None = None
    origin_county: str | None = None
    consumption_county: str | None = None
    merchant_id: UUID | None = None
    product_id: UUID | None = None
    institution_id: UUID | None = None
    session_id: UUID | None = None
    outlet_id: UUID | None = None
    contract_id: UUID | None = None
    campaign_id: UUID | None = None
    document_id: UUID | None = None
    channels: tuple[str, ...] = ()

    def entities(self) -> dict[str, UUID]:
        return {name: found for name in ENTITIES if (found := getattr(self, f"{name}_id")) is not None}


def _conditions(filters: Filters, scope: Scope, params: dict[str, Any]) -> list[str]:
    """On columns that facts and rollups call alike."""
    found = []
    for column in PLAIN:
        if getattr(filters, column) is not None:
            params[column] = getattr(filters, column)
            found.append(f"{column} = %({column})s")
    if filters.channels:
        params["channels"] = list(filters.channels)
        found.append("channel = ANY(%(channels)s)")
    if filters.county_code is not None:
        params["county_code"] = filters.county_code
        found.append("(origin_county = %(county_code)s OR consumption_county = %(county_code)s)")
    return found


def _visible(scope: Scope, params: dict[str, Any], merchant: str, institution: str | None) -> str | None:
    """None: everything. ``institution`` None: the source has no such column, and the scope needs none."""
    if scope.city:
        return None
    either = []
    if scope.counties:
        params["scope_counties"] = list(scope.counties)
        either.append("origin_county = ANY(%(scope_counties)s) OR consumption_county = ANY(%(scope_counties)s)")
    if scope.merchants:
        params["scope_merchants"] = list(scope.merchants)
        either.append(f"{merchant} = ANY(%(scope_merchants)s::uuid[])")
    if scope.institutions and institution:
        params["scope_institutions"] = list(scope.institutions)
        either.append(f"{institution} = ANY(%(scope_institutions)s::uuid[])")
    return f"({' OR '.join(either)})" if either else "false"


def fact_conditions(filters: Filters, scope: Scope, params: dict[str, Any], alias: str = "") -> str:
    """WHERE for sales_facts, its dates included. ``params`` is filled."""
    found = _conditions(filters, scope, params)
    for name, entity in filters.entities().items():
        params[f"{name}_id"] = entity
        found.append(f"{name}_id = %({name}_id)s")
    if filters.document_id is not None:
        params["document_id"] = filters.document_id
        found.append("document_id = %(document_id)s")
    visible = _visible(scope, params, "merchant_id", "institution_id")
    if visible:
        found.append(visible)
    params["start"], params["end"] = filters.start, filters.end
    found.append("business_date BETWEEN %(start)s AND %(end)s")
    return " AND ".join(found)


def rollup_for(by: str | None, filters: Filters, scope: Scope) -> str | None:
    """The one rollup that answers this question, or None when only the facts can."""
    needed = set(filters.entities())
    if by in ENTITIES:
        needed.add(by)
    kinds = [bool(scope.counties), bool(scope.merchants), bool(scope.institutions)]
    if by == "day" or filters.document_id is not None or (not scope.city and sum(kinds) > 1):
        return None
    if not scope.city and scope.merchants:
        needed.add("merchant")
    if not scope.city and scope.institutions:
        needed.add("institution")
    if not needed:
        return "all"
    if len(needed) == 1:
        return needed.pop()
    return "product" if needed == {"merchant", "product"} else None


def _fact_key(by: str) -> str:
    if by in PLAIN:
        return by
    if by == "month":
        return "to_char(business_date, 'YYYY-MM')"
    if by == "day":
        return "business_date::text"
    return f"coalesce(product_id, '{NIL}')::text" if by == "product" else f"{by}_id::text"


def _rollup_key(by: str, dim: str) -> str:
    if by == "merchant" and dim == "product":
        return "merchant_id::text"
    return by if by in PLAIN else "to_char(month, 'YYYY-MM')" if by == "month" else "dim_id::text"


def measured(by: str, filters: Filters, scope: Scope, last_day: date | None, params: dict[str, Any], *, second: str | None = None) -> str:
    """A SELECT of ``key, [second,] merchant_id, evidence, gross, refund, lines, kg`` whose sums answer the question.

    ``by`` one of GROUPS; ``second`` one of PLAIN or month. Days, entities, counties and words go in as parameters.
    """
    dim = rollup_for(by, filters, scope)
    parts = []
    period = cut(filters.start, filters.end, last_day)
    edges: tuple[tuple[date, date], ...] = period.edges
    if dim is None:
        edges = ((filters.start, filters.end),)
    elif period.months is not None:
        params |= {"dim": dim, "first_month": period.months[0], "last_month": period.months[1]}
        conditions = ["dim = %(dim)s", "month BETWEEN %(first_month)s AND %(last_month)s", *_conditions(filters, scope, params)]
        for name, entity in filters.entities().items():
            params[f"{name}_id"] = entity
            conditions.append(f"{'dim_id' if name == dim else f'{name}_id'} = %({name}_id)s")
        visible = _visible(scope, params, "merchant_id", "dim_id" if dim == "institution" else None)
        if visible:
            conditions.append(visible)
        also = f"{_rollup_key(second, dim)} AS second, " if second else ""
        parts.append(
            f"SELECT {_rollup_key(by, dim)} AS key, {also}merchant_id, evidence, gross_fen AS gross, refund_fen AS refund, lines, "  # noqa: S608
            f"quantity_kg AS kg FROM rollups WHERE {' AND '.join(conditions)}"
        )
    for number, (first, last) in enumerate(edges):
        conditions_of = fact_conditions(filters, scope, params)
        params |= {f"edge_{number}_first": first, f"edge_{number}_last": last}
        present = f"{by}_id IS NOT NULL AND " if by in ENTITIES and by != "product" else ""
        also = f"{_fact_key(second)} AS second, " if second else ""
        parts.append(
            f"SELECT {_fact_key(by)} AS key, {also}merchant_id, evidence, CASE WHEN kind = 'sale' THEN amount_fen ELSE 0 END AS gross, "  # noqa: S608
            f"CASE WHEN kind = 'refund' THEN -amount_fen ELSE 0 END AS refund, 1 AS lines, coalesce(quantity_kg, 0) AS kg "
            f"FROM sales_facts WHERE {present}business_date BETWEEN %(edge_{number}_first)s AND %(edge_{number}_last)s "
            f"AND {conditions_of}"
        )
    if not parts:
        also = "NULL::text AS second, " if second else ""
        parts.append(
            f"SELECT NULL::text AS key, {also}NULL::uuid AS merchant_id, NULL::text AS evidence, 0::bigint AS gross, "
            "0::bigint AS refund, 0::bigint AS lines, 0::numeric AS kg WHERE false"
        )
    return " UNION ALL ".join(parts)


MEASURES = (
    "coalesce(sum(gross), 0)::bigint AS gross_fen, coalesce(sum(refund), 0)::bigint AS refunds_fen, "
    "coalesce(sum(gross - refund) FILTER (WHERE evidence = 'transacted'), 0)::bigint AS transacted_fen, "
    "coalesce(sum(gross - refund) FILTER (WHERE evidence = 'reported'), 0)::bigint AS reported_fen, "
    "coalesce(sum(gross - refund) FILTER (WHERE evidence = 'carried_forward'), 0)::bigint AS carried_forward_fen, "
    "coalesce(sum(lines), 0)::bigint AS lines, coalesce(sum(kg), 0) AS quantity_kg"
)
