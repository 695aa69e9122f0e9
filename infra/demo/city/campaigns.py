"""Group purchases: union welfare at the festivals, and what staff bought with their own money."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from infra.demo.city.contracts import Institution
from infra.demo.city.counties import COUNTIES, County
from infra.demo.city.model import City, Fen, Product, Quantity, Row, Table
from infra.demo.city.money import allocate, counts, yuan
from infra.demo.city.timeline import YEAR_SHARES, days_before_festival, month_weights, random_day

UNION_NUMBERS, UNION_TOTAL, UNION_MEMBERS = (44, 66), 875_600_000, 43_780
STAFF_NUMBERS, STAFF_TOTAL, STAFF_MEMBERS = (24, 36), 364_200_000, 12_600
# Share of union purchases by festival, in percent; the last one is any other statutory day.
_FESTIVALS = (("spring", 45), ("mid_autumn", 35), ("dragon_boat", 15), ("other", 5))
_OTHER_DAYS = ("national_day", "labour_day", "new_year", "qingming")
_WORDS = {
    "spring": "春节", "mid_autumn": "中秋", "dragon_boat": "端午", "national_day": "国庆", "labour_day": "劳动节", "new_year": "元旦",
    "qingming": "清明",
}  # fmt: skip
_UNITS = ("直机关工会联合会", "教育系统工会", "卫生健康系统工会", "农业农村系统工会", "税务系统工会", "交通系统工会", "自然资源系统工会")


@dataclass(slots=True)
class Campaign:
    kind: str
    year: int
    title: str
    institution: Institution | None
    organiser: str | None
    county: County
    festival: str | None
    organised_by: str | None
    opened: date
    closed: date
    paid: date
    members: int
    wish: int
    """Fen a member is meant to spend."""
    lines: list[tuple[Product, int, int]]
    """Product, packs, fen a pack."""


def _buyer(rng: random.Random, institutions: Sequence[Institution], share: float) -> tuple[Institution | None, str | None, County]:
    if rng.random() < share:
        institution = rng.choice(institutions)
        return institution, None, institution.county
    county = rng.choices(COUNTIES, [3] + [1] * (len(COUNTIES) - 1))[0]
    return None, f"{county.name if county.letter != 'D' else '市'}{rng.choice(_UNITS)}（演示）", county


def _union_drafts(city: City, institutions: Sequence[Institution]) -> list[Campaign]:
    tl, rng = city.timeline, city.rng("union")
    drafts: list[Campaign] = []
    for year, number in enumerate(UNION_NUMBERS):
        for (name, _), times in zip(_FESTIVALS, counts(number, [s for _, s in _FESTIVALS], least=1), strict=True):
            for i in range(times):
                festival = _OTHER_DAYS[i % len(_OTHER_DAYS)] if name == "other" else name
                day, low, high = days_before_festival(tl, year, festival, 7, 17)
                paid = random_day(rng, low, high)
                closed = paid - timedelta(days=rng.randint(2, 5))
                institution, organiser, county = _buyer(rng, institutions, 0.45)
                title = f"{day.year}年{_WORDS[festival]}工会福利"
                opened = closed - timedelta(days=rng.randint(5, 10))
                drafts.append(Campaign(
                    "union", year, title, institution, organiser, county, festival, None, opened, closed, paid, 0,
                    round(min(27_000, max(14_000, rng.gauss(20_000, 2_600)))), [],
                ))  # fmt: skip
        mine = [d for d in drafts if d.year == year]
        for name, share in _FESTIVALS:
            part = [d for d in mine if (d.festival if d.festival in dict(_FESTIVALS) else "other") == name]
            people = round(UNION_MEMBERS * YEAR_SHARES[year] * share / 10_000)
            for draft, members in zip(part, counts(people, [rng.lognormvariate(0, 0.45) for _ in part], least=30), strict=True):
                draft.members = members
    return drafts


def _staff_drafts(city: City, institutions: Sequence[Institution]) -> list[Campaign]:
    tl, rng = city.timeline, city.rng("staff")
    drafts: list[Campaign] = []
    for year, number in enumerate(STAFF_NUMBERS):
        months = tl.months_of(year)
        for month, times in zip(months, counts(number, month_weights(months, "enterprise")), strict=True):
            for _ in range(times):
                paid = random_day(rng, month.first, month.last)
                closed = paid - timedelta(days=rng.randint(1, 4))
                institution, organiser, county = _buyer(rng, institutions, 0.6)
                drafts.append(Campaign(
                    "employee", year, f"{paid.year}年{paid.month}月干部职工直购", institution, organiser, county, None,
                    "union" if rng.random() < 0.4 else None, closed - timedelta(days=rng.randint(4, 8)), closed, paid, 0,
                    round(min(52_000, max(12_000, rng.gauss(28_900, 6_500)))), [],
                ))  # fmt: skip
        mine = [d for d in drafts if d.year == year]
        people = STAFF_MEMBERS * YEAR_SHARES[year] // 100
        for draft, members in zip(mine, counts(people, [rng.lognormvariate(0, 0.4) for _ in mine], least=40), strict=True):
            draft.members = members
    return drafts


def _choose(rng: random.Random, city: City, day: date, wish: int) -> list[Product]:
    """Two goods or more whose prices together come near `wish`, all from what is certified and in season."""
    able = [p for p in city.products if p.sellable(day) and p.on("campaign") and p.family.food and 2_000 <= p.retail <= 27_000]
    able = [p for p in able if p.family.storage in ("ambient", "chilled") and p.pack.grams <= 6_000 and not p.family.local_only]
    best: list[Product] = []
    for _ in range(500):
        goods = rng.sample(able, rng.randint(2, 3 + wish // 15_000))
        if not best or _off(goods, wish) < _off(best, wish):
            best = goods
    return best


def _off(goods: Sequence[Product], wish: int) -> float:
    """How far the usual group discount of 6 % leaves these goods from `wish`."""
    return abs(sum(p.retail for p in goods) * 0.94 - wish)


def _price(campaign: Campaign, goods: list[Product], target: int) -> int:
    """Give each member one pack of each of the goods, at group prices that come near `target` in sum; the fen they make."""
    whole = sum(p.retail for p in goods)
    each = target / campaign.members
    campaign.lines = [(p, campaign.members, max(10, round(p.retail * each / whole / 10) * 10)) for p in goods]
    return sum(packs * price for _, packs, price in campaign.lines)


def _price_exactly(campaign: Campaign, goods: list[Product], target: int) -> None:
    """One of the first good for each member, and of the other two each takes one, the second a fen dearer: `target` to the fen."""
    first, *others = goods
    each = target // campaign.members
    price = round(first.retail * each / (first.retail + others[0].retail) / 10) * 10
    rest, dearer = divmod(target - campaign.members * price, campaign.members)
    a, b = sorted(others, key=lambda p: p.retail)
    campaign.lines = [(first, campaign.members, price), (a, campaign.members - dearer, rest)]
    if dearer:
        campaign.lines.append((b, dearer, rest + 1))


def _settle(city: City, drafts: list[Campaign], total: int, topic: str) -> None:
    """Choose goods and prices so that each program year meets its share of `total` to the fen."""
    rng = city.rng(topic)
    for year, share in enumerate(YEAR_SHARES):
        # The one that has to come out to the fen is the most ordinary of the year.
        usual = total / sum(d.members for d in drafts)
        mine = sorted((d for d in drafts if d.year == year), key=lambda d: (-abs(d.wish - usual), d.paid, d.members))
        left = total * share // 100
        for i, campaign in enumerate(mine):
            weights = [d.members * d.wish for d in mine[i:]]
            target = allocate(left, weights)[0] if i < len(mine) - 1 else left
            goods = _choose(rng, city, campaign.paid, target // campaign.members)
            if i < len(mine) - 1:
                left -= _price(campaign, goods, target)
            else:
                _price_exactly(campaign, _alike(rng, city, campaign.paid, target // campaign.members), target)


def _alike(rng: random.Random, city: City, day: date, wish: int) -> list[Product]:
    """One good and two more of nearly the same price, of which a member takes one; together near `wish`."""
    pool = [p for p in city.products if p.sellable(day) and p.family.food and p.family.storage == "ambient" and 3_000 <= p.retail <= 27_000]
    pool = [p for p in pool if p.pack.grams <= 6_000]

    def off(trio: tuple[Product, Product, Product]) -> float:
        a, b, c = trio
        return _off((a, b), wish) + 2 * abs(b.retail - c.retail)

    trios = [(a, b, c) for a, b, c in (rng.sample(pool, 3) for _ in range(4_000))]
    best = min(trios, key=off)
    return list(best)


def build_campaigns(city: City, institutions: Sequence[Institution]) -> list[Campaign]:
    union, staff = _union_drafts(city, institutions), _staff_drafts(city, institutions)
    _settle(city, union, UNION_TOTAL, "union-goods")
    _settle(city, staff, STAFF_TOTAL, "staff-goods")
    return sorted(union + staff, key=lambda c: (c.paid, c.kind, c.title, c.members))


def campaigns_table(campaigns: Sequence[Campaign]) -> Table:
    rows: list[Row] = []
    sums = {"union": 0, "employee": 0}
    for no, c in enumerate(campaigns, start=1):
        for product, packs, price in c.lines:
            sums[c.kind] += packs * price
            rows.append((
                f"TG-{no:04d}", c.kind, c.title, c.institution.code if c.institution else None, c.organiser, c.county.code, c.festival,
                c.organised_by, c.opened, c.closed, c.paid, c.members, product.no, Quantity(packs * 1000), product.pack.unit, Fen(price),
            ))  # fmt: skip
    return Table("campaigns", rows, len(campaigns), {f"amount_{k}": yuan(v) for k, v in sums.items()})
