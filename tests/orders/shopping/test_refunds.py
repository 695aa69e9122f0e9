"""A part of a paid order goes back: never more than was paid, goods only when that is decided, one posting for both sides."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.events.orders import RefundRecorded
from services.kit.db import every, value
from services.kit.principal import Principal, Role
from tests.orders.shopping.conftest import Shop
from tests.orders.support import assert_ledger_holds, open_market
from tests.support.service import BUREAU, Answer, principal


def refund(shop: Shop, who: Principal, order: dict[str, Any], *, key: str | None = None, restock: bool = False, line: int = 0,
           **part: Any) -> Answer:
    path = f"/orders/{order['order_id']}/lines/{order['lines'][line]['line_id']}/refund"
    return shop.orders.post(path, who, {"restock": restock, "reason": "坏果"} | part, key=key or f"refund-{uuid4()}")


@pytest.fixture
def order(shop: Shop, shopper: Principal) -> dict[str, Any]:
    return shop.order(shopper, shop.bought(shopper, (shop.stocked(), 3))["orders"][0]["order_id"])


def test_a_refund_is_a_negative_line_on_its_day_and_reaches_the_provider(shop: Shop, order: dict[str, Any]) -> None:
    answer = refund(shop, shop.market.seller, order, quantity="1").ok()
    assert (answer["refund"]["amount_fen"], answer["refund"]["state"], answer["refunded_fen"]) == (2480, "pending", 2480)
    (event,) = shop.orders.published(RefundRecorded)
    assert (event["lines"][0]["amount_fen"], event["lines"][0]["reverses"], event["lines"][0]["channel"]) == (
        -2480, order["lines"][0]["line_id"], "online")
    shop.orders.run_jobs()
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT state FROM refunds") == "made"
        accounts = {r["account"]: r["s"] for r in every(conn, "SELECT account, sum(amount_fen)::bigint AS s FROM postings GROUP BY 1")}
    assert accounts["merchant_payable"] == -4960
    assert accounts["provider_clearing"] == 4960
    assert accounts["refunds_due"] == 0
    assert_ledger_holds(shop.orders)


def test_goods_come_back_only_when_that_is_said(shop: Shop, order: dict[str, Any]) -> None:
    refund(shop, shop.market.seller, order, quantity="1").ok()
    assert shop.stock() == ("97", "0")
    refund(shop, shop.market.seller, order, quantity="1", restock=True).ok()
    assert shop.stock() == ("98", "0")
    path = f"/orders/{order['order_id']}/lines/{order['lines'][0]['line_id']}/refund"
    shop.orders.post(path, shop.market.seller, {"quantity": "1", "reason": "x"}, key="no-restock-1").refused("INVALID_INPUT")


def test_the_same_key_refunds_once(shop: Shop, order: dict[str, Any]) -> None:
    first = refund(shop, shop.market.seller, order, key="refund-key-1", quantity="1").ok()
    again = refund(shop, shop.market.seller, order, key="refund-key-1", quantity="1").ok()
    assert first["refund"]["refund_id"] == again["refund"]["refund_id"]
    assert again["refunded_fen"] == 2480
    refund(shop, shop.market.seller, order, key="refund-key-1", quantity="2").refused("IDEMPOTENCY_MISMATCH")


@pytest.mark.parametrize("quantity", ["0", "-1", "1e30", "NaN", "0.5", "１"])
def test_no_odd_quantity_is_refunded(shop: Shop, order: dict[str, Any], quantity: str) -> None:
    refund(shop, shop.market.seller, order, quantity=quantity).refused("INVALID_QUANTITY")
    assert shop.orders.published(RefundRecorded) == []


def test_more_than_was_paid_is_refused_with_what_is_left(shop: Shop, order: dict[str, Any]) -> None:
    refund(shop, BUREAU, order, amount_fen=7000).ok()
    refused = refund(shop, shop.market.seller, order, amount_fen=441).refused("REFUND_TOO_LARGE")
    assert refused["facts"]["amount_fen"] == "440"
    assert refund(shop, shop.market.seller, order).ok()["state"] == "refunded"
    assert_ledger_holds(shop.orders)


def test_only_the_merchant_and_the_bureau_refund(shop: Shop, shopper: Principal, order: dict[str, Any]) -> None:
    other = open_market(shop.orders)
    refund(shop, shopper, order).refused("FORBIDDEN")
    for stranger in (principal(), other.seller, principal(Role.COUNTY_OFFICER, "371502"), principal(Role.DEPARTMENT_OFFICER, "agri")):
        refund(shop, stranger, order).refused("NOT_FOUND")
        shop.orders.get(f"/orders/{order['order_id']}", stranger).refused("NOT_FOUND")
        shop.orders.post(f"/orders/{order['order_id']}/cancel", stranger).refused("NOT_FOUND")
        shop.orders.post(f"/orders/{order['order_id']}/ship", stranger).refused("NOT_FOUND")
    assert shop.orders.published(RefundRecorded) == []


def test_an_unpaid_order_has_nothing_to_refund(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    order = shop.order(shopper, placed["orders"][0]["order_id"])
    refund(shop, shop.market.seller, order).refused("WRONG_STATE")


def test_each_refund_has_its_audit_entry(shop: Shop, order: dict[str, Any]) -> None:
    refund(shop, shop.market.seller, order, quantity="1").ok()
    with shop.orders.db.reading() as conn:
        (entry,) = every(conn, "SELECT actor, subject, reason FROM audit WHERE act = 'order:refund'")
    assert entry == {"actor": shop.market.seller.subject, "subject": f"order:{order['order_id']}", "reason": "坏果"}


def test_a_shipped_order_says_so_and_can_still_be_refunded(shop: Shop, order: dict[str, Any]) -> None:
    path = f"/orders/{order['order_id']}"
    assert shop.orders.post(f"{path}/ship", shop.market.seller).ok()["state"] == "shipped"
    assert shop.orders.post(f"{path}/ship", shop.market.seller).ok()["state"] == "shipped"
    shop.orders.post(f"{path}/cancel", shop.market.seller).refused("WRONG_STATE")
    refund(shop, shop.market.seller, order, quantity="1").ok()


STEPS = st.lists(st.one_of(
    st.tuples(st.just("quantity"), st.integers(1, 3), st.booleans()), st.tuples(st.just("amount"), st.integers(1, 6000), st.just(False)),
    st.tuples(st.just("rest"), st.just(0), st.booleans())), min_size=1, max_size=6)


def test_any_sequence_of_refunds_keeps_the_ledger(make_shop: Any) -> None:
    shop: Shop = make_shop(1)
    shop.stocked(quantity=10_000)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS, st.integers(1, 5))
    def holds(steps: list[tuple[str, int, bool]], bought: int) -> None:
        shopper = principal()
        placed = shop.bought(shopper, (shop.market.products[0].product_id, bought))
        order = shop.order(shopper, placed["orders"][0]["order_id"])
        for kind, number, restock in steps:
            part = {"quantity": {"quantity": str(number)}, "amount": {"amount_fen": number}, "rest": {}}[kind]
            answer = refund(shop, shop.market.seller, order, restock=restock, **part)
            assert answer.status == 200 or answer.code in ("REFUND_TOO_LARGE", "WRONG_STATE"), answer.body
        after = shop.order(shopper, order["order_id"])
        with shop.orders.db.reading() as conn:
            net = value(conn, "SELECT sum(amount_fen)::bigint FROM sale_lines WHERE document_id = %s", [order["order_id"]])
            payment = every(conn, "SELECT * FROM payments WHERE payment_id = %s", [placed["payment_id"]])[0]
        assert net == after["amount_fen"] - after["refunded_fen"] == payment["captured_fen"] - payment["refunded_fen"] >= 0

    holds()
    shop.orders.run_jobs(60)
    assert_ledger_holds(shop.orders)
    trial = shop.orders.get("/ledger/trial", BUREAU).ok()
    accounts = {a["account"]: a["balance_fen"] for a in trial["accounts"]}
    assert (trial["difference_fen"], trial["unbalanced_entries"], trial["lines_without_entry"]) == (0, 0, 0)
    assert -accounts["merchant_payable"] == trial["sales_fen"] == accounts["provider_clearing"]
