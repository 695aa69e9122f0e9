"""A merchant's sales elsewhere in one month: counted once the county has looked at the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, Several, TooMany, WrongState
from services.kit.money import MAX_FEN
from services.kit.time import last_of_month
from services.orders.domain.contracts.errors import LineTwice
from services.orders.domain.entered import quantity_of
from services.orders.domain.outlets.errors import PeriodNotOver

MAX_LINES = 2000
BUYERS = ("food_factory", "outside_shop", "caterer", "other_platform")


class ReportState(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


MOVES: Mapping[str, frozenset[ReportState]] = {
    "confirm": frozenset({ReportState.SUBMITTED}),
    "return": frozenset({ReportState.SUBMITTED}),
    "resubmit": frozenset({ReportState.RETURNED}),
}


def check_move(move: str, state: str) -> None:
    """Raises WrongState."""
    if state not in MOVES[move]:
        raise WrongState(state=state)


@dataclass(frozen=True)
class EnteredReportLine:
    """``consumption_county``: a county code or ``outside``."""

    product_id: UUID
    buyer_kind: str
    consumption_county: str
    quantity: object
    unit: str
    amount_fen: int


@dataclass(frozen=True)
class ReportLine:
    line_no: int
    product_id: UUID
    buyer_kind: str
    consumption_county: str
    quantity: Decimal
    unit: str
    amount_fen: int


def check_month(month: date, today: date) -> None:
    """Raises PeriodNotOver."""
    if last_of_month(month) >= today:
        raise PeriodNotOver("month", until=last_of_month(month))


def report_lines(entered: Sequence[EnteredReportLine]) -> list[ReportLine]:
    """One line a (buyer kind, consumption county, product). Raises Several naming each bad line."""
    if len(entered) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(entered))
    if not entered:
        raise InvalidInput("lines", "≥ 1")
    seen: set[tuple[str, str, UUID]] = set()
    lines: list[ReportLine] = []
    errors: list[DomainError] = []
    for index, item in enumerate(entered):
        field = f"lines.{index}"
        try:
            quantity = quantity_of(item.quantity, item.unit, f"{field}.quantity")
            if item.buyer_kind not in BUYERS:
                raise InvalidInput(f"{field}.buyer_kind", ", ".join(BUYERS))
            if item.consumption_county != "outside" and not (item.consumption_county.isascii() and item.consumption_county.isdigit()
                                                             and len(item.consumption_county) == 6):
                raise InvalidInput(f"{field}.consumption_county", "outside, 371502 …")
            if not 0 < item.amount_fen <= MAX_FEN:
                raise InvalidInput(f"{field}.amount_fen", "> 0")
            key = (item.buyer_kind, item.consumption_county, item.product_id)
            if key in seen:
                raise LineTwice(field, line=index + 1)
            seen.add(key)
            lines.append(ReportLine(index + 1, item.product_id, item.buyer_kind, item.consumption_county, quantity.amount,
                                    quantity.unit, item.amount_fen))
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return lines
