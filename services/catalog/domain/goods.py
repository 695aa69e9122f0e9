"""What a listing must state, and when a shopper has to be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalog.domain.errors import NetWeightRequired, UnknownChoice
from services.kit.errors import InvalidInput
from services.kit.units import UNITS

OFFER_FIELDS = ("price_fen", "unit", "pack", "net_weight_g")
MAX_PRICE_FEN = 100_000_000
STORAGE = ("ambient", "chilled", "frozen", "live")


def check_listing(values: Mapping[str, Any]) -> None:
    """``values``: unit, price_fen, bulk_price_fen_per_kg, net_weight_g, is_food, season_months. Raises what is wrong."""
    if values["unit"] not in UNITS:
        raise UnknownChoice("unit", value=values["unit"])
    if not 0 < values["price_fen"] <= MAX_PRICE_FEN:
        raise InvalidInput("price_fen", f"1 … {MAX_PRICE_FEN}")
    bulk = values.get("bulk_price_fen_per_kg")
    if bulk is not None and not 0 < bulk <= MAX_PRICE_FEN:
        raise InvalidInput("bulk_price_fen_per_kg", f"1 … {MAX_PRICE_FEN}")
    weight = values.get("net_weight_g")
    if weight is not None and not 0 < weight <= 10_000_000:
        raise InvalidInput("net_weight_g", "1 … 10000000")
    if values["is_food"] and weight is None:
        raise NetWeightRequired("net_weight_g")
    if any(not 1 <= month <= 12 for month in values.get("season_months") or ()):
        raise InvalidInput("season_months", "1 … 12")


def asks_shopper_again(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Only what the shopper agreed to raises the offer's version: price, unit, pack and the weight that is in it."""
    return any(before[name] != after[name] for name in OFFER_FIELDS)
