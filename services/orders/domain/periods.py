"""How far back a paper may speak: the present month and the one before it are open, and nothing before the cutover."""

from __future__ import annotations

from datetime import date, datetime

from services.kit.time import business_date, first_of_month, previous_month, start_of_day


def open_from(now: datetime) -> date:
    """The first day of the open period."""
    return previous_month(first_of_month(business_date(now)))


def is_open(instant: datetime, now: datetime, cutover: datetime | None) -> bool:
    """Whether something that happened at ``instant`` may still be recorded at ``now``: never the future."""
    return start_of_day(open_from(now)) <= instant <= now and (cutover is None or instant >= cutover)


def is_open_day(day: date, now: datetime, cutover: datetime | None) -> bool:
    """A whole day; today counts."""
    return open_from(now) <= day <= business_date(now) and (cutover is None or day >= business_date(cutover))
