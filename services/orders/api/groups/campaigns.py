"""Campaigns from plan to payment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import Input, Text
from services.orders.api.common import IdsPage, uuids
from services.orders.queries.groups import campaigns as queries
from services.orders.usecases.groups.close_campaign import cancel_campaign, close_campaign
from services.orders.usecases.groups.create_campaign import CreateCampaign, create_campaign, open_campaign
from services.orders.usecases.groups.join_campaign import JoinCampaign, join_campaign
from services.orders.usecases.groups.pay_campaign import RecordTransfer, pay_own_part, record_transfer

api = APIBlueprint("campaigns", "campaigns", url_prefix="/campaigns")


class CampaignPath(BaseModel):
    campaign_id: UUID


class CampaignPage(IdsPage):
    state: str | None = Field(None, max_length=20)
    institution_id: UUID | None = None


class CampaignCode(Input):
    code: str | None = Field(None, max_length=20)


class CancelCampaign(Input):
    reason: Text | None = None


@api.post("")
def post_campaign(body: CreateCampaign) -> dict[str, Any]:
    return _shown(create_campaign(context().db, principal(), idempotency_key(), body))


@api.get("")
def get_list(query: CampaignPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids is not None:
            return {"items": queries.campaigns_by_ids(conn, principal(), uuids([query.ids], "ids")), "next_cursor": None}
        page = queries.list_campaigns(conn, principal(), **query.model_dump(exclude={"ids"}))
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:campaign_id>")
def get_one(path: CampaignPath, query: CampaignCode) -> dict[str, Any]:
    return _shown(path.campaign_id, query.code)


@api.post("/<uuid:campaign_id>/open")
def post_open(path: CampaignPath) -> dict[str, Any]:
    return _shown(open_campaign(context().db, principal(), path.campaign_id))


@api.post("/<uuid:campaign_id>/close")
def post_close(path: CampaignPath) -> dict[str, Any]:
    return _shown(close_campaign(context().db, principal(), path.campaign_id))


@api.post("/<uuid:campaign_id>/cancel")
def post_cancel(path: CampaignPath, body: CancelCampaign) -> dict[str, Any]:
    return _shown(cancel_campaign(context().db, principal(), path.campaign_id, body.reason))


@api.post("/<uuid:campaign_id>/join")
def post_join(path: CampaignPath, body: JoinCampaign) -> dict[str, Any]:
    return _shown(join_campaign(context().db, principal(), idempotency_key(), path.campaign_id, body))


@api.post("/<uuid:campaign_id>/paid")
def post_paid(path: CampaignPath, body: RecordTransfer) -> dict[str, Any]:
    return _shown(record_transfer(context().db, principal(), idempotency_key(), path.campaign_id, body))


@api.post("/<uuid:campaign_id>/pay")
def post_pay(path: CampaignPath) -> dict[str, Any]:
    payment_id = pay_own_part(context().db, principal(), idempotency_key(), path.campaign_id)
    joined = _shown(path.campaign_id)["joined"]
    return {"payment_id": payment_id, "amount_fen": joined["member_fen"], "state": joined["state"]}


def _shown(campaign_id: UUID, code: str | None = None) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_campaign(conn, principal(), campaign_id, code))
