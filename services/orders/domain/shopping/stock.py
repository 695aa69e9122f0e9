"""How full the shelf is, said only when it changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from services.kit.units import WEIGHED

Level = Literal["available", "low", "sold_out"]
LOW_PACKS, LOW_WEIGHT = Decimal(5), Decimal(20)


def level(available: Decimal, unit: str) -> Level:
    if available <= 0:
        return "sold_out"
    return "low" if available <= (LOW_WEIGHT if unit in WEIGHED else LOW_PACKS) else "available"
