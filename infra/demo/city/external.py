"""What the merchants sell elsewhere and report month by month: 85 % of the money, each report with its paper."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from infra.demo.city.counties import COUNTIES
from infra.demo.city.model import City, Fen, Merchant, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, ipf, line_fen, weighed_quantity, whole_quantity, yuan
from infra.demo.city.timeline import YEAR_SHARES, Month, month_weights

TOTAL = 92_130_600_000
LARGE, MEDIUM = 3_300_000_000, 720_000_000
# Kinds of buyer: share of the money, and where they consume.
_KINDS = (("food_factory", 52), ("outside_shop", 19), ("caterer", 18), ("other_platform", 11))
# The only large merchant of a county is not exactly average; its medium ones make up for it.
_LARGE_EXTRA = {"C": 210_000_000, "G": -130_000_000, "D": -80_000_000}
# Lines of a report by size of merchant.
_LINES = {"large": (8, 11), "medium": (5, 6), "small": (2, 4)}


@dataclass(slots=True)
class _Cell:
    """One line before its money is known."""

    report: int
    kind: int
    county: str
    product: Product
    weight: float


def _goods(merchant: Merchant, month: Month) -> list[Product]:
    able = [p for p in merchant.products if p.sellable_in(month) and p.on("external") and not p.family.local_only]
    return able or [p for p in merchant.products if p.sellable_in(month) and p.on("external")]


def _sizes(city: City) -> dict[int, str]:
    """Large, medium or small, by how much of a year's range a merchant can deliver."""
    rng = city.rng("sizes")
    months = city.timeline.months
    size: dict[int, str] = {}
    for county in COUNTIES:
        mine = [m for m in city.merchants if m.county is county]

        def rank(m: Merchant) -> tuple[float, float]:
            breadth = sum(min(3, len(_goods(m, month))) for month in months)
            return (-breadth - (12 if m.kind == "company" else 0), rng.random())

        for i, merchant in enumerate(sorted(mine, key=rank)):
            size[merchant.no] = "large" if i < county.large else "medium" if i < county.large + county.medium else "small"
    return size


def _merchant_totals(city: City, size: dict[int, str]) -> dict[int, int]:
    """Fen of each merchant: county shares, and the totals of large, medium and small ones, hold exactly."""
    rng = city.rng("external-totals")
    totals: dict[int, int] = {}
    county_totals = allocate(TOTAL, [c.external_share for c in COUNTIES])
    for county, whole in zip(COUNTIES, county_totals, strict=True):
        extra = _LARGE_EXTRA.get(county.letter, 0)
        large, medium = county.large * LARGE + extra, county.medium * MEDIUM - extra
        for name, part, spread in (("large", large, 0.12), ("medium", medium, 0.25), ("small", whole - large - medium, 0.6)):
            mine = [m for m in city.merchants if m.county is county and size[m.no] == name]
            if not mine:
                continue
            weights = [rng.lognormvariate(0, spread) * sum(bool(_goods(m, month)) for month in city.timeline.months) for m in mine]
            totals.update(zip((m.no for m in mine), allocate(part, weights), strict=True))
    return totals


def _report_totals(city: City, totals: dict[int, int]) -> list[tuple[Merchant, Month, int]]:
    """Fen of each merchant and month: 40 % and 60 % by year to the fen, months near their season, merchants exact."""
    tl, rng = city.timeline, city.rng("external-months")
    merchants = [m for m in city.merchants if totals.get(m.no)]
    able = {m.no: [i for i, month in enumerate(tl.months) if _goods(m, month)] for m in merchants}
    weights = [0.0] * 24
    for year in (0, 1):
        months = tl.months_of(year)
        for i, w in enumerate(month_weights(months, "external")):
            weights[year * 12 + i] = w * YEAR_SHARES[year] / 100
    cells = [(r, i, weights[i] * rng.uniform(0.8, 1.2)) for r, m in enumerate(merchants) for i in able[m.no]]
    values = ipf(cells, [float(totals[m.no]) for m in merchants], [TOTAL * w / 12 for w in weights])
    by_merchant: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (r, i, _), value in zip(cells, values, strict=True):
        by_merchant[r].append((i, value))
    first = [round(sum(v for i, v in by_merchant[r] if i < 12)) for r in range(len(merchants))]
    # The few fen by which the first year is off go to the merchant with most in both years.
    heavy = max(range(len(merchants)), key=lambda r: min(first[r], totals[merchants[r].no] - first[r]))
    first[heavy] += TOTAL * YEAR_SHARES[0] // 100 - sum(first)
    result: list[tuple[Merchant, Month, int]] = []
    for r, merchant in enumerate(merchants):
        for year, amount in ((0, first[r]), (1, totals[merchant.no] - first[r])):
            part = [(i, v) for i, v in by_merchant[r] if i // 12 == year]
            if part:
                fens = allocate(amount, [v for _, v in part])
                result.extend((merchant, tl.months[i], fen) for (i, _), fen in zip(part, fens, strict=True))
    return [(m, month, fen) for m, month, fen in result if fen > 0]


def _cells(rng: random.Random, report: int, merchant: Merchant, month: Month, size: str) -> list[_Cell]:
    goods = _goods(merchant, month)
    number = rng.randint(*_LINES[size])
    bulky = [p for p in goods if p.bulk is not None]
    cells: dict[tuple[int, str, str], _Cell] = {}
    for n in range(number):
        kinds = [0, 1, 2, 3] if bulky else [1, 3]
        kind = n if size != "small" and n < len(kinds) else rng.choices(range(len(kinds)), [(5, 2, 2, 1)[k] for k in kinds])[0]
        kind = kinds[kind]
        product = rng.choice(bulky if bulky and kind in (0, 2) else goods)
        if product.family.local_only:
            county = merchant.county.code
        elif kind in (1, 3) or (kind == 0 and rng.random() < 0.55):
            county = "outside"
        else:
            county = merchant.county.code if rng.random() < 0.5 else rng.choice(COUNTIES).code
        key = (kind, county, product.no)
        if key not in cells:
            cells[key] = _Cell(report, kind, county, product, rng.lognormvariate(0, 0.5) * product.zest(month.month) * _KINDS[kind][1])
    return list(cells.values())


def _line(rng: random.Random, cell: _Cell, amount: int) -> tuple[int, str, int]:
    """Quantity, unit and price of a line near `amount`."""
    product = cell.product
    if product.bulk is not None and cell.kind != 3:
        price = max(5, round(product.bulk * rng.uniform(0.84, 0.97) / 5) * 5)
        return weighed_quantity(amount, price, 1000), "kg", price
    price = max(5, round(product.retail * rng.uniform(0.86, 1.0) / 10) * 10)
    return whole_quantity(amount, price), product.pack.unit, price


def external_table(city: City) -> Table:
    tl, rng = city.timeline, city.rng("external-lines")
    size = _sizes(city)
    reports = _report_totals(city, _merchant_totals(city, size))
    cells = [c for r, (merchant, month, _) in enumerate(reports) for c in _cells(rng, r, merchant, month, size[merchant.no])]
    kinds = [TOTAL * share / 100 for _, share in _KINDS]
    values = ipf([(c.report, c.kind, c.weight) for c in cells], [float(fen) for _, _, fen in reports], kinds, rounds=25)
    by_report: dict[int, list[tuple[_Cell, float]]] = defaultdict(list)
    for cell, value in zip(cells, values, strict=True):
        by_report[cell.report].append((cell, value))
    rows: list[Row] = []
    total = 0
    for r, (merchant, month, fen) in sorted(enumerate(reports), key=lambda t: (t[1][1], t[1][0].no)):
        no = f"WB-{merchant.no:04d}-{month.year}{month.month:02d}"
        confirmed = min(month.last + timedelta(days=rng.randint(3, 9)), tl.as_of)
        returned = rng.random() < 0.03
        total += fen
        part = sorted(by_report[r], key=lambda t: -t[1])
        left = fen
        lines: list[tuple[_Cell, int, str, int]] = []
        for cell, value in part[1:]:
            quantity, unit, price = _line(rng, cell, round(value))
            amount = line_fen(quantity, price)
            if amount <= value * 1.5 and amount < left // 2:
                lines.append((cell, quantity, unit, amount))
                left -= amount
        quantity, unit, _ = _line(rng, part[0][0], left)
        lines.insert(0, (part[0][0], quantity, unit, left))
        for cell, quantity, unit, amount in lines:
            rows.append((
                no, merchant.code, month, _KINDS[cell.kind][0], cell.county, cell.product.no, Quantity(quantity), unit, Fen(amount),
                f"月度销售证明 {no}", confirmed, returned or None,
            ))  # fmt: skip
    return Table("external_reports", rows, len(reports), {"amount": yuan(total)})
