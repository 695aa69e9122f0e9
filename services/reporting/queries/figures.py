"""The figures as of a day, for the city or for counties: all money in one statement, all counts in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from services.kit.db import Conn, every
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.time import end_of_validity
from services.reporting.domain import figures as definitions
from services.reporting.domain.figures import Figure
from services.reporting.domain.measures import EVIDENCE, Shares
from services.reporting.domain.scope import CITY, Scope
from services.reporting.queries import figure_rows
from services.reporting.queries.lines import lines
from services.reporting.queries.lines_of import MEASURES, Filters, measured
from services.reporting.queries.names import names
from services.reporting.store.facts import last_day


@dataclass(frozen=True)
class FigureValue:
    """Fen for money. ``gross`` and ``refunds`` for money only."""

    figure: Figure
    shares: Shares
    gross: int | None = None
    refunds: int | None = None

    @property
    def value(self) -> int:
        return self.shares.total


@dataclass(frozen=True)
class FigureRow:
    """``number``: fen (negative for a refund), persons, participants, or 1."""

    row_id: UUID
    number: int
    unit: str
    business_date: date
    evidence: str
    document_kind: str
    document_id: UUID
    document_no: str
    title: str | None = None
    county_code: str | None = None
    merchant_id: UUID | None = None
    merchant_name: str | None = None
    product_id: UUID | None = None
    product_name: str | None = None
    channel: str | None = None
    origin_county: str | None = None
    consumption_county: str | None = None
    labels: list[str] = field(default_factory=list)


def scope_of(counties: Sequence[str] | None) -> Scope:
    return CITY if counties is None else Scope(counties=tuple(counties))


def figures(conn: Conn, day: date, counties: Sequence[str] | None, wanted: Sequence[Figure] = definitions.PUBLISHED) -> list[FigureValue]:
    """``counties`` None: the city. In the order of ``wanted``."""
    counts = [f for f in wanted if not f.is_money]
    shares = _counts(conn, counts, _params(day, counties)) if counts else {}
    channels = _channels(conn, day, counties) if len(counts) < len(wanted) else {}
    return [_money(f, channels) if f.is_money else FigureValue(f, shares[f.key]) for f in wanted]


def _params(day: date, counties: Sequence[str] | None) -> dict[str, Any]:
    end: datetime = end_of_validity(day) - timedelta(microseconds=1)
    return {"day": day, "day_end": end, "counties": None if counties is None else list(counties)}


def _counts(conn: Conn, wanted: Sequence[Figure], params: dict[str, Any]) -> dict[str, Shares]:
    parts = [
        sql.SQL("SELECT {} AS key, evidence, sum(number)::bigint AS n FROM {} GROUP BY evidence").format(
            sql.Literal(f.key), figure_rows.derived(f)
        )
        for f in wanted
    ]
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in every(conn, sql.SQL(" UNION ALL ").join(parts), params):
        found[row["key"]][row["evidence"]] = row["n"]
    return {f.key: Shares(**{e: found[f.key].get(e, 0) for e in EVIDENCE}) for f in wanted}


def _channels(conn: Conn, day: date, counties: Sequence[str] | None) -> dict[str, dict[str, int]]:
    params: dict[str, Any] = {}
    source = measured("channel", Filters(end=day), scope_of(counties), last_day(conn), params)
    return {row["key"]: row for row in every(conn, f"SELECT key, {MEASURES} FROM ({source}) source GROUP BY key", params)}  # noqa: S608


def _money(figure: Figure, channels: dict[str, dict[str, int]]) -> FigureValue:
    rows = [row for channel, row in channels.items() if not figure.rows.only or channel in figure.rows.only]
    return FigureValue(
        figure,
        Shares(**{e: sum(row[f"{e}_fen"] for row in rows) for e in EVIDENCE}),
        sum(row["gross_fen"] for row in rows),
        sum(row["refunds_fen"] for row in rows),
    )


def rows(conn: Conn, figure: Figure, day: date, counties: Sequence[str] | None, first: int, after: str | None) -> Page[FigureRow]:
    """Newest first; over all pages they add up to the figure exactly."""
    if figure.is_money:
        return _sale_rows(conn, figure, day, counties, first, after)
    params = _params(day, counties) | {"limit": first + 1}
    cursor = decode_cursor(after, 2)
    beyond = sql.SQL("")
    if cursor is not None:
        params |= {"after_day": cursor[0], "after_row": cursor[1]}
        beyond = sql.SQL("WHERE (business_date, row_id) < (%(after_day)s::date, %(after_row)s::uuid)")
    found = every(
        conn,
        sql.SQL("SELECT * FROM {} {} ORDER BY business_date DESC, row_id DESC LIMIT %(limit)s").format(figure_rows.derived(figure), beyond),
        params,
    )
    merchants = names(conn, "merchant", (r["merchant_id"] for r in found))
    products = names(conn, "product", (r["product_id"] for r in found))
    shown = [
        FigureRow(
            unit=figure.unit, merchant_name=merchants.get(str(r["merchant_id"])), product_name=products.get(str(r["product_id"])), **r
        )
        for r in found
    ]
    return page_of(shown, first, lambda row: [row.business_date, row.row_id])


def _sale_rows(conn: Conn, figure: Figure, day: date, counties: Sequence[str] | None, first: int, after: str | None) -> Page[FigureRow]:
    channels = figure.rows.only
    filters = Filters(end=day, channel=channels[0] if len(channels) == 1 else None, channels=channels if len(channels) > 1 else ())
    page = lines(conn, filters, scope_of(counties), first, after)
    return Page(
        [
            FigureRow(
                line.line_id,
                line.amount_fen,
                "CNY",
                line.business_date,
                line.evidence,
                line.document_kind,
                line.document_id,
                line.document_no,
                line.product_name,
                None,
                line.merchant_id,
                line.merchant_name,
                line.product_id,
                line.product_name,
                line.channel,
                line.origin_county,
                line.consumption_county,
                line.labels,
            )
            for line in page.items
        ],
        page.next_cursor,
    )
