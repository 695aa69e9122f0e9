"""Institutions and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, principal
from services.orders.api.common import IdsPage, uuids
from services.orders.queries.contracts import institutions as queries
from services.orders.settings import OrdersSettings
from services.orders.store.contracts import institutions as store
from services.orders.usecases.contracts.add_member import AddMember, add_member
from services.orders.usecases.contracts.apply_institution import ApplyInstitution, apply_institution

api = APIBlueprint("institutions", "institutions", url_prefix="/institutions")


class InstitutionPath(BaseModel):
    institution_id: UUID


class InstitutionPage(IdsPage):
    q: str | None = Field(None, max_length=100)
    kind: str | None = Field(None, max_length=40)
    county_code: str | None = Field(None, max_length=6)


@api.post("/apply")
def post_apply(body: ApplyInstitution) -> dict[str, Any]:
    settings = context().settings
    assert isinstance(settings, OrdersSettings)
    return _shown(apply_institution(context().db, principal(), settings.county_codes, body))


@api.get("")
def get_list(query: InstitutionPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": queries.institutions_by_ids(conn, principal(), uuids([query.ids], "ids")), "next_cursor": None}
        page = queries.list_institutions(conn, principal(), **query.model_dump(exclude={"ids"}))
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/kinds")
def get_kinds() -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        return {"kinds": list(store.kinds(conn).values()), "kitchens": list(store.kitchens(conn).values())}


@api.get("/<uuid:institution_id>")
def get_one(path: InstitutionPath) -> dict[str, Any]:
    return _shown(path.institution_id)


@api.post("/<uuid:institution_id>/members")
def post_member(path: InstitutionPath, body: AddMember) -> dict[str, Any]:
    return _shown(add_member(context().db, principal(), path.institution_id, body))


def _shown(institution_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_institution(conn, principal(), institution_id))
