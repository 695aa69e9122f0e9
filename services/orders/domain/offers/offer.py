"""What orders knows of a product: enough to sell it without asking catalog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.kit.time import business_date
from services.kit.units import COUNTED, WEIGHED, stored, to_kg
from services.orders.domain.offers.standing import LabelPeriod, Period, Reason, labels_on


@dataclass(frozen=True, slots=True)
class Offer:
    """``price_fen`` per ``unit``. ``withdrawn_since`` and ``merchant_withdrawn_since`` are read under the row's lock."""

    merchant_id: UUID
    product_id: UUID
    product_no: str
    name: str
    category: str
    county_code: str
    unit: str
    pack: str
    net_weight_g: int | None
    price_fen: int
    bulk_price_fen_per_kg: int | None
    offer_version: int
    certificates: tuple[Period, ...]
    merchant_certificates: tuple[Period, ...]
    labels: tuple[LabelPeriod, ...]
    withdrawn_since: datetime | None
    merchant_withdrawn_since: datetime | None

    def labels_on(self, day: date) -> tuple[str, ...]:
        return labels_on(self.labels, day)


def is_sellable_at(offer: Offer, now: datetime) -> Reason | None:
    """Why the offer is not for sale at ``now``, the present instant read after the offer's lock; None when it is.

    For a past instant use `Standing.refusal_at`: an offer row knows only whether it is withdrawn at present.
    """
    if offer.merchant_withdrawn_since is not None and offer.merchant_withdrawn_since <= now:
        return Reason.MERCHANT_WITHDRAWN
    if offer.withdrawn_since is not None and offer.withdrawn_since <= now:
        return Reason.WITHDRAWN
    day = business_date(now)
    if not any(p.covers(day) for p in offer.merchant_certificates):
        return Reason.MERCHANT_NOT_CERTIFIED
    if not any(p.covers(day) for p in offer.certificates):
        return Reason.NOT_CERTIFIED
    return None


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity as stored: 斤 and grams as kg, packs as they are; ``kg`` None for counted goods without net weight."""

    quantity: Decimal
    unit: str
    kg: Decimal | None


def sells_by(offer: Offer, unit: str) -> bool:
    """By its own pack, or by weight where its kilograms are known (canteens order in kg or 斤, shops sell packs)."""
    if unit == offer.unit:
        return True
    return unit in WEIGHED and (offer.unit in WEIGHED or bool(offer.net_weight_g))


def measure(offer: Offer, quantity: Decimal, unit: str) -> Measure:
    """``unit`` is one that `sells_by` allows."""
    amount, unit_stored = stored(quantity, unit)
    net_weight = offer.net_weight_g if unit in COUNTED else None
    kg = to_kg(quantity, unit, net_weight)
    return Measure(amount, unit_stored, None if kg is None else round(kg, 3))
