"""The 24 months before `as_of`, their weights, and the days of the lunar festivals."""

from __future__ import annotations

import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MONTHS = 24
YEAR_SHARES = (40, 60)

# Chinese new year, dragon boat and mid-autumn, as month and day of the Gregorian year.
_LUNAR = {
    2018: "0216 0618 0924", 2019: "0205 0607 0913", 2020: "0125 0625 1001", 2021: "0212 0614 0921", 2022: "0201 0603 0910",
    2023: "0122 0622 0929", 2024: "0210 0610 0917", 2025: "0129 0531 1006", 2026: "0217 0619 0925", 2027: "0206 0609 0915",
    2028: "0126 0528 1003", 2029: "0213 0616 0922", 2030: "0203 0605 0912", 2031: "0123 0624 1001", 2032: "0211 0612 0919",
    2033: "0131 0601 0908", 2034: "0219 0620 0927", 2035: "0208 0610 0916", 2036: "0128 0530 1004", 2037: "0215 0618 0924",
    2038: "0204 0607 0913", 2039: "0124 0527 1002", 2040: "0212 0614 0920", 2041: "0201 0603 0910", 2042: "0122 0622 0928",
    2043: "0210 0611 0917", 2044: "0130 0531 1005", 2045: "0217 0619 0925", 2046: "0206 0608 0915", 2047: "0126 0529 1004",
    2048: "0214 0615 0922", 2049: "0202 0604 0911", 2050: "0123 0623 0930",
}  # fmt: skip

_LUNAR_PLACE = {"spring": 0, "dragon_boat": 1, "mid_autumn": 2}
_FIXED = {"new_year": (1, 1), "qingming": (4, 5), "labour_day": (5, 1), "national_day": (10, 1)}

# Sales by calendar month, January to December; each row adds up to 12.
WEIGHTS: dict[str, tuple[float, ...]] = {
    "counter": (1.35, 1.30, 0.80, 0.85, 0.90, 0.95, 0.85, 0.85, 1.15, 1.00, 0.90, 1.10),
    "community_store": (1.35, 1.30, 0.80, 0.85, 0.90, 0.95, 0.85, 0.85, 1.15, 1.00, 0.90, 1.10),
    "hospital": (1.0,) * 12,
    "school": (0.4, 0.3, 1.5, 1.5, 1.5, 1.2, 0.0, 0.0, 1.5, 1.4, 1.4, 1.3),
    "enterprise": (1.1, 0.7, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95, 1.1, 1.0, 1.1, 1.1),
    "live": (0.9, 0.5, 0.6, 1.2, 1.7, 1.5, 0.8, 0.7, 1.2, 1.0, 1.3, 0.6),
    "external": (1.1, 0.9, 0.9, 0.95, 1.05, 1.0, 0.9, 0.9, 1.1, 1.1, 1.05, 1.05),
    "even": (1.0,) * 12,
}


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    @property
    def last(self) -> date:
        return date(self.year, self.month, self.days)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """History of the demo city: 24 whole months whose last day is `as_of`."""

    as_of: date
    months: tuple[Month, ...]

    @property
    def start(self) -> date:
        return self.months[0].first

    @property
    def cutover(self) -> datetime:
        """The midnight, Asia/Shanghai, that ends `as_of`."""
        return datetime.combine(self.as_of + timedelta(days=1), time())

    def months_of(self, year: int) -> tuple[Month, ...]:
        """The twelve months of program year 0 or 1."""
        return self.months[year * 12 : year * 12 + 12]

    def year_span(self, year: int) -> tuple[date, date]:
        months = self.months_of(year)
        return months[0].first, months[-1].last

    def year_of(self, day: date) -> int:
        return 0 if day < self.months[12].first else 1

    def day_at(self, months: int, day: int) -> date:
        """Day `day` of the month that lies `months` after the first one (negative: before)."""
        return self.months[0].plus(months).first + timedelta(days=day - 1)


def timeline(as_of: date) -> Timeline:
    """The history up to `as_of`. Raises ValueError unless `as_of` is the last day of a month in a year whose festivals are known."""
    last = Month(as_of.year, as_of.month)
    if as_of != last.last:
        raise ValueError(f"as_of must be the last day of a month, not {as_of}")
    if as_of.year - 2 not in _LUNAR or as_of.year + 1 not in _LUNAR:
        raise ValueError(f"no festival days are known around {as_of}")
    first = last.plus(1 - MONTHS)
    return Timeline(as_of, tuple(first.plus(i) for i in range(MONTHS)))


def last_whole_month(today: date) -> date:
    """The last day of the last whole calendar month before `today`."""
    return today.replace(day=1) - timedelta(days=1)


def festival_day(festival: str, year: int) -> date:
    if festival in _FIXED:
        return date(year, *_FIXED[festival])
    text = _LUNAR[year].split()[_LUNAR_PLACE[festival]]
    return date(year, int(text[:2]), int(text[2:]))


def days_before_festival(tl: Timeline, year: int, festival: str, latest: int, earliest: int) -> tuple[date, date, date]:
    """The festival that program year `year` prepares for, and the first and last day from `earliest` to `latest` days before it.

    Near the edge of the year the span is cut to it; it holds at least four days.
    """
    low, high = tl.year_span(year)
    best: tuple[int, date, date, date] | None = None
    for calendar_year in range(low.year, high.year + 2):
        day = festival_day(festival, calendar_year)
        begin, end = max(low, day - timedelta(days=earliest)), min(high, day - timedelta(days=latest))
        room = (end - begin).days
        if room >= 3 and (best is None or room > best[0]):
            best = (room, day, begin, end)
    if best is None:
        if earliest > 90:
            raise ValueError(f"{festival} has no place in {low} to {high}")
        return days_before_festival(tl, year, festival, latest, earliest + 20)
    return best[1:]


def month_weights(months: tuple[Month, ...], name: str) -> list[float]:
    return [WEIGHTS[name][m.month - 1] for m in months]


def random_day(rng: random.Random, low: date, high: date) -> date:
    return low + timedelta(days=rng.randint(0, (high - low).days))


def at(rng: random.Random, day: date, low: str, high: str) -> datetime:
    """A minute of `day` between two times of day written 05:30."""
    first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (low, high))
    minute = rng.randint(first, last)
    return datetime.combine(day, time(minute // 60, minute % 60))
