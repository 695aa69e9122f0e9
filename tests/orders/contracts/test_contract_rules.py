"""The rules of contracts as pure functions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import DomainError, InvalidQuantity, Several, TooMany, WrongState
from services.orders.domain.contracts.acceptance import (
    AcceptedLine,
    DeliveredLine,
    EnteredAcceptance,
    accepted_lines,
    agrees,
    held_change,
)
from services.orders.domain.contracts.call_off import CallOffState, EnteredLine, called_lines, check_move
from services.orders.domain.contracts.terms import ContractLine, Terms, check
from services.orders.domain.entered import priced, quantity_of
from services.orders.domain.numbers import paper_number
from services.orders.domain.periods import is_open, is_open_day

DAY = date(2026, 11, 3)
GRAMS = st.integers(1, 5_000_000).map(lambda n: Decimal(n) / 1000)


def line(number: int = 1, **changes: object) -> ContractLine:
    values: dict[str, object] = {"line_no": number, "product_id": UUID(int=number), "price_unit": "kg", "price_fen": 600}
    return ContractLine(**values | changes)  # type: ignore[arg-type]


def terms(*lines: ContractLine, **changes: object) -> Terms:
    values: dict[str, object] = {
        "contract_no": "HT-1",
        "institution_id": UUID(int=1),
        "merchant_id": UUID(int=2),
        "valid_from": DAY,
        "valid_until": DAY + timedelta(days=365),
        "lines": lines or (line(),),
    }
    return Terms(**values | changes)  # type: ignore[arg-type]


def test_the_same_terms_written_in_another_order_have_the_same_hash_and_other_terms_another() -> None:
    one, two = line(1, max_quantity=Decimal("10.0")), line(2)
    assert terms(one, two).hash() == terms(two, line(1, max_quantity=Decimal("10"))).hash()
    others = [
        terms(one),
        terms(one, line(2, price_fen=601)),
        terms(one, two, tolerance=Decimal(1)),
        terms(one, two, acceptors_required=2),
        terms(one, two, credit_limit_fen=1),
        terms(one, two, contract_no="HT-2"),
        terms(one, two, valid_until=DAY),
    ]
    assert len({t.hash() for t in others} | {terms(one, two).hash()}) == len(others) + 1


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": DAY - timedelta(days=1)},
        {"acceptors_required": 3},
        {"tolerance": Decimal(21)},
        {"credit_limit_fen": 0},
        {"lines": (line(price_fen=None),), "credit_limit_fen": 5},
        {"lines": (line(), line())},
        {"lines": (line(price_unit="马"),)},
        {"lines": (line(max_quantity=Decimal(1), min_quantity=Decimal(2)),)},
    ],
)
def test_terms_that_cannot_be_kept_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Several):
        check(terms(**changes), DAY)
    check(terms(), DAY)


def test_a_call_off_is_ordered_by_line_however_it_was_entered_and_takes_jin() -> None:
    called = called_lines(
        [line(1), line(2, price_unit="斤")], [EnteredLine(None, UUID(int=2), "7", "斤"), EnteredLine(1, None, "1.250", "kg")]
    )
    assert [(c.line.line_no, c.quantity, c.amount_fen) for c in called] == [(1, Decimal("1.250"), 750), (2, Decimal("3.5"), 4200)]
    with pytest.raises(TooMany):
        called_lines([line()], [EnteredLine(1, None, "1", "kg")] * 2001)


@given(st.sampled_from(list(CallOffState)), st.sampled_from(["approve", "reject", "confirm", "cancel", "deliver"]))
def test_what_is_over_stays_over(state: CallOffState, move: str) -> None:
    if state in (CallOffState.FULFILLED, CallOffState.REJECTED, CallOffState.CANCELLED):
        with pytest.raises(WrongState):
            check_move(move, state)


@given(GRAMS, GRAMS, st.decimals(0, 20, places=1))
def test_accepted_and_rejected_make_what_was_delivered_within_the_tolerance(
    delivered: Decimal, accepted: Decimal, tolerance: Decimal
) -> None:
    sent = [DeliveredLine(1, delivered, "kg", 600, "kg")]
    try:
        (found,) = accepted_lines(sent, [EnteredAcceptance(1, accepted)], tolerance)
    except DomainError:
        assert accepted > delivered * (1 + tolerance / 100)
        return
    assert found.accepted == accepted
    assert found.rejected >= 0
    assert abs(found.accepted + found.rejected - delivered) <= delivered * tolerance / 100
    assert found.amount_fen == priced(600, "kg", accepted)


def test_two_people_agree_line_by_line() -> None:
    found = [AcceptedLine(0, 1, Decimal(9), Decimal(1), 5400), AcceptedLine(1, 2, Decimal(3), Decimal(0), 1800)]
    assert agrees({1: (Decimal(9), Decimal(1)), 2: (Decimal("3.000"), Decimal(0))}, found)
    assert not agrees({1: (Decimal(9), Decimal(1))}, found)
    assert not agrees({1: (Decimal(9), Decimal(1)), 2: (Decimal(3), Decimal(1))}, found)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=6))
def test_credit_used_is_never_less_than_what_was_accepted_nor_than_what_was_held(held: int, accepted: list[int]) -> None:
    used, before = held, 0
    for amount in accepted:
        used += held_change(held, before, before + amount)
        before += amount
    assert used == max(held, before)


@given(GRAMS, st.integers(1, 100_000))
def test_jin_and_kilograms_cost_the_same_to_the_fen(quantity: Decimal, price: int) -> None:
    assert abs(priced(price, "斤", quantity) - priced(2 * price, "kg", quantity)) == 0


@given(
    st.one_of(st.floats(), st.booleans(), st.none(), st.text(), st.decimals(), st.integers()), st.sampled_from(["kg", "箱", "斤", "马", ""])
)
def test_whatever_is_entered_as_a_quantity_becomes_a_positive_decimal_in_steps_of_its_unit_or_is_refused(value: object, unit: str) -> None:
    try:
        quantity = quantity_of(value, unit, "lines.0.quantity")
    except InvalidQuantity:
        return
    assert 0 < quantity.amount <= 10_000_000
    assert quantity.amount == round(quantity.amount, 3)
    assert quantity.unit == ("箱" if unit == "箱" else "kg")


def test_a_number_of_a_paper_can_be_read_out() -> None:
    number = paper_number("SH", DAY, UUID(int=0x0190_0000_0000_7000_8000_1234_5678_9ABC))
    assert number.startswith("SH-20261103-")
    assert len(number.rsplit("-", 1)[1]) == 8
    assert not set("ILOU") & set(number.rsplit("-", 1)[1])


def test_the_present_month_and_the_one_before_it_are_open() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 3, 2, tzinfo=UTC)
    assert is_open(datetime(2026, 9, 30, 16, tzinfo=UTC), now, None)
    assert not is_open(datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC), now, None)
    assert not is_open(datetime(2026, 11, 3, 2, 0, 1, tzinfo=UTC), now, None)
    cutover = datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert not is_open_day(date(2026, 10, 31), now, cutover)
    assert is_open_day(date(2026, 11, 1), now, cutover)
