"""Institutions, their contracts, and two years of deliveries accepted at the kitchen door."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle

from infra.demo.city.counties import COUNTIES, PREFIXES, County
from infra.demo.city.model import City, Fen, Merchant, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, exact_weight, line_fen, weighed_quantity, yuan
from infra.demo.city.timeline import YEAR_SHARES, Month, at, month_weights

MERCHANTS_UNDER_CONTRACT = 108


@dataclass(frozen=True, slots=True)
class Sector:
    """One kind of institution: numbers of contracts, deliveries and fen; signing waves as (months after the start, institutions)."""

    kind: str
    letter: str
    contracts: int
    deliveries: int
    total: int
    meals: tuple[int, int]
    names: tuple[str, ...]
    waves: tuple[tuple[int, int], ...]


SECTORS = (
    Sector("hospital", "H", 80, 2240, 890_800_000, (300, 1800), ("中医院", "妇幼保健院", "中心卫生院"), ((0, 12), (4, 8), (9, 7), (14, 5))),
    Sector("school", "S", 76, 1650, 532_200_000, (600, 4500), ("实验中学", "第二小学", "职业学校"), ((0, 12), (4, 9), (10, 7), (15, 5))),
    Sector("enterprise", "E", 90, 2220, 812_600_000, (150, 2500),
           ("纺织厂职工餐厅", "铝材厂职工餐厅", "轴承厂职工餐厅", "物流园职工餐厅"), ((0, 13), (5, 9), (10, 8), (16, 7))),
)  # fmt: skip


@dataclass(slots=True)
class Institution:
    code: str
    name: str
    kind: str
    county: County
    meals: int
    kitchen: str


@dataclass(slots=True)
class Line:
    product: Product
    price: int
    cap: int | None = None
    accepted: int = 0


@dataclass(slots=True)
class Contract:
    no: str
    institution: Institution
    merchant: Merchant
    signed_on: date
    valid_from: date
    valid_until: date
    wave: int
    lines: list[Line]
    framework: bool
    signing: str = ""


@dataclass(slots=True)
class Weighed:
    """One line of a delivery: grams accepted and rejected, fen per kg."""

    line: Line
    accepted: int
    rejected: int
    price: int

    @property
    def fen(self) -> int:
        return line_fen(self.accepted, self.price)


@dataclass(slots=True)
class Delivery:
    contract: Contract
    accepted_at: datetime
    lines: list[Line]
    size: float
    amount: int = 0
    rows: list[Weighed] = field(default_factory=list)


@dataclass(slots=True)
class Supply:
    """What the contracts module made."""

    institutions: list[Institution]
    contracts: list[Contract]
    deliveries: list[Delivery]


def _institutions(city: City, sector: Sector) -> list[Institution]:
    rng = city.rng(f"institutions-{sector.kind}")
    plural = {"hospital": "hospitals", "school": "schools", "enterprise": "enterprises"}[sector.kind]
    result: list[Institution] = []
    for county in COUNTIES:
        brands = rng.sample(PREFIXES, getattr(county, plural))
        for brand, name in zip(brands, cycle(sector.names), strict=False):
            low, high = sector.meals
            meals = round(low * (high / low) ** rng.random() / 10) * 10
            no = len(result) + 1
            kitchen = "own"
            if sector.kind == "school" and no % 6 == 0:
                kitchen = "distributor"
            elif sector.kind == "enterprise" and no == 20:
                kitchen = "outsourced"
            name_full = f"{county.short}{brand}{name}（演示）"
            result.append(Institution(f"I-{sector.letter}-{no:03d}", name_full, sector.kind, county, meals, kitchen))
    return result


def _offered(merchant: Merchant) -> list[Product]:
    return [p for p in merchant.products if p.family.canteen and p.bulk and p.example is None and not p.family.local_only]


def _suppliers(city: City) -> list[Merchant]:
    """The merchants that will hold contracts: those with most to offer to a kitchen, among them some with little."""
    rng = city.rng("suppliers")
    able = [m for m in city.merchants if _offered(m)]
    return sorted(able, key=lambda m: (-len(_offered(m)), m.certified, rng.random()))[:MERCHANTS_UNDER_CONTRACT]


def _sign(city: City) -> tuple[list[Institution], list[Contract]]:
    tl, rng = city.timeline, city.rng("sign")
    suppliers = _suppliers(city)
    unused = set(range(len(suppliers)))
    institutions: list[Institution] = []
    contracts: list[Contract] = []
    for sector in SECTORS:
        mine = _institutions(city, sector)
        institutions.extend(mine)
        queue = rng.sample(mine, len(mine))
        waves = [wave for wave, (_, number) in enumerate(sector.waves) for _ in range(number)]
        each = [2] * len(queue)
        for i in range(sector.contracts - 2 * len(queue)):
            each[i] += 1
        for institution, wave, number in zip(queue, waves, each, strict=True):
            month = sector.waves[wave][0]
            day = tl.day_at(month, 2 + wave) if month == 0 else tl.day_at(month, 10 + wave * 3)
            ready = [i for i, m in enumerate(suppliers) if m.certified <= day and any(p.sell_from <= day for p in _offered(m))]
            chosen: list[int] = []
            for k in range(number):
                fresh = [i for i in ready if i in unused and i not in chosen]
                # One of an institution's merchants is a new one while there are any; the others are where most can be had.
                pool = fresh if fresh and k == number - 1 else [i for i in ready if i not in chosen]
                weights = [(len(_offered(suppliers[i])) ** 2.2) * (2 if suppliers[i].county is institution.county else 1) for i in pool]
                chosen.append(rng.choices(pool, weights)[0])
            unused.difference_update(chosen)
            contracts.extend(_contract(rng, institution, suppliers[i], day, wave) for i in chosen)
    for i in sorted(unused):
        # Merchants that were left over take the place of the one that is used most often.
        _hand_over(contracts, suppliers[i], rng)
    contracts.sort(key=lambda c: c.signed_on)
    for no, contract in enumerate(contracts, start=1):
        contract.no = f"HT-{contract.signed_on.year}-{no:04d}"
    return institutions, contracts


def _contract(rng: random.Random, institution: Institution, merchant: Merchant, day: date, wave: int) -> Contract:
    framework = rng.random() < 0.12
    years = 3 if rng.random() < 0.6 else 2
    if wave == 0 and rng.random() < 0.12:
        years = 1
    begin = day + timedelta(days=1)
    contract = Contract(
        "", institution, merchant, day, begin, begin.replace(year=begin.year + years) - timedelta(days=1), wave, [], framework
    )  # fmt: skip
    contract.lines = _lines(rng, contract)
    return contract


def _lines(rng: random.Random, contract: Contract) -> list[Line]:
    lines: list[Line] = []
    for product in _offered(contract.merchant):
        if product.sell_from > contract.signed_on:
            continue
        assert product.bulk is not None
        price = max(5, round(product.bulk * rng.uniform(0.94, 1.0) / 5) * 5)
        lines.append(Line(product, price))
    return lines


def _hand_over(contracts: list[Contract], merchant: Merchant, rng: random.Random) -> None:
    uses: dict[int, int] = defaultdict(int)
    for c in contracts:
        uses[c.merchant.no] += 1
    first = min(p.sell_from for p in _offered(merchant))
    able = [c for c in contracts if c.signed_on >= first and uses[c.merchant.no] > 1]
    contract = max(able, key=lambda c: (uses[c.merchant.no], c.no))
    contract.merchant = merchant
    contract.lines = _lines(rng, contract)


def _open_lines(contract: Contract, day: date) -> list[Line]:
    return [line for line in contract.lines if line.product.sellable(day)]


def _schedule(city: City, sector: Sector, contracts: Sequence[Contract]) -> list[Delivery]:
    """Days, contracts and raw sizes of one sector's deliveries."""
    tl, rng = city.timeline, city.rng(f"deliveries-{sector.kind}")
    result: list[Delivery] = []
    for year, share in enumerate(YEAR_SHARES):
        months = tl.months_of(year)
        yearly = allocate(sector.deliveries, YEAR_SHARES)[year]
        mine: list[Delivery] = []
        for month, number in zip(months, allocate(yearly, month_weights(months, sector.kind)), strict=True):
            days = _days(rng, sector, month, number)
            for day in days:
                able = [c for c in contracts if c.valid_from <= day <= c.valid_until and _open_lines(c, day)]
                if not able:
                    day = month.first + timedelta(days=rng.randint(8, month.days - 1))
                    able = [c for c in contracts if c.valid_from <= day <= c.valid_until and _open_lines(c, day)]
                weights = [min(6, len(_open_lines(c, day))) ** 0.9 * c.institution.meals**0.3 for c in able]
                contract = rng.choices(able, weights)[0]
                open_lines = _open_lines(contract, day)
                lines = rng.sample(open_lines, min(len(open_lines), rng.choice((4, 5, 5, 6, 6))))
                size = min(2.4, max(0.14, rng.lognormvariate(0, 0.5))) * contract.institution.meals**0.12
                mine.append(Delivery(contract, at(rng, day, "05:30", "07:30"), lines, size))
        amounts = allocate(sector.total * share // 100, [d.size for d in mine])
        for delivery, amount in zip(mine, amounts, strict=True):
            delivery.amount = amount
        result.extend(mine)
    return result


def _days(rng: random.Random, sector: Sector, month: Month, number: int) -> list[date]:
    """Delivery days of a month; schools and enterprises take none at the weekend."""
    days = [month.first + timedelta(days=i) for i in range(month.days)]
    if sector.kind != "hospital":
        days = [d for d in days if d.weekday() < 5]
    return sorted(rng.choice(days) for _ in range(number))


def _fill(rng: random.Random, delivery: Delivery) -> None:
    """Cut a delivery into lines of weighed goods; its amount comes near the one that was meant."""
    shares = [rng.uniform(0.5, 1.6) for _ in delivery.lines]
    for line, part in zip(delivery.lines, allocate(delivery.amount, shares), strict=True):
        price = line.price
        if delivery.contract.framework:
            price = max(5, round(price * rng.uniform(0.93, 1.07) / 5) * 5)
        accepted = weighed_quantity(part, price)
        rejected = 0
        if rng.random() < 0.16:
            rejected = max(100, round(accepted * rng.uniform(0.05, 0.2) / 100) * 100)
        delivery.rows.append(Weighed(line, accepted, rejected, price))


def _settle(deliveries: list[Delivery], target: int) -> None:
    """Weigh one cheap line to the gram, so that the sum of all lines is the target to the fen."""
    rows = [r for d in deliveries for r in d.rows]
    missing = target - sum(r.fen for r in rows)
    row = max((r for r in rows if r.price <= 1000), key=lambda r: r.fen)
    row.accepted, price = exact_weight(row.fen + missing, row.price)
    assert price == row.price


def supply(city: City) -> Supply:
    """Institutions, contracts and deliveries; each sector and program year meets its total to the fen."""
    institutions, contracts = _sign(city)
    deliveries: list[Delivery] = []
    for sector in SECTORS:
        mine = _schedule(city, sector, [c for c in contracts if c.institution.kind == sector.kind])
        rng = city.rng(f"lines-{sector.kind}")
        for year, share in enumerate(YEAR_SHARES):
            part = [d for d in mine if city.timeline.year_of(d.accepted_at.date()) == year]
            for delivery in part:
                _fill(rng, delivery)
            _settle(part, sector.total * share // 100)
        deliveries.extend(mine)
    deliveries.sort(key=lambda d: (d.accepted_at, d.contract.no))
    for delivery in deliveries:
        for row in delivery.rows:
            row.line.accepted += row.accepted
    rng = city.rng("caps")
    for contract in contracts:
        for line in contract.lines:
            if not contract.framework and rng.random() < 0.7:
                line.cap = max(200_000, round(line.accepted * rng.uniform(1.3, 1.8) / 100_000) * 100_000 + 100_000)
    return Supply(institutions, contracts, deliveries)


def institutions_table(made: Supply) -> Table:
    rows: list[Row] = [(i.code, i.name, i.kind, i.county.code, i.meals, i.kitchen) for i in made.institutions]
    return Table("institutions", rows, len(rows))


def contracts_table(made: Supply) -> Table:
    rows: list[Row] = []
    for c in made.contracts:
        for n, line in enumerate(c.lines, start=1):
            rows.append((
                c.no, c.institution.code, c.merchant.code, c.signed_on, c.valid_from, c.valid_until, c.signing or None, n,
                line.product.no, "kg", None if c.framework else Fen(line.price), None if line.cap is None else Quantity(line.cap),
            ))  # fmt: skip
    return Table("contracts", rows, len(made.contracts))


def deliveries_table(made: Supply) -> Table:
    rows: list[Row] = []
    total = 0
    for no, delivery in enumerate(made.deliveries, start=1):
        for n, row in enumerate(delivery.rows, start=1):
            total += row.fen
            rows.append((
                f"SH-{no:06d}", delivery.contract.no, delivery.accepted_at, n, row.line.product.no,
                Quantity(row.accepted + row.rejected), Quantity(row.accepted), "kg", Fen(row.price),
            ))  # fmt: skip
    return Table("deliveries", rows, len(made.deliveries), {"amount": yuan(total)})
