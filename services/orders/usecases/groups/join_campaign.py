"""A member chooses: once a campaign, within the quota a head, the union's budget and what is on the shelf."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.kit import clock
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, NotFound
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input
from services.kit.principal import Principal
from services.kit.time import end_of_validity
from services.orders.access import account_of
from services.orders.domain.errors import NotCertified, OutOfStock
from services.orders.domain.groups.campaign import EnteredChoice, check_move, choose
from services.orders.domain.groups.errors import AlreadyJoined, BadCode, CampaignOver
from services.orders.domain.offers.offer import is_sellable_at
from services.orders.store.groups import campaigns
from services.orders.store.ledger import limits
from services.orders.store.stock import shelves
from services.orders.usecases.groups.load import has_code
from services.orders.usecases.groups.shelf import movement, on_shelf
from services.orders.usecases.offers.ensure_certified import raise_all
from services.orders.usecases.once import once


class MemberChoice(Input):
    product_id: UUID
    quantity: DecimalText | str
    unit: str | None = Field(None, max_length=10)


class JoinCampaign(Input):
    code: str = Field(max_length=20)
    choices: list[MemberChoice]


def join_campaign(db: Database, who: Principal, key: str, campaign_id: UUID, command: JoinCampaign) -> UUID:
    account_of(who)
    with db.transaction() as conn:
        return once(conn, who, f"join_campaign:{campaign_id}", key, command, lambda: _join(conn, who, campaign_id, command))


def _join(conn: Conn, who: Principal, campaign_id: UUID, command: JoinCampaign) -> UUID:
    """Locks, in this order: campaign, shelves; the budget is taken by one conditional update."""
    row = campaigns.lock(conn, campaign_id)
    if row is None:
        raise NotFound()
    if not has_code(row, command.code):
        raise BadCode("code")
    check_move("join", row["state"])
    if campaigns.member(conn, campaign_id, who.subject) is not None:
        raise AlreadyJoined()
    goods = campaigns.goods(conn, campaign_id)
    chosen = choose([campaigns.good_of(g) for g in goods], [EnteredChoice(c.product_id, c.quantity, c.unit) for c in command.choices],
                    row["funding"], row["union_per_head_fen"])
    places = {c.product_id: n for n, c in enumerate(command.choices)}
    locked = shelves.lock(conn, (c.product_id for c in chosen))
    now = clock.now(conn)
    if now >= end_of_validity(row["deadline"]):
        raise CampaignOver()
    errors: list[DomainError] = []
    for choice in chosen:
        shelf, field = locked[choice.product_id], f"choices.{places[choice.product_id]}"
        reason = is_sellable_at(shelf.offer, now)
        if reason is not None:
            errors.append(NotCertified(f"{field}.product_id", name=shelf.offer.name, reason=reason.value))
        elif shelf.available < on_shelf(shelf.offer, choice.quantity):
            errors.append(OutOfStock(f"{field}.quantity", name=shelf.offer.name, left=shelf.available, unit=shelf.offer.unit))
    raise_all(errors)
    union_fen = sum(c.union_fen for c in chosen)
    if row["budget_fen"] is not None and union_fen:
        limits.take(conn, campaigns.BUDGET, campaign_id, union_fen)
    ids = [(new_id(), locked[c.product_id].offer.merchant_id, c) for c in chosen]
    shelves.move(conn, [movement(locked[c.product_id].offer, choice_id, "reserved", c.quantity) for choice_id, _, c in ids], locked)
    campaigns.join(conn, campaign_id, who.subject, ids, now)
    campaigns.change(conn, campaign_id, members=row["members"] + 1, union_fen=row["union_fen"] + union_fen,
                     member_fen=row["member_fen"] + sum(c.member_fen for c in chosen))
    return campaign_id
