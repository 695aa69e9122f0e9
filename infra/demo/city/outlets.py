"""Counters and community stores: where they are, what they carry, and their monthly sheets."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from infra.demo.city.counties import COMMUNITIES, COUNTIES, PREFIXES, County
from infra.demo.city.model import City, Fen, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, yuan
from infra.demo.city.sheets import Item, by_pack, by_weight, cut, draw
from infra.demo.city.timeline import YEAR_SHARES, Month, month_weights

# Fen over 24 months: 78 supermarkets × 600,000, 30 wholesale markets × 1,900,000, 20 others × 310,000 yuan; 46 stores.
COUNTER_TOTALS = {"supermarket": 4_680_000_000, "wholesale_market": 5_700_000_000, "other": 620_000_000}
STORE_TOTAL = 103_500_000
_OTHERS = ("scenic_spot", "service_area", "post_or_bank")
_OTHER_NAMES = {"scenic_spot": "景区 帮扶专馆", "service_area": "服务区 帮扶专柜", "post_or_bank": "网点大厅 帮扶专柜"}


@dataclass(slots=True)
class Outlet:
    code: str
    kind: str
    sub_kind: str
    name: str
    county: County
    opened: date
    closed: date | None
    size: float
    carried: list[Product] = field(default_factory=list)

    @property
    def total_key(self) -> str:
        return "other" if self.sub_kind in _OTHERS else self.sub_kind

    def open_in(self, month: Month) -> bool:
        return self.opened <= month.last and (self.closed is None or self.closed >= month.first)

    def item(self, product: Product, factor: float = 1.0, weight: float = 1.0) -> Item:
        return by_weight(product, factor, weight) if self.sub_kind == "wholesale_market" else by_pack(product, factor, weight)


def _opening(rng: random.Random, city: City, early: float, last_month: int) -> date:
    month = 0 if rng.random() < early else rng.randint(1, last_month)
    return city.timeline.day_at(month, rng.randint(1, 9))


def _carried(rng: random.Random, city: City, outlet: Outlet) -> list[Product]:
    """The range of an outlet: mostly goods of its own county, always some that keep all year."""
    kind = outlet.sub_kind
    number, dearest = {"supermarket": (26, 18_000), "wholesale_market": (24, 10**9), "store": (18, 6_000)}.get(kind, (24, 30_000))

    def suits(p: Product) -> bool:
        if not p.on(outlet.kind) or p.retail > dearest or (p.family.local_only and p.county is not outlet.county):
            return False
        if kind == "wholesale_market":
            return p.bulk is not None and p.family.canteen
        if kind in ("supermarket", "store"):
            return p.family.food and p.family.storage != "live"
        return kind == "scenic_spot" or p.family.food

    def likes(p: Product) -> float:
        return (4.0 if p.county is outlet.county else 1.0) * (3.0 if not p.family.food else 1.0)

    able = [p for p in city.products if suits(p)]
    rng.shuffle(able)
    able.sort(key=lambda p: rng.random() ** (1 / likes(p)), reverse=True)
    steady = [p for p in able if not p.season and p.sell_from < city.timeline.start and p.example is None][:9]
    return steady + [p for p in able if p not in steady][: number - len(steady)]


def build_counters(city: City) -> list[Outlet]:
    rng = city.rng("counters")
    outlets: list[Outlet] = []
    for county in COUNTIES:
        plan = [("supermarket", county.supermarkets), ("wholesale_market", county.wholesale), ("other", county.other_counters)]
        for sub_kind, number in plan:
            brands = rng.sample(PREFIXES, max(1, number))
            for i in range(number):
                kind = _OTHERS[(i + len(outlets)) % 3] if sub_kind == "other" else sub_kind
                if kind == "supermarket":
                    name = f"{brands[i]}超市{county.name}{i + 1}店 帮扶专柜"
                elif kind == "wholesale_market":
                    name = f"{county.short}{brands[i]}农批市场 {i + 1}号 帮扶专区"
                else:
                    name = f"{county.short}{brands[i]}{_OTHER_NAMES[kind]}"
                size = rng.uniform(0.6, 1.5)
                opened = _opening(rng, city, 0.45, 19)
                outlet = Outlet(f"C-{len(outlets) + 1:04d}", "counter", kind, f"{name}（演示）", county, opened, None, size)
                outlets.append(outlet)
    for kind in COUNTER_TOTALS:
        # Each kind of counter is there from the first month on.
        mine = [o for o in outlets if o.total_key == kind]
        for outlet in mine[:: max(1, len(mine) // 6)]:
            outlet.opened = city.timeline.day_at(0, 1 + rng.randint(0, 5))
    for outlet in rng.sample([o for o in outlets if o.sub_kind == "supermarket" and o.opened < city.timeline.day_at(3, 1)], 2):
        outlet.closed = city.timeline.day_at(20, 1) - timedelta(days=1)
    for outlet in outlets:
        outlet.carried = _carried(rng, city, outlet)
    return outlets


def build_stores(city: City) -> list[Outlet]:
    rng = city.rng("stores")
    names = iter(rng.sample(COMMUNITIES, len(COMMUNITIES)))
    stores: list[Outlet] = []
    for county in COUNTIES:
        for _ in range(county.stores):
            opened = _opening(rng, city, 0.22, 17)
            name = f"{county.short}{next(names)}社区店（演示）"
            stores.append(Outlet(f"S-{len(stores) + 1:03d}", "community_store", "store", name, county, opened, None, rng.uniform(0.6, 1.5)))
    for outlet in stores[::9]:
        outlet.opened = city.timeline.day_at(0, 1 + rng.randint(0, 5))
    for outlet in stores:
        outlet.carried = _carried(rng, city, outlet)
    return stores


def month_targets(city: City, total: int, weights: str) -> dict[Month, int]:
    """A channel's total by month: 40 % and 60 % by program year, inside by the season table."""
    targets: dict[Month, int] = {}
    for year, share in enumerate(YEAR_SHARES):
        months = city.timeline.months_of(year)
        targets.update(zip(months, allocate(total * share // 100, month_weights(months, weights)), strict=True))
    return targets


def outlet_targets(outlets: Iterable[Outlet], month: Month, total: int) -> list[tuple[Outlet, int]]:
    """The month's total cut by size of the outlets that are open in it; one that opens late in the month has less."""
    able = [o for o in outlets if o.open_in(month)]
    sizes = [o.size * ((month.last - max(o.opened, month.first)).days + 1) / month.days for o in able]
    return list(zip(able, allocate(total, sizes), strict=True))


def sheets_table(city: City, counters: list[Outlet], stores: list[Outlet]) -> Table:
    """Monthly sheets: counters up to the last month but one, stores to the last."""
    rng = city.rng("sheets")
    rows: list[Row] = []
    documents = 0
    sums = {"counter": 0, "community_store": 0}
    groups = [(key, [o for o in counters if o.total_key == key], total, "counter") for key, total in COUNTER_TOTALS.items()]
    groups.append(("store", stores, STORE_TOTAL, "community_store"))
    for key, outlets, whole, channel in groups:
        for month, total in month_targets(city, whole, channel).items():
            if channel == "counter" and month == city.timeline.months[-1]:
                continue
            for outlet, amount in outlet_targets(outlets, month, total):
                able = [outlet.item(p, rng.uniform(0.97, 1.03), p.zest(month.month)) for p in outlet.carried if p.sellable_in(month)]
                number = rng.randint(5, 8) if key == "store" else rng.randint(10, 13)
                no = f"YB-{outlet.code}-{month.year}{month.month:02d}"
                documents += 1
                sums[channel] += amount
                for line in cut(rng, amount, draw(rng, able, number)):
                    rows.append((
                        no, outlet.code, month, line.product.no, Quantity(line.quantity), line.unit, Fen(line.amount), f"月报盖章件 {no}"
                    ))  # fmt: skip
    return Table("monthly_sheets", rows, documents, {f"amount_{k}": yuan(v) for k, v in sums.items()})


def outlets_table(*groups: Iterable[Outlet]) -> Table:
    rows: list[Row] = [(o.code, o.kind, o.sub_kind, o.name, o.county.code, o.opened, o.closed) for group in groups for o in group]
    return Table("outlets", rows, len(rows))
