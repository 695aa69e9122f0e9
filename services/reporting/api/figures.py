"""The 25 figures, and the rows that each is counted from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, principal
from services.kit.errors import NotFound
from services.kit.models import Input
from services.reporting.api.access import counties_asked, officer_scope, today
from services.reporting.domain import figures as definitions
from services.reporting.queries.figures import FigureValue
from services.reporting.queries.figures import figures as find_figures
from services.reporting.queries.figures import rows as find_rows
from services.reporting.queries.status import Status, status

County = Field(None, pattern=r"^\d{6}$")


class FiguresQuery(Input):
    as_of: date | None = None
    county_code: str | None = County
    more: bool = False


class FigurePath(BaseModel):
    key: str


class RowsQuery(Input):
    as_of: date | None = None
    county_code: str | None = County
    first: int = Field(50, ge=1, le=500)
    after: str | None = Field(None, max_length=500)


def shown(found: FigureValue, position: int, state: Status) -> dict[str, Any]:
    figure = found.figure
    return {
        "key": figure.key,
        "position": position,
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "unit": figure.unit,
        "value": found.value,
        **asdict(found.shares),
        "gross": found.gross,
        "refunds": found.refunds,
        "definition_zh": figure.definition_zh,
        "definition_en": figure.definition_en,
        "formula": figure.formula,
        "source": figure.source,
        "owner": figure.owner,
        "version": figure.version,
        "published": figure.published,
        "kept_by_county": figure.kept_by_county,
        "incomplete": state.incomplete(figure.source),
        "reconciled": state.reconciled if figure.is_money else None,
    }


def blueprint() -> APIBlueprint:
    api = APIBlueprint("figures", "figures", url_prefix="/figures")

    @api.get("")
    def list_figures(query: FiguresQuery) -> dict[str, Any]:
        counties = counties_asked(officer_scope(principal()), query.county_code)
        with context().db.reading() as conn:
            day = query.as_of or today(conn)
            state = status(conn)
            found = find_figures(conn, day, counties, definitions.ALL if query.more else definitions.PUBLISHED)
        return {
            "as_of": day,
            "county_code": query.county_code or (counties[0] if counties and len(counties) == 1 else None),
            "incomplete": state.incomplete(),
            "reconciled": state.reconciled,
            "definitions_version": definitions.DEFINITIONS_VERSION,
            "items": [shown(value, n, state) for n, value in enumerate(found, start=1)],
        }

    @api.get("/<string:key>/rows")
    def list_rows(path: FigurePath, query: RowsQuery) -> dict[str, Any]:
        counties = counties_asked(officer_scope(principal()), query.county_code)
        figure = definitions.BY_KEY.get(path.key)
        if figure is None:
            raise NotFound("key")
        with context().db.reading() as conn:
            day = query.as_of or today(conn)
            [value] = find_figures(conn, day, counties, [figure])
            page = find_rows(conn, figure, day, counties, query.first, query.after)
            state = status(conn)
        return {
            "as_of": day,
            "figure": shown(value, definitions.ALL.index(figure) + 1, state),
            "items": [asdict(row) for row in page.items],
            "next_cursor": page.next_cursor,
        }

    return api
