"""Certified at that moment: what the certificates and withdrawals of a subject say about an instant, a day, a period.

A product's sale needs both the product and its merchant in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.kit.time import business_date, end_of_validity, start_of_day

TICK = timedelta(microseconds=1)


class Reason(StrEnum):
    UNKNOWN = "unknown"
    NOT_CERTIFIED = "not_certified"
    WITHDRAWN = "withdrawn"
    MERCHANT_NOT_CERTIFIED = "merchant_not_certified"
    MERCHANT_WITHDRAWN = "merchant_withdrawn"


@dataclass(frozen=True)
class Period:
    """A certificate: both days count."""

    valid_from: date
    valid_until: date
    certificate_no: str = ""

    def covers(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True)
class Interval:
    """Withdrawn from an instant (included) until another (excluded); None: still."""

    from_instant: datetime
    until_instant: datetime | None = None

    def holds(self, instant: datetime) -> bool:
        return self.from_instant <= instant and (self.until_instant is None or instant < self.until_instant)


@dataclass(frozen=True)
class Subject:
    """A product's or a merchant's own history."""

    certificates: tuple[Period, ...] = ()
    withdrawn: tuple[Interval, ...] = ()

    def certified_at(self, instant: datetime) -> bool:
        day = business_date(instant)
        return any(p.covers(day) for p in self.certificates)

    def withdrawn_at(self, instant: datetime) -> bool:
        return any(i.holds(instant) for i in self.withdrawn)


@dataclass(frozen=True)
class Standing:
    """A product together with its merchant."""

    product: Subject
    merchant: Subject

    def refusal_at(self, instant: datetime) -> Reason | None:
        """Why a sale at this instant is none; None when it is one."""
        if self.merchant.withdrawn_at(instant):
            return Reason.MERCHANT_WITHDRAWN
        if self.product.withdrawn_at(instant):
            return Reason.WITHDRAWN
        if not self.merchant.certified_at(instant):
            return Reason.MERCHANT_NOT_CERTIFIED
        if not self.product.certified_at(instant):
            return Reason.NOT_CERTIFIED
        return None

    def withdrawn_at(self, instant: datetime) -> bool:
        return self.merchant.withdrawn_at(instant) or self.product.withdrawn_at(instant)

    def certified_on(self, day: date) -> bool:
        """In force at some moment of the day: a product withdrawn at noon was rightly sold in the morning."""
        return self.certified_in_period(day, day)

    def certified_in_period(self, first: date, last: date) -> bool:
        """In force at some moment from ``first`` to ``last``, both days included."""
        return self.last_instant_in_force(first, last) is not None

    def last_instant_in_force(self, first: date, last: date) -> datetime | None:
        """The latest instant of the period at which product and merchant were in force: the ``sold_at`` of what is
        reported for a day or a month, so that it never lies in a withdrawn interval."""
        start = start_of_day(first)
        candidates = {end_of_validity(last) - TICK}
        candidates |= {end_of_validity(p.valid_until) - TICK for s in (self.product, self.merchant) for p in s.certificates}
        candidates |= {i.from_instant - TICK for s in (self.product, self.merchant) for i in s.withdrawn}
        for instant in sorted(candidates, reverse=True):
            if start <= instant < end_of_validity(last) and self.refusal_at(instant) is None:
                return instant
        return None


@dataclass(frozen=True)
class LabelPeriod:
    label: str
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def labels_on(labels: tuple[LabelPeriod, ...], day: date) -> tuple[str, ...]:
    """The labels in force on a day, each once, in a fixed order."""
    return tuple(sorted({label.label for label in labels if label.covers(day)}))
