"""From the terms to the door: contracts, call-offs, deliveries."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.events.orders import (
    ContractEnded,
    ContractSigned,
    DeliveryAccepted,
    InstitutionRegistered,
    OrdersMembershipGranted,
    RefundRecorded,
    SaleRecorded,
)
from services.kit.principal import Role
from tests.orders.contracts.support import key, open_canteen, open_supply
from tests.orders.support import assert_ledger_holds, certificate, open_market
from tests.support.service import BUREAU, Harness, principal


def test_who_applies_for_an_institution_becomes_its_first_buyer(orders: Harness) -> None:
    canteen = open_canteen(orders)
    (registered,) = orders.published(InstitutionRegistered)
    assert registered["kind"] == "hospital"
    granted = orders.published(OrdersMembershipGranted)
    assert (granted[0]["account_id"], granted[0]["role"]) == (canteen.buyer.subject, "canteen_buyer")
    assert {g["scope"] for g in granted} == {canteen.institution_id}


def test_a_kind_that_is_not_in_the_list_is_refused(orders: Harness) -> None:
    body = {"institution_code": "I-1", "name": "x", "kind": "circus", "county_code": "371503"}
    orders.post("/institutions/apply", principal(), body).refused("UNKNOWN_KIND")


def test_both_parties_confirm_the_same_hash_before_a_contract_is_signed(orders: Harness) -> None:
    supply = open_supply(orders, signed=False)
    contract = supply.contract
    path = f"/contracts/{supply.contract_id}/confirm"
    orders.post(path, supply.market.seller, {"hash": "0" * 64}).refused("HASH_DIFFERS")
    once = orders.post(path, supply.market.seller, {"hash": contract["hash"]}).ok()
    assert (once["state"], once["merchant_confirmed"], once["institution_confirmed"]) == ("proposed", True, False)
    assert orders.published(ContractSigned) == []
    assert orders.post(path, supply.canteen.buyer, {"hash": contract["hash"]}).ok()["state"] == "signed"
    (event,) = orders.published(ContractSigned)
    assert event["institution_county"] == "371503"


def test_a_product_that_expired_before_signing_keeps_the_contract_from_being_signed(orders: Harness) -> None:
    yesterday = orders.now().date() - timedelta(days=2)
    market = open_market(orders, 2, changes=[{}, {"certificates": (certificate(last=yesterday),)}])
    supply = open_supply(orders, market=market, signed=False)
    path = f"/contracts/{supply.contract_id}/confirm"
    orders.post(path, market.seller, {"hash": supply.contract["hash"]}).ok()
    refusal = orders.post(path, supply.canteen.buyer, {"hash": supply.contract["hash"]}).refused("SEVERAL")
    assert [(e["code"], e["field"]) for e in refusal["errors"]] == [("NOT_CERTIFIED", "lines.1.product_id")]
    assert supply.shown()["institution_confirmed"] is False


def test_another_merchants_product_and_a_doubled_one_are_named_line_by_line(orders: Harness) -> None:
    market, other, canteen = open_market(orders), open_market(orders), open_canteen(orders)
    mine, theirs = market.products[0].product_id, other.products[0].product_id
    body = {
        "institution_id": canteen.institution_id,
        "merchant_id": market.merchant.merchant_id,
        "valid_from": "2026-01-01",
        "valid_until": "2029-01-01",
        "lines": [{"product_id": p, "unit": "kg", "price_fen": 1} for p in (mine, theirs)],
    }
    refusal = orders.post("/contracts", canteen.buyer, body, key()).refused("SEVERAL")
    assert [(e["code"], e["field"]) for e in refusal["errors"]] == [("NOT_THE_MERCHANTS_PRODUCT", "lines.1.product_id")]
    body["lines"] = [{"product_id": mine, "unit": "kg", "price_fen": 1}, {"product_id": mine, "unit": "kg", "price_fen": 0}]
    refusal = orders.post("/contracts", canteen.buyer, body, key()).refused("SEVERAL")
    assert {(e["code"], e["field"]) for e in refusal["errors"]} == {
        ("PRODUCT_TWICE", "lines.1.product_id"),
        ("INVALID_INPUT", "lines.1.price_fen"),
    }


def test_only_what_is_accepted_is_sold(orders: Harness) -> None:
    supply = open_supply(orders, 2)
    delivery_id = supply.sent("100", "20.5")
    delivery = supply.accept(delivery_id, "98.25", "0").ok()
    assert (delivery["state"], delivery["amount_fen"]) == ("accepted", 58950)
    (sale,) = orders.published(SaleRecorded)
    (line,) = sale["lines"]
    assert line["amount_fen"] == 58950
    assert (line["channel"], line["evidence"], line["document_kind"], line["document_id"]) == (
        "contract",
        "transacted",
        "delivery",
        delivery_id,
    )
    assert (line["origin_county"], line["consumption_county"]) == ("371502", "371503")
    assert (Decimal(line["quantity"]), line["unit"], Decimal(line["quantity_kg"])) == (Decimal("98.25"), "kg", Decimal("98.25"))
    assert (line["buyer_org_id"], line["contract_id"]) == (supply.canteen.institution_id, supply.contract_id)
    (accepted,) = orders.published(DeliveryAccepted)
    assert accepted["amount_fen"] == 58950
    assert_ledger_holds(orders)


def test_jin_are_entered_and_kilograms_stored_and_the_line_rounds_once(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"unit": "斤", "price_fen": 333}])
    body = {"deliver_on": supply.tomorrow, "lines": [{"line_no": 1, "quantity": "20.3", "unit": "斤"}]}
    call_off = orders.post(f"/contracts/{supply.contract_id}/call-offs", supply.canteen.buyer, body, key()).ok()
    (line,) = call_off["lines"]
    assert (line["quantity"], line["unit"], line["price_unit"], line["amount_fen"]) == ("10.150", "kg", "斤", 6760)


def test_welfare_paid_by_the_union_is_union_and_no_contract_purchase(orders: Harness) -> None:
    supply = open_supply(orders)
    supply.accept(supply.sent("10", welfare=True), "10").ok()
    (line,) = orders.published(SaleRecorded)[0]["lines"]
    assert (line["channel"], line["contract_id"], line["organised_by"]) == ("union", None, "union")


def test_nobody_approves_a_call_off_of_his_own(orders: Harness) -> None:
    supply = open_supply(orders)
    call_off_id = supply.call_off("5").ok()["call_off_id"]
    both = principal(Role.CANTEEN_APPROVER, supply.canteen.institution_id, account=supply.canteen.buyer.subject)
    orders.post(f"/call-offs/{call_off_id}/approve", both).refused("OWN_APPROVAL")
    orders.post(f"/call-offs/{call_off_id}/approve", supply.canteen.second).refused("FORBIDDEN")
    orders.post(f"/call-offs/{call_off_id}/confirm", supply.market.seller).refused("WRONG_STATE")
    assert orders.post(f"/call-offs/{call_off_id}/approve", supply.canteen.approver).ok()["state"] == "approved"


def test_a_contract_with_two_acceptors_takes_two_people_who_find_the_same(orders: Harness) -> None:
    supply = open_supply(orders, acceptors_required=2)
    delivery_id = supply.sent("10")
    first = supply.accept(delivery_id, "9").ok()
    assert (first["state"], first["waiting_for_second"]) == ("sent", True)
    assert orders.published(SaleRecorded) == []
    supply.accept(delivery_id, "9").refused("SECOND_PERSON_NEEDED")
    differs = supply.accept(delivery_id, "8", who=supply.canteen.second).ok()
    assert differs["waiting_for_second"], "other figures wait for another person in their turn"
    done = supply.accept(delivery_id, "8", who=supply.canteen.approver).ok()
    assert (done["state"], done["amount_fen"]) == ("accepted", 4800)
    assert len(orders.published(SaleRecorded)) == 1


def test_a_product_suspended_between_confirmation_and_door_is_refused_and_the_other_lines_are_not(orders: Harness) -> None:
    supply = open_supply(orders, 2)
    delivery_id = supply.sent("10", "10")
    supply.market.withdraw(supply.market.products[0])
    refusal = supply.accept(delivery_id, "10", "10").refused("SEVERAL")
    assert [(e["code"], e["field"]) for e in refusal["errors"]] == [("WITHDRAWN_GOODS", "lines.0.line_no")]
    assert orders.published(SaleRecorded) == []
    body = {"lines": [{"line_no": 2, "accepted_quantity": "10"}]}
    part = orders.post(f"/deliveries/{delivery_id}/accept", supply.canteen.buyer, body, key()).ok()
    assert part["state"] == "sent"
    whole = supply.accept(delivery_id, "0").ok()
    assert (whole["state"], whole["amount_fen"]) == ("accepted", 6000)
    assert_ledger_holds(orders)


def test_a_product_that_expired_after_the_confirmation_is_accepted(orders: Harness) -> None:
    today = orders.now().date() + timedelta(days=1)
    supply = open_supply(orders, market=open_market(orders, changes=[{"certificates": (certificate(last=today),)}]))
    delivery_id = supply.sent("10")
    late = supply.approved("10")
    orders.shift_clock(timedelta(days=3))
    refusal = orders.post(f"/call-offs/{late}/confirm", supply.market.seller).refused("SEVERAL")
    assert refusal["errors"][0]["code"] == "NOT_CERTIFIED"
    assert supply.accept(delivery_id, "10").ok()["state"] == "accepted"
    assert_ledger_holds(orders)


def test_an_acceptance_made_offline_carries_its_own_time_and_is_judged_by_it(orders: Harness) -> None:
    supply = open_supply(orders)
    delivery_id = supply.sent("10")
    at_the_door = orders.now()
    supply.market.withdraw(supply.market.products[0])
    supply.accept(delivery_id, "10").refused("SEVERAL")
    supply.accept(delivery_id, "10", accepted_at=at_the_door + timedelta(days=1)).refused("BAD_ACCEPTANCE_TIME")
    supply.accept(delivery_id, "10", accepted_at=at_the_door - timedelta(days=1)).refused("BAD_ACCEPTANCE_TIME")
    accepted = supply.accept(delivery_id, "10", accepted_at=at_the_door).ok()
    assert accepted["accepted_at"] < accepted["recorded_at"]
    assert_ledger_holds(orders)


def test_a_double_sent_acceptance_makes_one_sale(orders: Harness) -> None:
    supply = open_supply(orders)
    delivery_id, same = supply.sent("10"), key()
    first, again = supply.accept(delivery_id, "10", key_=same).ok(), supply.accept(delivery_id, "10", key_=same).ok()
    assert first == again
    supply.accept(delivery_id, "9", key_=same).refused("IDEMPOTENCY_MISMATCH")
    supply.accept(delivery_id, "10").refused("WRONG_STATE")
    assert len(orders.published(SaleRecorded)) == 1


def test_three_hundred_lines_are_called_off_in_one_trip_and_two_thousand_and_one_refused(orders: Harness) -> None:
    supply = open_supply(orders, 300)
    call_off = supply.call_off(*["1.5"] * 300).ok()
    assert len(call_off["lines"]) == 300
    assert call_off["amount_fen"] == 300 * 900
    supply.call_off(*["1"] * 2001).refused("TOO_MANY")


def test_every_bad_line_of_a_call_off_is_named_and_nothing_is_taken(orders: Harness) -> None:
    supply = open_supply(orders, 6, lines=[{"max_quantity": "10"}, {"min_quantity": "5"}])
    refusal = supply.call_off("10", "4", "-1", "1.0005", "NaN", "１").refused("SEVERAL")
    assert [(e["field"], e["code"]) for e in refusal["errors"]] == [
        ("lines.1.quantity", "BELOW_MINIMUM"),
        *((f"lines.{n}.quantity", "INVALID_QUANTITY") for n in range(2, 6)),
    ]
    refusal = supply.call_off("10.001").refused("SEVERAL")
    assert [(e["field"], e["code"], e["facts"]["left"]) for e in refusal["errors"]] == [
        ("lines.0.quantity", "REMAINDER_EXCEEDED", "10.000")
    ]
    assert supply.shown()["lines"][0]["left_quantity"] in ("10", "10.000")


@pytest.mark.parametrize("quantity", ["0", "-1", "1e30", "NaN", "Infinity", "0.0001", "１", ""])
def test_no_quantity_but_a_positive_decimal_in_steps_of_its_unit_is_taken(orders: Harness, quantity: str) -> None:
    supply = open_supply(orders)
    answer = supply.call_off(quantity)
    assert answer.status == 422, answer.body
    assert orders.get("/call-offs", supply.canteen.buyer).ok()["items"] == []


def test_a_cancelled_or_rejected_call_off_gives_the_remainder_and_the_credit_back_once(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"max_quantity": "100"}], credit_limit_fen=60_000)
    call_off_id = supply.call_off("100").ok()["call_off_id"]
    supply.call_off("1").refused("SEVERAL")
    for _ in range(2):
        assert orders.post(f"/call-offs/{call_off_id}/cancel", supply.canteen.buyer).ok()["state"] == "cancelled"
        shown = supply.shown()
        assert Decimal(shown["lines"][0]["left_quantity"]) == 100
        assert shown["credit"] == {"limit_fen": 60_000, "used_fen": 0}
    other = supply.approved("40")
    orders.post(f"/call-offs/{other}/reject", supply.market.seller, {"reason": "缺货"}).ok()
    assert supply.shown()["credit"]["used_fen"] == 0


def test_credit_is_held_by_the_call_off_owed_after_acceptance_and_free_when_paid(orders: Harness) -> None:
    supply = open_supply(orders, credit_limit_fen=10_000)
    supply.call_off("20").refused("LIMIT_EXCEEDED")
    delivery_id = supply.sent("10")
    assert supply.shown()["credit"]["used_fen"] == 6000
    supply.accept(delivery_id, "9").ok()
    assert supply.shown()["credit"]["used_fen"] == 6000, "one kilogram may still be delivered"
    path = f"/contracts/{supply.contract_id}/payments"
    orders.post(path, supply.market.seller, {"amount_fen": 5401, "transfer_reference": "T-1"}, key()).refused("MORE_THAN_OWED")
    orders.post(path, supply.canteen.buyer, {"amount_fen": 5400, "transfer_reference": "T-1"}, key()).refused("FORBIDDEN")
    paid = orders.post(path, supply.market.seller, {"amount_fen": 5400, "transfer_reference": "T-1"}, key()).ok()
    assert (paid["credit"]["used_fen"], paid["owed_fen"]) == (600, 0)
    orders.post(path, supply.market.seller, {"amount_fen": 1, "transfer_reference": "T-1"}, key()).refused("MORE_THAN_OWED")
    assert_ledger_holds(orders)


def test_a_rejected_part_may_be_delivered_again_and_the_last_of_it_fulfils_the_call_off(orders: Harness) -> None:
    supply = open_supply(orders)
    call_off_id = supply.confirmed("10")
    delivery_id = supply.send(call_off_id, "10")
    orders.post(f"/call-offs/{call_off_id}/cancel", supply.canteen.buyer).refused("WRONG_STATE")
    supply.accept(delivery_id, "7").ok()
    body = {"lines": [{"line_no": 1, "quantity": "3.001"}]}
    refusal = orders.post(f"/call-offs/{call_off_id}/deliveries", supply.market.seller, body, key()).refused("SEVERAL")
    assert refusal["errors"][0]["code"] == "MORE_THAN_CALLED"
    supply.accept(supply.send(call_off_id, "3"), "3").ok()
    assert orders.get(f"/call-offs/{call_off_id}", supply.canteen.buyer).ok()["state"] == "fulfilled"


def test_the_scale_decides_within_the_agreed_tolerance(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"max_quantity": "102"}], tolerance="3")
    delivery_id = supply.sent("100")
    refusal = supply.accept(delivery_id, "104").refused("SEVERAL")
    assert refusal["errors"][0]["code"] == "QUANTITIES_DO_NOT_ADD_UP"
    refusal = supply.accept(delivery_id, "103").refused("SEVERAL")
    assert refusal["errors"][0]["code"] == "REMAINDER_EXCEEDED"
    assert supply.accept(delivery_id, "101.5").ok()["amount_fen"] == 60_900
    assert Decimal(supply.shown()["lines"][0]["left_quantity"]) == Decimal("0.5")


def test_goods_returned_after_acceptance_are_refund_lines_and_open_the_remainder(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"unit": "斤", "price_fen": 333, "max_quantity": "6"}])
    delivery_id = supply.sent("3")
    assert supply.accept(delivery_id, "3").ok()["amount_fen"] == 1998
    path = f"/deliveries/{delivery_id}/return"
    parts = [
        orders.post(path, supply.market.seller, {"lines": [{"line_no": 1, "quantity": "1"}], "reason": "变质"}, key()).ok()
        for _ in range(3)
    ]
    assert parts[-1]["lines"][0]["returned_fen"] == 1998
    orders.post(path, supply.market.seller, {"lines": [{"line_no": 1, "quantity": "1"}], "reason": "变质"}, key()).refused("SEVERAL")
    refunds = [line for event in orders.published(RefundRecorded) for line in event["lines"]]
    assert sum(line["amount_fen"] for line in refunds) == -1998
    assert Decimal(supply.shown()["lines"][0]["left_quantity"]) == 3
    assert_ledger_holds(orders)


def test_a_framework_line_is_priced_at_each_delivery(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"price_fen": None}])
    call_off_id = supply.confirmed("10")
    path, line = f"/call-offs/{call_off_id}/deliveries", {"line_no": 1, "quantity": "10"}
    assert orders.post(path, supply.market.seller, {"lines": [line]}, key()).refused("SEVERAL")["errors"][0]["code"] == "PRICE_NEEDED"
    delivery = orders.post(path, supply.market.seller, {"lines": [line | {"price_fen": 421}]}, key()).ok()
    assert supply.accept(delivery["delivery_id"], "10").ok()["amount_fen"] == 4210


def test_an_ended_contract_takes_no_call_off_but_still_the_delivery_that_was_confirmed(orders: Harness) -> None:
    supply = open_supply(orders, lines=[{"max_quantity": "100"}])
    delivery_id, waiting = supply.sent("10"), supply.call_off("5").ok()["call_off_id"]
    assert orders.post(f"/contracts/{supply.contract_id}/end", supply.market.seller).ok()["state"] == "ended"
    assert orders.get(f"/call-offs/{waiting}", supply.canteen.buyer).ok()["state"] == "cancelled"
    supply.call_off("1").refused("WRONG_STATE")
    assert supply.accept(delivery_id, "10").ok()["state"] == "accepted"
    assert len(orders.published(ContractEnded)) == 1
    assert Decimal(supply.shown()["lines"][0]["called_quantity"]) == 10


def test_somebody_elses_contract_call_off_and_delivery_are_not_found(orders: Harness) -> None:
    supply = open_supply(orders)
    call_off_id = supply.confirmed("10")
    delivery_id = supply.send(call_off_id, "10")
    strangers = (
        principal(),
        principal(Role.CANTEEN_BUYER, uuid4()),
        principal(Role.CANTEEN_APPROVER, uuid4()),
        principal(Role.MERCHANT, uuid4()),
        principal(Role.COUNTY_OFFICER, "371526"),
        principal(Role.OUTLET, uuid4()),
        open_canteen(orders).buyer,
        open_market(orders).seller,
    )
    accept = {"lines": [{"line_no": 1, "accepted_quantity": "10"}]}
    for stranger in strangers:
        for path in (f"/contracts/{supply.contract_id}", f"/call-offs/{call_off_id}", f"/deliveries/{delivery_id}"):
            orders.get(path, stranger).refused("NOT_FOUND")
        for path in ("/contracts", "/call-offs", "/deliveries"):
            assert orders.get(path, stranger).ok()["items"] == []
        for path, body in (
            (f"/contracts/{supply.contract_id}/confirm", {"hash": supply.contract["hash"]}),
            (f"/contracts/{supply.contract_id}/end", {}),
            (f"/contracts/{supply.contract_id}/call-offs", {"deliver_on": supply.tomorrow, "lines": [{"line_no": 1, "quantity": "1"}]}),
            (f"/call-offs/{call_off_id}/cancel", {}),
            (f"/call-offs/{call_off_id}/approve", {}),
            (f"/deliveries/{delivery_id}/accept", accept),
        ):
            orders.post(path, stranger, body, key()).refused("NOT_FOUND")
    for reader in (BUREAU, principal(Role.COUNTY_OFFICER, "371502"), principal(Role.COUNTY_OFFICER, "371503")):
        assert orders.get(f"/contracts/{supply.contract_id}", reader).ok()["contract_id"] == supply.contract_id
        orders.post(f"/deliveries/{delivery_id}/accept", reader, accept, key()).refused("FORBIDDEN")
    orders.post(f"/deliveries/{delivery_id}/accept", supply.market.seller, accept, key()).refused("FORBIDDEN")
