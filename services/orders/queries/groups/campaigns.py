"""Campaigns as organisers, members, merchants and officers see them. Nobody sees who the other members are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.paging import Page
from services.kit.principal import Principal, Role
from services.orders.access import scope_of
from services.orders.queries.listing import by_ids, newest_first, pick
from services.orders.store.groups import campaigns
from services.orders.usecases.groups.load import campaign_of

SELECT = (
    "SELECT c.* FROM campaigns c WHERE c.state <> 'void' AND (%(everything)s OR c.institution_id = ANY(%(institutions)s::uuid[]) "
    "OR c.consumption_county = ANY(%(counties)s::text[]) "
    "OR EXISTS (SELECT 1 FROM campaign_members m WHERE m.campaign_id = c.campaign_id AND m.account_id = %(account)s) "
    "OR EXISTS (SELECT 1 FROM campaign_goods g WHERE g.campaign_id = c.campaign_id AND g.merchant_id = ANY(%(merchants)s::uuid[])))"
)
FIELDS = (
    "campaign_id",
    "campaign_no",
    "kind",
    "title",
    "institution_id",
    "organiser",
    "organised_by",
    "consumption_county",
    "festival",
    "funding",
    "union_per_head_fen",
    "min_members",
    "hold_days",
    "state",
    "opened_on",
    "deadline",
    "closed_on",
    "paid_on",
    "members",
    "union_fen",
    "member_fen",
    "paid_fen",
    "refund_due_fen",
    "fapiao_no",
    "ended_reason",
)


@dataclass(frozen=True)
class GoodShown:
    """``chosen`` in ``unit`` as stored, by all members."""

    product_id: UUID
    product_name: str | None
    merchant_id: UUID
    price_fen: int
    unit: str
    quota: Decimal | None
    chosen: Decimal


@dataclass(frozen=True)
class CampaignShown:
    campaign_id: UUID
    campaign_no: str
    kind: str
    title: str
    institution_id: UUID | None
    organiser: str | None
    organised_by: str | None
    consumption_county: str
    festival: str | None
    funding: str
    union_per_head_fen: int | None
    min_members: int
    hold_days: int
    state: str
    opened_on: date | None
    deadline: date
    closed_on: date | None
    paid_on: date | None
    members: int
    union_fen: int
    member_fen: int
    paid_fen: int
    refund_due_fen: int
    fapiao_no: str | None
    ended_reason: str | None
    code: str | None = None
    budget: dict[str, int] | None = None
    joined: dict[str, Any] | None = None
    goods: list[GoodShown] = field(default_factory=list)


def list_campaigns(
    conn: Conn, who: Principal, *, state: str | None, institution_id: UUID | None, first: int, after: str | None
) -> Page[CampaignShown]:
    return newest_first(
        conn,
        SELECT + " AND (%(state)s::text IS NULL OR c.state = %(state)s) AND (%(institution)s::uuid IS NULL "
        "OR c.institution_id = %(institution)s)",
        "c.campaign_id",
        {**scope_of(who).params, "state": state, "institution": institution_id},
        first,
        after,
        lambda row: _shown(row, who),
    )


def campaigns_by_ids(conn: Conn, who: Principal, ids: Sequence[UUID]) -> list[CampaignShown]:
    return by_ids(conn, SELECT, "c.campaign_id", scope_of(who).params, ids, lambda row: _shown(row, who))


def get_campaign(conn: Conn, who: Principal, campaign_id: UUID, code: str | None = None) -> CampaignShown:
    """Raises NotFound, also for somebody else's."""
    row = campaign_of(conn, who, campaign_id, campaigns.find, code)
    goods = every(
        conn,
        "SELECT g.product_id, o.name AS product_name, g.merchant_id, g.price_fen, g.price_unit AS unit, g.quota, coalesce((SELECT "
        "sum(c.quantity) FROM campaign_choices c WHERE c.campaign_id = g.campaign_id AND c.product_id = g.product_id "
        "AND c.stock_state <> 'released'), (SELECT sum(l.quantity) FROM campaign_lines l WHERE l.campaign_id = g.campaign_id "
        "AND l.product_id = g.product_id), 0) AS chosen FROM campaign_goods g LEFT JOIN offers o USING (merchant_id, product_id) "
        "WHERE g.campaign_id = %s ORDER BY g.product_id",
        [campaign_id],
    )
    budget = one(
        conn, "SELECT limit_fen, used_fen FROM limits WHERE account = %s AND subject_id = %s", [campaigns.BUDGET, str(campaign_id)]
    )
    member = campaigns.member(conn, campaign_id, who.subject)
    joined = None
    if member is not None:
        joined = {
            **pick(member, ("state", "joined_at", "union_fen", "member_fen", "payment_id")),
            "choices": [
                pick(c, ("product_id", "quantity", "amount_fen", "union_fen", "stock_state"))
                for c in campaigns.choices(conn, campaign_id, [who.subject])
            ],
        }
    return _shown(row, who, goods=[GoodShown(**g) for g in goods], budget=budget, joined=joined)


def _shown(row: Row, who: Principal, **more: Any) -> CampaignShown:
    organises = row["institution_id"] is not None and who.has(Role.GROUP_ORGANISER, str(row["institution_id"]))
    return CampaignShown(**pick(row, FIELDS), code=row["code"] if organises else None, **more)
