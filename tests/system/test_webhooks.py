"""What an integrator's system gets when people trade: the four events, by the whole product, signed, its own only."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from services.kit import json
from tests.gateway.webhooks.conftest import Receiver
from tests.gateway.webhooks.conftest import receiver as receiver
from tests.journeys.client import Client, wait_for
from tests.journeys.world import World

REGISTERED = "secret endpoint { id }"


def of_kind(partner: Receiver, kind: str) -> list[dict[str, Any]]:
    return [told["data"] for told in (json.loads(r.body) for r in partner.had) if told["type"] == kind]


def test_partners_are_told_of_orders_call_offs_withdrawals_and_statements(world: World, receiver: Receiver) -> None:
    merchant, other = world.merchant("371522"), world.merchant("371522")
    product, theirs = world.product(merchant), world.product(other)
    institution = world.institution("371522")
    owners: list[tuple[Client, dict[str, str], str]] = [
        (merchant.owner, {"merchantId": merchant.id}, "merchant"),
        (institution.buyer, {"institutionId": institution.id}, "canteen"),
        (world.bureau, {}, "city"),
    ]
    kinds = ["ORDER_PAID", "CALL_OFF_PLACED", "PRODUCT_WITHDRAWN", "STATEMENT_READY"]
    made = {
        name: owner.do("registerWebhookEndpoint", REGISTERED, url=receiver.url.split("?")[0] + f"/{name}", kinds=kinds, **scope)
        for owner, scope, name in owners
    }
    _, checkout = world.buy((product, "2"))
    world.buy((theirs, "3"))
    contract_id = world.contract(institution, (product, "10.00", None))
    call_off_id = world.call_off(institution, merchant, contract_id, "4")
    world.bureau.do("suspendProduct", "id", id=product.id, reason="抽检不合格")
    report = world.bureau.do("requestReport", "id", **{"from": world.day(-1), "until": world.day(), "formats": ["csv"]})

    def paths(data: dict[str, Any]) -> set[str]:
        return {r.path.rsplit("/", 1)[1] for r in receiver.had if json.loads(r.body)["data"] == data}

    def mine(kind: str, key: str, value: str) -> dict[str, Any]:
        return wait_for(lambda: next((d for d in of_kind(receiver, kind) if d[key] == value), None), what=kind)

    order = mine("order.paid", "orderId", checkout.order_id)
    assert order["amount"] == {"amount": "25.00", "currency": "CNY"} and order["merchantId"] == merchant.id
    placed = mine("call_off.placed", "callOffId", call_off_id)
    assert (placed["contractId"], placed["institutionId"]) == (contract_id, institution.id)
    withdrawn = mine("product.withdrawn", "productId", product.id)
    ready = mine("statement.ready", "reportId", report["id"])
    wait_for(lambda: paths(order) == {"merchant", "city"}, what="its merchant and the bureau")
    wait_for(lambda: paths(placed) == {"merchant", "canteen", "city"}, what="both parties and the bureau")
    wait_for(lambda: paths(withdrawn) == {"merchant", "city"}, what="its merchant and the bureau")
    assert paths(ready) == {"city"}
    assert {json.loads(r.body)["data"]["merchantId"] for r in receiver.had if r.path.endswith("/merchant")} == {merchant.id}
    for got in receiver.had:
        key = base64.b64decode(made[got.path.rsplit("/", 1)[1]]["secret"].removeprefix("whsec_"))
        content = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
        assert got.headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    for owner, _, name in owners:
        owner.do("removeWebhookEndpoint", "", id=made[name]["endpoint"]["id"])
