from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit import money, time, units


@given(st.integers(-10**12, 10**12))
def test_fen_survive_the_way_out_and_back(fen: int) -> None:
    assert money.to_fen(money.to_yuan(fen)) == fen


@pytest.mark.parametrize("text", ["", "1.234", "NaN", "Infinity", "１２", "1e30", "abc", "--1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        money.to_fen(text)


@pytest.mark.parametrize(("price", "quantity", "fen"), [
    (333, "3", 999), (5, "0.5", 3), (-5, "0.5", -3), (1, "0.499", 0), (450, "12.345", 5555)])
def test_a_line_rounds_once_half_away_from_zero(price: int, quantity: str, fen: int) -> None:
    assert money.line_amount(price, Decimal(quantity)) == fen


@given(st.integers(-10**10, 10**10), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_shares_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = money.share_out(total, weights)
    assert sum(parts) == total
    if sum(weights):
        assert all(abs(p - total * w / sum(weights)) <= 1 for p, w in zip(parts, weights, strict=True))


@pytest.mark.parametrize(("value", "unit", "reason"), [
    ("0", "kg", "not_positive"), ("-1", "袋", "not_positive"), ("1.5", "袋", "too_many_decimals"), ("0.0001", "kg", "too_many_decimals"),
    ("1e30", "kg", "too_large"), ("NaN", "kg", "not_a_number"), ("１", "kg", "not_a_number"), ("", "kg", "not_a_number"),
    ("1", "parsec", "unknown_unit"),
])
def test_a_quantity_is_a_positive_decimal_in_steps_of_its_unit(value: str, unit: str, reason: str) -> None:
    with pytest.raises(units.QuantityError) as caught:
        units.parse_quantity(value, unit)
    assert caught.value.reason == reason


def test_jin_is_entered_and_kilograms_are_stored() -> None:
    assert units.stored(Decimal("3"), "斤") == (Decimal("1.5"), "kg")
    assert units.to_kg(Decimal(4), "箱", 2500) == Decimal(10)
    assert units.to_kg(Decimal(4), "件", None) is None


def test_the_last_second_of_the_year_in_shanghai_and_the_first_of_the_next() -> None:
    assert time.business_date(datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert time.business_date(datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC)) == date(2026, 1, 1)


def test_valid_until_a_day_means_sellable_through_that_day() -> None:
    assert time.end_of_validity(date(2026, 10, 31)) == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def test_months_end_where_they_end() -> None:
    assert time.last_of_month(date(2024, 2, 10)) == date(2024, 2, 29)
    assert time.previous_month(date(2026, 1, 31)) == date(2025, 12, 1)
