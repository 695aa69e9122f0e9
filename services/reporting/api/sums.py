"""Sums by one dimension and the lines below them, in the reader's own scope."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.events.orders import Channel, Evidence
from services.kit.app import context, principal
from services.kit.db import Conn
from services.kit.models import Input
from services.reporting.api.access import check_county, line_scope, today
from services.reporting.domain.errors import PeriodReversed
from services.reporting.domain.measures import Measures
from services.reporting.queries import lines, sums
from services.reporting.queries.lines_of import BEGINNING, Filters

By = Literal[
    "channel",
    "evidence",
    "origin_county",
    "consumption_county",
    "month",
    "day",
    "merchant",
    "product",
    "institution",
    "session",
    "outlet",
    "contract",
    "campaign",
]
COUNTY = r"^(\d{6}|outside|unknown)$"


class LineFilters(Input):
    from_: date | None = Field(None, alias="from")
    until: date | None = None
    as_of: date | None = None
    channel: Channel | None = None
    evidence: Evidence | None = None
    county_code: str | None = Field(None, pattern=r"^\d{6}$")
    origin_county: str | None = Field(None, pattern=COUNTY)
    consumption_county: str | None = Field(None, pattern=COUNTY)
    merchant_id: UUID | None = None
    product_id: UUID | None = None
    institution_id: UUID | None = None
    session_id: UUID | None = None
    outlet_id: UUID | None = None
    contract_id: UUID | None = None
    campaign_id: UUID | None = None
    document_id: UUID | None = None
    first: int = Field(50, ge=1, le=500)
    after: str | None = Field(None, max_length=500)

    def filters(self, conn: Conn) -> Filters:
        """Raises PeriodReversed."""
        end = min(day for day in (self.until, self.as_of, None if self.until or self.as_of else today(conn)) if day is not None)
        start = self.from_ or BEGINNING
        if self.from_ is not None and self.until is not None and self.from_ > self.until:
            raise PeriodReversed("from", start=self.from_, end=self.until)
        return Filters(end, start, **self.model_dump(exclude={"from_", "until", "as_of", "first", "after", "by"}))


class SumsQuery(LineFilters):
    by: By


def measures(found: Measures) -> dict[str, Any]:
    return asdict(found) | {"net_fen": found.net_fen}


def blueprint() -> APIBlueprint:
    api = APIBlueprint("sums", "sums")

    @api.get("/sums")
    def list_sums(query: SumsQuery) -> dict[str, Any]:
        scope = line_scope(principal())
        check_county(scope, query.county_code)
        with context().db.reading() as conn:
            filters = query.filters(conn)
            found = sums.sums(conn, query.by, filters, scope, query.first, query.after)
        items = [{"key": s.key, "name": s.name, "merchant_id": s.merchant_id} | measures(s.measures) for s in found.page.items]
        return {"as_of": filters.end, "by": query.by, "items": items, "next_cursor": found.page.next_cursor, "total": measures(found.total)}

    @api.get("/lines")
    def list_lines(query: LineFilters) -> dict[str, Any]:
        scope = line_scope(principal())
        check_county(scope, query.county_code)
        with context().db.reading() as conn:
            filters = query.filters(conn)
            page = lines.lines(conn, filters, scope, query.first, query.after)
        return {"as_of": filters.end, "items": [asdict(line) for line in page.items], "next_cursor": page.next_cursor}

    return api
