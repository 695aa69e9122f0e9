"""A group purchase: goods, a quota a head, a budget, a deadline, and who pays which part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, InvalidQuantity, PastDate, Several, TooMany, WrongState
from services.kit.money import MAX_FEN, share_out
from services.kit.units import decimals_of
from services.orders.domain.contracts.errors import ProductTwice
from services.orders.domain.entered import priced, quantity_of, same_goods, stored_unit
from services.orders.domain.groups.errors import QuotaExceeded, UnknownGood

MAX_GOODS = 100
LONGEST = timedelta(days=90)
MAX_HOLD_DAYS = 30
FESTIVALS = ("spring", "dragon_boat", "mid_autumn", "new_year", "qingming", "labour_day", "national_day")


class CampaignState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PAID = "paid"
    CANCELLED = "cancelled"


MOVES: Mapping[str, frozenset[CampaignState]] = {
    "open": frozenset({CampaignState.DRAFT}),
    "join": frozenset({CampaignState.OPEN}),
    "close": frozenset({CampaignState.OPEN}),
    "cancel": frozenset({CampaignState.DRAFT, CampaignState.OPEN, CampaignState.CLOSED}),
    "pay": frozenset({CampaignState.CLOSED}),
}


class Funding(StrEnum):
    UNION = "union"
    MEMBER = "member"
    SHARED = "shared"


def check_move(move: str, state: str) -> None:
    """Raises WrongState."""
    if state not in MOVES[move]:
        raise WrongState(state=state)


@dataclass(frozen=True)
class Good:
    """``price_fen`` per ``price_unit``; ``quota`` a head, in `unit`, None where only the campaign's budget limits."""

    product_id: UUID
    price_fen: int
    price_unit: str
    quota: Decimal | None = None

    @property
    def unit(self) -> str:
        return stored_unit(self.price_unit)


@dataclass(frozen=True)
class Plan:
    """``union_per_head_fen``: with shared funding, what the union pays of a member's goods at most. ``budget_fen``: the
    union's whole, None without one. ``min_members``: fewer at the deadline cancel it."""

    kind: str
    funding: str
    goods: tuple[Good, ...]
    deadline: date
    union_per_head_fen: int | None = None
    budget_fen: int | None = None
    min_members: int = 1
    hold_days: int = 7


def check_plan(plan: Plan, today: date) -> None:
    """Raises Several naming each mistake."""
    errors: list[DomainError] = []
    if plan.deadline < today:
        errors.append(PastDate("deadline", value=plan.deadline))
    if plan.deadline > today + LONGEST:
        errors.append(InvalidInput("deadline", f"≤ {LONGEST.days} d"))
    if (plan.kind == "employee") != (plan.funding == Funding.MEMBER):
        # What a union only organised is an employee purchase; what it pays for, wholly or in part, is its own.
        errors.append(InvalidInput("funding", "union: union, shared; employee: member"))
    if (plan.funding == Funding.SHARED) != (plan.union_per_head_fen is not None):
        errors.append(InvalidInput("union_per_head_fen", "shared"))
    if plan.union_per_head_fen is not None and not 0 < plan.union_per_head_fen <= MAX_FEN:
        errors.append(InvalidInput("union_per_head_fen", "> 0"))
    if plan.budget_fen is not None and (plan.funding == Funding.MEMBER or not 0 < plan.budget_fen <= MAX_FEN):
        errors.append(InvalidInput("budget_fen", "> 0; union, shared"))
    if not 1 <= plan.min_members <= 1_000_000:
        errors.append(InvalidInput("min_members", "≥ 1"))
    if not 0 <= plan.hold_days <= MAX_HOLD_DAYS:
        errors.append(InvalidInput("hold_days", f"0–{MAX_HOLD_DAYS}"))
    if not 1 <= len(plan.goods) <= MAX_GOODS:
        errors.append(TooMany("goods", limit=MAX_GOODS, count=len(plan.goods)) if plan.goods else InvalidInput("goods", "≥ 1"))
    seen: set[UUID] = set()
    for index, good in enumerate(plan.goods):
        if good.product_id in seen:
            errors.append(ProductTwice(f"goods.{index}.product_id"))
        seen.add(good.product_id)
        if not 0 < good.price_fen <= MAX_FEN:
            errors.append(InvalidInput(f"goods.{index}.price_fen", "> 0"))
    if errors:
        raise Several(errors)


@dataclass(frozen=True)
class EnteredChoice:
    product_id: UUID
    quantity: object
    unit: str | None = None


@dataclass(frozen=True)
class Choice:
    """What one member takes of one product, and which part of it the union pays.

    A shared quantity is divided by money: by the piece where the unit is counted, else by the gram; a payer whose money
    makes less than one piece has money and no quantity.
    """

    product_id: UUID
    quantity: Decimal
    amount_fen: int
    union_fen: int
    union_quantity: Decimal

    @property
    def member_fen(self) -> int:
        return self.amount_fen - self.union_fen

    @property
    def member_quantity(self) -> Decimal:
        return self.quantity - self.union_quantity


def choose(goods: Sequence[Good], entered: Sequence[EnteredChoice], funding: str, union_per_head_fen: int | None) -> list[Choice]:
    """One member's goods in order of product, each split between union and member.

    Raises Several naming each bad choice by its place in the input.
    """
    if not entered:
        raise InvalidInput("choices", "≥ 1")
    if len(entered) > MAX_GOODS:
        raise TooMany("choices", limit=MAX_GOODS, count=len(entered))
    offered = {good.product_id: good for good in goods}
    picked: dict[UUID, tuple[Decimal, int]] = {}
    errors: list[DomainError] = []
    for index, item in enumerate(entered):
        try:
            picked |= _pick(f"choices.{index}", item, offered, picked)
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    products = sorted(picked)
    union = union_part(sum(amount for _, amount in picked.values()), funding, union_per_head_fen)
    shares = share_out(union, [picked[p][1] for p in products])
    return [_split(p, *picked[p], share, offered[p].unit) for p, share in zip(products, shares, strict=True)]


def _pick(field: str, item: EnteredChoice, offered: Mapping[UUID, Good], picked: Mapping[UUID, object]) -> dict[UUID, tuple[Decimal, int]]:
    good = offered.get(item.product_id)
    if good is None:
        raise UnknownGood(f"{field}.product_id")
    if item.product_id in picked:
        raise ProductTwice(f"{field}.product_id")
    unit = item.unit or good.price_unit
    if not same_goods(unit, good.price_unit):
        raise InvalidInput(f"{field}.unit", good.price_unit)
    quantity = quantity_of(item.quantity, unit, f"{field}.quantity").amount
    if good.quota is not None and quantity > good.quota:
        raise QuotaExceeded(f"{field}.quantity", quota=good.quota, unit=good.unit)
    amount = priced(good.price_fen, good.price_unit, quantity)
    if amount == 0:
        # Less than half a fen: nobody could be said to have paid for it.
        raise InvalidQuantity(f"{field}.quantity", value=quantity, unit=unit, reason="worth_nothing")
    return {item.product_id: (quantity, amount)}


def _split(product_id: UUID, quantity: Decimal, amount_fen: int, union_fen: int, unit: str) -> Choice:
    step = Decimal(1).scaleb(-decimals_of(unit))
    pieces, _ = share_out(int(quantity / step), [union_fen, amount_fen - union_fen])
    return Choice(product_id, quantity, amount_fen, union_fen, pieces * step)


def union_part(total_fen: int, funding: str, union_per_head_fen: int | None) -> int:
    """Of one member's goods: all, nothing, or up to the amount a head."""
    if funding == Funding.UNION:
        return total_fen
    if funding == Funding.MEMBER:
        return 0
    return min(total_fen, union_per_head_fen or 0)


@dataclass(frozen=True)
class PayerLine:
    """One sale line: what one payer paid of one product. ``channel`` union or employee."""

    product_id: UUID
    channel: str
    quantity: Decimal
    amount_fen: int


def payer_lines(parts: Iterable[tuple[Choice, bool, bool]]) -> list[PayerLine]:
    """Two payers make two lines a product. Each choice comes with whether its union's and its member's part are paid now."""
    totals: dict[tuple[UUID, str], tuple[Decimal, int]] = {}
    for choice, union_pays, member_pays in parts:
        for channel, pays, quantity, amount in (("union", union_pays, choice.union_quantity, choice.union_fen),
                                                ("employee", member_pays, choice.member_quantity, choice.member_fen)):
            if pays and amount > 0:
                before = totals.get((choice.product_id, channel), (Decimal(0), 0))
                totals[choice.product_id, channel] = before[0] + quantity, before[1] + amount
    return [PayerLine(product, channel, quantity, amount) for (product, channel), (quantity, amount) in sorted(
        totals.items(), key=lambda item: (item[0][0], item[0][1] != "union"))]


def reached(members: int, min_members: int) -> bool:
    return members >= min_members


def held_until(deadline: date, hold_days: int) -> date:
    """The last day on which the goods are kept for the campaign."""
    return deadline + timedelta(days=hold_days)
