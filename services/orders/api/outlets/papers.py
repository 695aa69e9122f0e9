"""Slips, sheets and fair orders by their own id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel

from services.kit.app import context, idempotency_key, principal
from services.orders.queries.outlets.outlets import get_paper
from services.orders.usecases.outlets.record_sheet import reverse_fair_order, reverse_sheet
from services.orders.usecases.outlets.record_slip import ReversePaper, reverse_slip

slips = APIBlueprint("slips", "slips", url_prefix="/slips")
sheets = APIBlueprint("sheets", "sheets", url_prefix="/sheets")
fair_orders = APIBlueprint("fair_orders", "fair_orders", url_prefix="/fair-orders")


class PaperPath(BaseModel):
    paper_id: UUID


@slips.get("/<uuid:paper_id>")
def get_slip(path: PaperPath) -> dict[str, Any]:
    return _shown("slip", path.paper_id)


@slips.post("/<uuid:paper_id>/reverse")
def post_reverse_slip(path: PaperPath, body: ReversePaper) -> dict[str, Any]:
    return _shown("slip", reverse_slip(context().db, principal(), idempotency_key(), path.paper_id, body))


@sheets.get("/<uuid:paper_id>")
def get_sheet(path: PaperPath) -> dict[str, Any]:
    return _shown("sheet", path.paper_id)


@sheets.post("/<uuid:paper_id>/reverse")
def post_reverse_sheet(path: PaperPath, body: ReversePaper) -> dict[str, Any]:
    return _shown("sheet", reverse_sheet(context().db, principal(), idempotency_key(), path.paper_id, body))


@fair_orders.get("/<uuid:paper_id>")
def get_fair_order(path: PaperPath) -> dict[str, Any]:
    return _shown("fair_order", path.paper_id)


@fair_orders.post("/<uuid:paper_id>/reverse")
def post_reverse_fair_order(path: PaperPath, body: ReversePaper) -> dict[str, Any]:
    return _shown("fair_order", reverse_fair_order(context().db, principal(), idempotency_key(), path.paper_id, body))


def _shown(kind: str, paper_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return get_paper(conn, principal(), kind, paper_id)
