"""Calling goods off under a contract: each line judged, every mistake told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, PastDate, Several, TooMany, WrongState
from services.orders.domain.contracts.errors import BelowMinimum, LineTwice, NotInForce, OwnApproval, UnitDiffers, UnknownLine
from services.orders.domain.contracts.terms import ContractLine
from services.orders.domain.entered import priced, quantity_of, same_goods

MAX_LINES = 2000


class CallOffState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


OPEN = frozenset({CallOffState.REQUESTED, CallOffState.APPROVED, CallOffState.CONFIRMED})
MOVES: Mapping[str, frozenset[CallOffState]] = {
    "approve": frozenset({CallOffState.REQUESTED}),
    "reject": frozenset({CallOffState.REQUESTED, CallOffState.APPROVED}),
    "confirm": frozenset({CallOffState.APPROVED}),
    "cancel": OPEN,
    "deliver": frozenset({CallOffState.CONFIRMED}),
}


def check_move(move: str, state: str) -> None:
    """Raises WrongState."""
    if state not in MOVES[move]:
        raise WrongState(state=state)


def check_second_person(requested_by: str, approver: str) -> None:
    """Raises OwnApproval: four eyes are two people, whatever roles one of them holds."""
    if requested_by == approver:
        raise OwnApproval()


@dataclass(frozen=True)
class EnteredLine:
    """As it came in: by number or by product, in any unit of the same goods."""

    line_no: int | None
    product_id: UUID | None
    quantity: object
    unit: str


@dataclass(frozen=True)
class CalledLine:
    """``index`` is the line's place in the input. ``amount_fen`` is held against the credit limit; 0 without a price."""

    index: int
    line: ContractLine
    quantity: Decimal
    amount_fen: int


def called_lines(contract: Sequence[ContractLine], entered: Sequence[EnteredLine]) -> list[CalledLine]:
    """In order of line number, so that two call-offs lock the contract's lines in one order.

    Raises TooMany above 2,000 lines, Several naming each bad line by its place in the input.
    """
    if len(entered) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(entered))
    if not entered:
        raise InvalidInput("lines", "≥ 1")
    by_number = {line.line_no: line for line in contract}
    by_product = {line.product_id: line for line in contract}
    seen: set[int] = set()
    good: list[CalledLine] = []
    errors: list[DomainError] = []
    for index, item in enumerate(entered):
        try:
            called = _one(index, item, by_number, by_product)
            if called.line.line_no in seen:
                raise LineTwice(f"lines.{index}.line_no", line=called.line.line_no)
            seen.add(called.line.line_no)
            good.append(called)
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return sorted(good, key=lambda called: called.line.line_no)


def _one(index: int, item: EnteredLine, by_number: Mapping[int, ContractLine], by_product: Mapping[UUID, ContractLine]) -> CalledLine:
    field = f"lines.{index}"
    line = by_number.get(item.line_no) if item.line_no is not None else by_product.get(item.product_id) if item.product_id else None
    if line is None or (item.product_id is not None and item.product_id != line.product_id):
        raise UnknownLine(f"{field}.line_no" if item.line_no is not None else f"{field}.product_id", line=item.line_no or item.product_id)
    if not same_goods(item.unit, line.price_unit):
        raise UnitDiffers(f"{field}.unit", agreed=line.price_unit, unit=item.unit)
    quantity = quantity_of(item.quantity, item.unit, f"{field}.quantity")
    if line.min_quantity is not None and quantity.amount < line.min_quantity:
        raise BelowMinimum(f"{field}.quantity", least=line.min_quantity, unit=line.unit)
    amount = 0 if line.price_fen is None else priced(line.price_fen, line.price_unit, quantity.amount)
    return CalledLine(index, line, quantity.amount, amount)


def check_day(deliver_on: date, today: date, valid_from: date, valid_until: date) -> None:
    """Raises PastDate or NotInForce."""
    if deliver_on < today:
        raise PastDate("deliver_on", value=deliver_on)
    if not valid_from <= deliver_on <= valid_until:
        raise NotInForce("deliver_on", day=deliver_on)
