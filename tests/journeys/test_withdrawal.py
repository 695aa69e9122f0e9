"""A withdrawn product, or a product of a withdrawn merchant, is neither found nor sold, in no way of selling; reinstated it is again."""

from __future__ import annotations

import pytest

from tests.journeys.client import Refused, wait_for
from tests.journeys.ways import Ways, refusal_of
from tests.journeys.world import Product, World

pytestmark = pytest.mark.system

NOT_FOR_SALE = {"NOT_CERTIFIED", "NOT_CERTIFIED_THEN", "NOT_SELLABLE", "NOT_LINKED", "UNKNOWN_PRODUCT", "WITHDRAWN_GOODS"}


def withdraw(world: World, product: Product, subject: str, act: str) -> None:
    target = product.id if subject == "Product" else product.merchant.id
    world.bureau.do(f"{act}{subject}", "id", id=target, reason="抽检不合格", documentNo="聊消帮〔2026〕9 号")


@pytest.mark.parametrize("subject", ["Product", "Merchant"])
def test_suspended_it_is_sold_in_no_way_and_reinstated_in_every_way(world: World, subject: str) -> None:
    product = world.product(world.merchant())
    ways = Ways.of(world, product)
    ways.wait_open()
    delivery_id = ways.sent_delivery()
    paid_late = world.place(buyer := world.shopper(), (product, "1"))

    withdraw(world, product, subject, "suspend")
    refusals = ways.wait_closed()
    assert {code for codes in refusals.values() for code in codes} <= NOT_FOR_SALE, refusals
    with pytest.raises(Refused) as refused:
        world.accept(ways.institution, delivery_id, "1")
    assert set(refused.value.codes) <= NOT_FOR_SALE

    # An unpaid order is cancelled by the withdrawal: nobody can pay for what may not be sold.
    wait_for(
        lambda: buyer.ask("query($id: ID!) { order(id: $id) { state } }", id=paid_late.order_id)["state"] == "cancelled",
        what="the unpaid order is cancelled",
    )

    withdraw(world, product, subject, "reinstate")
    wait_for(lambda: world.offer(product)["sellable"], what="sellable again")
    ways.relink()
    ways.wait_open()
    assert world.accept(ways.institution, delivery_id, "1")["state"] == "accepted"
    history = world.bureau.ask(
        "query($id: ID!) { withdrawals(id: $id) { nodes { kind decidedAt fromInstant untilInstant } } }",
        id=product.id if subject == "Product" else product.merchant.id,
    )["nodes"]
    assert [h["kind"] for h in history] == ["suspended"]
    assert history[0]["decidedAt"] <= history[0]["fromInstant"] < history[0]["untilInstant"]


def test_a_paper_of_the_day_counts_what_was_sold_before_the_withdrawal(world: World) -> None:
    product = world.product(world.merchant())
    ways = Ways.of(world, product)
    withdraw(world, product, "Product", "suspend")
    wait_for(lambda: not world.offer(product)["sellable"])
    ways.day_sheet(world.day())
    line = wait_for(
        lambda: world.bureau.ask(
            "query($p: ID!) { saleLines(filter: {productId: $p}) { nodes { kind channel evidence soldAt } } }", p=product.id
        )["nodes"]
    )[0]
    [withdrawal] = world.bureau.ask("query($id: ID!) { withdrawals(id: $id) { nodes { fromInstant } } }", id=product.id)["nodes"]
    assert (line["kind"], line["evidence"]) == ("sale", "reported")
    assert line["soldAt"] < withdrawal["fromInstant"]


@pytest.mark.parametrize("act", ["revoke", "recall"])
def test_revoked_or_recalled_it_is_not_bought(world: World, act: str) -> None:
    product = world.product(world.merchant())
    withdraw(world, product, "Product", act)
    assert set(refusal_of(lambda: world.place(world.shopper(), (product, "1")))) <= NOT_FOR_SALE
    shown = world.bureau.ask("query($id: ID!) { product(id: $id) { state } }", id=product.id)
    assert shown["state"] == act.upper() + ("D" if act.endswith("e") else "ED")


def test_what_is_not_certified_is_neither_found_nor_sold(world: World) -> None:
    merchant = world.merchant()
    application, name = world.apply_product(merchant)
    product = Product(application["productId"], name, "袋", "12.50", merchant)
    found = world.visitor.ask("query($q: String!, $m: ID!) { search(query: $q, merchantId: $m) { nodes { id } } }", q=name, m=merchant.id)
    assert found["nodes"] == []
    with pytest.raises(Refused, match="NOT_FOUND"):
        world.visitor.ask("query($id: ID!) { product(id: $id) { id } }", id=product.id)
    for way in (
        lambda: world.place(world.shopper(), (product, "1")),
        lambda: world.stock(product, "5"),
    ):
        with pytest.raises(Refused):
            way()
    assert merchant.owner.ask("query($id: ID!) { product(id: $id) { state } }", id=product.id)["state"] == "APPLIED"
