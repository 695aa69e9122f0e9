"""Placing an order: prices from the offers, stock under lock, all refusals at once, once a key."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.events.catalog import ProductChanged
from services.events.orders import AvailabilityChanged, OrderPlaced, SaleRecorded
from services.events.others import AccountChanged
from services.kit.db import every, value
from services.kit.principal import Principal
from tests.orders.shopping.conftest import RECIPIENT, Shop
from tests.orders.support import assert_ledger_holds, open_market
from tests.support.service import principal


def test_a_checkout_reserves_stock_and_promises_money_but_is_no_sale(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    placed = shop.checkout(shopper, (product, 3)).ok()
    assert placed["amount_fen"] == 3 * 2480
    assert shop.stock() == ("97", "3")
    (event,) = shop.orders.published(OrderPlaced)
    assert event["amount_fen"] == 3 * 2480
    assert shop.orders.published(SaleRecorded) == []
    with shop.orders.db.reading() as conn:
        accounts = {r["account"]: r["s"] for r in every(conn, "SELECT account, sum(amount_fen)::bigint AS s FROM postings GROUP BY 1")}
    assert accounts == {"buyer_receivable": 7440, "deferred_sales": -7440}
    assert_ledger_holds(shop.orders)


def test_a_cart_of_several_merchants_becomes_an_order_each_and_one_payment(shop: Shop, shopper: Principal) -> None:
    other = Shop(shop.orders, open_market(shop.orders), shop.receiver)
    placed = shop.checkout(shopper, (shop.stocked(), 1), (other.stocked(), 2), (shop.stocked(1), 1)).ok()
    assert sorted(o["amount_fen"] for o in placed["orders"]) == [4960, 4960]
    assert placed["amount_fen"] == 9920


def test_no_input_of_a_shopper_has_a_price(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    for extra in ({"price_fen": 1}, {"amount_fen": 1}, {"merchant_id": str(uuid4())}, {"state": "paid"}):
        line = {"product_id": product, "quantity": "1", "offer_version": 1} | extra
        answer = shop.orders.post("/checkout", shopper, {"lines": [line], "recipient": RECIPIENT}, key="checkout-1")
        answer.refused("INVALID_INPUT")
    assert shop.stock() == ("100", "0")


def test_an_old_offer_version_is_answered_with_old_and_new(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    changed = shop.market.products[0].model_copy(update={"version": 2, "price_fen": 1990, "offer_version": 2})
    shop.orders.deliver(ProductChanged(product=changed), version=2)
    refused = shop.checkout(shopper, (product, 1)).refused("PRICE_CHANGED")
    assert refused["field"] == "lines.0.offer_version"
    assert (refused["facts"]["old_version"], refused["facts"]["new_version"], refused["facts"]["new_price_fen"]) == ("1", "2", "1990")
    assert shop.checkout(shopper, (product, 1), version=2).ok()["amount_fen"] == 1990


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e30", "NaN", "Infinity", "１２", "0.0001", "abc", " "])
def test_a_quantity_is_a_positive_decimal_in_steps_of_its_unit(shop: Shop, shopper: Principal, quantity: str) -> None:
    product = shop.stocked()
    answer = shop.checkout(shopper, (product, quantity))
    assert answer.code in ("INVALID_QUANTITY", "INVALID_INPUT")
    assert "quantity" in answer.body["field"]
    assert shop.stock() == ("100", "0")
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM orders") == 0


def test_everything_that_is_wrong_is_told_at_once_and_nothing_changes(shop: Shop, shopper: Principal) -> None:
    first, second = shop.stocked(quantity=2), shop.stocked(1)
    missing = uuid4()
    answer = shop.checkout(shopper, (first, 3), (second, "0"), (missing, 1)).refused("SEVERAL")
    assert [(e["code"], e["field"]) for e in answer["errors"]] == [
        ("OUT_OF_STOCK", "lines.0.quantity"), ("INVALID_QUANTITY", "lines.1.quantity"), ("UNKNOWN_PRODUCT", "lines.2.product_id")]
    assert answer["errors"][0]["facts"]["left"] == "2"
    assert shop.stock() == ("2", "0")


def test_what_was_withdrawn_or_has_expired_is_not_sold(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    withdrawal = shop.market.withdraw(shop.market.products[0])
    shop.checkout(shopper, (product, 1)).refused("NOT_CERTIFIED")
    shop.market.reinstate(shop.market.products[0], withdrawal)
    shop.checkout(shopper, (product, 1)).ok()


def test_the_same_key_makes_one_order_and_another_content_is_refused(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    first = shop.checkout(shopper, (product, 1), key="one-key-1").ok()
    assert shop.checkout(shopper, (product, 1), key="one-key-1").ok()["payment_id"] == first["payment_id"]
    shop.checkout(shopper, (product, 2), key="one-key-1").refused("IDEMPOTENCY_MISMATCH")
    assert shop.checkout(principal(), (product, 2), key="one-key-1").ok()["payment_id"] != first["payment_id"]
    assert shop.stock() == ("97", "3")


def test_a_refusal_is_not_remembered_under_its_key(shop: Shop, shopper: Principal) -> None:
    product = shop.market.products[0].product_id
    shop.checkout(shopper, (product, 1), key="one-key-1").refused("OUT_OF_STOCK")
    shop.stocked()
    shop.checkout(shopper, (product, 1), key="one-key-1").ok()


def test_ones_own_abandoned_checkout_gives_way(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked(quantity=1)
    abandoned = shop.checkout(shopper, (product, 1)).ok()
    shop.start(shopper, abandoned["payment_id"]).ok()
    again = shop.checkout(shopper, (product, 1)).ok()
    assert shop.start(shopper, again["payment_id"], "pm_card_visa").ok()["status"] == "paid"
    shop.start(shopper, abandoned["payment_id"]).refused("PAYMENT_CLOSED")
    assert shop.stock() == ("0", "0")
    shop.checkout(principal(), (product, 1)).refused("OUT_OF_STOCK")
    assert_ledger_holds(shop.orders)


def test_availability_is_told_at_thresholds_only(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked(quantity=7)
    for quantity in (1, 1, 1, 4):
        shop.checkout(shopper, (product, quantity)).ok()
    assert [e["level"] for e in shop.orders.published(AvailabilityChanged)] == ["available", "low", "sold_out"]


def test_a_person_stands_in_one_table_and_is_shown_to_buyer_and_merchant_only(shop: Shop, shopper: Principal) -> None:
    from tests.support.service import BUREAU

    order = shop.bought(shopper, (shop.stocked(), 1))["orders"][0]["order_id"]
    assert shop.order(shopper, order)["recipient"]["name"] == "王先生"
    assert shop.order(shop.market.seller, order)["recipient"]["phone"] == "10012345678"
    assert "recipient" not in shop.order(BUREAU, order)
    with shop.orders.db.reading() as conn:
        tables = every(conn, "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
        assert {row["name"] for row in tables if value(
            conn, f"SELECT count(*) FROM {row['name']} x WHERE x::text ~ '王先生|10012345678'")} == {"recipients"}


def test_a_closed_account_is_forgotten_as_soon_as_no_parcel_needs_it(shop: Shop, shopper: Principal) -> None:
    order = shop.bought(shopper, (shop.stocked(), 1))["orders"][0]["order_id"]
    lapsed = shop.checkout(shopper, (shop.market.products[0].product_id, 1)).ok()["orders"][0]["order_id"]
    shop.orders.post(f"/orders/{lapsed}/cancel", shopper).ok()
    shop.orders.deliver(AccountChanged(account_id=UUID(shopper.subject), closed=True))
    assert shop.order(shop.market.seller, lapsed)["recipient"] is None
    assert shop.order(shop.market.seller, order)["recipient"]["name"] == "王先生"
    shop.orders.post(f"/orders/{order}/ship", shop.market.seller).ok()
    assert shop.orders.run_scheduled("forget_closed_accounts") == {"forgotten": 1}
    assert shop.order(shop.market.seller, order)["recipient"] is None


def test_the_cart_holds_no_stock_and_shows_what_changed(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked(quantity=5)
    cart = shop.orders.call("PUT", "/cart/lines", shopper, {"product_id": product, "quantity": "2", "offer_version": 1}).ok()
    assert (cart["amount_fen"], cart["lines"][0]["price_changed"], shop.stock()) == (4960, False, ("5", "0"))
    changed = shop.market.products[0].model_copy(update={"version": 2, "price_fen": 3000, "offer_version": 2})
    shop.orders.deliver(ProductChanged(product=changed), version=2)
    cart = shop.orders.get("/cart", shopper).ok()
    assert (cart["amount_fen"], cart["lines"][0]["price_changed"]) == (6000, True)
    assert shop.orders.get("/cart", principal()).ok()["lines"] == []
    shop.checkout(shopper, (product, 2), version=2).ok()
    assert shop.orders.get("/cart", shopper).ok()["lines"] == []


def test_a_guest_has_a_cart_and_keeps_it_when_signing_in(shop: Shop) -> None:
    product = shop.stocked()
    guest, account = Principal("guest:abcdefgh1"), principal()
    shop.orders.call("PUT", "/cart/lines", guest, {"product_id": product, "quantity": 2, "offer_version": 1}).ok()
    shop.orders.post("/cart/adopt", Principal("guest:other-device"), {"guest": "guest:abcdefgh1"}).refused("FORBIDDEN")
    assert len(shop.orders.post("/cart/adopt", account, {"guest": "guest:abcdefgh1"}).ok()["lines"]) == 1
    assert shop.orders.get("/cart", guest).ok()["lines"] == []
    shop.orders.get("/cart", Principal("anonymous")).refused("FORBIDDEN")
