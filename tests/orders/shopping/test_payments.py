"""Paying: one function for webhook, return page and reconciler; money that does not fit is held or given back."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from infra.paysim.client import PaysimControl
from services.events.orders import RefundRecorded, SaleRecorded
from services.kit.db import every, value
from services.kit.principal import Principal
from services.kit.settings import SettingsError, load
from services.orders.adapters.payments import Intent
from services.orders.settings import OrdersSettings
from services.orders.usecases.shopping.desk import EXTRA, desk_of
from services.orders.usecases.shopping.settle_payment import settle_payment
from tests.contract.payments.simulator import WEBHOOK_SECRET, Simulator
from tests.orders.shopping.conftest import Shop
from tests.orders.support import assert_ledger_holds
from tests.support.service import principal


def signed(body: bytes, secret: str = WEBHOOK_SECRET, at: float | None = None) -> str:
    at = int(at or time.time())
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def notice(shop: Shop, kind: str, intent_id: str) -> Any:
    """The simulator's own webhook of that kind about that intent."""
    got = shop.receiver.wait(lambda all_: any(d.event["type"] == kind and d.event["data"]["object"]["id"] == intent_id for d in all_))
    return next(d for d in got if d.event["type"] == kind and d.event["data"]["object"]["id"] == intent_id)


def intent_of(shop: Shop, payment_id: str) -> str:
    with shop.orders.db.reading() as conn:
        return str(value(conn, "SELECT intent_id FROM payments WHERE payment_id = %s", [payment_id]))


def test_a_confirmed_payment_is_a_sale_at_that_moment(shop: Shop, shopper: Principal) -> None:
    placed = shop.bought(shopper, (shop.stocked(), 2), (shop.stocked(1), 1))
    assert shop.order(shopper, placed["orders"][0]["order_id"])["state"] == "paid"
    (event,) = shop.orders.published(SaleRecorded)
    assert [(x["channel"], x["evidence"], x["consumption_county"], x["amount_fen"]) for x in event["lines"]] == [
        ("online", "transacted", "371502", 4960), ("online", "transacted", "371502", 2480)]
    assert event["lines"][0]["quantity_kg"] in ("5", "5.000")
    assert shop.stock() == ("98", "0")
    with shop.orders.db.reading() as conn:
        accounts = {r["account"]: r["s"] for r in every(conn, "SELECT account, sum(amount_fen)::bigint AS s FROM postings GROUP BY 1")}
    assert accounts == {"buyer_receivable": 0, "deferred_sales": 0, "provider_clearing": 7440, "merchant_payable": -7440}
    assert_ledger_holds(shop.orders)


def test_the_webhook_alone_completes_a_payment(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    started = shop.start(shopper, placed["payment_id"]).ok()
    assert started["pay_url"].startswith(shop.orders.context.settings.stripe_api_base + "/pay/pi_")  # type: ignore[attr-defined]
    intent = intent_of(shop, placed["payment_id"])
    desk_of(shop.orders.context).provider.confirm(intent, "pm_card_visa", None)
    got = notice(shop, "payment_intent.succeeded", intent)
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "pending"
    shop.webhook(got.body, got.signature).ok()
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "paid"


def test_the_same_event_is_worked_once_however_often_it_comes(shop: Shop, shopper: Principal) -> None:
    placed = shop.bought(shopper, (shop.stocked(), 1))
    got = notice(shop, "payment_intent.succeeded", intent_of(shop, placed["payment_id"]))
    with ThreadPoolExecutor(4) as pool:
        assert [a.status for a in pool.map(lambda _: shop.webhook(got.body, got.signature), range(6))] == [200] * 6
    assert len(shop.orders.published(SaleRecorded)) == 1
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM payment_events") == 1
    assert_ledger_holds(shop.orders)


def test_a_notice_that_the_provider_did_not_sign_is_refused_and_not_stored(shop: Shop, shopper: Principal) -> None:
    placed = shop.bought(shopper, (shop.stocked(), 1))
    body = notice(shop, "payment_intent.succeeded", intent_of(shop, placed["payment_id"])).body
    for payload, signature in (
        (body, ""), (body, "t=1,v1=00"), (body, signed(body, "whsec_other")), (body, signed(body, at=time.time() - 301)),
        (body[:-1] + b" ", signed(body)), (b"{", signed(b"{")),
    ):
        shop.webhook(payload, signature).refused("BAD_SIGNATURE")
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM payment_events") == 0


def test_only_the_gateway_may_pass_notices_on(shop: Shop, shopper: Principal) -> None:
    shop.orders.post("/webhooks/stripe", shopper).refused("FORBIDDEN")


def test_an_event_before_its_answer_finds_the_payment_by_its_metadata(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    desk = desk_of(shop.orders.context)
    intent = desk.provider.create(placed["payment_id"], 1, placed["amount_fen"], ("card",))
    desk.provider.confirm(intent.id, "pm_card_visa", None)
    got = notice(shop, "payment_intent.succeeded", intent.id)
    shop.webhook(got.body, got.signature).ok()
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "paid"
    assert shop.start(shopper, placed["payment_id"]).ok()["status"] == "paid"


@pytest.mark.parametrize("order", list(itertools.permutations(["processing", "action", "succeeded", "canceled"], 4))[::3])
def test_events_in_any_order_and_twice_end_in_one_state(shop: Shop, shopper: Principal, order: tuple[Any, ...]) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    desk, payment_id = desk_of(shop.orders.context), UUID(placed["payment_id"])
    intent = desk.provider.fetch(intent_of(shop, placed["payment_id"]))
    for status in order:
        for _ in range(2):
            seen = replace(intent, status=status, received_fen=intent.amount_fen if status == "succeeded" else 0)
            settle_payment(desk, payment_id, seen)
    assert shop.orders.get(f"/payments/{payment_id}", shopper).ok()["status"] == "paid"
    assert len(shop.orders.published(SaleRecorded)) == 1
    assert_ledger_holds(shop.orders)


def test_a_notice_whose_work_was_cut_off_is_worked_by_the_sweep(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    intent = intent_of(shop, placed["payment_id"])
    desk_of(shop.orders.context).provider.confirm(intent, "pm_card_visa", None)
    got = notice(shop, "payment_intent.succeeded", intent)
    control.fault("error", path="/v1/payment_intents/*", method="GET", times=9)
    assert shop.webhook(got.body, got.signature).ok() == {"received": True}
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "pending"
    control.reset()
    shop.orders.shift_clock(timedelta(seconds=5))
    assert shop.orders.run_scheduled("sweep_payment_events") == {"done": 1}
    assert shop.orders.run_scheduled("sweep_payment_events") == {"done": 0}
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "paid"


def test_return_page_and_webhook_at_once_make_one_sale(shop: Shop) -> None:
    return_page_beside_webhook(shop, 12)


@pytest.mark.full
def test_return_page_and_webhook_at_once_make_one_sale_two_hundred_times(shop: Shop) -> None:
    return_page_beside_webhook(shop, 200)


def return_page_beside_webhook(shop: Shop, rounds: int) -> None:
    product, desk = shop.stocked(quantity=rounds), desk_of(shop.orders.context)
    for _ in range(rounds):
        shopper = principal()
        placed = shop.checkout(shopper, (product, 1)).ok()
        shop.start(shopper, placed["payment_id"]).ok()
        intent = intent_of(shop, placed["payment_id"])
        desk.provider.confirm(intent, "pm_card_visa", None)
        got, barrier = notice(shop, "payment_intent.succeeded", intent), Barrier(2)

        def webhook(got: Any = got, barrier: Barrier = barrier) -> None:
            barrier.wait()
            shop.webhook(got.body, got.signature).ok()

        def back(placed: dict[str, Any] = placed, shopper: Principal = shopper, barrier: Barrier = barrier) -> None:
            barrier.wait()
            shop.orders.post(f"/payments/{placed['payment_id']}/refresh", shopper).ok()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(webhook), pool.submit(back)]:
                done.result()
    assert len(shop.orders.published(SaleRecorded)) == rounds
    assert_ledger_holds(shop.orders)


def test_another_amount_than_asked_for_is_held_and_alarmed_not_paid(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    intent = intent_of(shop, placed["payment_id"])
    control.tamper(intent, amount_received=1)
    desk_of(shop.orders.context).provider.confirm(intent, "pm_card_visa", None)
    shop.orders.post(f"/payments/{placed['payment_id']}/refresh", shopper).ok()
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "held"
    assert shop.order(shopper, placed["orders"][0]["order_id"])["state"] == "placed"
    assert shop.orders.published(SaleRecorded) == []


def test_a_declined_card_leaves_the_order_to_be_paid_another_way(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    refused = shop.start(shopper, placed["payment_id"], "pm_card_chargeDeclined").refused("PAYMENT_REFUSED")
    assert refused["facts"]["reason"] == "card_declined"
    assert shop.start(shopper, placed["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT attempt FROM payments") == 1


def test_starting_again_is_the_same_intent(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    secrets = {shop.start(shopper, placed["payment_id"]).ok()["client_secret"] for _ in range(3)}
    assert len(secrets) == 1
    shop.start(principal(), placed["payment_id"]).refused("NOT_FOUND")


def test_a_lost_answer_is_looked_for_and_not_asked_for_twice(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    control.fault("lost", path="/v1/payment_intents", method="POST")
    control.fault("drop", path="/v1/payment_intents", method="POST", times=9)
    shop.start(shopper, placed["payment_id"]).refused("PAYMENT_UNAVAILABLE")
    control.reset()
    started = shop.start(shopper, placed["payment_id"], "pm_card_visa").ok()
    assert started["status"] == "paid"
    desk = desk_of(shop.orders.context)
    assert desk.provider.find(placed["payment_id"], 1).id == intent_of(shop, placed["payment_id"])  # type: ignore[union-attr]


def test_an_order_whose_process_died_before_the_payment_can_be_paid(shop: Shop, shopper: Principal) -> None:
    """Killed between order and payment: the order has committed, nothing else has."""
    placed = shop.checkout(shopper, (shop.stocked(), 1), key="killed-key-1").ok()
    again = shop.checkout(shopper, (shop.market.products[0].product_id, 1), key="killed-key-1").ok()
    assert again["payment_id"] == placed["payment_id"]
    assert shop.start(shopper, again["payment_id"], "pm_card_visa").ok()["status"] == "paid"


def test_the_reconciler_completes_what_no_webhook_and_no_browser_did(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    desk_of(shop.orders.context).provider.confirm(intent_of(shop, placed["payment_id"]), "pm_card_visa", None)
    shop.orders.shift_clock(timedelta(seconds=30))
    assert shop.orders.run_scheduled("reconcile_payments") == {"paid": 1}
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["status"] == "paid"


def test_a_lapsed_reservation_is_cancelled_at_the_provider_first(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 4)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    shop.orders.shift_clock(timedelta(minutes=16))
    control.fault("error", path="/v1/payment_intents/*/cancel", times=20)
    assert shop.orders.run_scheduled("lapse_reservations") == {"away": 1}
    assert shop.stock() == ("96", "4")
    control.reset()
    assert shop.orders.run_scheduled("lapse_reservations") == {"cancelled": 1}
    assert shop.stock() == ("100", "0")
    assert shop.order(shopper, placed["orders"][0]["order_id"])["reason"] == "lapsed"
    shop.start(shopper, placed["payment_id"]).refused("PAYMENT_CLOSED")
    assert_ledger_holds(shop.orders)


def test_a_payment_that_is_being_processed_prolongs_the_reservation(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    intent = intent_of(shop, placed["payment_id"])
    control.processing(intent)
    assert shop.orders.post(f"/payments/{placed['payment_id']}/refresh", shopper).ok()["status"] == "processing"
    shop.orders.shift_clock(timedelta(minutes=20))
    assert shop.orders.run_scheduled("lapse_reservations") == {}
    shop.orders.post(f"/orders/{placed['orders'][0]['order_id']}/cancel", shopper).refused("WRONG_STATE")
    control.finish(intent)
    assert shop.orders.post(f"/payments/{placed['payment_id']}/refresh", shopper).ok()["status"] == "paid"


def lapsed(shop: Shop, shopper: Principal, quantity: int) -> tuple[dict[str, Any], Intent]:
    placed = shop.checkout(shopper, (shop.stocked(quantity=quantity), quantity)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    intent = desk_of(shop.orders.context).provider.fetch(intent_of(shop, placed["payment_id"]))
    shop.orders.shift_clock(timedelta(minutes=16))
    shop.orders.run_scheduled("lapse_reservations")
    return placed, replace(intent, status="succeeded", received_fen=intent.amount_fen)


def test_money_after_the_lapse_is_a_sale_while_stock_is_left(shop: Shop, shopper: Principal) -> None:
    placed, paid = lapsed(shop, shopper, 4)
    assert shop.stock() == ("4", "0")
    assert settle_payment(desk_of(shop.orders.context), UUID(placed["payment_id"]), paid) == "paid"
    assert shop.stock() == ("0", "0")
    assert shop.order(shopper, placed["orders"][0]["order_id"])["state"] == "paid"
    assert_ledger_holds(shop.orders)


def test_money_after_the_lapse_goes_back_by_itself_when_the_goods_are_gone(shop: Shop, shopper: Principal) -> None:
    placed, paid = lapsed(shop, shopper, 4)
    shop.bought(principal(), (shop.market.products[0].product_id, 1))
    desk = desk_of(shop.orders.context)
    shop.orders.context.extra[EXTRA] = replace(desk, provider=GivesBack(desk.provider))
    assert settle_payment(desk, UUID(placed["payment_id"]), paid) == "paid"
    order = shop.order(shopper, placed["orders"][0]["order_id"])
    assert (order["state"], order["reason"], order["refunded_fen"]) == ("refunded", "out_of_stock", 4 * 2480)
    assert shop.stock() == ("3", "0")
    shop.orders.run_jobs()
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["refunded_fen"] == 4 * 2480
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT sum(amount_fen)::bigint FROM postings WHERE account = 'refunds_due'") == 0
        assert value(conn, "SELECT state FROM refunds") == "made"
    assert_ledger_holds(shop.orders)


class GivesBack:
    """The provider as it would be had the money come: this intent was cancelled there, so it alone cannot be refunded."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def refund(self, intent_id: str, amount_fen: int, key: str) -> str:
        return f"re_{key}"


def test_what_was_withdrawn_since_placement_is_refunded_by_itself_and_is_no_sale(shop: Shop, shopper: Principal) -> None:
    from tests.orders.support import open_market

    other = Shop(shop.orders, open_market(shop.orders), shop.receiver)
    placed = shop.checkout(shopper, (shop.stocked(), 1), (other.stocked(), 2)).ok()
    shop.start(shopper, placed["payment_id"]).ok()
    other.market.withdraw(other.market.products[0])  # its cancelling job has not run yet
    assert shop.start(shopper, placed["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    by_merchant = {o["merchant_id"]: o for o in shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["orders"]}
    refused = by_merchant[str(other.market.merchant.merchant_id)]
    assert (refused["state"], refused["refunded_fen"], refused["reason"]) == ("refunded", 4960, "withdrawn")
    assert by_merchant[str(shop.market.merchant.merchant_id)]["state"] == "paid"
    assert [len(e["lines"]) for e in shop.orders.published(SaleRecorded)] == [1]
    assert shop.orders.published(RefundRecorded) == []
    shop.orders.run_jobs()
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["refunded_fen"] == 4960
    assert other.stock() == ("100", "0")
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT state FROM refunds") == "made"
    assert_ledger_holds(shop.orders)


def test_a_withdrawal_cancels_unpaid_orders_and_the_rest_of_the_checkout_can_be_paid(shop: Shop, shopper: Principal) -> None:
    from tests.orders.support import open_market

    other = Shop(shop.orders, open_market(shop.orders), shop.receiver)
    placed = shop.checkout(shopper, (shop.stocked(), 1), (other.stocked(), 2)).ok()
    first = shop.start(shopper, placed["payment_id"]).ok()["client_secret"]
    other.market.withdraw(other.market.products[0])
    shop.orders.run_jobs()
    payment = shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()
    assert {o["state"]: o["amount_fen"] for o in payment["orders"]} == {"cancelled": 4960, "placed": 2480}
    assert payment["amount_fen"] == 2480
    assert other.stock() == ("100", "0")
    again = shop.start(shopper, placed["payment_id"]).ok()
    assert again["amount_fen"] == 2480
    assert again["client_secret"] != first
    assert shop.start(shopper, placed["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    assert shop.orders.get(f"/payments/{placed['payment_id']}", shopper).ok()["captured_fen"] == 2480
    assert_ledger_holds(shop.orders)


def test_cancelling_twice_and_lapsing_gives_stock_back_once(shop: Shop, shopper: Principal) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 3)).ok()
    order = placed["orders"][0]["order_id"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shop.orders.post(f"/orders/{order}/cancel", shopper).status, range(4)))
    assert answers.count(200) == 1
    shop.orders.shift_clock(timedelta(minutes=16))
    shop.orders.run_scheduled("lapse_reservations")
    assert shop.stock() == ("100", "0")
    assert_ledger_holds(shop.orders)


def test_a_slow_provider_never_holds_the_order(shop: Shop, shopper: Principal, control: PaysimControl) -> None:
    placed = shop.checkout(shopper, (shop.stocked(), 1)).ok()
    control.fault("error", path="/v1/payment_intents*", times=9)
    shop.start(shopper, placed["payment_id"]).refused("PAYMENT_UNAVAILABLE")
    control.reset()
    assert shop.order(shopper, placed["orders"][0]["order_id"])["state"] == "placed"


def test_production_refuses_the_simulator(paysim: Simulator) -> None:
    environ = {
        "BANGFU_ENV": "production", "BANGFU_ORDERS_DATABASE_URL": "postgresql://x", "BANGFU_REDIS_URL": "redis://x", "BANGFU_S3_URL": "http://x",
        "BANGFU_ORDERS_PRIVATE_KEY": "x", "BANGFU_PUBLIC_KEYS": "{}", "BANGFU_MEDIA_SECRET": "x" * 16,
        "BANGFU_STRIPE_KEY": "sk_live_1234", "BANGFU_STRIPE_WEBHOOK_SECRET": "whsec_1"}
    load(OrdersSettings, "orders", environ)
    with pytest.raises(SettingsError, match="simulator"):
        load(OrdersSettings, "orders", environ | {"BANGFU_STRIPE_API_BASE": paysim.url})
    with pytest.raises(SettingsError, match="BANGFU_STRIPE_KEY"):
        load(OrdersSettings, "orders", environ | {"BANGFU_ENV": "development", "BANGFU_STRIPE_KEY": ""})
