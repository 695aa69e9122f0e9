"""Sales fairs: day sheets of their stands, and the follow-up orders that were fulfilled."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from infra.demo.city.counties import BY_CODE, COUNTIES
from infra.demo.city.model import City, Fen, Merchant, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, yuan
from infra.demo.city.outlets import Outlet
from infra.demo.city.sheets import by_pack, by_weight, cut, draw
from infra.demo.city.timeline import YEAR_SHARES, Timeline, days_before_festival

STANDS, DAYS = 42, 3
STAND_TOTAL = 336_000_000
FOLLOW_TOTAL = 1_190_000_000
FOLLOW_NUMBERS = (104, 176)


@dataclass(slots=True)
class Fair:
    outlet: Outlet
    year: int
    stands: list[Merchant]

    @property
    def days(self) -> list[date]:
        return [self.outlet.opened + timedelta(days=i) for i in range(DAYS)]


def _dates(tl: Timeline, year: int, rng: random.Random) -> list[tuple[date, str, str]]:
    """First day, theme and county of the four fairs of a program year."""
    months = tl.months_of(year)

    def in_month(number: int, low: int, high: int) -> date:
        first = next(m.first for m in months if m.month == number)
        return first + timedelta(days=rng.randint(low, high) - 1)

    _, low, high = days_before_festival(tl, year, "spring", 9, 25)
    spring = max(low, high - timedelta(days=rng.randint(2, 5)))
    return sorted([
        (spring, "年货节", "371502"), (in_month(5, 8, 16), "樱桃节", "371525"), (in_month(9, 18, 25), "丰收节", "371522"),
        (in_month(11, 9, 15), "冬季展销会", "371502"),
    ])  # fmt: skip


def _stand_goods(merchant: Merchant, day: date) -> list[Product]:
    return [p for p in merchant.products if p.sellable(day) and p.on("expo")]


def build_fairs(city: City) -> list[Fair]:
    tl, rng = city.timeline, city.rng("fairs")
    fairs: list[Fair] = []
    for year in (0, 1):
        for day, theme, county in _dates(tl, year, rng):
            name = f"{day.year}年消费帮扶产品展销会·{theme}（演示）"
            outlet = Outlet(f"E-{len(fairs) + 1:02d}", "expo", "fair", name, BY_CODE[county], day, day + timedelta(days=DAYS - 1), 1.0)
            able = [m for m in city.merchants if all(_stand_goods(m, day + timedelta(days=i)) for i in range(DAYS))]
            fairs.append(Fair(outlet, year, sorted(rng.sample(able, STANDS), key=lambda m: m.no)))
    return fairs


def day_sheets_table(city: City, fairs: list[Fair]) -> Table:
    rng = city.rng("stands")
    rows: list[Row] = []
    total = 0
    for year, share in enumerate(YEAR_SHARES):
        slots = [(f, s, d) for f in fairs if f.year == year for s in range(STANDS) for d in range(DAYS)]
        amounts = allocate(STAND_TOTAL * share // 100, [min(2.5, max(0.35, rng.lognormvariate(0, 0.45))) for _ in slots])
        for (fair, stand, d), amount in zip(slots, amounts, strict=True):
            day = fair.days[d]
            items = [by_pack(p, 1.0, p.zest(day.month)) for p in _stand_goods(fair.stands[stand], day)]
            no = f"RB-{fair.outlet.code}-{stand + 1:02d}-{d + 1}"
            total += amount
            for line in cut(rng, amount, draw(rng, items, rng.randint(2, 4)), 0.4):
                rows.append((
                    no, fair.outlet.code, f"{stand + 1:02d}", day, line.product.no, Quantity(line.quantity), line.unit, Fen(line.amount),
                    f"展位日报签字件 {no}",
                ))  # fmt: skip
    return Table("day_sheets", rows, len({r[0] for r in rows}), {"amount": yuan(total)})


def fair_orders_table(city: City, fairs: list[Fair]) -> Table:
    """Follow-up orders; each is fulfilled within 60 days of its fair and inside the same program year."""
    tl, rng = city.timeline, city.rng("follow-ups")
    rows: list[Row] = []
    total = no = 0
    for year, share in enumerate(YEAR_SHARES):
        mine = [f for f in fairs if f.year == year]
        plan: list[tuple[date, Fair]] = []
        for i in range(FOLLOW_NUMBERS[year]):
            fair = mine[i % len(mine)]
            last = min(fair.days[-1] + timedelta(days=60), tl.year_span(year)[1])
            first = min(fair.days[-1] + timedelta(days=2), last)
            plan.append((first + timedelta(days=rng.randint(0, (last - first).days)), fair))
        plan.sort(key=lambda t: (t[0], t[1].outlet.code))
        amounts = allocate(FOLLOW_TOTAL * share // 100, [min(2.8, max(0.25, rng.lognormvariate(0, 0.55))) for _ in plan])
        for (day, fair), amount in zip(plan, amounts, strict=True):
            no += 1
            total += amount
            code = f"ZX-{no:04d}"
            merchants = [m for m in fair.stands if any(_bulk_goods(m, day))]
            items = [by_weight(p, rng.uniform(0.95, 1.03), p.zest(day.month)) for p in _bulk_goods(rng.choice(merchants), day)]
            buyer = rng.choice(("shop", "shop", "wholesaler", "wholesaler", "caterer", "institution", "other"))
            county = rng.choice(COUNTIES).code
            if buyer in ("shop", "wholesaler") and rng.random() < 0.5:
                county = "outside"
            for line in cut(rng, amount, draw(rng, items, rng.randint(1, 3)), 0.4):
                rows.append((
                    code, fair.outlet.code, day, buyer, county, line.product.no, Quantity(line.quantity), line.unit, Fen(line.amount),
                    f"履约单及转账回单 {code}",
                ))  # fmt: skip
    return Table("fair_orders", rows, no, {"amount": yuan(total)})


def _bulk_goods(merchant: Merchant, day: date) -> list[Product]:
    return [p for p in _stand_goods(merchant, day) if p.bulk is not None and not p.family.local_only]
