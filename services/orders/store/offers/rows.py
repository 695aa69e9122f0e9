"""Between rows and the domain's Offer and Standing."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.kit.db import Row
from services.orders.domain.offers.offer import Offer
from services.orders.domain.offers.standing import LabelPeriod, Period

COLUMNS = (
    "o.merchant_id, o.product_id, o.product_no, o.name, o.category, o.county_code, o.unit, o.pack, o.net_weight_g, o.price_fen, "
    "o.bulk_price_fen_per_kg, o.offer_version, o.certificates, o.merchant_certificates, o.labels, o.withdrawn_since, "
    "o.merchant_withdrawn_since"
)
FIELDS = tuple(name.strip().removeprefix("o.") for name in COLUMNS.split(","))


def periods(value: list[dict[str, Any]]) -> tuple[Period, ...]:
    return tuple(Period(date.fromisoformat(p["valid_from"]), date.fromisoformat(p["valid_until"]), p["certificate_no"]) for p in value)


def labels(value: list[dict[str, Any]]) -> tuple[LabelPeriod, ...]:
    return tuple(
        LabelPeriod(p["label"], date.fromisoformat(p["valid_from"]), date.fromisoformat(p["valid_until"]) if p["valid_until"] else None)
        for p in value
    )


def offer_of(row: Row) -> Offer:
    """A row that has `COLUMNS`; more columns are passed over."""
    values = {name: row[name] for name in FIELDS}
    return Offer(**values | {
        "certificates": periods(row["certificates"]), "merchant_certificates": periods(row["merchant_certificates"]),
        "labels": labels(row["labels"]),
    })
