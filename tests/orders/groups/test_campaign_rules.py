"""The rules of group purchases as pure functions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import Several
from services.orders.domain.groups.campaign import EnteredChoice, Good, Plan, check_plan, choose, held_until, payer_lines, union_part

DAY = date(2026, 11, 3)
GOODS = (Good(UUID(int=1), 12_000, "箱", Decimal(5)), Good(UUID(int=2), 333, "斤"), Good(UUID(int=3), 100, "kg"))


def plan(**changes: object) -> Plan:
    values: dict[str, object] = {"kind": "union", "funding": "union", "goods": GOODS, "deadline": DAY + timedelta(days=5)}
    return Plan(**values | changes)  # type: ignore[arg-type]


def test_what_a_union_only_organised_is_no_union_purchase() -> None:
    check_plan(plan(), DAY)
    check_plan(plan(kind="employee", funding="member"), DAY)
    for changes in ({"kind": "employee"}, {"funding": "member"}, {"kind": "employee", "funding": "shared", "union_per_head_fen": 1}):
        with pytest.raises(Several):
            check_plan(plan(**changes), DAY)


CHOICES = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 20_000), st.integers(5, 20_000)), min_size=1, max_size=12)


@given(CHOICES, st.sampled_from(["union", "member", "shared"]), st.integers(1, 100_000))
def test_two_payers_lines_add_up_to_what_was_chosen_to_the_fen_and_the_gram(
    heads: list[tuple[int, int, int]], funding: str, per_head: int
) -> None:
    members = [
        choose(
            GOODS,
            [
                EnteredChoice(UUID(int=1), boxes),
                EnteredChoice(UUID(int=2), str(Decimal(jin) / 500), "kg"),
                EnteredChoice(UUID(int=3), str(Decimal(grams) / 1000)),
            ],
            funding,
            per_head if funding == "shared" else None,
        )
        for boxes, jin, grams in heads
    ]
    for chosen in members:
        assert sum(c.union_fen for c in chosen) == union_part(sum(c.amount_fen for c in chosen), funding, per_head)
        assert all(0 <= c.union_fen <= c.amount_fen and 0 <= c.union_quantity <= c.quantity for c in chosen)
    everything = [c for chosen in members for c in chosen]
    lines = payer_lines((c, True, True) for c in everything)
    assert sum(line.amount_fen for line in lines) == sum(c.amount_fen for c in everything)
    for good in GOODS:
        mine = [line for line in lines if line.product_id == good.product_id]
        assert sum(line.quantity for line in mine) == sum(c.quantity for c in everything if c.product_id == good.product_id)
        assert len(mine) <= 2
        assert all(line.quantity == round(line.quantity, 0 if good.unit == "箱" else 3) for line in mine)


@given(CHOICES, st.integers(1, 300_000))
def test_a_budget_that_is_taken_claim_by_claim_is_never_passed_and_never_left_unexplained(
    heads: list[tuple[int, int, int]], budget: int
) -> None:
    used = 0
    for boxes, _, _ in heads:
        (choice,) = choose(GOODS, [EnteredChoice(UUID(int=1), boxes)], "union", None)
        if used + choice.union_fen <= budget:
            used += choice.union_fen
    assert used <= budget
    assert used % 12_000 == 0


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "6", "NaN", "1e30", "１", 1.5, True])
def test_a_choice_is_a_positive_whole_number_of_boxes_within_the_quota(quantity: object) -> None:
    with pytest.raises(Several) as refused:
        choose(GOODS, [EnteredChoice(UUID(int=1), quantity)], "union", None)
    assert refused.value.errors[0].field == "choices.0.quantity"


def test_goods_are_held_for_the_days_after_the_deadline() -> None:
    assert held_until(DAY, 7) == date(2026, 11, 10)
