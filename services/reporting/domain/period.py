"""A period of business dates, cut into whole months (answered by rollups) and the days at its edges (answered by facts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.kit.time import first_of_month, last_of_month, next_month, previous_month


@dataclass(frozen=True)
class Cut:
    """``months``: first and last whole month, each by its first day, None without one. ``edges``: day ranges, both ends inside."""

    months: tuple[date, date] | None
    edges: tuple[tuple[date, date], ...]


def cut(start: date, end: date, last_day: date | None) -> Cut:
    """``last_day``: the latest business date there is. A period that reaches it takes its last month whole."""
    if last_day is None or start > end:
        return Cut(None, ())
    if end >= last_day:
        end = last_of_month(last_day)
    if start > end:
        return Cut(None, ())
    first = start if start == first_of_month(start) else next_month(start)
    last = first_of_month(end) if end == last_of_month(end) else previous_month(end)
    if first > last:
        middle = first_of_month(end)
        if start < middle:
            return Cut(None, ((start, middle - timedelta(days=1)), (middle, end)))
        return Cut(None, ((start, end),))
    edges = []
    if start < first:
        edges.append((start, first - timedelta(days=1)))
    if end > last_of_month(last):
        edges.append((next_month(last), end))
    return Cut((first, last), tuple(edges))
