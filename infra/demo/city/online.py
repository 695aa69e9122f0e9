"""The small shop of before: six hundred paid checkouts, a few of them partly refunded."""

from __future__ import annotations

from datetime import timedelta

from infra.demo.city.counties import COUNTIES
from infra.demo.city.model import City, Fen, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, counts, yuan
from infra.demo.city.timeline import YEAR_SHARES, at, month_weights, random_day

TOTAL = 4_200_000
NUMBERS = (240, 360)
REFUNDED_EVERY = 50


def online_table(city: City) -> Table:
    """Orders of one to three merchants; net of refunds each program year meets its total to the fen."""
    tl, rng = city.timeline, city.rng("online")
    rows: list[Row] = []
    no = net = 0
    for year, share in enumerate(YEAR_SHARES):
        months = tl.months_of(year)
        times = [
            at(rng, random_day(rng, m.first, m.last), "07:30", "22:30")
            for m, n in zip(months, counts(NUMBERS[year], month_weights(months, "counter")), strict=True)
            for _ in range(n)
        ]
        times.sort()
        left = TOTAL * share // 100
        sizes = [rng.lognormvariate(0, 0.4) for _ in times]
        for i, paid_at in enumerate(times):
            no += 1
            target = allocate(left, sizes[i:])[0]
            shelf = [p for p in city.products if p.sellable(paid_at.date()) and p.on("online") and not p.family.local_only]
            able = [p for p in shelf if p.retail <= 6_500]
            last, refunded = i == len(times) - 1, no % REFUNDED_EVERY == 1
            lines: list[tuple[Product, int, int]] = []
            for part in allocate(target, [1.0] * (2 if refunded else rng.choice((1, 1, 2, 2, 3)))):
                others = [p for p in able if all(p.merchant is not q.merchant for q, _, _ in lines)]
                near = sorted(others, key=lambda p: abs(p.retail - part))[:12]
                product = rng.choice(near)
                lines.append((product, max(1, round(part / product.retail)), product.retail))
            if last:
                rest = left - sum(packs * price for _, packs, price in lines[:-1])
                product = min((p for p in shelf if p not in [q for q, _, _ in lines[:-1]]), key=lambda p: abs(p.retail - rest))
                lines[-1] = (product, 1, rest)
            county = "outside" if rng.random() < 0.12 else rng.choice(COUNTIES).code
            for n, (product, packs, price) in enumerate(lines):
                back = packs if refunded and n == len(lines) - 1 else 0
                net += (packs - back) * price
                left -= (packs - back) * price
                returned = min(paid_at + timedelta(days=rng.randint(1, 4), minutes=rng.randint(5, 90)), tl.cutover - timedelta(minutes=5))
                rows.append((
                    f"XS-{no:05d}", paid_at, county, product.no, Quantity(packs * 1000), product.pack.unit, Fen(price),
                    Quantity(back * 1000) if back else None, returned if back else None,
                ))  # fmt: skip
    return Table("online_orders", rows, no, {"net": yuan(net)})
