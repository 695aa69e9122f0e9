"""Day and monthly sheets: totals by product, with their paper; and the follow-up orders of a fair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, Several, TooMany
from services.kit.money import MAX_FEN
from services.kit.time import first_of_month, last_of_month
from services.orders.domain.contracts.errors import ProductTwice
from services.orders.domain.entered import quantity_of
from services.orders.domain.outlets.errors import PeriodNotOver, SheetKindDiffers, StandNeeded

MAX_LINES = 2000
FAIR_BUYERS = ("shop", "wholesaler", "caterer", "institution", "other")


@dataclass(frozen=True)
class Period:
    """Both days count. A sheet is dated its last day."""

    first: date
    last: date


@dataclass(frozen=True)
class EnteredTotal:
    product_id: UUID
    quantity: object
    unit: str
    amount_fen: int


@dataclass(frozen=True)
class TotalLine:
    line_no: int
    product_id: UUID
    quantity: Decimal
    unit: str
    amount_fen: int


def period_of(kind: str, day_or_month: date) -> Period:
    """``day``: that day; ``month``: from its first to its last day."""
    if kind == "day":
        return Period(day_or_month, day_or_month)
    return Period(first_of_month(day_or_month), last_of_month(day_or_month))


def check_sheet(outlet_kind: str, sheet_kind: str, stand: str, period: Period, today: date) -> None:
    """Raises SheetKindDiffers, StandNeeded, PeriodNotOver (a day sheet may be filed on its evening)."""
    if outlet_kind == "expo" and sheet_kind != "day":
        raise SheetKindDiffers("kind")
    if outlet_kind == "expo" and not stand:
        raise StandNeeded("stand")
    if period.last > today or (sheet_kind == "month" and period.last >= today):
        raise PeriodNotOver("month" if sheet_kind == "month" else "day", until=period.last)


def total_lines(entered: Sequence[EnteredTotal]) -> list[TotalLine]:
    """Each product once. Raises Several naming each bad line by its place in the input."""
    if len(entered) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(entered))
    if not entered:
        raise InvalidInput("lines", "≥ 1")
    seen: set[UUID] = set()
    lines: list[TotalLine] = []
    errors: list[DomainError] = []
    for index, item in enumerate(entered):
        try:
            quantity = quantity_of(item.quantity, item.unit, f"lines.{index}.quantity")
            if not 0 < item.amount_fen <= MAX_FEN:
                raise InvalidInput(f"lines.{index}.amount_fen", "> 0")
            if item.product_id in seen:
                raise ProductTwice(f"lines.{index}.product_id")
            seen.add(item.product_id)
            lines.append(TotalLine(index + 1, item.product_id, quantity.amount, quantity.unit, item.amount_fen))
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return lines
