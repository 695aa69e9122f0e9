"""Days and months as the program counts them: Asia/Shanghai, stored once with each sale."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def business_date(instant: datetime) -> date:
    """The day in Asia/Shanghai on which an aware instant falls."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def end_of_validity(valid_until: date) -> datetime:
    """"Valid until D" means sellable before 00:00 Asia/Shanghai of the day after D."""
    return start_of_day(valid_until + timedelta(days=1))


def at_local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous_month(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def parse_month(text: str) -> date:
    """``2026-10`` → its first day. Raises ValueError."""
    return datetime.strptime(text.strip(), "%Y-%m").date()


def periods_overlap(a_from: date, a_until: date, b_from: date, b_until: date) -> bool:
    """Both ends count as inside."""
    return a_from <= b_until and b_from <= a_until
