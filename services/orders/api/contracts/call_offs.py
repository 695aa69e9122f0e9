"""Call-offs on their way from request to fulfilment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import Input, PageInput, Text
from services.orders.queries.contracts import call_offs as queries
from services.orders.queries.contracts import deliveries as delivery_queries
from services.orders.usecases.contracts.approve_call_off import approve_call_off
from services.orders.usecases.contracts.cancel_call_off import cancel_call_off, reject_call_off
from services.orders.usecases.contracts.confirm_call_off import confirm_call_off
from services.orders.usecases.contracts.send_delivery import SendDelivery, send_delivery

api = APIBlueprint("call_offs", "call_offs", url_prefix="/call-offs")


class CallOffPath(BaseModel):
    call_off_id: UUID


class CallOffPage(PageInput):
    state: str | None = Field(None, max_length=20)
    contract_id: UUID | None = None


class RejectCallOff(Input):
    reason: Text


class CancelCallOff(Input):
    reason: Text | None = None


@api.get("")
def get_list(query: CallOffPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        page = queries.list_call_offs(conn, principal(), **query.model_dump())
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:call_off_id>")
def get_one(path: CallOffPath) -> dict[str, Any]:
    return _shown(path.call_off_id)


@api.post("/<uuid:call_off_id>/approve")
def post_approve(path: CallOffPath) -> dict[str, Any]:
    return _shown(approve_call_off(context().db, principal(), path.call_off_id))


@api.post("/<uuid:call_off_id>/reject")
def post_reject(path: CallOffPath, body: RejectCallOff) -> dict[str, Any]:
    return _shown(reject_call_off(context().db, principal(), path.call_off_id, body.reason))


@api.post("/<uuid:call_off_id>/confirm")
def post_confirm(path: CallOffPath) -> dict[str, Any]:
    return _shown(confirm_call_off(context().db, principal(), path.call_off_id))


@api.post("/<uuid:call_off_id>/cancel")
def post_cancel(path: CallOffPath, body: CancelCallOff) -> dict[str, Any]:
    return _shown(cancel_call_off(context().db, principal(), path.call_off_id, body.reason))


@api.post("/<uuid:call_off_id>/deliveries")
def post_delivery(path: CallOffPath, body: SendDelivery) -> dict[str, Any]:
    delivery_id = send_delivery(context().db, principal(), idempotency_key(), path.call_off_id, body)
    with context().db.reading() as conn:
        return vars(delivery_queries.get_delivery(conn, principal(), delivery_id))


def _shown(call_off_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_call_off(conn, principal(), call_off_id))
