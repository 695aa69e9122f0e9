"""Certificates, labels, assistance mechanisms and withdrawals: what may be sold, from when and until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from infra.demo.city.counties import COUNTIES
from infra.demo.city.model import City, Merchant, Product, Row, Table
from infra.demo.city.money import allocate, counts
from infra.demo.city.timeline import Timeline, random_day

# Batches of certification: months after the start, and how many merchants are first certified in each.
_WAVES = ((-1, 150), (1, 12), (3, 10), (5, 8), (8, 6), (10, 4), (13, 4), (15, 3), (18, 3))
_FIRST_YEARS, _LATER_YEARS = 1, 3
_LONG_FROM_MONTH = 13

# Labels by county letter. `gi+green` is one product with both.
_LABELS: dict[str, dict[str, dict[str, int]]] = {
    "D": {"gi": {"watermelon": 2}, "green": {"strawberry": 3, "tomato": 2, "cucumber": 2, "wheat-flour": 2},
          "quality_tested": {"eggs": 1, "eggplant": 1, "spinach": 1}},
    "C": {"gi": {"round-jujube": 3}, "green": {"pepper": 3, "sweet-pepper": 3}, "quality_tested": {"eggs": 4, "thin-melon": 2}},
    "L": {"gi": {"turtle": 1, "mutton": 2}, "organic": {"dried-mulberry": 3, "mulberry-tea": 1}, "quality_tested": {"eggs": 2}},
    "E": {"gi": {"donge-flour": 2}, "organic": {"millet": 3, "mixed-grain": 1}, "green": {"peanut-oil": 3}, "quality_tested": {"eggs": 1}},
    "Y": {"green": {"dried-chilli": 3, "wheat-flour": 2, "leek": 2, "cabbage": 1, "garlic": 1}, "quality_tested": {"eggs": 2, "peach": 1}},
    "S": {"gi+green": {"button-mushroom": 2, "watermelon": 2}, "gi": {"xin-melon": 1},
          "green": {"button-mushroom": 3, "shiitake-dried": 3, "oyster-mushroom": 2, "tomato": 3, "cucumber": 2, "zucchini": 2,
                    "celery": 2},
          "quality_tested": {"eggs": 2}},
    "G": {"gi+green": {"yali-pear": 2}, "gi": {"cherry": 1, "lingzhi-slices": 1},
          "green": {"yali-pear": 2, "apple": 4, "spinach": 2, "garlic": 2}, "quality_tested": {"eggs": 2}},
    "T": {"gi": {"donkey-meat": 1, "gualou-seeds": 1}, "green": {"chives": 2, "grape": 2}, "quality_tested": {"eggs": 2, "potato": 1}},
}  # fmt: skip
_LABEL_YEARS = {"gi": 10, "green": 3, "organic": 1, "quality_tested": 1}
_LABEL_PREFIX = {"gi": "GI", "green": "LB", "organic": "OP", "quality_tested": "DB"}

_MECHANISM_SHARES = {"purchase_order": 38, "employment": 27, "land_lease": 15, "dividend": 14, "training": 6}

# Six examples: the months after the start in which they go, the families they may be of.
_EXPIRED = ("walnut-crisp", "chilli-sauce", "soybean-oil")
_SUSPENDED = (("salted-duck-eggs", 21), ("prepared-chicken", 22))
_REVOKED = (("pickles", 17),)


def _years_later(day: date, years: int) -> date:
    """The last day of a term of whole years that begins on `day`."""
    leap = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if leap else day.day) - timedelta(days=0 if leap else 1)


def _wave_day(tl: Timeline, month: int) -> date:
    return tl.day_at(month, 12)


def _first_terms(tl: Timeline, start: date) -> list[tuple[date, date]]:
    """Terms of one subject: a year and its renewal, or a long term at once from the second year on."""
    if start >= tl.day_at(_LONG_FROM_MONTH - 1, 28):
        return [(start, _years_later(start, _LATER_YEARS))]
    first = (start, _years_later(start, _FIRST_YEARS))
    renewed = first[1] + timedelta(days=1)
    return [first, (renewed, _years_later(renewed, _LATER_YEARS))]


def certify(city: City) -> None:
    """Give every merchant and product its first day, and the six examples their end."""
    tl, rng = city.timeline, city.rng("certify")
    order = sorted(city.merchants, key=lambda m: -len(m.products) - rng.uniform(0, 4))
    wave_of: dict[int, int] = {}
    at = 0
    for wave, (_, number) in enumerate(_WAVES):
        for merchant in order[at : at + number]:
            wave_of[merchant.no] = wave
        at += number
    for merchant in city.merchants:
        wave = wave_of[merchant.no]
        merchant.certified = _wave_day(tl, _WAVES[wave][0])
        for i, product in enumerate(merchant.products):
            later = rng.random() > 0.68 and i > 0
            mine = min(wave + rng.randint(1, 4), len(_WAVES) - 1) if later else wave
            product.sell_from = _wave_day(tl, _WAVES[mine][0])
    labelled = _labelled_families()

    def example(family: str) -> Product:
        able = [
            p for p in city.products
            if p.family.slug == family and p.example is None and len(p.merchant.products) > 1 and (p.county.letter, family) not in labelled
        ]  # fmt: skip
        product = rng.choice(able)
        product.sell_from = max(product.merchant.certified, _wave_day(tl, -1))
        return product

    for family in _EXPIRED:
        product = example(family)
        product.example = "expired"
        product.sell_until = _years_later(product.sell_from, _FIRST_YEARS)
    for kind, cases in (("suspended", _SUSPENDED), ("revoked", _REVOKED)):
        for family, month in cases:
            product = example(family)
            product.example = kind
            product.sell_until = tl.day_at(month, 8 + rng.randint(0, 9))


def _labelled_families() -> set[tuple[str, str]]:
    return {(letter, family) for letter, plan in _LABELS.items() for families in plan.values() for family in families}


def certificates_table(city: City) -> Table:
    """Every certificate in the order of its first day."""
    tl = city.timeline
    terms: list[tuple[date, date, bool, str, str]] = []
    for merchant in city.merchants:
        for n, (low, high) in enumerate(_first_terms(tl, merchant.certified)):
            terms.append((low, high, n > 0, "merchant", merchant.code))
    for product in city.products:
        all_terms = _first_terms(tl, product.sell_from)
        for n, (low, high) in enumerate(all_terms[:1] if product.example == "expired" else all_terms):
            if low <= product.sell_until:
                terms.append((low, high, n > 0, "product", product.no))
    rows: list[Row] = []
    documents: dict[tuple[date, bool], str] = {}
    for no, (low, high, renewal, subject, code) in enumerate(sorted(terms, key=lambda t: (t[0], t[2], t[3], t[4])), start=1):
        batch = documents.setdefault((low, renewal), f"帮扶{'续' if renewal else '认'}〔{low.year}〕{len(documents) + 1}号")
        rows.append((subject, code, f"BFC-{low.year}-{no:05d}", batch, low, high))
    return Table("certificates", rows, len(rows))


def withdrawals_table(city: City) -> Table:
    rows: list[Row] = []
    reasons = {"suspended": "抽样检测结果待复检，暂停销售", "revoked": "主体申请材料不实，撤销认定"}
    for product in city.products:
        if product.example in reasons:
            day = product.sell_until + timedelta(days=1)
            instant = datetime(day.year, day.month, day.day, 9, 30)
            sort = "暂" if product.example == "suspended" else "撤"
            paper = f"帮扶{sort}〔{day.year}〕{len(rows) + 1}号"
            rows.append(("product", product.no, product.example, instant, None, reasons[product.example], paper))
    return Table("withdrawals", rows, len(rows))


def labels_table(city: City) -> Table:
    """Labels held at `as_of`, with the rows of their earlier terms since the start."""
    tl, rng = city.timeline, city.rng("labels")
    rows: list[Row] = []
    for county in COUNTIES:
        free = [p for p in city.products if p.county is county and p.example is None]
        for labels, families in _LABELS[county.letter].items():
            for family, number in families.items():
                able = [p for p in free if p.family.slug == family]
                for product in rng.sample(able, number):
                    free.remove(product)
                    for label in labels.split("+"):
                        rows.extend(_label_rows(product, label, random_day(rng, *_label_span(tl, label)), tl.as_of, len(rows)))
    return Table("labels", rows, len(rows))


def _label_span(tl: Timeline, label: str) -> tuple[date, date]:
    """When the first term may begin: short terms some time after the start, long ones also before it."""
    before = 240 if _LABEL_YEARS[label] >= 3 else 30
    return tl.start - timedelta(days=before), tl.as_of - timedelta(days=120)


def _label_rows(product: Product, label: str, first: date, as_of: date, number: int) -> list[Row]:
    rows: list[Row] = []
    low = first
    while low <= as_of:
        high = _years_later(low, _LABEL_YEARS[label])
        rows.append((product.no, label, f"{_LABEL_PREFIX[label]}-{low.year}-{number + len(rows) + 1:04d}", low, high))
        low = high + timedelta(days=1)
    return rows


def mechanisms_table(city: City) -> Table:
    """How each merchant shares income with covered persons; a person is counted at one mechanism of one merchant."""
    rng = city.rng("mechanisms")
    parts: list[tuple[Merchant, int]] = []
    for county in COUNTIES:
        merchants = [m for m in city.merchants if m.county is county]
        weights = [(len(m.products) + 1) * rng.lognormvariate(0, 0.8) for m in merchants]
        for merchant, persons in zip(merchants, counts(county.persons, weights, least=8), strict=True):
            pieces = 1 if persons < 120 else 2 if persons < 600 else 3
            shares = [rng.uniform(0.5, 1.5) for _ in range(pieces)]
            parts.extend((merchant, n) for n in allocate(persons, shares))
    kinds = [
        kind
        for kind, number in zip(_MECHANISM_SHARES, allocate(len(parts), list(_MECHANISM_SHARES.values())), strict=True)
        for _ in range(number)
    ]
    rng.shuffle(kinds)
    rows: list[Row] = []
    for no, ((merchant, persons), kind) in enumerate(zip(parts, kinds, strict=True), start=1):
        households = max(1, round(persons / rng.uniform(2.2, 2.9)))
        code = f"M-{no:05d}"
        rows.append((code, merchant.code, kind, households, persons, merchant.certified, None, f"带动协议及花名册 {code}"))
    return Table("mechanisms", rows, len(rows), {"persons": str(sum(n for _, n in parts))})
