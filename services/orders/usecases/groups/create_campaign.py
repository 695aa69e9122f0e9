"""A union or a staff group plans a purchase: goods, quota, budget, deadline, who pays."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.orders.access import demand
from services.orders.domain.contracts.errors import NumberTaken
from services.orders.domain.entered import quantity_of
from services.orders.domain.errors import NotCertified, UnknownProduct, WrongUnit
from services.orders.domain.groups.campaign import FESTIVALS, Good, Plan, check_move, check_plan
from services.orders.domain.numbers import ALPHABET, paper_number
from services.orders.domain.offers.offer import is_sellable_at
from services.orders.store.contracts import institutions
from services.orders.store.groups import campaigns
from services.orders.store.ledger import limits
from services.orders.store.offers import offers
from services.orders.usecases.groups.load import campaign_of, demand_organiser
from services.orders.usecases.offers.ensure_certified import raise_all
from services.orders.usecases.once import once

CODE_LENGTH = 8


class PlannedGood(Input):
    """``quota`` a head, in ``unit``, which is the pack the product is sold in."""

    product_id: UUID
    price_fen: int
    unit: str = Field(max_length=10)
    quota: DecimalText | str | None = None


class CreateCampaign(Input):
    institution_id: UUID
    campaign_no: str | None = Field(None, pattern=r"^[\w.\-/]{1,32}$")
    kind: Literal["union", "employee"]
    title: Text
    funding: Literal["union", "member", "shared"]
    goods: list[PlannedGood]
    deadline: date
    budget_fen: int | None = None
    union_per_head_fen: int | None = None
    min_members: int = 1
    hold_days: int = 7
    festival: str | None = Field(None, max_length=40)
    organised_by: Literal["union"] | None = None


def create_campaign(db: Database, who: Principal, key: str, command: CreateCampaign) -> UUID:
    demand(who.has(Role.GROUP_ORGANISER, str(command.institution_id)))
    with db.transaction() as conn:
        return once(conn, who, "create_campaign", key, command, lambda: _create(conn, who, command))


def _create(conn: Conn, who: Principal, command: CreateCampaign) -> UUID:
    institution = institutions.find(conn, command.institution_id)
    if institution is None:
        raise NotFound("institution_id")
    if command.festival is not None and command.festival not in FESTIVALS:
        raise InvalidInput("festival", ", ".join(FESTIVALS))
    if command.organised_by is not None and command.kind != "employee":
        raise InvalidInput("organised_by", "employee")
    now, campaign_id = clock.now(conn), new_id()
    goods = [
        Good(g.product_id, g.price_fen, g.unit, quantity_of(g.quota, g.unit, f"goods.{n}.quota").amount if g.quota is not None else None)
        for n, g in enumerate(command.goods)
    ]
    check_plan(
        Plan(
            command.kind,
            command.funding,
            tuple(goods),
            command.deadline,
            command.union_per_head_fen,
            command.budget_fen,
            command.min_members,
            command.hold_days,
        ),
        business_date(now),
    )
    number = command.campaign_no or paper_number("TG", business_date(now), campaign_id)
    head = {
        "campaign_id": campaign_id,
        "campaign_no": number,
        "kind": command.kind,
        "title": command.title,
        "institution_id": command.institution_id,
        "organised_by": command.organised_by,
        "consumption_county": institution["county_code"],
        "festival": command.festival,
        "funding": command.funding,
        "union_per_head_fen": command.union_per_head_fen,
        "budget_fen": command.budget_fen,
        "min_members": command.min_members,
        "hold_days": command.hold_days,
        "deadline": command.deadline,
        "code": "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        "state": "draft",
        "proposed_by": who.subject,
        "proposed_at": now,
    }
    if not campaigns.insert(conn, head, _with_merchants(conn, goods)):
        raise NumberTaken("campaign_no", number=number)
    audit.record(conn, who, "campaign:create", f"campaign:{campaign_id}", after={"kind": command.kind, "funding": command.funding})
    return campaign_id


def _with_merchants(conn: Conn, goods: list[Good]) -> list[tuple[Good, UUID]]:
    known = offers.load(conn, (g.product_id for g in goods))
    errors: list[DomainError] = []
    for index, good in enumerate(goods):
        offer = known.get(good.product_id)
        if offer is None:
            errors.append(UnknownProduct(f"goods.{index}.product_id", product_id=good.product_id))
        elif good.price_unit != offer.unit:
            # Held from the shelf, which is counted in this unit.
            errors.append(WrongUnit(f"goods.{index}.unit", name=offer.name, unit=good.price_unit))
    raise_all(errors)
    return [(good, known[good.product_id].merchant_id) for good in goods]


def open_campaign(db: Database, who: Principal, campaign_id: UUID) -> UUID:
    """From now on members join by its code. Every good is certified at this moment."""
    with db.transaction() as conn:
        row = campaign_of(conn, who, campaign_id, campaigns.lock)
        demand_organiser(who, row)
        if row["state"] == "open":
            return campaign_id
        check_move("open", row["state"])
        goods = campaigns.goods(conn, campaign_id)
        locked = offers.lock(conn, (g["product_id"] for g in goods))
        now = clock.now(conn)
        raise_all(
            NotCertified(f"goods.{n}.product_id", name=locked[g["product_id"]].name, reason=reason.value)
            for n, g in enumerate(goods)
            if (reason := is_sellable_at(locked[g["product_id"]], now)) is not None
        )
        if row["deadline"] < business_date(now):
            raise InvalidInput("deadline", str(row["deadline"]))
        if row["budget_fen"] is not None:
            limits.set_limit(conn, campaigns.BUDGET, campaign_id, row["budget_fen"])
        campaigns.change(conn, campaign_id, state="open", opened_on=business_date(now))
        audit.record(conn, who, "campaign:open", f"campaign:{campaign_id}", before="draft", after="open")
    return campaign_id
