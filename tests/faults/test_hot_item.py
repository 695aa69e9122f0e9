"""Many buyers of one product at the same moment, through the gateway: never more than there is, never while it is withdrawn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from tests.faults.invariants import lines_of
from tests.faults.steps import until_answered
from tests.journeys.client import Client, Refused, new_key, pages, raw, wait_for
from tests.journeys.world import CARD, Outlet, Product, World, fen, recipient, unique, yuan

pytestmark = pytest.mark.system

BUYERS, UNITS = 200, 50
ORDER = "paymentId amount { amount } orders { id }"


def guests(world: World, count: int) -> list[Client]:
    with ThreadPoolExecutor(16) as pool:
        tokens = pool.map(lambda _: world.visitor.do("startGuest"), range(count))
    return [Client(world.url, guest=token) for token in tokens]


def buy(buyer: Client, product: Product, key: str) -> str:
    """What becomes of one buyer of one unit: an order's id, or the code of the refusal. Raises on an internal error."""
    line = {"productId": product.id, "quantity": "1", "offerVersion": 1}
    try:
        made = buyer.repeat("placeOrder", ORDER, seconds=90, lines=[line], recipient=recipient(), idempotencyKey=key)
    except Refused as refused:
        if refused.codes != ["OUT_OF_STOCK"]:
            raise
        return "OUT_OF_STOCK"
    return str(made["orders"][0]["id"])


def sell_out(world: World) -> None:
    product = world.product(world.merchant(), stock=str(UNITS))
    buyers = guests(world, BUYERS)
    start = threading.Barrier(BUYERS)

    def one(buyer: Client) -> str:
        start.wait()
        return buy(buyer, product, new_key())

    with ThreadPoolExecutor(BUYERS) as pool:
        ends = Counter(pool.map(one, buyers))
    refused = ends.pop("OUT_OF_STOCK", 0)
    assert (len(ends), set(ends.values()), refused) == (UNITS, {1}, BUYERS - UNITS)
    [row] = product.merchant.owner.ask("query($m: ID!) { stock(merchantId: $m) { nodes { available reserved } } }", m=product.merchant.id)[
        "nodes"
    ]
    assert (float(row["available"]), float(row["reserved"])) == (0, UNITS)


@pytest.mark.timeout(240)
def test_two_hundred_buyers_of_fifty_units_get_exactly_fifty(world: World) -> None:
    sell_out(world)


@pytest.mark.full
@pytest.mark.timeout(240)
@pytest.mark.parametrize("round_", range(2, 11))
def test_and_again(world: World, round_: int) -> None:
    sell_out(world)


def test_a_checkout_sent_twice_at_once_is_one_order_and_one_payment(world: World) -> None:
    product = world.product(world.merchant(), stock="10")
    shopper, key = world.shopper(), new_key()
    line = {"productId": product.id, "quantity": "1", "offerVersion": 1}
    start = threading.Barrier(8)

    def send(_: int) -> tuple[str, str]:
        start.wait()
        made = shopper.repeat("placeOrder", ORDER, lines=[line], recipient=recipient(), idempotencyKey=key)
        return made["paymentId"], made["orders"][0]["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert len(pages(shopper, "orders", 'state: "placed"', "id")) == 1
    assert world.offer(product)["available"] == "9"

    [(payment_id, _)] = answers

    def pay(_: int) -> str:
        start.wait()
        fields = {"id": payment_id, "paymentMethod": CARD, "returnUrl": f"{world.url}/paid"}
        return str(until_answered(lambda: shopper.do("startPayment", "state", **fields)["state"]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pay, range(8)))
    world.wait_paid(shopper, payment_id)
    wait_for(lambda: [fen(line["amount"]) for line in lines_of(world, product.merchant)] == [1250], what="one line")


# ------------------------------------------------------------------------------- suspended meanwhile


@dataclass
class Crowd:
    """Buyers who order and pay, and a till that writes slips, until told to stop. `paid`: payments asked for, by buyer."""

    world: World
    product: Product
    outlet: Outlet
    stop: threading.Event = field(default_factory=threading.Event)
    sold: int = 0
    paid: list[tuple[Client, str]] = field(default_factory=list)
    wrong: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def shop(self, buyer: Client) -> None:
        self._until_stopped(lambda: self._order(buyer))

    def till(self) -> None:
        line = {"productId": self.product.id, "quantity": "1", "unit": self.product.unit, "price": yuan(self.product.price)}
        self._until_stopped(
            lambda: self.outlet.operator.repeat(
                "recordSlip", "id", outletId=self.outlet.id, slipNo=unique("S"), lines=[line], payType="cash"
            )
        )

    def _order(self, buyer: Client) -> None:
        line = {"productId": self.product.id, "quantity": "1", "offerVersion": 1}
        made = buyer.repeat("placeOrder", ORDER, lines=[line], recipient=recipient())
        with self.lock:
            self.paid.append((buyer, made["paymentId"]))
        fields = {"id": made["paymentId"], "paymentMethod": CARD, "returnUrl": f"{self.world.url}/paid"}
        until_answered(lambda: buyer.do("startPayment", "state", **fields))

    def _until_stopped(self, act: Callable[[], Any]) -> None:
        while not self.stop.is_set():
            try:
                act()
                self.sold += 1
            except Refused as refused:
                if "INTERNAL" in refused.codes:
                    self.wrong.append(refused)
            except BaseException as error:
                self.wrong.append(error)
                return


@pytest.mark.timeout(240)
def test_no_sale_lies_inside_a_withdrawn_interval_while_suspensions_are_thrown_in(world: World) -> None:
    product = world.product(world.merchant(), stock="100000")
    crowd = Crowd(world, product, world.outlet())
    acts = [lambda buyer=buyer: crowd.shop(buyer) for buyer in guests(world, 12)] + [crowd.till]
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    try:
        for number in range(4):
            seen = crowd.sold
            wait_for(lambda seen=seen: crowd.sold > seen + 5 or crowd.wrong, what="sales go on")
            subject = ("Product", product.id) if number % 2 == 0 else ("Merchant", product.merchant.id)
            withdraw(world, "suspend", *subject)
            wait_for(lambda: not world.offer(product)["sellable"], what="in force")
            withdraw(world, "reinstate", *subject)
            wait_for(lambda: world.offer(product)["sellable"], what="in force again")
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()
    assert crowd.wrong == []
    check_intervals(world, product)
    check_money(world, product, crowd)


def withdraw(world: World, act: str, kind: str, subject_id: str) -> None:
    until_answered(lambda: world.bureau.do(f"{act}{kind}", "id", id=subject_id, reason="抽检"))


def check_intervals(world: World, product: Product) -> None:
    """Line by line against catalog's own history."""
    intervals = [
        (at(w["fromInstant"]), at(w["untilInstant"]))
        for subject in (product.id, product.merchant.id)
        for w in pages(world.bureau, "withdrawals", f'id: "{subject}"', "fromInstant untilInstant")
    ]
    assert len(intervals) == 4
    sales = [line for line in lines_of(world, product.merchant) if line["kind"] == "sale"]
    assert len(sales) > 20
    for line in sales:
        assert not [i for i in intervals if i[0] <= at(line["soldAt"]) < i[1]], (line, intervals)
    ours = raw(product.id)
    assert [p for p in world.bureau.ask("{ certifiedProof { productId lineId reason } }") if raw(p["productId"]) == ours] == []


def at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def check_money(world: World, product: Product, crowd: Crowd) -> None:
    """Who paid has his goods or his money: each payment ends paid (one line), or cancelled or refunded by itself (no line)."""
    kept = 0
    for buyer, payment_id in crowd.paid:

        def ended(buyer: Client = buyer, payment_id: str = payment_id) -> dict[str, Any] | None:
            payment = buyer.ask("query($id: ID!) { payment(id: $id) { state amount { amount } refunded { amount } } }", id=payment_id)
            return payment if payment["state"] in ("paid", "cancelled") else None

        payment = wait_for(ended, 60, "the payment has an end")
        kept += payment["state"] == "paid" and fen(payment["refunded"]) == 0

    def agrees() -> bool:
        online = [line for line in lines_of(world, product.merchant) if line["channel"] == "online" and line["kind"] == "sale"]
        assert len(online) == kept, (len(online), kept)
        return True

    wait_for(agrees, what="a line for each payment kept")
