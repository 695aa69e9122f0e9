"""Whatever happens to orders, in any order: money adds up, and each line's goods return at most once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.events.catalog import ProductCertified
from services.kit.db import every, value
from tests.orders.shopping.conftest import Shop
from tests.orders.support import assert_ledger_holds, product_state
from tests.support.service import principal

STEPS = st.lists(st.sampled_from(["cancel", "pay", "decline", "lapse", "refund", "return", "ship", "start", "both"]),
                 min_size=1, max_size=6)
GRAMS = st.integers(1, 9_999)
PACKS = st.integers(1, 9)
EXPECTED = {"WRONG_STATE", "PAYMENT_CLOSED", "PAYMENT_REFUSED", "REFUND_TOO_LARGE"}


def test_orders_survive_any_sequence_of_events(make_shop: Any) -> None:
    shop: Shop = make_shop(1)
    loose = product_state(shop.market.merchant.merchant_id, unit="斤", pack="斤", net_weight_g=500, price_fen=333)
    shop.orders.deliver(ProductCertified(product=loose))
    shop.orders.post(f"/stock/{loose.product_id}/receive", shop.market.seller, {"quantity": "100000"}, key="weigh-in-1").ok()
    packs = shop.stocked(quantity=100_000)

    def act(step: str, who: Any, placed: dict[str, Any]) -> None:
        order = placed["orders"][0]["order_id"]
        line = shop.order(who, order)["lines"][0]["line_id"]
        refund = f"/orders/{order}/lines/{line}/refund"
        answers = {
            "cancel": lambda: shop.orders.post(f"/orders/{order}/cancel", who),
            "pay": lambda: shop.start(who, placed["payment_id"], "pm_card_visa"),
            "decline": lambda: shop.start(who, placed["payment_id"], "pm_card_chargeDeclined"),
            "start": lambda: shop.start(who, placed["payment_id"]),
            "refund": lambda: shop.orders.post(refund, shop.market.seller, {"amount_fen": 100, "restock": False, "reason": "x"},
                                               key=f"r-{uuid4()}"),
            "return": lambda: shop.orders.post(refund, shop.market.seller, {"restock": True, "reason": "x"}, key=f"r-{uuid4()}"),
            "ship": lambda: shop.orders.post(f"/orders/{order}/ship", shop.market.seller),
        }
        answer = answers[step]()
        assert answer.status == 200 or answer.code in EXPECTED, answer.body

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS, GRAMS, PACKS)
    def holds(steps: list[str], grams: int, count: int) -> None:
        who = principal()
        placed = shop.checkout(who, (loose.product_id, f"{grams / 1000:.3f}"), (packs, count)).ok()
        for step in steps:
            if step == "lapse":
                shop.orders.shift_clock(timedelta(minutes=16))
                shop.orders.run_scheduled("lapse_reservations")
            elif step == "both":
                with ThreadPoolExecutor(2) as pool:
                    list(pool.map(lambda s: act(s, who, placed), ("cancel", "return")))
            else:
                act(step, who, placed)
        payment = shop.orders.get(f"/payments/{placed['payment_id']}", who).ok()
        with shop.orders.db.reading() as conn:
            lines = value(conn, "SELECT coalesce(sum(amount_fen), 0)::bigint FROM sale_lines WHERE document_id = %s",
                          [placed["orders"][0]["order_id"]])
        assert lines == payment["captured_fen"] - payment["refunded_fen"]
        if payment["status"] == "paid":
            assert payment["captured_fen"] == placed["amount_fen"] == sum(o["amount_fen"] for o in placed["orders"])

    holds()
    shop.orders.run_jobs(60)
    assert_ledger_holds(shop.orders)
    with shop.orders.db.reading() as conn:
        assert every(conn, "SELECT source_id FROM stock_movements WHERE reason IN ('released', 'sold') GROUP BY source_id "
                     "HAVING count(*) > 1") == []
