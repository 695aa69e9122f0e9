"""Any life of call-offs under one contract: the remainder, the credit and the ledger always add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kit.db import value
from tests.orders.contracts.support import Supply, key, open_supply
from tests.orders.support import assert_ledger_holds
from tests.support.service import Harness

GRAMS = st.integers(1, 9000).map(lambda n: Decimal(n) / 1000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call_off"), GRAMS),
        st.tuples(st.just("advance"), GRAMS),
        st.tuples(st.just("accept"), GRAMS),
        st.tuples(st.just("cancel"), GRAMS),
        st.tuples(st.just("return"), GRAMS),
    ),
    min_size=4,
    max_size=14,
)


def advance(supply: Supply, call_off: dict[str, Any], quantity: Decimal) -> None:
    """One step on its way; refusals by a rule are part of life."""
    orders, path = supply.orders, f"/call-offs/{call_off['call_off_id']}"
    if call_off["state"] == "requested":
        orders.post(f"{path}/approve", supply.canteen.approver)
    elif call_off["state"] == "approved":
        orders.post(f"{path}/confirm", supply.market.seller)
    elif call_off["state"] == "confirmed":
        orders.post(f"{path}/deliveries", supply.market.seller, {"lines": [{"line_no": 1, "quantity": str(quantity)}]}, key())


def act(supply: Supply, verb: str, quantity: Decimal) -> None:
    orders = supply.orders
    if verb == "call_off":
        supply.call_off(str(quantity))
        return
    if verb in ("advance", "cancel"):
        for call_off in orders.get("/call-offs", supply.canteen.buyer, contract_id=supply.contract_id).ok()["items"][:2]:
            if verb == "cancel":
                orders.post(f"/call-offs/{call_off['call_off_id']}/cancel", supply.canteen.buyer)
            else:
                advance(supply, call_off, quantity)
        return
    for delivery in orders.get("/deliveries", supply.canteen.buyer, contract_id=supply.contract_id).ok()["items"][:1]:
        if verb == "accept":
            supply.accept(delivery["delivery_id"], str(quantity))
        else:
            orders.post(
                f"/deliveries/{delivery['delivery_id']}/return",
                supply.canteen.buyer,
                {"lines": [{"line_no": 1, "quantity": str(quantity)}], "reason": "变质"},
                key(),
            )


def assert_adds_up(supply: Supply) -> None:
    with supply.orders.db.reading() as conn:
        called = value(conn, "SELECT called_quantity FROM contract_lines WHERE contract_id = %s", [supply.contract_id])
        expected = value(
            conn,
            "SELECT coalesce(sum(greatest(c.quantity - c.given_back, c.accepted)), 0) - (SELECT coalesce(sum(l.returned_quantity), 0) "
            "FROM deliveries d JOIN delivery_lines l USING (merchant_id, delivery_id) WHERE d.contract_id = %(id)s) FROM call_offs o "
            "JOIN call_off_lines c USING (merchant_id, call_off_id) WHERE o.contract_id = %(id)s",
            {"id": supply.contract_id},
        )
        sold = value(conn, "SELECT coalesce(sum(amount_fen), 0) FROM sale_lines WHERE contract_id = %s", [supply.contract_id])
        used = value(conn, "SELECT used_fen FROM limits WHERE subject_id = %s", [supply.contract_id])
        held = value(
            conn,
            "SELECT coalesce(sum(greatest(c.amount_fen - c.accepted_fen, 0)), 0) FROM call_offs o JOIN call_off_lines c "
            "USING (merchant_id, call_off_id) WHERE o.contract_id = %s AND o.state IN ('requested', 'approved', 'confirmed')",
            [supply.contract_id],
        )
    assert called == expected
    assert used == held + sold, "held for what is to come, owed for what was accepted and not returned"
    assert supply.shown()["owed_fen"] == sold


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_remainder_and_credit_add_up_after_any_sequence(orders: Harness, steps: list[tuple[str, Decimal]]) -> None:
    supply = open_supply(orders, lines=[{"max_quantity": "20", "price_fen": 333}], credit_limit_fen=5000, tolerance="5")
    for verb, quantity in steps:
        act(supply, verb, quantity)
    assert_adds_up(supply)
    assert_ledger_holds(orders)
