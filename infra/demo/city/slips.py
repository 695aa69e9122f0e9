"""The slips of the last month at the counters: thousands of small sales whose sum is known to the fen."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from infra.demo.city.model import City, Fen, Quantity, Row, Table
from infra.demo.city.money import exact_weight, line_fen, yuan
from infra.demo.city.outlets import COUNTER_TOTALS, Outlet, month_targets, outlet_targets
from infra.demo.city.sheets import Item
from infra.demo.city.timeline import at

_LEAST, _MOST = 1_500, 18_000
_PAY = ("scan", "scan", "scan", "scan", "scan", "scan", "card", "cash", "cash")


@dataclass(slots=True)
class Slip:
    day: date
    lines: list[tuple[Item, int, int]]
    """Item, quantity in thousandths, price in fen."""
    pay: str
    rounding: int = 0

    @property
    def total(self) -> int:
        return sum(line_fen(quantity, price) for _, quantity, price in self.lines) + self.rounding


def _retail(rng: random.Random, day: date, items: Sequence[Item]) -> Slip:
    """A usual slip of 15 to 180 yuan."""
    while True:
        wish = rng.triangular(_LEAST, _MOST, 5_600)
        number = 1 if len(items) == 1 else rng.choices((1, 2, 3), (66, 29, 5))[0]
        chosen = rng.sample(items, min(number, len(items)))
        lines = [(item, max(1, round(wish / len(chosen) / item.price)) * 1000, item.price) for item in chosen]
        slip = Slip(day, lines, rng.choice(_PAY))
        if slip.pay == "cash" and rng.random() < 0.4:
            slip.rounding = -(slip.total % 100)
        if _LEAST <= slip.total <= _MOST:
            return slip


def _last_retail(day: date, items: Sequence[Item], wanted: int) -> Slip:
    """A slip of exactly `wanted` fen: two goods that come within a yuan of it, the difference rounded off; else one at a special price."""
    one = [(item, n) for item in items for n in range(1, 9) if item.price * n <= wanted + 99]
    best: tuple[int, list[tuple[Item, int]]] | None = None
    for k, (item, n) in enumerate(one):
        for other, m in [(None, 0), *one[k + 1 :]]:
            if other is not None and other.product is item.product:
                continue
            off = wanted - item.price * n - (other.price * m if other else 0)
            if best is None or abs(off) < abs(best[0]):
                best = (off, [(item, n), *([(other, m)] if other else [])])
    if best is not None and abs(best[0]) <= 99:
        return Slip(day, [(item, n * 1000, item.price) for item, n in best[1]], "cash", best[0])
    item = min(items, key=lambda i: abs(i.price - wanted))
    return Slip(day, [(item, 1000, wanted)], "scan")


def _wholesale(rng: random.Random, day: date, items: Sequence[Item], most: int) -> Slip:
    wish = min(most, max(60_000, round(rng.lognormvariate(12.9, 0.6))))
    chosen = rng.sample(items, min(rng.choice((1, 1, 2, 2, 3)), len(items)))
    lines = [(i, max(5, wish * 1000 // len(chosen) // i.price // 5_000 * 5) * 1000, i.price) for i in chosen]
    return Slip(day, lines, rng.choice(("scan", "card")))


def _slips_of(rng: random.Random, outlet: Outlet, total: int, first: date, last: date) -> Iterator[Slip]:
    """Slips of one outlet between two days, adding up to `total`."""
    shelf: dict[date, list[Item]] = {}
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        shelf[day] = [outlet.item(p, 1.0) for p in outlet.carried if p.sellable(day)]
    days = list(shelf)
    weights = [1.5 if d.weekday() >= 5 else 1.0 for d in days]
    wholesale = outlet.sub_kind == "wholesale_market"
    reserve = 120_000 if wholesale else _MOST + _LEAST
    left = total
    while left > reserve:
        day = rng.choices(days, weights)[0]
        slip = _wholesale(rng, day, shelf[day], min(1_900_000, left - 60_000)) if wholesale else _retail(rng, day, shelf[day])
        if left - slip.total < (50_000 if wholesale else _LEAST):
            continue
        left -= slip.total
        yield slip
    day = rng.choice(days)
    if wholesale:
        item = min(shelf[day], key=lambda i: i.price)
        quantity, price = exact_weight(left, item.price)
        yield Slip(day, [(item, quantity, price)], "card")
    elif left > _MOST:
        yield _last_retail(day, shelf[day], left // 2)
        yield _last_retail(day, shelf[day], left - left // 2)
    else:
        yield _last_retail(day, shelf[day], left)


def slips_table(city: City, counters: list[Outlet]) -> Table:
    rng = city.rng("slips")
    month = city.timeline.months[-1]
    rows: list[Row] = []
    documents = total = 0
    for key, whole in COUNTER_TOTALS.items():
        mine = [o for o in counters if o.total_key == key]
        for outlet, amount in outlet_targets(mine, month, month_targets(city, whole, "counter")[month]):
            hours = ("05:30", "12:00") if key == "wholesale_market" else ("08:00", "20:59")
            slips = _slips_of(rng, outlet, amount, max(outlet.opened, month.first), month.last)
            timed = [(at(rng, slip.day, *hours), slip) for slip in slips]
            timed.sort(key=lambda t: t[0])
            documents += len(timed)
            total += sum(slip.total for _, slip in timed)
            for no, (sold_at, slip) in enumerate(timed, start=1):
                for n, (item, quantity, price) in enumerate(slip.lines, start=1):
                    rows.append((
                        f"XP-{outlet.code}-{no:05d}", outlet.code, sold_at, n, item.product.no, Quantity(quantity), item.unit, Fen(price),
                        Fen(slip.rounding) if slip.rounding else None, slip.pay,
                    ))  # fmt: skip
    return Table("slips", rows, documents, {"amount": yuan(total)})
