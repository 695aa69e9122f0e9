"""At the canteen's door: what was brought, what is accepted, who has to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.kit.errors import DomainError, InvalidInput, Several, TooMany
from services.orders.domain.contracts.errors import AlreadySettled, LineTwice, NotAddingUp, UnknownLine
from services.orders.domain.entered import priced, quantity_of

MAX_LINES = 2000


class LineState(StrEnum):
    SENT = "sent"
    SETTLED = "settled"


@dataclass(frozen=True)
class DeliveredLine:
    """``unit`` is the stored one; ``delivered`` what the merchant says he brought."""

    line_no: int
    delivered: Decimal
    unit: str
    price_fen: int
    price_unit: str
    state: str = LineState.SENT


@dataclass(frozen=True)
class EnteredAcceptance:
    line_no: int
    accepted: object
    rejected: object = None
    reason: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class AcceptedLine:
    """``amount_fen`` = accepted × price, rounded once; a line of which nothing is accepted is no sale."""

    index: int
    line_no: int
    accepted: Decimal
    rejected: Decimal
    amount_fen: int
    reason: str | None = None

    def same_figures(self, accepted: Decimal | None, rejected: Decimal | None) -> bool:
        return self.accepted == accepted and self.rejected == rejected


def most_deliverable(open_quantity: Decimal, called: Decimal, tolerance: Decimal) -> Decimal:
    """What may still be brought: the open rest and the agreed per cent of what was called."""
    return open_quantity + called * tolerance / 100


def accepted_lines(delivered: Sequence[DeliveredLine], entered: Sequence[EnteredAcceptance], tolerance: Decimal) -> list[AcceptedLine]:
    """In order of line number. Accepted and rejected together make what was delivered, within the tolerance.

    Raises Several naming each bad line by its place in the input.
    """
    if len(entered) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(entered))
    if not entered:
        raise InvalidInput("lines", "≥ 1")
    by_number = {line.line_no: line for line in delivered}
    good: dict[int, AcceptedLine] = {}
    errors: list[DomainError] = []
    for index, item in enumerate(entered):
        try:
            line = _one(index, item, by_number, tolerance)
            if line.line_no in good:
                raise LineTwice(f"lines.{index}.line_no", line=line.line_no)
            good[line.line_no] = line
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return [good[number] for number in sorted(good)]


def _one(index: int, item: EnteredAcceptance, by_number: Mapping[int, DeliveredLine], tolerance: Decimal) -> AcceptedLine:
    field = f"lines.{index}"
    line = by_number.get(item.line_no)
    if line is None:
        raise UnknownLine(f"{field}.line_no", line=item.line_no)
    if line.state == LineState.SETTLED:
        raise AlreadySettled(f"{field}.line_no", line=item.line_no)
    unit = item.unit or line.unit
    accepted = quantity_of(item.accepted, unit, f"{field}.accepted_quantity", allow_zero=True).amount
    if item.rejected is None:
        rejected = max(line.delivered - accepted, Decimal(0))
    else:
        rejected = quantity_of(item.rejected, unit, f"{field}.rejected_quantity", allow_zero=True).amount
    off_by = abs(accepted + rejected - line.delivered)
    if off_by > line.delivered * tolerance / 100:
        raise NotAddingUp(f"{field}.accepted_quantity", delivered=line.delivered, unit=line.unit)
    return AcceptedLine(index, line.line_no, accepted, rejected, priced(line.price_fen, line.price_unit, accepted), item.reason)


def agrees(first: Mapping[int, tuple[Decimal, Decimal]], second: Sequence[AcceptedLine]) -> bool:
    """Whether the second person found what the first did, line by line."""
    return set(first) == {line.line_no for line in second} and all(
        line.same_figures(*first[line.line_no]) for line in second)


def held_change(held_fen: int, accepted_before_fen: int, accepted_after_fen: int) -> int:
    """How much more than was held at the call-off an acceptance uses of the credit limit: 0 unless the scale said more."""
    return max(accepted_after_fen, held_fen) - max(accepted_before_fen, held_fen)
