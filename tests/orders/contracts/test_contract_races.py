"""Two people at once, on real connections: a limit is never passed, a remainder never given twice, a sale never made twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from services.events.orders import SaleRecorded
from services.kit.db import every, value
from tests.orders.contracts.support import Supply, key, open_supply
from tests.orders.support import assert_ledger_holds
from tests.support.service import Answer, Harness


def at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def balances(supply: Supply) -> None:
    """What is called off and not given back is what the call-offs say; what is held and owed is what the credit says."""
    with supply.orders.db.reading() as conn:
        assert every(
            conn, "SELECT l.line_no FROM contract_lines l WHERE l.contract_id = %s AND l.called_quantity <> coalesce((SELECT "
            "sum(greatest(c.quantity - c.given_back, c.accepted)) FROM call_offs o JOIN call_off_lines c USING (merchant_id, call_off_id) "
            "WHERE o.contract_id = l.contract_id AND c.line_no = l.line_no), 0)", [supply.contract_id]) == []
    assert_ledger_holds(supply.orders)


def test_two_call_offs_against_a_credit_limit_that_covers_one(orders: Harness) -> None:
    supply = open_supply(orders, credit_limit_fen=10_000)
    for _ in range(5):
        answers = at_once(*[lambda: supply.call_off("15")] * 2)
        assert sorted(a.status for a in answers) == [200, 409]
        assert {a.code for a in answers if a.status == 409} == {"LIMIT_EXCEEDED"}
        won = next(a.body["call_off_id"] for a in answers if a.status == 200)
        orders.post(f"/call-offs/{won}/cancel", supply.canteen.buyer).ok()
    balances(supply)


def test_ten_call_offs_of_a_remainder_that_covers_three(orders: Harness) -> None:
    supply = open_supply(orders, 3, lines=[{"max_quantity": "10"}] * 3)
    forwards = [{"line_no": n, "quantity": "3", "unit": "kg"} for n in (1, 2, 3)]

    def call(lines: list[dict[str, Any]]) -> Answer:
        return orders.post(f"/contracts/{supply.contract_id}/call-offs", supply.canteen.buyer,
                           {"deliver_on": supply.tomorrow, "lines": lines}, key())

    answers = at_once(*[lambda n=n: call(forwards if n % 2 else forwards[::-1]) for n in range(8)])  # type: ignore[misc]
    assert [a.status for a in answers].count(200) == 3
    assert {e["code"] for a in answers if a.status != 200 for e in a.body["errors"]} == {"REMAINDER_EXCEEDED"}
    assert [Decimal(line["left_quantity"]) for line in supply.shown()["lines"]] == [Decimal(1)] * 3
    balances(supply)


def test_a_call_off_cancelled_from_both_sides_gives_its_remainder_back_once(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"max_quantity": "100"}], credit_limit_fen=1_000_000)
    for _ in range(4):
        call_off_id = supply.approved("40")
        answers = at_once(
            lambda i=call_off_id: orders.post(f"/call-offs/{i}/cancel", supply.canteen.buyer),  # type: ignore[misc]
            lambda i=call_off_id: orders.post(f"/call-offs/{i}/reject", supply.market.seller, {"reason": "缺货"}),  # type: ignore[misc]
            lambda i=call_off_id: orders.post(f"/call-offs/{i}/confirm", supply.market.seller))  # type: ignore[misc]
        assert 1 <= [a.status for a in answers].count(200) <= 2
        state = orders.get(f"/call-offs/{call_off_id}", supply.canteen.buyer).ok()["state"]
        if state == "confirmed":
            orders.post(f"/call-offs/{call_off_id}/cancel", supply.canteen.buyer).ok()
        assert supply.shown()["credit"]["used_fen"] == 0
        balances(supply)


@pytest.mark.parametrize("same_key", [True, False])
def test_an_acceptance_sent_eight_times_at_once_makes_one_sale(orders: Harness, same_key: bool) -> None:
    supply = open_supply(orders)
    delivery_id, one_key = supply.sent("10"), key()
    answers = at_once(*[lambda: supply.accept(delivery_id, "10", key_=one_key if same_key else key())] * 8)
    assert len([a for a in answers if a.status == 200]) == (8 if same_key else 1)
    assert {a.code for a in answers if a.status != 200} <= {"WRONG_STATE"}
    assert len(orders.published(SaleRecorded)) == 1
    balances(supply)


def test_an_acceptance_beside_a_suspension_is_either_before_it_or_refused(orders: Harness) -> None:
    for turn in range(6):
        supply = open_supply(orders)
        delivery_id = supply.sent("10")

        def suspend(supply: Supply = supply) -> Answer:
            supply.market.withdraw(supply.market.products[0])
            return Answer(200, {})

        def accept(supply: Supply = supply, delivery_id: str = delivery_id) -> Answer:
            return supply.accept(delivery_id, "10")

        answers = at_once(*((accept, suspend) if turn % 2 else (suspend, accept)))
        accepted = next(a for a in answers if a.body)
        if accepted.status != 200:
            assert [e["code"] for e in accepted.body["errors"]] == ["WITHDRAWN_GOODS"]
        balances(supply)


def test_two_deliveries_of_the_same_rest_cannot_both_leave(orders: Harness) -> None:
    supply = open_supply(orders)
    call_off_id = supply.confirmed("10")
    body = {"lines": [{"line_no": 1, "quantity": "6"}]}
    answers = at_once(*[lambda: orders.post(f"/call-offs/{call_off_id}/deliveries", supply.market.seller, body, key())] * 4)
    assert sorted(a.status for a in answers).count(200) == 1
    with orders.db.reading() as conn:
        assert value(conn, "SELECT in_delivery FROM call_off_lines") == 6


def test_the_same_transfer_recorded_twice_at_once_counts_once(orders: Harness) -> None:
    supply = open_supply(orders, credit_limit_fen=100_000)
    supply.accept(supply.sent("10"), "10").ok()
    body = {"amount_fen": 3000, "transfer_reference": "T-9"}
    answers = at_once(*[lambda: orders.post(f"/contracts/{supply.contract_id}/payments", supply.market.seller, body, key())] * 4)
    assert sorted(a.status for a in answers) == [200, 409, 409, 409]
    assert supply.shown()["owed_fen"] == 3000
    balances(supply)
