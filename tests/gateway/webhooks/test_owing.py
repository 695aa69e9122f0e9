"""From the services' events to what is owed: to whom, once, and without a person's data."""

from __future__ import annotations

from uuid import UUID

import pytest

from gateway.schema.fields import from_global_id
from services.events.base import Event
from services.kit import json
from services.kit.ids import new_id
from services.kit.principal import Role
from tests.gateway.conftest import Caller
from tests.gateway.webhooks.conftest import Desk, gid, register
from tests.gateway.webhooks.samples import call_off, sale, statement, withdrawal
from tests.test_whole import PERSONAL

URL = "https://erp.example.com/hooks"


@pytest.fixture
def two(desk: Desk) -> dict[str, UUID]:
    """Endpoints of a merchant, of another, of an institution and of the city; all want everything. name → scope or endpoint ids."""
    own, other, institution = new_id(), new_id(), new_id()
    everyone: dict[str, tuple[Caller, dict[str, str]]] = {
        "own": (desk.member(Role.MERCHANT, own), {"merchantId": gid("Merchant", own)}),
        "other": (desk.member(Role.MERCHANT, other), {"merchantId": gid("Merchant", other)}),
        "institution": (desk.member(Role.CANTEEN_BUYER, institution), {"institutionId": gid("Institution", institution)}),
        "city": (desk.member(Role.BUREAU), {}),
    }
    ids = {
        name: UUID(from_global_id(register(caller, URL, **scope)["registered"]["endpoint"]["id"])[1])
        for name, (caller, scope) in everyone.items()
    }
    return {"merchant": own, "canteen": institution, **ids}


def told(desk: Desk, two: dict[str, UUID]) -> dict[str, list[str]]:
    names = {endpoint_id: name for name, endpoint_id in two.items()}
    found: dict[str, list[str]] = {}
    for row in desk.deliveries():
        found.setdefault(names[row["endpoint_id"]], []).append(row["kind"])
    return found


def test_each_is_told_of_his_own_and_the_bureau_of_all(desk: Desk, two: dict[str, UUID]) -> None:
    desk.apply(sale(two["merchant"]))
    assert told(desk, two) == {"own": ["order.paid"], "city": ["order.paid"]}
    desk.apply(call_off(two["merchant"], two["canteen"]))
    assert told(desk, two)["institution"] == ["call_off.placed"]
    desk.apply(withdrawal(two["merchant"]))
    desk.apply(statement())
    assert told(desk, two) == {
        "own": ["order.paid", "call_off.placed", "product.withdrawn"],
        "institution": ["call_off.placed"],
        "city": ["order.paid", "call_off.placed", "product.withdrawn", "statement.ready"],
    }


def test_an_event_read_again_is_owed_once(desk: Desk, two: dict[str, UUID]) -> None:
    event = sale(two["merchant"])
    event_id = desk.apply(event)
    desk.apply(event, event_id=event_id)
    assert told(desk, two) == {"own": ["order.paid"], "city": ["order.paid"]}


def test_deliveries_slips_and_imports_are_no_paid_orders(desk: Desk, two: dict[str, UUID]) -> None:
    desk.apply(sale(two["merchant"], channel="contract", document_kind="delivery"))
    desk.apply(sale(two["merchant"], channel="counter", document_kind="slip"))
    desk.apply(sale(two["merchant"], origin="import"))
    assert desk.deliveries() == []


def test_only_the_kinds_that_were_asked_for(desk: Desk) -> None:
    merchant_id = new_id()
    register(desk.member(Role.MERCHANT, merchant_id), URL, ["PRODUCT_WITHDRAWN"], merchantId=gid("Merchant", merchant_id))
    desk.apply(sale(merchant_id))
    desk.apply(withdrawal(merchant_id))
    assert [row["kind"] for row in desk.deliveries()] == ["product.withdrawn"]


def test_an_order_is_told_with_its_sum_and_lines_in_yuan(desk: Desk, two: dict[str, UUID]) -> None:
    event = sale(two["merchant"], 1250, 990)
    desk.apply(event)
    data = next(row["data"] for row in desk.deliveries())
    assert data["orderId"] == gid("Order", event.lines[0].document_id)
    assert data["amount"] == {"amount": "22.40", "currency": "CNY"}
    assert [(one["quantity"], one["unit"], one["amount"]["amount"]) for one in data["lines"]] == [("2", "袋", "12.50"), ("2", "袋", "9.90")]


@pytest.mark.parametrize("make", [lambda m: sale(m), lambda m: call_off(m, new_id()), withdrawal, lambda _m: statement()])
def test_a_payload_holds_no_persons_data(desk: Desk, make: object) -> None:
    merchant_id = new_id()
    register(desk.member(Role.BUREAU), URL)
    event = make(merchant_id)  # type: ignore[operator]
    assert isinstance(event, Event)
    desk.apply(event)
    (row,) = desk.deliveries()
    assert not PERSONAL.search(json.dumps(row["data"])), row["data"]
    assert "灵芝" not in json.dumps(row["data"])
