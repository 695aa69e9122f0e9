"""What may be in the demo city's files, and what may not."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from stdnum.cn import uscc

from infra.demo.city.families import BY_SLUG
from tests.demo.conftest import AS_OF, CityFiles, fen, priced, thousandths

Terms = list[tuple[date, date]]


@pytest.fixture(scope="module")
def terms(city: CityFiles) -> dict[str, Terms]:
    """Days on which a merchant or product may be sold, by its certificates less its withdrawals."""
    made: dict[str, Terms] = defaultdict(list)
    for c in city["certificates"]:
        made[c["subject_code"]].append((date.fromisoformat(c["valid_from"]), date.fromisoformat(c["valid_until"])))
    for w in city["withdrawals"]:
        last = date.fromisoformat(w["from_instant"][:10]) - timedelta(days=1)
        made[w["subject_code"]] = [(low, min(high, last)) for low, high in made[w["subject_code"]] if low <= last]
    return made


def _days_certified(terms: dict[str, Terms], product: str, merchant: str, low: date, high: date) -> list[tuple[date, date]]:
    return [
        (max(low, a, c), min(high, b, d)) for a, b in terms[product] for c, d in terms[merchant] if max(low, a, c) <= min(high, b, d)
    ]  # fmt: skip


def test_everything_is_sold_only_while_it_and_its_merchant_are_certified_and_it_is_in_season(
    city: CityFiles, terms: dict[str, Terms]
) -> None:
    wrong = []
    for s in city.sales:
        product = city.products[s.product]
        spans = _days_certified(terms, s.product, product["merchant_code"], s.low, s.high)
        months = {int(m) for m in product["season_months"].split(";") if m}
        if not any(not months or d.month in months for span in spans for d in span):
            wrong.append(s)
    assert wrong == []


def test_519_products_were_ever_certified_and_513_are_in_force_for_another_year(city: CityFiles, terms: dict[str, Terms]) -> None:
    year_later = AS_OF.replace(year=AS_OF.year + 1)
    ever = {c["subject_code"] for c in city["certificates"] if c["subject"] == "product"}
    in_force = {p for p in ever if any(low <= AS_OF and high >= year_later for low, high in terms[p])}
    expired = {p for p in ever if max(date.fromisoformat(c["valid_until"]) for c in city["certificates"] if c["subject_code"] == p) < AS_OF}
    assert (len(ever), len(in_force), len(expired)) == (519, 513, 3)
    assert Counter(w["kind"] for w in city["withdrawals"]) == {"suspended": 2, "revoked": 1}
    assert all(any(low <= AS_OF and high >= year_later for low, high in terms[m["credit_code"]]) for m in city["merchants"])


def test_terms_of_one_subject_do_not_overlap_and_numbers_are_once(city: CityFiles) -> None:
    by_subject: dict[str, Terms] = defaultdict(list)
    for c in city["certificates"]:
        by_subject[c["subject_code"]].append((date.fromisoformat(c["valid_from"]), date.fromisoformat(c["valid_until"])))
    for spans in by_subject.values():
        spans.sort()
        assert all(a[1] < b[0] for a, b in pairwise(spans))
    assert len({c["certificate_no"] for c in city["certificates"]}) == len(city["certificates"])


def test_labels_stand_on_products_in_force_and_their_rows_do_not_overlap(city: CityFiles, terms: dict[str, Terms]) -> None:
    held: dict[tuple[str, str], Terms] = defaultdict(list)
    for r in city["labels"]:
        held[r["product_no"], r["label"]].append((date.fromisoformat(r["valid_from"]), date.fromisoformat(r["valid_until"])))
        assert any(low <= AS_OF <= high for low, high in terms[r["product_no"]])
    for spans in held.values():
        spans.sort()
        assert all(a[1] < b[0] for a, b in pairwise(spans))
    assert sum(n == 2 for n in Counter(p for p, _ in held).values()) == 6
    assert len({r["certificate_no"] for r in city["labels"]}) == len(city["labels"])


def test_every_unit_is_the_products_pack_or_kg_and_food_converts(city: CityFiles) -> None:
    for p in city["products"]:
        assert (p["is_food"] == "True") == bool(int(p["net_weight_g"] or 0))
    assert {s.unit for s in city.sales if s.unit not in ("kg", city.products[s.product]["unit"])} == set()
    for s in city.sales:
        assert s.unit == "kg" or s.quantity == int(s.quantity)
    pack = {no: int(p["net_weight_g"] or 0) / 1000 for no, p in city.products.items()}
    kilograms = sum(s.quantity * (1 if s.unit == "kg" else pack[s.product]) for s in city.sales)
    assert 20_000_000 < kilograms < 150_000_000


def test_unit_prices_stay_near_the_products_price(city: CityFiles) -> None:
    for s in city.sales:
        product = city.products[s.product]
        price = fen(product["bulk_price_per_kg"] if s.unit == "kg" else product["retail_price"])
        gross = s.fen if s.channel != "live" else 0
        if gross > 0 and s.channel != "online" and s.quantity * price >= 2_000:
            assert 0.6 < gross / s.quantity / price < 1.25, s


def test_products_cost_what_their_family_costs(city: CityFiles) -> None:
    for p in city["products"]:
        family = BY_SLUG[p["family"]]
        pack = next(k for k in family.packs if k.text == p["pack"])
        assert pack.low * 100 <= fen(p["retail_price"]) <= pack.high * 100
        if family.bulk:
            assert family.bulk[0] * 100 - 5 <= fen(p["bulk_price_per_kg"]) <= family.bulk[1] * 100 + 5


def test_live_animals_never_go_to_schools_koi_only_to_fairs_and_sessions_and_old_tofu_stays_at_home(city: CityFiles) -> None:
    for s in city.sales:
        product = city.products[s.product]
        if product["family"] in ("koi", "turtle"):
            assert s.channel != "contract"
        if product["family"] == "koi":
            assert s.channel in ("expo", "live")
        if product["family"] == "old-tofu":
            assert s.county == product["county_code"] or s.source == "day_sheets"


def test_contracts_are_kept_to(city: CityFiles) -> None:
    lines = {(c["contract_no"], c["product_no"]): c for c in city["contracts"]}
    taken: Counter[tuple[str, str]] = Counter()
    sent = rejected = 0
    for r in city["deliveries"]:
        line = lines[r["contract_no"], r["product_no"]]
        assert line["valid_from"] <= r["accepted_at"][:10] <= line["valid_until"]
        assert "05:30" <= r["accepted_at"][11:] <= "07:30"
        assert not line["price"] or fen(line["price"]) == fen(r["price"])
        taken[r["contract_no"], r["product_no"]] += thousandths(r["accepted_quantity"])
        sent += thousandths(r["delivered_quantity"])
        rejected += thousandths(r["delivered_quantity"]) - thousandths(r["accepted_quantity"])
        assert 0 < thousandths(r["accepted_quantity"]) <= thousandths(r["delivered_quantity"])
    assert 0.01 <= rejected / sent <= 0.03
    assert all(taken[key] <= thousandths(line["max_quantity"]) for key, line in lines.items() if line["max_quantity"])
    assert all(city.products[c["product_no"]]["merchant_code"] == c["merchant_code"] for c in city["contracts"])
    assert len({c["merchant_code"] for c in city["contracts"]}) == 108
    assert len({c["institution_code"] for c in city["contracts"]}) == 102


def test_deliveries_and_slips_have_their_sizes(city: CityFiles) -> None:
    deliveries: Counter[str] = Counter()
    for r in city["deliveries"]:
        deliveries[r["delivery_no"]] += priced(r, "accepted_quantity")
    assert min(deliveries.values()) >= 40_000
    assert max(deliveries.values()) <= 1_200_000
    slips: dict[str, int] = {}
    for r in city["slips"]:
        slips[r["slip_no"]] = slips.get(r["slip_no"], fen(r["rounding"]) if r["rounding"] else 0) + priced(r)
    market = {r["slip_no"] for r in city["slips"] if city.outlets[r["outlet_code"]]["sub_kind"] == "wholesale_market"}
    assert all((50_000 <= n <= 2_000_000) if no in market else (1_500 <= n <= 18_000) for no, n in slips.items())
    small = [n for no, n in slips.items() if no not in market]
    assert sum(small) / len(small) == pytest.approx(9_000, rel=0.06)
    assert {r["sold_at"][:7] for r in city["slips"]} == {f"{AS_OF:%Y-%m}"}


def test_outlets_sell_while_they_are_open_and_counters_have_no_sheet_in_the_month_of_slips(city: CityFiles) -> None:
    for r in city["monthly_sheets"]:
        outlet = city.outlets[r["outlet_code"]]
        assert outlet["opened_on"][:7] <= r["month"]
        assert not outlet["closed_on"] or r["month"] <= outlet["closed_on"][:7]
        assert outlet["kind"] == "community_store" or r["month"] < f"{AS_OF:%Y-%m}"
    for r in city["slips"]:
        assert city.outlets[r["outlet_code"]]["opened_on"] <= r["sold_at"][:10]
    for r in city["day_sheets"]:
        outlet = city.outlets[r["outlet_code"]]
        assert outlet["opened_on"] <= r["day"] <= outlet["closed_on"]
    for r in city["fair_orders"]:
        assert r["fulfilled_on"] >= city.outlets[r["outlet_code"]]["opened_on"]


def test_documents_hold_a_product_once_and_agree_in_their_header(city: CityFiles) -> None:
    for kind, key, header in (
        ("deliveries", "delivery_no", ("contract_no", "accepted_at")), ("monthly_sheets", "sheet_no", ("outlet_code", "month", "paper")),
        ("day_sheets", "sheet_no", ("outlet_code", "stand", "day")),
        ("slips", "slip_no", ("outlet_code", "sold_at", "rounding", "pay_type")),
        ("fair_orders", "order_no", ("fulfilled_on", "buyer_kind", "consumption_county")),
        ("campaigns", "campaign_no", ("kind", "title", "institution_code", "organiser", "paid_on", "members")),
        ("online_orders", "order_no", ("paid_at", "consumption_county")),
        ("outside_sessions", "session_no", ("started_at", "participants", "confirmed_on")),
        ("external_reports", "report_no", ("merchant_code", "month", "paper", "confirmed_on", "returned_once")),
        ("contracts", "contract_no", ("institution_code", "merchant_code", "signed_on", "signing")),
    ):  # fmt: skip
        seen: dict[str, tuple[str, ...]] = {}
        once: set[tuple[str, ...]] = set()
        for r in city[kind]:
            assert seen.setdefault(r[key], tuple(r[h] for h in header)) == tuple(r[h] for h in header)
            line = (r[key], r["product_no"], r.get("buyer_kind", ""), r.get("consumption_county", ""))
            assert line not in once, (kind, line)
            once.add(line)


def test_reports_are_confirmed_after_their_month_and_before_the_cutover_and_name_the_merchants_own_goods(city: CityFiles) -> None:
    returned = {r["report_no"] for r in city["external_reports"] if r["returned_once"] == "True"}
    reports = {r["report_no"]: r for r in city["external_reports"]}
    for r in city["external_reports"]:
        assert r["month"] < r["confirmed_on"][:7] or r["confirmed_on"] == AS_OF.isoformat()
        assert r["confirmed_on"] <= AS_OF.isoformat()
        assert city.products[r["product_no"]]["merchant_code"] == r["merchant_code"]
    assert 0.015 < len(returned) / len(reports) < 0.045


def test_a_persons_mechanism_and_the_sizes_of_merchants(city: CityFiles) -> None:
    persons: Counter[str] = Counter()
    for m in city["mechanisms"]:
        persons[m["merchant_code"]] += int(m["persons"])
        assert 1 <= int(m["households"]) <= int(m["persons"])
    assert len(persons) == 200
    assert min(persons.values()) >= 8
    assert max(persons.values()) <= 4_000


def test_union_and_staff_spend_what_is_usual(city: CityFiles) -> None:
    spent: Counter[str] = Counter()
    of = {c["campaign_no"]: c for c in city["campaigns"]}
    for c in city["campaigns"]:
        spent[c["campaign_no"]] += priced(c)
        assert c["opened_on"] <= c["closed_on"] <= c["paid_on"]
        assert bool(c["institution_code"]) != bool(c["organiser"])
    for no, amount in spent.items():
        low, high = (12_000, 30_000) if of[no]["kind"] == "union" else (8_000, 60_000)
        assert low <= amount / int(of[no]["members"]) <= high
    union = Counter[str]()
    for no, amount in spent.items():
        if of[no]["kind"] == "union":
            union[of[no]["festival"]] += amount
    assert union["spring"] / union.total() == pytest.approx(0.45, abs=0.05)
    assert union["mid_autumn"] / union.total() == pytest.approx(0.35, abs=0.05)


def test_codes_and_names_are_recognisably_invented(city: CityFiles) -> None:
    for m in city["merchants"]:
        assert uscc.is_valid(m["credit_code"])
        assert m["credit_code"][8:10] == "XX"
        assert m["name"].endswith("（演示）")
    assert len({m["name"] for m in city["merchants"]}) == 200
    assert all(r["name"].endswith("（演示）") for kind in ("institutions", "outlets") for r in city[kind])
    assert all(s["host"].startswith("@") for s in city["outside_sessions"])


def test_activities_are_linked_to_what_they_were(city: CityFiles) -> None:
    sessions = {s["session_no"] for s in city["outside_sessions"]}
    assert {a["linked_session"] for a in city["activities"] if a["kind"] == "session"} == sessions
    fairs = {code for code, o in city.outlets.items() if o["kind"] == "expo"}
    assert {a["linked_outlet"] for a in city["activities"] if a["kind"] == "fair"} == fairs
    signed = {c: a["activity_no"] for a in city["activities"] for c in a["linked_contract"].split(";") if c}
    assert signed == {k: c["signing"] for k, c in city.contracts.items()}
    departments = {d["code"]: d for d in city["departments"]}
    assert all(a["department"] in departments for a in city["activities"])
    merged = departments["rural_revitalisation"]
    assert merged["successor"] in departments
    assert merged["valid_until"]


def test_all_dates_lie_in_the_history(city: CityFiles) -> None:
    start, end = date(AS_OF.year - 2, AS_OF.month + 1, 1), AS_OF
    assert all(start <= s.low and s.high <= end for s in city.sales)
    assert all(a["held_on"] <= end.isoformat() for a in city["activities"])
    assert all(p["published_on"] <= end.isoformat() for p in city["publicity"])
