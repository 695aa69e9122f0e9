"""Buyers at once, on real connections: exactly what is there is sold, whatever happens beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from services.kit.db import every, value
from services.kit.ids import new_id
from services.kit.principal import Principal
from tests.orders.shopping.conftest import RECIPIENT, Shop
from tests.orders.support import assert_ledger_holds, sold_in_withdrawn_interval
from tests.support.service import Answer, principal

AT_ONCE = 16


def buy(shop: Shop, who: Principal, *lines: tuple[object, int | str], key: str | None = None) -> Answer:
    body = {"lines": [{"product_id": p, "quantity": q, "offer_version": 1} for p, q in lines], "recipient": RECIPIENT}
    return shop.orders.post("/checkout", who, body, key=key or f"race-{uuid4()}")


def two_hundred_buyers(shop: Shop, index: int = 0) -> None:
    product = shop.stocked(index, 50)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: buy(shop, principal(), (product, 1)), range(200)))
    assert sorted({a.status for a in answers}) == [200, 409]
    assert {a.code for a in answers if a.status != 200} == {"OUT_OF_STOCK"}
    assert len([a for a in answers if a.status == 200]) == 50
    assert shop.stock(index) == ("0", "50")


def test_two_hundred_buyers_of_fifty_units_get_exactly_fifty(shop: Shop) -> None:
    two_hundred_buyers(shop)
    assert_ledger_holds(shop.orders)


@pytest.mark.full
def test_two_hundred_buyers_of_fifty_units_ten_times(make_shop: object) -> None:
    for _ in range(10):
        shop: Shop = make_shop(1)  # type: ignore[operator]
        two_hundred_buyers(shop)
        assert_ledger_holds(shop.orders)


def test_fifty_buyers_of_ten_kilograms_in_grams(make_shop: object) -> None:
    from services.events.catalog import ProductCertified
    from tests.orders.support import product_state

    shop: Shop = make_shop(1)  # type: ignore[operator]
    loose = product_state(shop.market.merchant.merchant_id, unit="kg", pack="kg", net_weight_g=None, price_fen=333)
    shop.orders.deliver(ProductCertified(product=loose))
    shop.orders.post(f"/stock/{loose.product_id}/receive", shop.market.seller, {"quantity": "10"}, key="weigh-in-1").ok()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: buy(shop, principal(), (loose.product_id, "0.333")), range(50)))
    assert len([a for a in answers if a.status == 200]) == 30
    with shop.orders.db.reading() as conn:
        assert str(value(conn, "SELECT available FROM stock WHERE product_id = %s", [loose.product_id])) == "0.010"
    assert_ledger_holds(shop.orders)


def test_carts_of_three_products_in_opposite_orders_do_not_lock_each_other_out(make_shop: object) -> None:
    shop: Shop = make_shop(3)  # type: ignore[operator]
    products = [shop.stocked(i, 20) for i in range(3)]
    orders = [products, products[::-1], [products[1], products[2], products[0]]]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda n: buy(shop, principal(), *((p, 1) for p in orders[n % 3])), range(60)))
    assert len([a for a in answers if a.status == 200]) == 20
    assert {a.code for a in answers if a.status != 200} <= {"SEVERAL", "OUT_OF_STOCK"}
    assert_ledger_holds(shop.orders)


def test_a_double_sent_checkout_makes_one_order_and_one_payment(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    for n in range(5):
        barrier = Barrier(8)

        def send(_: int, key: str = f"double-{n}-key", barrier: Barrier = barrier) -> Answer:
            barrier.wait()
            return buy(shop, shopper, (product, 1), key=key)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, range(8)))
        assert len({a.ok()["payment_id"] for a in answers}) == 1
    with shop.orders.db.reading() as conn:
        assert (value(conn, "SELECT count(*) FROM orders"), value(conn, "SELECT count(*) FROM payments")) == (5, 5)


def test_starting_a_payment_eight_times_at_once_makes_one_intent(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.start(shopper, placed["payment_id"], "pm_card_visa"), range(8)))
    assert {a.body["status"] for a in answers if a.status == 200} <= {"paid", "pending"}
    shop.orders.post(f"/payments/{placed['payment_id']}/refresh", shopper).ok()
    payment = shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()
    assert (payment["status"], payment["captured_fen"]) == ("paid", 2480)
    with shop.orders.db.reading() as conn:
        assert len(every(conn, "SELECT line_id FROM sale_lines")) == 1
    assert_ledger_holds(shop.orders)


def test_no_sale_lies_in_a_withdrawn_interval_while_buyers_race_the_decision(shop: Shop) -> None:
    """Suspensions and reinstatements thrown among buyers who place and pay."""
    product, state = shop.stocked(quantity=500), shop.market.products[0]
    stopped = False

    def shopping(_: int) -> int:
        bought = 0
        while not stopped:
            who = principal()
            placed = buy(shop, who, (product, 1))
            if placed.status != 200:
                assert placed.code == "NOT_CERTIFIED", placed.body
                continue
            answer = shop.start(who, placed.body["payment_id"], "pm_card_visa")
            assert answer.status == 200 or answer.code in ("PAYMENT_CLOSED", "PAYMENT_REFUSED", "PAYMENT_UNAVAILABLE"), answer.body
            bought += answer.status == 200
        return bought

    with ThreadPoolExecutor(6) as pool:
        buyers = [pool.submit(shopping, n) for n in range(6)]
        try:
            for round_ in range(6):
                withdrawal = new_id()
                shop.market.withdraw(state, version=2 + 2 * round_, withdrawal_id=withdrawal)
                shop.orders.run_jobs()
                shop.market.reinstate(state, withdrawal, version=3 + 2 * round_)
                with shop.orders.db.reading() as conn:
                    before = value(conn, "SELECT count(*) FROM sale_lines")
                for _ in range(200):
                    with shop.orders.db.reading() as conn:
                        if value(conn, "SELECT count(*) FROM sale_lines") > before:
                            break
                    shop.orders.get("/offers", principal(), ids=str(product)).ok()
        finally:
            stopped = True
        assert sum(b.result() for b in buyers) > 0
    shop.orders.run_jobs()
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM withdrawn_intervals WHERE until_instant IS NOT NULL") == 6
        assert value(conn, "SELECT count(*) FROM sale_lines") > 0
    assert sold_in_withdrawn_interval(shop.orders) == []
    assert_ledger_holds(shop.orders)


def test_ten_refunds_at_once_never_give_back_more_than_was_paid(shop: Shop, shopper: Principal) -> None:
    placed = shop.bought(shopper, (shop.stocked(), 4))
    order = shop.order(shopper, placed["orders"][0]["order_id"])
    line = order["lines"][0]["line_id"]

    def refund(_: int) -> Answer:
        return shop.orders.post(f"/orders/{order['order_id']}/lines/{line}/refund", shop.market.seller,
                                {"quantity": "1", "restock": False, "reason": "坏果"}, key=f"refund-{uuid4()}")

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(refund, range(10)))
    assert len([a for a in answers if a.status == 200]) == 4
    assert {a.code for a in answers if a.status != 200} == {"REFUND_TOO_LARGE", "WRONG_STATE"} or {
        a.code for a in answers if a.status != 200} <= {"REFUND_TOO_LARGE", "WRONG_STATE"}
    shop.orders.run_jobs()
    assert shop.order(shopper, order["order_id"])["state"] == "refunded"
    assert_ledger_holds(shop.orders)
