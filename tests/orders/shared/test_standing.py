"""Certified at that moment, as pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.time import business_date
from services.orders.domain.offers.standing import TICK, Interval, LabelPeriod, Period, Reason, Standing, Subject, labels_on

YEAR = (Period(date(2026, 1, 1), date(2026, 12, 31)),)


def at(day: int, hour: int = 12, month: int = 6) -> datetime:
    """Local time in Asia/Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def standing(product: tuple[Interval, ...] = (), merchant: tuple[Interval, ...] = (), certificates: tuple[Period, ...] = YEAR,
             of_merchant: tuple[Period, ...] = YEAR) -> Standing:
    return Standing(Subject(certificates, product), Subject(of_merchant, merchant))


def test_valid_until_a_day_means_until_its_midnight_in_shanghai() -> None:
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert standing().refusal_at(midnight - TICK) is None
    assert standing().refusal_at(midnight) is Reason.MERCHANT_NOT_CERTIFIED


def test_a_withdrawal_holds_from_its_instant_until_just_before_its_end() -> None:
    s = standing((Interval(at(3, 9), at(5, 9)),))
    assert s.refusal_at(at(3, 9) - TICK) is None
    assert s.refusal_at(at(3, 9)) is Reason.WITHDRAWN
    assert s.refusal_at(at(5, 9) - TICK) is Reason.WITHDRAWN
    assert s.refusal_at(at(5, 9)) is None


def test_a_merchant_that_is_withdrawn_sells_nothing() -> None:
    assert standing(merchant=(Interval(at(1)),)).refusal_at(at(2)) is Reason.MERCHANT_WITHDRAWN


def test_a_day_counts_when_any_moment_of_it_was_in_force() -> None:
    s = standing((Interval(at(3, 9), at(5, 9)),))
    assert [s.certified_on(date(2026, 6, d)) for d in (2, 3, 4, 5)] == [True, True, False, True]


def test_product_and_merchant_must_be_in_force_at_the_same_moment() -> None:
    s = standing(certificates=(Period(date(2026, 6, 1), date(2026, 6, 10)),), of_merchant=(Period(date(2026, 6, 11), date(2026, 6, 30)),))
    assert not s.certified_in_period(date(2026, 6, 1), date(2026, 6, 30))


def test_what_is_reported_for_a_month_is_dated_at_its_last_moment_in_force() -> None:
    assert standing().last_instant_in_force(date(2026, 6, 1), date(2026, 6, 30)) == at(30, 23) + timedelta(hours=1) - TICK
    s = standing((Interval(at(20, 9)),))
    assert s.last_instant_in_force(date(2026, 6, 1), date(2026, 6, 30)) == at(20, 9) - TICK
    assert s.last_instant_in_force(date(2026, 7, 1), date(2026, 7, 31)) is None


days = st.integers(1, 28)


@given(st.lists(st.tuples(days, days), max_size=3), st.lists(st.tuples(days, days), max_size=3), days, days)
def test_the_moment_found_is_in_force_and_in_the_period(
    product: list[tuple[int, int]], merchant: list[tuple[int, int]], a: int, b: int
) -> None:
    def intervals(pairs: list[tuple[int, int]]) -> tuple[Interval, ...]:
        return tuple(Interval(at(min(p), 9), at(max(p), 10)) for p in pairs)

    s, first, last = standing(intervals(product), intervals(merchant)), date(2026, 6, min(a, b)), date(2026, 6, max(a, b))
    found = s.last_instant_in_force(first, last)
    sampled = any(s.refusal_at(at(d, h)) is None for d in range(first.day, last.day + 1) for h in range(24))
    assert (found is not None) == sampled
    if found is not None:
        assert first <= business_date(found) <= last
        assert s.refusal_at(found) is None


def test_labels_are_those_of_the_day_each_once() -> None:
    labels = (LabelPeriod("gi", date(2026, 1, 1)), LabelPeriod("green", date(2026, 1, 1), date(2026, 5, 31)),
              LabelPeriod("green", date(2026, 5, 1), date(2026, 6, 30)))
    assert labels_on(labels, date(2026, 5, 15)) == ("gi", "green")
    assert labels_on(labels, date(2026, 7, 1)) == ("gi",)


@pytest.mark.parametrize(("unit", "quantity", "stored", "kg"), [
    ("箱", "2", ("2", "箱"), "5.000"), ("斤", "3", ("1.5", "kg"), "1.500"), ("kg", "0.125", ("0.125", "kg"), "0.125"),
    ("g", "500", ("0.5", "kg"), "0.500")])
def test_packs_convert_to_kilograms_and_jin_is_stored_as_kilograms(unit: str, quantity: str, stored: tuple[str, str], kg: str) -> None:
    from services.orders.domain.offers.offer import Offer, measure

    offer = Offer(*[None] * 4, "x", "371502", "箱", "", 2500, 1, None, 1, (), (), (), None, None)  # type: ignore[arg-type]
    found = measure(offer, Decimal(quantity), unit)
    assert (found.quantity, found.unit, str(found.kg)) == (Decimal(stored[0]), stored[1], kg)
