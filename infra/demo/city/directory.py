"""Merchants and products: who makes what, and at which price."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

from stdnum.cn.uscc import calc_check_digit

from infra.demo.city.counties import COUNTIES, PREFIXES, County
from infra.demo.city.families import FAMILIES, Family, Pack
from infra.demo.city.model import City, Fen, Merchant, Product, Quantity, Row, Table
from infra.demo.city.money import counts
from infra.demo.city.timeline import Timeline

_GROUP_OF_CATEGORY = {
    "vegetables": "greens", "mushrooms": "greens", "fruit": "orchard", "jujube_dried": "orchard", "grain": "mill",
    "oil_seasoning": "mill", "snacks": "mill", "poultry_eggs": "stock", "meat_fish": "stock", "ejiao_lingzhi": "tonic", "crafts": "craft",
}  # fmt: skip
_GROUP_OF_FAMILY = {"koi": "ornamental", "turtle": "aquatic", "carp": "aquatic"}
_PROCESSING = ("stock", "mill", "tonic", "craft")
_KIND_NUMBERS = {"company": 62, "sole_trader": 6, "village_collective": 12, "family_farm": 24}

_COOPERATIVE = {
    "greens": "果蔬种植专业合作社", "orchard": "果品种植专业合作社", "mill": "粮油专业合作社", "stock": "畜禽养殖专业合作社",
    "tonic": "药食同源种植专业合作社", "craft": "手工艺专业合作社", "aquatic": "水产养殖专业合作社", "ornamental": "观赏鱼养殖专业合作社",
}  # fmt: skip
_COMPANY = {
    "greens": "农业科技有限公司", "orchard": "果业有限公司", "mill": "粮油食品有限公司", "stock": "食品有限公司",
    "tonic": "健康食品有限公司", "craft": "工艺品有限公司", "aquatic": "水产有限公司", "ornamental": "渔业有限公司",
}  # fmt: skip
_SHOP = {"craft": "工艺品店", "mill": "食品坊"}
_REGISTRAR = {"company": "91", "sole_trader": "92", "family_farm": "92", "cooperative": "93", "village_collective": "93"}

_TASTE = {
    "vegetables": "当日采收，分级装箱。", "mushrooms": "恒温菇房栽培，朵形整齐。", "fruit": "成熟采摘，产地直发。",
    "grain": "本地粮源，低温加工。",
    "oil_seasoning": "传统工艺，配料简单。", "poultry_eggs": "产地养殖，冷链配送。", "meat_fish": "产地屠宰加工，检疫合格。",
    "jujube_dried": "自然晾晒，颗粒饱满。",
    "ejiao_lingzhi": "食品级原料，独立包装。", "snacks": "手工制作，现做现发。", "crafts": "匠人手作，每件略有不同。",
}  # fmt: skip
_STORE = {"ambient": "阴凉干燥处存放。", "chilled": "0–4℃冷藏。", "frozen": "−18℃冷冻。", "live": "鲜活配送。"}


def _group(family: Family) -> str:
    return _GROUP_OF_FAMILY.get(family.slug) or _GROUP_OF_CATEGORY[family.category]


def _price(rng: random.Random, low: float, high: float, rank: int, ranks: int) -> int:
    """A price in fen within a range in yuan; the first grade is the dearest. Rounded the way such prices are written."""
    place = 1 - (rank + rng.uniform(0.15, 0.85)) / ranks
    yuan = low + (high - low) * place
    step = 100 if yuan >= 60 else 10 if yuan >= 10 else 5
    return round(yuan * 100 / step) * step


def _goods(county: County) -> dict[str, Counter[Family]]:
    """Numbers of the county's products by group of merchants and family."""
    result: dict[str, Counter[Family]] = {}
    for family in FAMILIES:
        if number := family.counties.get(county.letter, 0):
            result.setdefault(_group(family), Counter())[family] = number
    return result


def _deal(left: Counter[Family], size: int) -> list[Family]:
    """Take `size` products out of `left`: plentiful families and different ones first, no more of one than it has variants."""
    had: Counter[Family] = Counter()
    for _ in range(size):
        able = [f for f in left if left[f] and had[f] < len(_variants(f))]
        family = max(able, key=lambda f: left[f] / (1 + 2 * had[f]))
        left[family] -= 1
        had[family] += 1
    return list(had.elements())


def _variants(family: Family) -> list[tuple[int, str, Pack]]:
    return [(i, grade, pack) for pack in family.packs for i, grade in enumerate(family.grades)]


def _code(kind: str, county: County, no: int) -> str:
    body = f"{_REGISTRAR[kind]}{county.code}XX{no:07d}"
    return body + calc_check_digit(body)


def _name(kind: str, group: str, county: County, brand: str) -> str:
    if kind == "company":
        core = f"{county.short}{brand}{_COMPANY[group]}"
    elif kind == "sole_trader":
        core = f"{county.short}{brand}{_SHOP.get(group, '农产品店')}"
    elif kind == "village_collective":
        core = f"{county.short}{brand}村股份经济合作社"
    elif kind == "family_farm":
        core = f"{county.short}{brand}家庭农场"
    else:
        core = f"{county.short}{brand}{_COOPERATIVE[group]}"
    return f"{core}（演示）"


def _kinds(slots: list[tuple[County, str, int]], rng: random.Random) -> list[str]:
    """A kind for each (county, group, number of products): the processors with many goods are companies, the small growers farms."""
    kinds = ["cooperative"] * len(slots)
    free = list(range(len(slots)))
    noise = [rng.random() for _ in slots]

    def take(kind: str, order: list[int]) -> None:
        for i in order[: _KIND_NUMBERS[kind]]:
            kinds[i] = kind
            free.remove(i)

    take("company", sorted(free, key=lambda i: (-(slots[i][2] + 3 * (slots[i][1] in _PROCESSING)), noise[i])))
    take("sole_trader", sorted(free, key=lambda i: (slots[i][1] not in ("craft", "mill"), slots[i][2], noise[i])))
    seen: Counter[str] = Counter()
    turn: dict[int, int] = {}
    growers = [i for i in free if slots[i][1] in ("greens", "orchard")]
    for i in sorted(growers, key=lambda i: noise[i]):
        turn[i] = seen[slots[i][0].code]
        seen[slots[i][0].code] += 1
    take("village_collective", sorted(growers, key=lambda i: (turn[i], noise[i])))
    take("family_farm", sorted(free, key=lambda i: (slots[i][1] not in ("greens", "orchard", "aquatic"), slots[i][2], noise[i])))
    return kinds


def build_directory(timeline: Timeline, seed: int) -> City:
    """All merchants with their products; certificates are not yet given."""
    city = City(timeline, seed, [], [])
    rng = city.rng("directory")
    slots: list[tuple[County, str, int]] = []
    goods: list[list[Family]] = []
    for county in COUNTIES:
        groups = _goods(county)
        shares = counts(county.merchants, [g.total() for g in groups.values()], least=1)
        for (group, left), share in zip(groups.items(), shares, strict=True):
            for size in counts(left.total(), [(i + 1.0) ** -1.25 for i in range(share)], least=1):
                slots.append((county, group, size))
                goods.append(_deal(left, size))
    kinds = _kinds(slots, rng)
    brands = {c.code: iter(rng.sample(PREFIXES, len(PREFIXES))) for c in COUNTIES}
    numbers: Counter[str] = Counter()
    for no, ((county, group, _), families, kind) in enumerate(zip(slots, goods, kinds, strict=True), start=1):
        brand = next(brands[county.code])
        founded = date(timeline.start.year - rng.randint(2, 12), rng.randint(1, 12), rng.randint(1, 28))
        merchant = Merchant(
            no, _code(kind, county, no), _name(kind, group, county, brand), brand, kind, county,
            rng.choice(county.townships), founded,
        )  # fmt: skip
        had: Counter[str] = Counter()
        for family in families:
            variants = _variants(family)
            if family.slug not in had:
                had[family.slug] = rng.randrange(len(variants))
            rank, grade, pack = variants[had[family.slug] % len(variants)]
            had[family.slug] += 1
            numbers[county.code] += 1
            bulk = _price(rng, *family.bulk, rank, len(family.grades)) if family.bulk else None
            retail = _price(rng, pack.low, pack.high, rank, len(family.grades))
            product = Product(f"P{county.code}-{numbers[county.code]:04d}", merchant, family, grade, pack, retail, bulk)
            merchant.products.append(product)
            city.products.append(product)
        city.merchants.append(merchant)
    return city


def merchants_table(city: City) -> Table:
    rows: list[Row] = [(m.code, m.name, m.kind, m.county.code, m.township, m.founded) for m in city.merchants]
    return Table("merchants", rows, len(rows))


def products_table(city: City) -> Table:
    rows: list[Row] = []
    for p in city.products:
        months = ";".join(str(m) for m in p.season) or None
        text = f"{p.county.short}{p.family.name}，{p.pack.text}。{_TASTE[p.family.category]}{_STORE[p.family.storage]}"
        rows.append((
            p.no, p.merchant.code, p.name, p.family.category, p.family.slug, p.county.code, p.pack.unit, p.pack.text,
            p.pack.grams or None, Fen(p.retail), None if p.bulk is None else Fen(p.bulk), p.family.food, months, p.family.storage, text,
        ))  # fmt: skip
    return Table("products", rows, len(rows))


def opening_stock_table(city: City) -> Table:
    """What the shop has of each product that is still sold when the history ends."""
    rng = city.rng("opening_stock")
    end = city.timeline.as_of
    rows: list[Row] = [(p.no, Quantity(1000 * rng.randrange(40, 401, 20)), p.pack.unit)
                       for p in city.products if p.on("online") and p.sell_until > end]
    return Table("opening_stock", rows, len(rows))
