"""Each published figure, recomputed from the files alone, lies in the interval that its wording allows."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

import infra.demo
from infra.demo.city.counties import COUNTIES
from tests.demo.conftest import AS_OF, CityFiles

PUBLISHED = Path(infra.demo.__file__).parent / "data" / "liaocheng.csv"
FIGURES = {r["key"]: r for r in csv.DictReader(PUBLISHED.read_text(encoding="utf-8").splitlines())}

CHANNEL_TOTALS = {
    "contract": 2_235_600_000, "counter": 11_000_000_000, "expo": 1_526_000_000, "live": 360_300_000, "employee": 364_200_000,
    "union": 875_600_000, "community_store": 103_500_000, "online": 4_200_000, "external": 92_130_600_000,
}  # fmt: skip


def _computed(city: CityFiles) -> dict[str, float]:
    day = AS_OF.isoformat()
    money = Counter[str]()
    for s in city.sales:
        money[s.channel] += s.fen
    buyers = Counter(city.institutions[code]["kind"] for code in {c["institution_code"] for c in city["contracts"]})
    outlets = Counter(o["kind"] for o in city["outlets"])
    sessions = {s["session_no"]: int(s["participants"]) for s in city["outside_sessions"]}
    press = [p for p in city["publicity"] if p["medium"] in ("newspaper", "television", "radio")]
    return {
        "departments": len(city["departments"]),
        "products_certified": len({c["subject_code"] for c in city["certificates"] if c["subject"] == "product"}),
        "persons_covered": sum(int(m["persons"]) for m in city["mechanisms"]),
        "counters": outlets["counter"],
        "activities": len(city["activities"]),
        "sales_total": money.total() / 100,
        "quality_labels": len({r["product_no"] for r in city["labels"] if r["valid_from"] <= day <= r["valid_until"]}),
        "contract_hospitals": buyers["hospital"],
        "contract_schools": buyers["school"],
        "contract_enterprises": buyers["enterprise"],
        "contract_merchants": len({c["merchant_code"] for c in city["contracts"]}),
        "contract_purchases": money["contract"] / 100,
        "counter_sales": money["counter"] / 100,
        "expos": outlets["expo"],
        "expo_sales": money["expo"] / 100,
        "live_sessions": len(sessions),
        "live_participants": sum(sessions.values()),
        "live_sales": money["live"] / 100,
        "employee_sales": money["employee"] / 100,
        "union_sales": money["union"] / 100,
        "community_stores": outlets["community_store"],
        "community_store_sales": money["community_store"] / 100,
        "press_reports": len(press),
        "press_reports_provincial_or_higher": sum(p["level"] in ("central", "provincial") for p in press),
        "online_reports": sum(p["medium"] == "online" for p in city["publicity"]),
    }


@pytest.mark.parametrize("key", FIGURES)
def test_a_published_figure_lies_in_its_interval(city: CityFiles, key: str) -> None:
    figure = FIGURES[key]
    assert float(figure["low"]) <= _computed(city)[key] <= float(figure["high"])


def test_there_are_25_figures() -> None:
    assert len(FIGURES) == 25


@pytest.mark.parametrize("channel", CHANNEL_TOTALS)
def test_a_channel_meets_its_total_to_the_fen_and_its_years_are_40_and_60_percent(city: CityFiles, channel: str) -> None:
    first = sum(s.fen for s in city.sales if s.channel == channel and s.high < AS_OF.replace(year=2025, month=11, day=1))
    whole = sum(s.fen for s in city.sales if s.channel == channel)
    assert whole == CHANNEL_TOTALS[channel]
    # Refunds of the online shop are dated their own day, a few days later.
    assert first == whole * 40 // 100


def test_kinds_of_institution_meet_their_totals(city: CityFiles) -> None:
    sums = Counter[str]()
    for r, s in zip(city["deliveries"], (s for s in city.sales if s.source == "deliveries"), strict=True):
        sums[city.institutions[city.contracts[r["contract_no"]]["institution_code"]]["kind"]] += s.fen
    assert sums == {"hospital": 890_800_000, "school": 532_200_000, "enterprise": 812_600_000}


def test_counters_meet_the_totals_of_their_kinds(city: CityFiles) -> None:
    sums = Counter[str]()
    for kind in ("monthly_sheets", "slips"):
        for r, s in zip(city[kind], (s for s in city.sales if s.source == kind), strict=True):
            sums[city.outlets[r["outlet_code"]]["sub_kind"]] += s.fen
    assert sums["supermarket"] == 78 * 60_000_000
    assert sums["wholesale_market"] == 30 * 190_000_000
    assert sums["scenic_spot"] + sums["service_area"] + sums["post_or_bank"] == 20 * 31_000_000


def test_every_number_of_the_county_table_comes_out(city: CityFiles) -> None:
    day = AS_OF.isoformat()
    county_of = {m["credit_code"]: m["county_code"] for m in city["merchants"]}
    labelled = {r["product_no"] for r in city["labels"] if r["valid_from"] <= day <= r["valid_until"]}
    buyers = Counter((i["county_code"], i["kind"]) for i in city["institutions"])
    outlets = Counter((o["county_code"], o["kind"]) for o in city["outlets"])
    persons, external = Counter[str](), Counter[str]()
    for m in city["mechanisms"]:
        persons[county_of[m["merchant_code"]]] += int(m["persons"])
    for s in city.sales:
        if s.channel == "external":
            external[city.products[s.product]["county_code"]] += s.fen
    for c in COUNTIES:
        assert sum(p["county_code"] == c.code for p in city["products"]) == c.products
        assert sum(city.products[p]["county_code"] == c.code for p in labelled) == c.labelled
        assert sum(code == c.code for code in county_of.values()) == c.merchants
        assert persons[c.code] == c.persons
        assert [buyers[c.code, k] for k in ("hospital", "school", "enterprise")] == [c.hospitals, c.schools, c.enterprises]
        assert (outlets[c.code, "counter"], outlets[c.code, "community_store"]) == (c.counters, c.stores)
        assert external[c.code] == CHANNEL_TOTALS["external"] * c.external_share // 100


def test_kinds_of_merchants_labels_products_and_reports(city: CityFiles) -> None:
    day = AS_OF.isoformat()
    assert Counter(m["kind"] for m in city["merchants"]) == {
        "cooperative": 96, "company": 62, "family_farm": 24, "village_collective": 12, "sole_trader": 6,
    }  # fmt: skip
    assert Counter(r["label"] for r in city["labels"] if r["valid_from"] <= day <= r["valid_until"]) == {
        "green": 64, "gi": 21, "organic": 8, "quality_tested": 22,
    }  # fmt: skip
    assert Counter(p["category"] for p in city["products"]) == {
        "vegetables": 96, "mushrooms": 34, "fruit": 62, "grain": 72, "oil_seasoning": 48, "poultry_eggs": 66, "meat_fish": 38,
        "jujube_dried": 41, "ejiao_lingzhi": 32, "snacks": 18, "crafts": 12,
    }  # fmt: skip
    assert Counter(a["kind"] for a in city["activities"]) == {
        "session": 96, "fair": 8, "signing": 12, "community_day": 18, "matching": 12,
    }  # fmt: skip
    assert Counter(p["medium"] for p in city["publicity"]) == {
        "newspaper": 131, "television": 58, "radio": 38, "online": 88, "film": 2, "column": 2, "brochure": 1,
    }  # fmt: skip
    assert Counter(p["level"] for p in city["publicity"] if p["medium"] in ("newspaper", "television", "radio"))["central"] == 18


def test_buyers_of_external_sales_have_their_shares(city: CityFiles) -> None:
    sums = Counter[str]()
    for r, s in zip(city["external_reports"], (s for s in city.sales if s.source == "external_reports"), strict=True):
        sums[r["buyer_kind"]] += s.fen
    for kind, share in {"food_factory": 0.52, "outside_shop": 0.19, "caterer": 0.18, "other_platform": 0.11}.items():
        assert sums[kind] / sums.total() == pytest.approx(share, abs=0.001)


def test_numbers_of_documents_and_lines(city: CityFiles) -> None:
    entries = {f["kind"]: f for f in city.manifest["files"]}
    assert entries["contracts"]["documents"] == 246
    assert entries["deliveries"]["documents"] == 2240 + 1650 + 2220
    assert entries["fair_orders"]["documents"] == 280
    assert Counter(r["kind"] for r in {c["campaign_no"]: c for c in city["campaigns"]}.values()) == {"union": 110, "employee": 60}
    assert entries["online_orders"]["documents"] == 600
    for kind, near in {"deliveries": 24_400, "monthly_sheets": 31_000, "external_reports": 16_000}.items():
        assert entries[kind]["rows"] == pytest.approx(near, rel=0.08)
    assert entries["slips"]["documents"] == pytest.approx(30_000, rel=0.05)
    assert all(f["rows"] <= 100_000 for f in city.manifest["files"])
