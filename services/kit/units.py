"""Units of sale. Packs convert to kg where a net weight is stated, so that tonnes can be summed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

KG = "kg"
WEIGHED = {"kg": Decimal(1), "公斤": Decimal(1), "斤": Decimal("0.5"), "g": Decimal("0.001"), "克": Decimal("0.001"),
           "t": Decimal(1000), "吨": Decimal(1000)}
COUNTED = ("箱", "件", "袋", "桶", "瓶", "盒", "罐", "板", "只", "条", "个", "套", "枚", "包", "份", "把", "捆", "卷",
           "双", "床", "提", "筐")
UNITS = (*WEIGHED, *COUNTED)
MAX_QUANTITY = Decimal(10_000_000)


class QuantityError(ValueError):
    """``reason`` is one of not_a_number, not_positive, too_large, too_many_decimals, unknown_unit."""

    def __init__(self, reason: str, value: object, unit: str) -> None:
        super().__init__(f"{reason}: {value!r} {unit}")
        self.reason, self.value, self.unit = reason, value, unit


def decimals_of(unit: str) -> int:
    """Weighed goods are sold by the gram, counted goods by the piece."""
    if unit in WEIGHED:
        return 3
    if unit in COUNTED:
        return 0
    raise QuantityError("unknown_unit", unit, unit)


def parse_quantity(value: str | int | Decimal, unit: str, *, allow_zero: bool = False) -> Decimal:
    """A positive decimal in steps of its unit. Raises QuantityError."""
    places = decimals_of(unit)
    text = str(value).strip()
    if not text.isascii():
        raise QuantityError("not_a_number", value, unit)
    try:
        quantity = Decimal(text)
    except InvalidOperation as error:
        raise QuantityError("not_a_number", value, unit) from error
    if not quantity.is_finite():
        raise QuantityError("not_a_number", value, unit)
    if quantity < 0 or (quantity == 0 and not allow_zero):
        raise QuantityError("not_positive", value, unit)
    if quantity > MAX_QUANTITY:
        raise QuantityError("too_large", value, unit)
    if quantity != round(quantity, places):
        raise QuantityError("too_many_decimals", value, unit)
    return round(quantity, places)


def stored(quantity: Decimal, unit: str) -> tuple[Decimal, str]:
    """斤 and grams are entered and shown; kg is stored. Counted units stay."""
    if unit in WEIGHED:
        return quantity * WEIGHED[unit], KG
    return quantity, unit


def to_kg(quantity: Decimal, unit: str, net_weight_g: int | None) -> Decimal | None:
    """Kilograms of a quantity; None where a counted unit states no net weight (crafts)."""
    if unit in WEIGHED:
        return quantity * WEIGHED[unit]
    if not net_weight_g:
        return None
    return quantity * net_weight_g / 1000
