"""What the modules of the generator hand to each other."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from infra.demo.city.counties import County
from infra.demo.city.families import COUNTY_LETTERS, Family, Pack
from infra.demo.city.timeline import Month, Timeline

LETTER_OF = {code: letter for letter, code in COUNTY_LETTERS.items()}
FOREVER = date(9999, 12, 31)


@dataclass(slots=True)
class Merchant:
    no: int
    code: str
    name: str
    brand: str
    kind: str
    county: County
    township: str
    founded: date
    certified: date = date.max
    products: list[Product] = field(default_factory=list)


@dataclass(slots=True)
class Product:
    """A certified product. `retail` and `bulk` in fen per pack and per kg; sold from `sell_from` to `sell_until`, both inclusive."""

    no: str
    merchant: Merchant
    family: Family
    grade: str
    pack: Pack
    retail: int
    bulk: int | None
    sell_from: date = date.max
    sell_until: date = FOREVER
    example: str | None = None

    @property
    def county(self) -> County:
        return self.merchant.county

    @property
    def name(self) -> str:
        return f"{self.merchant.brand} {self.family.name} {self.grade}"

    @property
    def season(self) -> tuple[int, ...]:
        return self.family.season_in.get(self.county.letter, self.family.season)

    def in_season(self, day: date) -> bool:
        if self.season and day.month not in self.season:
            return False
        if self.family.days is None:
            return True
        low, high = self.family.days
        return low <= (day.month, day.day) <= high

    def sellable(self, day: date) -> bool:
        """Certified and in season on `day`."""
        return self.sell_from <= day <= self.sell_until and self.in_season(day)

    def sellable_in(self, month: Month) -> bool:
        """Certified and in season on at least one day of `month`, the same day."""
        low, high = max(month.first, self.sell_from), min(month.last, self.sell_until)
        if low > high:
            return False
        if self.family.days is None:
            return not self.season or month.month in self.season
        return any(self.in_season(low + timedelta(days=i)) for i in range((high - low).days + 1))

    def on(self, channel: str) -> bool:
        return not self.family.channels or channel in self.family.channels

    def zest(self, month: int) -> float:
        """How well it sells in a calendar month, 1 being usual."""
        return 2.0 if month in self.family.best else 1.0


@dataclass(slots=True)
class City:
    """Everything that was made so far."""

    timeline: Timeline
    seed: int
    merchants: list[Merchant]
    products: list[Product]

    def rng(self, topic: str) -> random.Random:
        """A generator of its own for each topic, so that a change of one leaves the others as they were."""
        return random.Random(f"{self.seed}:{self.timeline.as_of}:{topic}")  # noqa: S311


Row = tuple[object, ...]


@dataclass(slots=True)
class Table:
    """The rows of one import file. Cells: str, int, date, datetime, Fen, Quantity, Month, bool or None."""

    kind: str
    rows: list[Row]
    documents: int
    totals: dict[str, str] = field(default_factory=dict)


class Fen(int):
    """An amount in fen, written as yuan."""


class Quantity(int):
    """A quantity in thousandths, written as a decimal."""
