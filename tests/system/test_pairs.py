"""Nobody reads or moves what is another's: for each pair, at the gateway and at the service that owns the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.kit.principal import Grant, Principal, Role
from tests.journeys.client import Client, Refused, new_key, raw
from tests.journeys.world import World, yuan
from tests.system.conftest import Side

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pairs")]

CLOSED = {"NOT_FOUND", "FORBIDDEN"}
Ask = Callable[[Client, Side], Any]


def one(field: str, selection: str, pick: Callable[[Side], str]) -> Ask:
    return lambda who, other: who.ask(f"query($id: ID!) {{ {field}(id: $id) {{ {selection} }} }}", id=pick(other))


READS: dict[str, tuple[tuple[str, ...], Ask]] = {
    "order": (("shopper", "merchant", "canteen_buyer", "outlet"), one("order", "orderNo", lambda s: s.checkout.order_id)),
    "payment": (("shopper", "merchant"), one("payment", "amount { amount }", lambda s: s.checkout.payment_id)),
    "contract": (
        ("merchant", "canteen_buyer", "canteen_approver", "group_organiser", "shopper"),
        one("contract", "contractNo", lambda s: s.contract_id),
    ),
    "call-off": (("merchant", "canteen_buyer", "canteen_approver"), one("callOff", "callOffNo", lambda s: s.call_off_id)),
    "delivery": (("merchant", "canteen_buyer", "canteen_approver"), one("delivery", "deliveryNo", lambda s: s.delivery_id)),
    "slip": (("outlet", "merchant"), one("slip", "slipNo", lambda s: s.slip_id)),
    "campaign": (("group_organiser", "shopper", "canteen_buyer"), one("campaign", "title", lambda s: s.campaign["id"])),
    "institution": (("canteen_buyer", "shopper"), one("institution", "members { accountId }", lambda s: s.institution.id)),
    "orders of a merchant": (
        ("merchant", "shopper"),
        lambda who, s: who.ask("query($m: ID!) { orders(merchantId: $m) { nodes { id } } }", m=s.merchant.id),
    ),
    "stock": (
        ("merchant", "shopper"),
        lambda who, s: who.ask("query($m: ID!) { stock(merchantId: $m) { nodes { productId } } }", m=s.merchant.id),
    ),
    "products in any state": (
        ("merchant", "shopper"),
        lambda who, s: who.ask("query($m: ID!) { merchantProducts(merchantId: $m) { nodes { id } } }", m=s.merchant.id),
    ),
}


@pytest.mark.parametrize(("what", "role"), [(what, role) for what, (roles, _) in READS.items() for role in roles])
def test_anothers_is_not_there_at_the_gateway(sides: tuple[Side, Side], what: str, role: str) -> None:
    for mine, other in (sides, sides[::-1]):
        client, _ = mine.as_(role)
        with pytest.raises(Refused) as refused:
            READS[what][1](client, other)
        assert set(refused.value.codes) <= CLOSED, refused.value


ROUTES: dict[str, tuple[tuple[str, ...], str, Callable[[Side], str]]] = {
    "order": (("shopper", "merchant", "canteen_buyer", "outlet"), "orders", lambda s: f"/orders/{raw(s.checkout.order_id)}"),
    "payment": (("shopper", "merchant"), "orders", lambda s: f"/payments/{raw(s.checkout.payment_id)}"),
    "document of an order": (("shopper", "merchant"), "orders", lambda s: f"/documents/order/{raw(s.checkout.order_id)}"),
    "document of a delivery": (("shopper", "merchant", "canteen_buyer"), "orders", lambda s: f"/documents/delivery/{raw(s.delivery_id)}"),
    "document of a slip": (("shopper", "merchant", "outlet"), "orders", lambda s: f"/documents/slip/{raw(s.slip_id)}"),
    "contract": (
        ("merchant", "canteen_buyer", "canteen_approver", "group_organiser", "shopper"),
        "orders",
        lambda s: f"/contracts/{raw(s.contract_id)}",
    ),
    "call-off": (("merchant", "canteen_buyer", "canteen_approver"), "orders", lambda s: f"/call-offs/{raw(s.call_off_id)}"),
    "delivery": (("merchant", "canteen_buyer", "canteen_approver"), "orders", lambda s: f"/deliveries/{raw(s.delivery_id)}"),
    "slip": (("outlet", "merchant"), "orders", lambda s: f"/slips/{raw(s.slip_id)}"),
    "campaign": (("group_organiser", "shopper", "canteen_buyer"), "orders", lambda s: f"/campaigns/{raw(s.campaign['id'])}"),
    "institution": (("canteen_buyer", "shopper"), "orders", lambda s: f"/institutions/{raw(s.institution.id)}"),
    "orders of a merchant": (("merchant", "shopper"), "orders", lambda s: f"/orders?merchant_id={raw(s.merchant.id)}"),
    "stock": (("merchant", "shopper"), "orders", lambda s: f"/stock?merchant_id={raw(s.merchant.id)}"),
    "products in any state": (("merchant", "shopper"), "catalog", lambda s: f"/products?merchant_id={raw(s.merchant.id)}"),
}


@pytest.mark.parametrize(("what", "role"), [(what, role) for what, (roles, _, _) in ROUTES.items() for role in roles])
def test_anothers_is_not_there_at_the_service(world: World, sides: tuple[Side, Side], what: str, role: str) -> None:
    _, service, path = ROUTES[what]
    for mine, other in (sides, sides[::-1]):
        reply = world.direct.get(service, path(other), mine.as_(role)[1])
        assert (reply.status, reply.code) in ((404, "NOT_FOUND"), (403, "FORBIDDEN")), reply


def test_ones_own_is_there_both_ways(world: World, sides: tuple[Side, Side]) -> None:
    """Or the tests above would pass by an empty house."""
    for mine in sides:
        for what, (roles, service, path) in ROUTES.items():
            role = next(r for r in roles if (what, r) not in STRANGERS)
            assert world.direct.get(service, path(mine), mine.as_(role)[1]).status == 200, (what, role)
        for what, (roles, ask) in READS.items():
            role = next(r for r in roles if (what, r) not in STRANGERS)
            assert ask(mine.as_(role)[0], mine), (what, role)


# Roles that have no part in their own side's row either.
STRANGERS = {
    ("document of a delivery", "shopper"),
    ("document of a slip", "shopper"),
}


# ------------------------------------------------------------------------------------------------ writes

WRITES: dict[str, tuple[str, Callable[[Client, Side], Any]]] = {
    "pay another's order": (
        "shopper",
        lambda who, s: who.do("startPayment", "state", id=s.checkout.payment_id, returnUrl="https://x.test/"),
    ),
    "cancel it": ("shopper", lambda who, s: who.do("cancelOrder", "state", id=s.checkout.order_id)),
    "ship another merchant's": ("merchant", lambda who, s: who.do("shipOrder", "state", id=s.checkout.order_id)),
    "set another's stock": ("merchant", lambda who, s: who.do("setStock", "available", productId=s.product.id, quantity="1")),
    "change another's price": ("merchant", lambda who, s: who.do("changeProduct", "id", id=s.product.id, price=yuan("0.01"))),
    "confirm another's contract": ("canteen_buyer", lambda who, s: who.do("confirmContract", "state", id=s.contract_id, hash="0" * 64)),
    "call off under another's contract": (
        "canteen_buyer",
        lambda who, s: who.do(
            "callOffContract", "id", contractId=s.contract_id, deliverOn="2027-01-01", lines=[{"lineNo": 1, "quantity": "1"}]
        ),
    ),
    "approve another's call-off": ("canteen_approver", lambda who, s: who.do("approveCallOff", "state", id=s.call_off_id)),
    "accept another's delivery": (
        "canteen_buyer",
        lambda who, s: who.do("acceptDelivery", "id", id=s.delivery_id, lines=[{"lineNo": 1, "acceptedQuantity": "1"}]),
    ),
    "write another's slip": (
        "outlet",
        lambda who, s: who.do(
            "recordSlip",
            "id",
            outletId=s.outlet.id,
            slipNo=new_key(),
            payType="cash",
            lines=[{"productId": s.product.id, "quantity": "1", "unit": "袋", "price": yuan("1.00")}],
        ),
    ),
    "reverse another's slip": ("outlet", lambda who, s: who.do("reverseSlip", "id", id=s.slip_id, reason="x")),
    "close another's campaign": ("group_organiser", lambda who, s: who.do("closeCampaign", "state", id=s.campaign["id"])),
    "add a member to another's institution": (
        "canteen_buyer",
        lambda who, s: who.do("addInstitutionMember", "id", institutionId=s.institution.id, accountId=who.account_id, role="canteen_buyer"),
    ),
    "report another's sales": (
        "merchant",
        lambda who, s: who.do(
            "submitExternalReport",
            "id",
            merchantId=s.merchant.id,
            month="2026-10",
            paper="x.pdf",
            lines=[
                {
                    "productId": s.product.id,
                    "buyerKind": "caterer",
                    "consumptionCounty": "outside",
                    "quantity": "1",
                    "unit": "袋",
                    "amount": yuan("1.00"),
                }
            ],
        ),
    ),
    "certify oneself": (
        "merchant",
        lambda who, s: who.do("certify", "certificateNo", applicationIds=[], documentNo="x", validUntil="2027-01-01"),
    ),
    "suspend another": ("merchant", lambda who, s: who.do("suspendProduct", "id", id=s.product.id, reason="x")),
    "make oneself bureau": ("merchant", lambda who, s: who.do("grantRole", accountId=who.account_id, role="BUREAU", scope="")),
}


@pytest.mark.parametrize("what", WRITES)
def test_anothers_is_not_moved(world: World, sides: tuple[Side, Side], what: str) -> None:
    role, act = WRITES[what]
    mine, other = sides
    with pytest.raises(Refused) as refused:
        act(mine.as_(role)[0], other)
    assert set(refused.value.codes) <= CLOSED | {"INVALID_INPUT"}, refused.value
    assert world.offer(other.product)["price"]["amount"] == "12.50"
    assert world.offer(other.product)["sellable"]


def test_an_id_of_another_kind_opens_nothing(sides: tuple[Side, Side]) -> None:
    mine, other = sides
    for given in (other.contract_id, other.merchant.id, "T3JkZXI6MQ", "x", "", "T3JkZXI6JyBPUiAxPTE"):
        with pytest.raises(Refused):
            mine.shopper.ask("query($id: ID!) { order(id: $id) { id } }", id=given)


def test_a_token_of_many_scopes_is_still_bound_to_them(world: World, sides: tuple[Side, Side]) -> None:
    """Two roles of one account do not add up to a third."""
    mine, other = sides
    who = Principal(
        raw(mine.shopper.account_id), (Grant(Role.MERCHANT, raw(mine.merchant.id)), Grant(Role.CANTEEN_BUYER, raw(mine.institution.id)))
    )
    for path in (
        f"/contracts/{raw(other.contract_id)}",
        f"/orders/{raw(other.checkout.order_id)}",
        f"/deliveries/{raw(other.delivery_id)}",
    ):
        assert world.direct.get("orders", path, who).status == 404
