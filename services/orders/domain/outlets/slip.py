"""One sale over the counter: lines, 抹零, total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, Several, TooMany
from services.kit.money import MAX_FEN, share_out
from services.orders.domain.entered import priced, quantity_of
from services.orders.domain.outlets.errors import RoundingTooLarge

MAX_LINES = 200
MOST_ROUNDING_FEN = 99


@dataclass(frozen=True, slots=True)
class EnteredSlipLine:
    product_id: UUID
    quantity: object
    unit: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class SlipLine:
    """``amount_fen`` = price × quantity; ``rounding_fen`` this line's share of the slip's 抹零; the sale is both together."""

    line_no: int
    product_id: UUID
    quantity: Decimal
    unit: str
    price_fen: int
    price_unit: str
    amount_fen: int
    rounding_fen: int = 0

    @property
    def sold_fen(self) -> int:
        return self.amount_fen + self.rounding_fen


@dataclass(frozen=True, slots=True)
class Slip:
    lines: tuple[SlipLine, ...]
    rounding_fen: int

    @property
    def total_fen(self) -> int:
        return sum(line.sold_fen for line in self.lines)


def slip_of(entered: Sequence[EnteredSlipLine], rounding_fen: int = 0) -> Slip:
    """Raises Several naming each bad line, RoundingTooLarge."""
    if len(entered) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(entered))
    if not entered:
        raise InvalidInput("lines", "≥ 1")
    errors: list[DomainError] = []
    lines: list[SlipLine] = []
    for index, item in enumerate(entered):
        try:
            quantity = quantity_of(item.quantity, item.unit, f"lines.{index}.quantity")
            if not 0 <= item.price_fen <= MAX_FEN:
                raise InvalidInput(f"lines.{index}.price_fen", "≥ 0")
            lines.append(SlipLine(index + 1, item.product_id, quantity.amount, quantity.unit, item.price_fen, item.unit,
                                  priced(item.price_fen, item.unit, quantity.amount)))
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return with_rounding(lines, rounding_fen)


def with_rounding(lines: Sequence[SlipLine], rounding_fen: int) -> Slip:
    """The rounding is shared out over the lines, so that merchants, products and the slip's total add up to one another."""
    total = sum(line.amount_fen for line in lines)
    if abs(rounding_fen) > MOST_ROUNDING_FEN or total + rounding_fen < 0:
        raise RoundingTooLarge("rounding_fen")
    if rounding_fen == 0:
        return Slip(tuple(lines), 0)
    shares = share_out(rounding_fen, [line.amount_fen for line in lines])
    rounded = tuple(
        SlipLine(line.line_no, line.product_id, line.quantity, line.unit, line.price_fen, line.price_unit, line.amount_fen, share)
        for line, share in zip(lines, shares, strict=True))
    return Slip(rounded, rounding_fen)
