"""Quantities as people enter them: 斤, grams and packs; kilograms and packs as they are stored.

A price stays in the unit it was agreed in (12 fen a 斤), the quantity beside it is stored in kg, and the amount is
computed from both at once, so that nothing is rounded twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.kit import money
from services.kit.errors import InvalidQuantity
from services.kit.units import KG, WEIGHED, QuantityError, parse_quantity, stored


@dataclass(frozen=True)
class Quantity:
    """``amount`` in ``unit`` as stored: kg for everything weighed, the pack for everything counted."""

    amount: Decimal
    unit: str


def quantity_of(value: object, unit: str, field: str, *, allow_zero: bool = False) -> Quantity:
    """Raises InvalidQuantity naming ``field``."""
    if isinstance(value, float | bool) or not isinstance(value, str | int | Decimal):
        raise InvalidQuantity(field, value=value, unit=unit, reason="not_a_number")
    try:
        amount, kept = stored(parse_quantity(value, unit, allow_zero=allow_zero), unit)
    except QuantityError as error:
        raise InvalidQuantity(field, value=str(value)[:40], unit=unit[:10], reason=error.reason) from None
    return Quantity(amount, kept)


def stored_unit(unit: str) -> str:
    return KG if unit in WEIGHED else unit


def same_goods(unit: str, other: str) -> bool:
    """斤 and kg speak of the same thing, 箱 and 袋 do not."""
    return stored_unit(unit) == stored_unit(other)


def priced(price_fen: int, price_unit: str, quantity: Decimal) -> int:
    """Fen of a stored ``quantity`` at ``price_fen`` per ``price_unit``: rounded once, half away from zero."""
    factor = WEIGHED.get(price_unit)
    return money.round_fen(Decimal(price_fen) * quantity / factor) if factor else money.line_amount(price_fen, quantity)
