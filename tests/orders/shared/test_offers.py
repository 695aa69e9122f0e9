"""The offers copy: higher versions only, and withdrawals in force from an instant set under the sale's own lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest

from services.events.catalog import MerchantReinstated, MerchantWithdrawn, ProductChanged, ProductWithdrawn, WithdrawnPeriod
from services.events.orders import ReinstatementInForce, WithdrawalInForce
from services.kit.db import every, value
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.principal import Role
from services.orders.app import SERVICE
from services.orders.store.offers import offers
from services.orders.usecases.offers.ensure_certified import At, During, ensure_certified
from tests.orders.support import open_market
from tests.support.service import BUREAU, Harness, principal


@pytest.fixture
def orders(make_service: Callable[..., Harness]) -> Harness:
    return make_service(SERVICE)


def test_a_copy_takes_only_a_higher_version(orders: Harness) -> None:
    market = open_market(orders)
    product = market.products[0]
    orders.deliver(ProductChanged(product=product.model_copy(update={"version": 3, "price_fen": 300})), version=3)
    orders.deliver(ProductChanged(product=product.model_copy(update={"version": 2, "price_fen": 200})), version=2)
    offer = orders.get("/offers", principal(), ids=str(product.product_id)).ok()["items"][0]
    assert offer["price_fen"] == 300


def test_offers_come_in_the_order_asked_without_the_unknown(orders: Harness) -> None:
    market = open_market(orders, 2)
    a, b = (str(p.product_id) for p in market.products)
    items = orders.get("/offers", principal(), ids=f"{b},{new_id()},{a}").ok()["items"]
    assert [(x["product_id"], x["sellable"], x["reason"]) for x in items] == [(b, False, "sold_out"), (a, False, "sold_out")]
    orders.get("/offers", principal(), ids="x").refused("INVALID_INPUT")
    orders.get("/offers", principal(), ids=",".join(str(new_id()) for _ in range(101))).refused("TOO_MANY")


def test_a_withdrawal_is_in_force_from_an_instant_read_after_the_lock(orders: Harness) -> None:
    market = open_market(orders)
    product = market.products[0]
    holding, release = Event(), Event()

    def sale() -> None:
        with orders.db.transaction() as conn:
            offers.lock(conn, [product.product_id])
            holding.set()
            release.wait(20)
            conn.execute("CREATE TABLE sold_at AS SELECT bangfu_now() AS at")

    selling = Thread(target=sale)
    selling.start()
    holding.wait(20)
    deciding = Thread(target=market.withdraw, args=(product,))
    deciding.start()
    with orders.db.reading() as conn:
        while not value(conn, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"):
            continue
    release.set()
    deciding.join(20)
    selling.join(20)
    with orders.db.reading() as conn:
        assert value(conn, "SELECT w.from_instant > s.at FROM withdrawn_intervals w, sold_at s") is True
    (event,) = orders.published(WithdrawalInForce)
    assert (event["subject"], event["subject_id"]) == ("product", str(product.product_id))


def test_an_imported_withdrawal_has_its_own_instants_until_its_import_is_taken_back(orders: Harness) -> None:
    market = open_market(orders)
    product = market.products[0]
    period = WithdrawnPeriod(kind="suspended", from_instant=orders.now() - timedelta(days=9))
    shut = product.model_copy(update={"version": 2, "withdrawals": (period,)})
    orders.deliver(ProductWithdrawn(product=shut, withdrawal_id=new_id(), kind="suspended", decided_at=period.from_instant), version=2,
                   lane="import")
    offer = orders.get("/offers", principal(), ids=str(product.product_id)).ok()["items"][0]
    assert offer["reason"] == "withdrawn"
    assert orders.published(WithdrawalInForce) == []
    orders.deliver(ProductChanged(product=product.model_copy(update={"version": 3})), version=3, lane="import")
    offer = orders.get("/offers", principal(), ids=str(product.product_id)).ok()["items"][0]
    assert (offer["reason"], offer["withdrawn_since"]) == ("sold_out", None)


def test_the_same_decision_is_put_in_force_once(orders: Harness) -> None:
    market = open_market(orders)
    withdrawal = market.withdraw(market.products[0])
    market.withdraw(market.products[0], withdrawal_id=withdrawal)
    assert len(orders.published(WithdrawalInForce)) == 1
    market.reinstate(market.products[0], withdrawal)
    market.reinstate(market.products[0], withdrawal)
    assert len(orders.published(ReinstatementInForce)) == 1
    with orders.db.reading() as conn:
        (interval,) = every(conn, "SELECT * FROM withdrawn_intervals")
        assert interval["until_instant"] > interval["from_instant"]
        assert value(conn, "SELECT withdrawn_since FROM offers") is None


def test_a_second_open_withdrawal_keeps_the_product_from_sale_when_the_first_ends(orders: Harness) -> None:
    market = open_market(orders)
    product = market.products[0]
    first, second = market.withdraw(product), new_id()
    orders.deliver(ProductWithdrawn(product=product.model_copy(update={"version": 3}), withdrawal_id=second, kind="recalled",
                                    decided_at=orders.now()), version=3)
    market.reinstate(product, first, version=4)
    assert orders.get("/offers", principal(), ids=str(product.product_id)).ok()["items"][0]["reason"] == "withdrawn"
    market.reinstate(product, second, version=5)
    assert orders.get("/offers", principal(), ids=str(product.product_id)).ok()["items"][0]["reason"] == "sold_out"


def test_a_withdrawn_merchant_takes_all_its_products_and_those_to_come(orders: Harness) -> None:
    from services.events.catalog import ProductCertified
    from tests.orders.support import product_state

    market, withdrawal = open_market(orders, 2), new_id()
    state = market.merchant.model_copy(update={"version": 2, "state": "suspended"})
    orders.deliver(MerchantWithdrawn(merchant=state, withdrawal_id=withdrawal, kind="suspended", decided_at=orders.now()), version=2)
    late = product_state(market.merchant.merchant_id)
    orders.deliver(ProductCertified(product=late))
    ids = ",".join(str(p.product_id) for p in (*market.products, late))
    assert {x["reason"] for x in orders.get("/offers", principal(), ids=ids).ok()["items"]} == {"merchant_withdrawn"}
    orders.deliver(MerchantReinstated(merchant=market.merchant.model_copy(update={"version": 3}), withdrawal_id=withdrawal,
                                      decided_at=orders.now()), version=3)
    assert {x["reason"] for x in orders.get("/offers", principal(), ids=ids).ok()["items"]} == {"sold_out"}


def test_expiry_comes_by_the_clock(orders: Harness) -> None:
    from tests.orders.support import certificate

    today = orders.now().date()
    market = open_market(orders, changes=[{"certificates": (certificate(last=today + timedelta(days=1)),)}])
    offer = orders.get("/offers", principal(), ids=str(market.products[0].product_id)).ok()["items"][0]
    assert offer["reason"] == "sold_out"
    orders.shift_clock(timedelta(days=3))
    offer = orders.get("/offers", principal(), ids=str(market.products[0].product_id)).ok()["items"][0]
    assert offer["reason"] == "not_certified"


def test_a_judgement_names_every_input_that_does_not_hold(orders: Harness) -> None:
    market = open_market(orders, 2)
    before = orders.now()
    market.withdraw(market.products[0])
    today = (orders.now() + timedelta(hours=8)).date()
    with orders.db.transaction() as conn:
        judged = ensure_certified(conn, [At(market.products[0].product_id, before), During(market.products[1].product_id, today, today)])
        assert judged[0].sold_at == before
    with pytest.raises(DomainError) as refused, orders.db.transaction() as conn:
        ensure_certified(conn, [At(market.products[0].product_id, orders.now(), "lines.0.product_id"),
                                At(new_id(), before, "lines.1.product_id")])
    assert [(e.code, e.field) for e in refused.value.errors] == [  # type: ignore[attr-defined]
        ("NOT_CERTIFIED_THEN", "lines.0.product_id"), ("UNKNOWN_PRODUCT", "lines.1.product_id")]


def test_stock_is_the_merchants_own_and_a_count_never_goes_below_nothing(orders: Harness) -> None:
    market, other = open_market(orders), open_market(orders)
    path = f"/stock/{market.products[0].product_id}"
    assert orders.call("PUT", path, market.seller, {"quantity": "12"}, key="count-key-1").ok()["available"] == "12"
    assert orders.post(f"{path}/receive", market.seller, {"quantity": "3"}, key="recv-key-1").ok()["available"] == "15"
    assert orders.post(f"{path}/receive", market.seller, {"quantity": "3"}, key="recv-key-1").ok()["available"] == "15"
    assert orders.call("PUT", path, market.seller, {"quantity": "0"}, key="count-key-2").ok()["level"] == "sold_out"
    for quantity in ("-1", "1.5", "NaN", "1e30", "１"):
        orders.call("PUT", path, market.seller, {"quantity": quantity}, key="count-key-3").refused("INVALID_QUANTITY")
    stranger = principal(Role.MERCHANT, other.merchant.merchant_id)
    orders.call("PUT", path, stranger, {"quantity": "5"}, key="count-key-4").refused("NOT_FOUND")
    orders.get("/stock", stranger, merchant_id=market.merchant.merchant_id).refused("NOT_FOUND")
    orders.call("PUT", path, principal(), {"quantity": "5"}, key="count-key-5").refused("FORBIDDEN")


def test_the_proof_finds_a_line_inside_a_withdrawn_interval(orders: Harness) -> None:
    from decimal import Decimal

    from services.kit import clock
    from services.orders.domain.ledger.lines import OUTSIDE, Document, NewLine
    from services.orders.store.ledger.record import record_sale

    market = open_market(orders)
    market.withdraw(market.products[0])
    with orders.db.transaction() as conn:
        now = clock.now(conn)
        record_sale(conn, Document("slip", new_id(), "XP-1"), [
            NewLine(new_id(), market.merchant.merchant_id, market.products[0].product_id, "counter", "transacted", now, "371502", "371502",
                    Decimal(1), "箱", 100)], OUTSIDE, recorded_at=now)
    proof = orders.get("/proof/certified", BUREAU).ok()
    assert (proof["checked"], [v["why"] for v in proof["violations"]]) == (1, ["withdrawn"])
    orders.get("/proof/certified", principal()).refused("FORBIDDEN")
