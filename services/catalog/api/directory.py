from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.catalog.adapters.search.port import SearchQuery
from services.catalog.api.common import CountyCode, Slug, search_engine
from services.catalog.queries import directory as queries
from services.catalog.queries.search import search as run_search
from services.kit.app import context, principal
from services.kit.db import every
from services.kit.models import PageInput

api = APIBlueprint("directory", "directory")


class DirectoryQuery(PageInput):
    county_code: CountyCode | None = None
    category: Slug | None = None
    label: Slug | None = None
    merchant_id: UUID | None = None
    sort: Literal["default", "new", "price", "-price"] = "default"


class SearchInput(PageInput):
    q: str = Field("", max_length=200)
    county_code: CountyCode | None = None
    category: Slug | None = None
    label: Slug | None = None
    merchant_id: UUID | None = None


@api.get("/directory")
def get_directory(query: DirectoryQuery) -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        page = queries.directory(
            conn,
            county_code=query.county_code,
            category=query.category,
            label=query.label,
            merchant_id=query.merchant_id,
            sort=query.sort,
            first=query.first,
            after=query.after,
        )
    return queries.as_answer(page)


@api.get("/search")
def get_search(query: SearchInput) -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return run_search(
            conn,
            search_engine(),
            SearchQuery(query.q, query.county_code, query.category, query.label, query.merchant_id, query.first, query.after),
        )


@api.get("/counties")
def get_counties() -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return {"items": every(conn, "SELECT code, name_zh, name_en FROM counties ORDER BY code")}


@api.get("/categories")
def get_categories() -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return {"items": every(conn, "SELECT slug, name_zh, name_en FROM categories ORDER BY position")}


@api.get("/labels")
def get_label_kinds() -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return {"items": every(conn, "SELECT slug, name_zh, name_en FROM label_kinds ORDER BY position")}


@api.get("/duties")
def get_duties() -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return {"items": every(conn, "SELECT slug, name_zh, name_en FROM duties ORDER BY slug")}
