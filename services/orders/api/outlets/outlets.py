"""Outlets, and what they hand in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import Input, PageInput
from services.orders.api.common import IdsPage, uuids
from services.orders.queries.outlets import outlets as queries
from services.orders.settings import OrdersSettings
from services.orders.usecases.outlets.apply_outlet import ApplyOutlet, add_operator, apply_outlet, approve_outlet, close_outlet
from services.orders.usecases.outlets.record_sheet import RecordFairOrder, RecordSheet, record_fair_order, record_sheet
from services.orders.usecases.outlets.record_slip import RecordSlip, record_slip

api = APIBlueprint("outlets", "outlets", url_prefix="/outlets")


class OutletPath(BaseModel):
    outlet_id: UUID


class OutletPage(IdsPage):
    kind: str | None = Field(None, max_length=20)
    county_code: str | None = Field(None, max_length=6)
    state: str | None = Field(None, max_length=20)


class SlipPage(PageInput):
    day: date | None = None


class SheetPage(PageInput):
    kind: str | None = Field(None, max_length=10)


class CloseOutlet(Input):
    closed_on: date | None = None


class AddOperator(Input):
    account_id: UUID


@api.post("/apply")
def post_apply(body: ApplyOutlet) -> dict[str, Any]:
    settings = context().settings
    assert isinstance(settings, OrdersSettings)
    return _shown(apply_outlet(context().db, principal(), settings.county_codes, body))


@api.get("")
def get_list(query: OutletPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": queries.outlets_by_ids(conn, principal(), uuids([query.ids], "ids")), "next_cursor": None}
        page = queries.list_outlets(conn, principal(), **query.model_dump(exclude={"ids"}))
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:outlet_id>")
def get_one(path: OutletPath) -> dict[str, Any]:
    return _shown(path.outlet_id)


@api.post("/<uuid:outlet_id>/approve")
def post_approve(path: OutletPath) -> dict[str, Any]:
    return _shown(approve_outlet(context().db, principal(), path.outlet_id))


@api.post("/<uuid:outlet_id>/close")
def post_close(path: OutletPath, body: CloseOutlet) -> dict[str, Any]:
    return _shown(close_outlet(context().db, principal(), path.outlet_id, body.closed_on))


@api.post("/<uuid:outlet_id>/operators")
def post_operator(path: OutletPath, body: AddOperator) -> dict[str, Any]:
    return _shown(add_operator(context().db, principal(), path.outlet_id, body.account_id))


@api.post("/<uuid:outlet_id>/slips")
def post_slip(path: OutletPath, body: RecordSlip) -> dict[str, Any]:
    return _paper("slip", record_slip(context().db, principal(), idempotency_key(), path.outlet_id, body))


@api.get("/<uuid:outlet_id>/slips")
def get_slips(path: OutletPath, query: SlipPage) -> dict[str, Any]:
    return _papers("slip", path.outlet_id, query, query.day.isoformat() if query.day else None)


@api.post("/<uuid:outlet_id>/sheets")
def post_sheet(path: OutletPath, body: RecordSheet) -> dict[str, Any]:
    return _paper("sheet", record_sheet(context().db, principal(), idempotency_key(), path.outlet_id, body))


@api.get("/<uuid:outlet_id>/sheets")
def get_sheets(path: OutletPath, query: SheetPage) -> dict[str, Any]:
    return _papers("sheet", path.outlet_id, query, query.kind)


@api.post("/<uuid:outlet_id>/fair-orders")
def post_fair_order(path: OutletPath, body: RecordFairOrder) -> dict[str, Any]:
    return _paper("fair_order", record_fair_order(context().db, principal(), idempotency_key(), path.outlet_id, body))


@api.get("/<uuid:outlet_id>/fair-orders")
def get_fair_orders(path: OutletPath, query: PageInput) -> dict[str, Any]:
    return _papers("fair_order", path.outlet_id, query, None)


def _shown(outlet_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_outlet(conn, principal(), outlet_id))


def _paper(kind: str, paper_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return queries.get_paper(conn, principal(), kind, paper_id)


def _papers(kind: str, outlet_id: UUID, query: PageInput, filter_: str | None) -> dict[str, Any]:
    with context().db.reading() as conn:
        page = queries.list_papers(conn, principal(), kind, outlet_id, filter_=filter_, first=query.first, after=query.after)
    return {"items": page.items, "next_cursor": page.next_cursor}
