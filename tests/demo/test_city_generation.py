"""The generator itself: the same bytes each time, any month's end, and the definition of the files."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.demo.city.build import DEFAULT_SEED, SERVICES, generate, tables
from infra.demo.city.columns import COLUMNS
from infra.demo.city.directory import build_directory
from infra.demo.city.families import CATEGORIES, COUNTY_LETTERS, FAMILIES, SHAPES
from infra.demo.city.money import allocate, exact_weight, line_fen, quantity_text, yuan
from infra.demo.city.timeline import Month, days_before_festival, festival_day, last_whole_month, timeline
from infra.demo.city.words import WORDS
from tests.demo.conftest import AS_OF, CityFiles

DEFINITION = Path(__file__).parents[2] / "docs" / "imports.md"


def _digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_the_same_day_and_seed_give_the_same_bytes_and_another_seed_gives_others(city: CityFiles, tmp_path: Path) -> None:
    generate(AS_OF, DEFAULT_SEED, tmp_path / "again")
    assert _digests(tmp_path / "again") == _digests(city.folder)
    prices = [[p.retail for p in build_directory(timeline(AS_OF), seed).products] for seed in (DEFAULT_SEED, DEFAULT_SEED + 1)]
    assert prices[0] != prices[1]


@pytest.mark.parametrize("as_of", [date(2026, 11, 30), date(2028, 2, 29)])
def test_other_months_and_seeds_meet_the_same_totals(as_of: date) -> None:
    made = tables(as_of, as_of.month)
    assert made["deliveries"].totals == {"amount": "22356000.00"}
    assert made["external_reports"].totals == {"amount": "921306000.00"}
    assert made["outside_sessions"].totals == {"net": "3603000.00", "participants": "1728000"}
    assert made["campaigns"].totals == {"amount_union": "8756000.00", "amount_employee": "3642000.00"}
    assert made["online_orders"].totals == {"net": "42000.00"}
    assert made["mechanisms"].totals == {"persons": "67700"}
    counter = [made["monthly_sheets"].totals["amount_counter"], made["slips"].totals["amount"]]
    assert sum(float(t) for t in counter) == 110_000_000
    assert (len(made["merchants"].rows), len(made["products"].rows), made["contracts"].documents) == (200, 519, 246)


@pytest.mark.full
@pytest.mark.parametrize("month", range(24))
def test_every_month_of_two_years_can_be_the_last(month: int) -> None:
    made = tables(Month(2026, 1).plus(month).last, month)
    assert made["external_reports"].totals == {"amount": "921306000.00"}
    assert made["activities"].documents == 146


@pytest.mark.parametrize("year", range(2024, 2049))
@pytest.mark.parametrize("festival", ["spring", "mid_autumn", "dragon_boat", "new_year"])
def test_each_program_year_prepares_for_each_festival_wherever_it_begins(year: int, festival: str) -> None:
    for month in range(1, 13):
        tl = timeline(Month(year, month).last)
        for program_year in (0, 1):
            day, low, high = days_before_festival(tl, program_year, festival, 7, 17)
            first, last = tl.year_span(program_year)
            assert first <= low < high <= last
            assert high < day


def test_the_last_whole_month_is_the_default_and_only_ends_of_months_are_taken() -> None:
    assert last_whole_month(date(2026, 11, 24)) == date(2026, 10, 31)
    assert last_whole_month(date(2027, 3, 1)) == date(2027, 2, 28)
    assert festival_day("spring", 2027) == date(2027, 2, 6)
    with pytest.raises(ValueError, match="last day of a month"):
        timeline(date(2026, 10, 30))


def test_the_files_have_the_columns_that_the_definition_names() -> None:
    defined: dict[str, list[tuple[str, str]]] = {}
    for section in re.split(r"^### ", DEFINITION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        kind = section.partition(" ")[0]
        rows = re.findall(r"^\| ([^|]+?) \| (\w+) \| ", section.partition("\n## ")[0], flags=re.MULTILINE)
        defined[kind] = [(key, header) for header, key in rows if key != "key"]
    assert {kind: list(columns) for kind, columns in COLUMNS.items()} == defined
    assert {kind for kinds in SERVICES.values() for kind in kinds} == set(COLUMNS) - {"carried_forward"}


def test_the_words_for_choices_are_those_of_the_definition() -> None:
    text = DEFINITION.read_text(encoding="utf-8")
    for (kind, column), words in WORDS.items():
        for key, word in words.items():
            if not isinstance(key, bool) and (key, word) not in (("union", "工会"), ("outside", "市外")):
                assert f"{key} {word}" in text, (kind, column, key)


def test_the_formats_that_importers_accept_are_all_met(city: CityFiles) -> None:
    assert {f["format"] for f in city.manifest["files"]} == {"csv;utf-8-sig", "csv;gb18030", "xlsx"}
    assert [f["file"] for f in city.manifest["files"]] == sorted(f["file"] for f in city.manifest["files"])
    assert all(len(city[f["kind"]]) == f["rows"] for f in city.manifest["files"])


def test_families_can_be_drawn() -> None:
    for family in FAMILIES:
        assert family.shape in SHAPES
        assert family.category in CATEGORIES
        assert all(re.fullmatch(r"#[0-9a-f]{6}", c) for c in family.colours)
        assert set(family.counties) <= set(COUNTY_LETTERS)
        assert family.look
        assert family.wrap
    assert len({f.slug for f in FAMILIES}) == len(FAMILIES)


@given(st.integers(0, 10**12), st.lists(st.floats(0.01, 1000), min_size=1, max_size=40))
def test_an_allocation_adds_up_and_stays_near_its_share(total: int, weights: list[float]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    assert all(abs(p - total * w / sum(weights)) <= 1.01 + total * 1e-12 for p, w in zip(parts, weights, strict=True))


@given(st.integers(10_000, 10**8), st.integers(50, 30_000))
def test_a_weight_can_be_found_for_any_amount(amount: int, price: int) -> None:
    quantity, near = exact_weight(amount, price)
    assert line_fen(quantity, near) == amount
    assert abs(near - price) <= price * 0.2


def test_numbers_are_written_plainly() -> None:
    assert [yuan(0), yuan(5), yuan(-30), yuan(123456)] == ["0.00", "0.05", "-0.30", "1234.56"]
    assert [quantity_text(1000), quantity_text(1500), quantity_text(12_034)] == ["1", "1.5", "12.034"]
