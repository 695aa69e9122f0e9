"""May this product be sold: at an instant, or on some day of a past period. The product's standing and its merchant's both count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.kit.time import end_of_validity, start_of_day


@dataclass(frozen=True)
class Withdrawn:
    kind: str
    from_instant: datetime
    until_instant: datetime | None = None

    def covers(self, instant: datetime) -> bool:
        return self.from_instant <= instant and (self.until_instant is None or instant < self.until_instant)


@dataclass(frozen=True)
class Standing:
    """``certificates`` as (valid_from, valid_until), both days included."""

    state: str
    certificates: tuple[tuple[date, date], ...] = ()
    withdrawals: tuple[Withdrawn, ...] = ()

    def certified_at(self, instant: datetime) -> bool:
        return any(start_of_day(first) <= instant < end_of_validity(last) for first, last in self.certificates)

    def withdrawn_at(self, instant: datetime) -> Withdrawn | None:
        return next((w for w in self.withdrawals if w.covers(instant)), None)

    def refusal_at(self, instant: datetime) -> str | None:
        """Why it may not be sold at ``instant``: the state as published, an interval in force, or the calendar."""
        if self.state != "certified":
            return self.state
        withdrawn = self.withdrawn_at(instant)
        if withdrawn is not None:
            return withdrawn.kind
        return None if self.certified_at(instant) else "expired" if self.certificates else "not_certified"


@dataclass(frozen=True)
class Product:
    """The copy of a product, with its merchant's standing (None: the merchant is not known here)."""

    product_id: UUID
    product_no: str
    merchant_id: UUID
    name: str
    county_code: str
    unit: str
    price_fen: int
    image: str | None
    own: Standing
    merchant: Standing | None

    def refusal_at(self, instant: datetime) -> str | None:
        """None: it may be sold. Else not_certified, suspended, revoked, recalled, expired, or ``merchant_`` and one of them."""
        own = self.own.refusal_at(instant)
        if own is not None:
            return own
        merchant = "not_certified" if self.merchant is None else self.merchant.refusal_at(instant)
        return None if merchant is None else f"merchant_{merchant}"

    def sellable_some_time_on(self, first: date, last: date) -> bool:
        """A certificate of the product and one of its merchant in force, and neither withdrawn, at one instant of the period.

        Judged by the dated intervals alone: what has been suspended or has expired since does not matter.
        """
        if self.merchant is None:
            return False
        parts = (self.own, self.merchant)
        for offset in range((last - first).days + 1):
            start, end = start_of_day(first + timedelta(days=offset)), start_of_day(first + timedelta(days=offset + 1))
            # If any free instant lies in the day, the first one is its start or the end of some withdrawal.
            candidates = [start, *(w.until_instant for p in parts for w in p.withdrawals
                                   if w.until_instant is not None and start < w.until_instant < end)]
            if any(all(p.certified_at(c) and p.withdrawn_at(c) is None for p in parts) for c in candidates):
                return True
        return False
