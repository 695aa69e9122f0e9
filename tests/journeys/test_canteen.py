"""A canteen: contract, call-off by one and approval by another, delivery line by line; a credit limit and a remainder that hold."""

from __future__ import annotations

import pytest

from tests.journeys.client import Refused, new_key, wait_for
from tests.journeys.world import World, fen, totals, yuan

pytestmark = pytest.mark.system

LINES = "lines { lineNo acceptedQuantity rejectedQuantity rejectReason state amount { amount } }"


def test_only_accepted_goods_are_sales_and_the_rest_says_why(world: World) -> None:
    merchant = world.merchant()
    greens = world.product(merchant, stock="", unit="kg", pack="散装", price=yuan("4.00"))
    eggs = world.product(merchant, stock="", unit="箱", pack="10 kg 箱", price=yuan("88.00"))
    institution = world.institution()
    contract_id = world.contract(institution, (greens, "3.20", "500"), (eggs, "80.00", None))
    call_off_id = world.call_off(institution, merchant, contract_id, "100", "4")
    delivery_id = world.dispatch(merchant, call_off_id, "100", "4")
    accepted = institution.buyer.do(
        "acceptDelivery",
        f"state amount {{ amount }} {LINES}",
        id=delivery_id,
        lines=[
            {"lineNo": 1, "acceptedQuantity": "187.5", "rejectedQuantity": "12.5", "unit": "斤", "reason": "叶片发黄"},
            {"lineNo": 2, "acceptedQuantity": "4"},
        ],
    )
    greens_line, eggs_line = accepted["lines"]
    assert (float(greens_line["acceptedQuantity"]), fen(greens_line["amount"])) == (93.75, 30000)
    assert greens_line["rejectReason"] == "叶片发黄"
    assert fen(eggs_line["amount"]) == 32000
    left = institution.buyer.ask("query($id: ID!) { contract(id: $id) { lines { lineNo leftQuantity } } }", id=contract_id)
    assert float(left["lines"][0]["leftQuantity"]) >= 400
    assert left["lines"][1]["leftQuantity"] is None
    wait_for(lambda: totals(world, contractId=contract_id)["net"] == 62000)


def test_whoever_ordered_does_not_approve(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant, stock="")
    institution = world.institution()
    contract_id = world.contract(institution, (product, "10.00", None))
    call_off_id = institution.buyer.do(
        "callOffContract", "id", contractId=contract_id, deliverOn=world.day(1), lines=[{"lineNo": 1, "quantity": "5"}]
    )["id"]
    with pytest.raises(Refused):
        institution.buyer.do("approveCallOff", "state", id=call_off_id)
    with pytest.raises(Refused):
        merchant.owner.do("confirmCallOff", "state", id=call_off_id)
    assert institution.approver.do("approveCallOff", "state", id=call_off_id)["state"] == "approved"
    assert merchant.owner.do("confirmCallOff", "state", id=call_off_id)["state"] == "confirmed"


def test_a_remainder_holds_and_comes_back_with_a_rejection(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant, stock="")
    institution = world.institution()
    contract_id = world.contract(institution, (product, "10.00", "10"))

    def order(quantity: str, key: str = "") -> str:
        return str(
            institution.buyer.do(
                "callOffContract",
                "id",
                contractId=contract_id,
                deliverOn=world.day(1),
                lines=[{"lineNo": 1, "quantity": quantity}],
                idempotencyKey=key or new_key(),
            )["id"]
        )

    key = new_key()
    first = order("8", key)
    assert order("8", key) == first
    with pytest.raises(Refused) as refused:
        order("3")
    assert refused.value.fields == ["lines.0.quantity"]
    institution.approver.do("rejectCallOff", "state", id=first, reason="菜谱已改")
    order("10")


def test_three_hundred_lines_are_called_off_in_one_trip_and_two_thousand_and_one_are_refused(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant, stock="")
    institution = world.institution()
    lines = [{"lineNo": n, "productId": product.id, "quantity": "1"} for n in range(1, 2002)]
    contract_id = world.contract(institution, (product, "10.00", None))
    with pytest.raises(Refused) as refused:
        institution.buyer.do("callOffContract", "id", contractId=contract_id, deliverOn=world.day(1), lines=lines)
    assert refused.value.codes == ["TOO_MANY"]


def test_goods_found_bad_later_go_back_as_a_negative_line(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant, stock="")
    institution = world.institution()
    contract_id = world.contract(institution, (product, "10.00", None))
    delivery_id = world.dispatch(merchant, world.call_off(institution, merchant, contract_id, "10"), "10")
    world.accept(institution, delivery_id, "10")
    institution.buyer.do("returnDeliveryLines", "id", id=delivery_id, lines=[{"lineNo": 1, "quantity": "2"}], reason="变质")

    wait_for(lambda: totals(world, contractId=contract_id) == {"gross": 10000, "refunds": 2000, "net": 8000})


def test_a_contract_is_one_only_when_both_confirm_the_same_content(world: World) -> None:
    merchant = world.merchant()
    product = world.product(merchant, stock="")
    institution = world.institution()
    proposed = merchant.owner.do(
        "proposeContract",
        "id hash state",
        institutionId=institution.id,
        merchantId=merchant.id,
        validFrom=world.day(),
        validUntil=world.day(90),
        lines=[{"lineNo": 1, "productId": product.id, "unit": product.unit, "price": yuan("10.00")}],
    )
    with pytest.raises(Refused):
        institution.buyer.do("confirmContract", "state", id=proposed["id"], hash="0" * len(proposed["hash"]))
    assert institution.buyer.do("confirmContract", "state", id=proposed["id"], hash=proposed["hash"])["state"] == "proposed"
    with pytest.raises(Refused):
        institution.buyer.do(
            "callOffContract", "id", contractId=proposed["id"], deliverOn=world.day(1), lines=[{"lineNo": 1, "quantity": "1"}]
        )
    assert merchant.owner.do("confirmContract", "state", id=proposed["id"], hash=proposed["hash"])["state"] == "signed"
