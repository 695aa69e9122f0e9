"""The rules of slips and sheets as pure functions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.kit.errors import DomainError, Several, WrongState
from services.orders.domain.outlets.errors import OutletNotOpen, PeriodNotOver, RoundingTooLarge, SheetKindDiffers, StandNeeded
from services.orders.domain.outlets.outlet import KINDS, SUB_KINDS, channel_of, check_open, check_sub_kind
from services.orders.domain.outlets.sheet import EnteredTotal, check_sheet, period_of, total_lines
from services.orders.domain.outlets.slip import EnteredSlipLine, slip_of

LINES = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 100_000)), min_size=1, max_size=20)


@given(LINES, st.integers(-99, 99))
def test_the_lines_of_a_slip_add_up_to_its_total_and_none_is_below_nothing(lines: list[tuple[int, int]], rounding: int) -> None:
    assume(sum(q * p for q, p in lines) + rounding >= 0)
    slip = slip_of([EnteredSlipLine(UUID(int=n), q, "箱", p) for n, (q, p) in enumerate(lines)], rounding)
    assert slip.total_fen == sum(q * p for q, p in lines) + rounding
    assert sum(line.rounding_fen for line in slip.lines) == rounding
    assert all(line.sold_fen >= 0 or rounding > 0 for line in slip.lines)


def test_a_rounding_above_a_yuan_or_above_the_total_is_refused() -> None:
    for price, rounding in ((1000, -100), (1000, 100), (50, -51)):
        with pytest.raises(RoundingTooLarge):
            slip_of([EnteredSlipLine(UUID(int=1), 1, "箱", price)], rounding)


def test_each_sub_kind_belongs_to_one_kind_and_each_kind_is_a_channel() -> None:
    assert set(SUB_KINDS.values()) == set(KINDS)
    assert [channel_of(kind) for kind in KINDS] == list(KINDS)
    for sub_kind, kind in SUB_KINDS.items():
        check_sub_kind(kind, sub_kind)
        for other in set(KINDS) - {kind}:
            with pytest.raises(DomainError):
                check_sub_kind(other, sub_kind)


def test_an_outlet_sells_from_its_first_to_its_last_day() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 3)
    for day in (first, last):
        check_open("closed", first, last, day)
    for day in (date(2026, 10, 31), date(2026, 11, 4)):
        with pytest.raises(OutletNotOpen):
            check_open("open", first, last, day)
    with pytest.raises(WrongState):
        check_open("applied", first, None, first)


def test_a_fair_files_by_the_day_and_stand_and_a_counter_its_month_when_it_is_over() -> None:
    today = date(2026, 11, 30)
    check_sheet("expo", "day", "07", period_of("day", today), today)
    check_sheet("counter", "month", "", period_of("month", date(2026, 10, 5)), today)
    with pytest.raises(StandNeeded):
        check_sheet("expo", "day", "", period_of("day", today), today)
    with pytest.raises(SheetKindDiffers):
        check_sheet("expo", "month", "", period_of("month", date(2026, 10, 1)), today)
    for kind, day in (("month", today), ("day", date(2026, 12, 1))):
        with pytest.raises(PeriodNotOver):
            check_sheet("counter", kind, "", period_of(kind, day), today)


def test_a_product_stands_once_in_a_sheet() -> None:
    with pytest.raises(Several) as refused:
        total_lines(
            [EnteredTotal(UUID(int=1), "1", "箱", 5), EnteredTotal(UUID(int=1), "1", "箱", 5), EnteredTotal(UUID(int=2), "0", "箱", 0)]
        )
    assert [e.field for e in refused.value.errors] == ["lines.1.product_id", "lines.2.quantity"]
