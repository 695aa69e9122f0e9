"""A shopper: looks, carts, checks out, pays; and what happens when the price, the stock or the bank has moved meanwhile."""

from __future__ import annotations

import pytest

from infra.paysim.client import PaysimControl
from tests.journeys.client import Client, Refused, new_key, wait_for
from tests.journeys.world import Product, World, channels, fen, recipient, yuan

pytestmark = pytest.mark.system

ORDER = """query($id: ID!) { order(id: $id) {
    state amount { amount } refunded { amount } lines { id refundedQuantity refunded { amount } } } }"""
CART = "lines { productId quantity offerVersion problem amount { amount } } amount { amount }"


@pytest.fixture
def product(world: World) -> Product:
    return world.product(world.merchant())


def state_of(shopper: Client, order_id: str) -> str:
    return str(shopper.ask(ORDER, id=order_id)["state"])


def test_a_cart_of_two_merchants_becomes_an_order_each_and_one_payment(world: World, product: Product) -> None:
    other = world.product(world.merchant(), unit="kg", pack="散装", price=yuan("6.80"))
    shopper = world.shopper()
    shopper.do("setCartLine", CART, productId=product.id, quantity="2", offerVersion=1)
    cart = shopper.do("setCartLine", CART, productId=other.id, quantity="1.5", offerVersion=1)
    assert [x["problem"] for x in cart["lines"]] == [None, None]
    assert fen(cart["amount"]) == 2500 + 1020

    _, checkout = world.buy((product, "2"), (other, "1.5"), shopper=shopper)
    assert checkout.amount == 2500 + 1020
    assert sorted(fen(o["amount"]) for o in checkout.orders) == [1020, 2500]
    for order in checkout.orders:
        assert state_of(shopper, order["id"]) == "paid"
    assert shopper.ask(f"{{ cart {{ {CART} }} }}")["lines"] == []


def test_a_visitor_buys_with_a_guest_token(world: World, product: Product) -> None:
    guest = Client(world.url, guest=world.visitor.do("startGuest"))
    checkout = world.place(guest, (product, "1"))
    world.pay(guest, checkout.payment_id)
    assert state_of(guest, checkout.order_id) == "paid"
    with pytest.raises(Refused, match="NOT_FOUND"):
        state_of(Client(world.url, guest=world.visitor.do("startGuest")), checkout.order_id)


@pytest.mark.parametrize("price", ["13.00", "9.90"])
def test_a_changed_price_is_shown_and_agreed_to_up_or_down(world: World, product: Product, price: str) -> None:
    shopper, seen = world.shopper(), world.lines((product, "1"))
    product.merchant.owner.do("changeProduct", "offerVersion", id=product.id, price=yuan(price))
    wait_for(lambda: world.offer(product)["offerVersion"] == 2)
    with pytest.raises(Refused) as refused:
        shopper.do("placeOrder", "checkoutId", lines=seen, recipient=recipient())
    assert refused.value.codes == ["PRICE_CHANGED"]
    assert refused.value.fields == ["lines.0.offerVersion"]
    assert refused.value.facts()["newVersion"] == "2"
    assert world.place(shopper, (product, "1")).amount == fen(price)


def test_what_is_gone_is_refused_whole_with_what_is_left(world: World) -> None:
    scarce = world.product(world.merchant(), stock="3")
    shopper = world.shopper()
    with pytest.raises(Refused) as refused:
        world.place(shopper, (scarce, "4"))
    assert refused.value.codes == ["OUT_OF_STOCK"]
    assert refused.value.facts()["left"] in ("3", "3.000")
    world.place(shopper, (scarce, "3"))
    with pytest.raises(Refused, match="OUT_OF_STOCK"):
        world.place(world.shopper(), (scarce, "1"))


def test_cancelling_an_unpaid_order_gives_its_stock_back(world: World) -> None:
    scarce = world.product(world.merchant(), stock="2")
    shopper = world.shopper()
    checkout = world.place(shopper, (scarce, "2"))
    assert shopper.do("cancelOrder", "state", id=checkout.order_id)["state"] == "cancelled"
    assert world.offer(scarce)["available"] == "2"
    with pytest.raises(Refused):
        shopper.do("startPayment", "state", id=checkout.payment_id, paymentMethod="pm_card_visa", returnUrl=f"{world.url}/paid")


def test_a_declined_card_leaves_an_order_that_another_card_pays(world: World, product: Product) -> None:
    shopper = world.shopper()
    checkout = world.place(shopper, (product, "1"))
    for card in ("pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"):
        with pytest.raises(Refused, match="PAYMENT_REFUSED"):
            shopper.do("startPayment", "state", id=checkout.payment_id, paymentMethod=card, returnUrl=f"{world.url}/paid")
    assert state_of(shopper, checkout.order_id) == "placed"
    world.pay(shopper, checkout.payment_id)
    assert state_of(shopper, checkout.order_id) == "paid"


def test_three_d_secure_is_failed_then_passed(world: World, product: Product) -> None:
    shopper = world.shopper()
    checkout = world.place(shopper, (product, "1"))
    bank = PaysimControl(world.system.stripe_url, world.system.env["BANGFU_STRIPE_KEY"])

    def start() -> str:
        payment = shopper.do(
            "startPayment",
            "state clientSecret payUrl",
            id=checkout.payment_id,
            paymentMethod="pm_card_threeDSecure2Required",
            returnUrl=f"{world.url}/paid",
        )
        assert payment["state"] in ("pending", "processing")
        return str(payment["clientSecret"]).split("_secret_")[0]

    bank.authorize(start(), "fail")
    assert shopper.do("refreshPayment", "state", id=checkout.payment_id)["state"] == "pending"
    assert state_of(shopper, checkout.order_id) == "placed"
    bank.authorize(start(), "succeed")
    bank.close()
    world.wait_paid(shopper, checkout.payment_id)
    assert state_of(shopper, checkout.order_id) == "paid"


def test_a_refund_in_parts_never_passes_what_was_paid(world: World, product: Product) -> None:
    shopper, checkout = world.buy((product, "3"))
    line = shopper.ask(ORDER, id=checkout.order_id)["lines"][0]
    owner = product.merchant.owner

    def refund(quantity: str, key: str) -> None:
        owner.do(
            "refundOrderLine",
            "state",
            orderId=checkout.order_id,
            lineId=line["id"],
            quantity=quantity,
            restock=False,
            reason="少件",
            idempotencyKey=key,
        )

    key = new_key()
    refund("1", key)
    refund("1", key)  # the same key: the same refund
    with pytest.raises(Refused, match="REFUND_TOO_LARGE"):
        refund("3", new_key())
    refund("2", new_key())
    order = shopper.ask(ORDER, id=checkout.order_id)
    assert fen(order["refunded"]) == 3750
    assert order["lines"][0]["refundedQuantity"] in ("3", "3.000")
    with pytest.raises(Refused, match="WRONG_STATE"):
        refund("1", new_key())


@pytest.mark.parametrize("quantity", ["0", "-1", "0.5", "1e30", "NaN", "１"])
def test_a_quantity_that_is_none_is_refused_by_name_and_changes_nothing(world: World, product: Product, quantity: str) -> None:
    with pytest.raises(Refused) as refused:
        world.place(world.shopper(), (product, quantity))
    assert set(refused.value.codes) <= {"INVALID_QUANTITY", "INVALID_INPUT", "BAD_USER_INPUT", "BAD_REQUEST"}, refused.value
    assert world.offer(product)["available"] == "1000"


def test_one_key_is_one_order_and_another_content_under_it_is_refused(world: World, product: Product) -> None:
    shopper, key = world.shopper(), new_key()
    first, second = (world.place(shopper, (product, "1"), key=key) for _ in range(2))
    assert (first.payment_id, first.order_id) == (second.payment_id, second.order_id)
    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        world.place(shopper, (product, "2"), key=key)
    assert world.place(world.shopper(), (product, "2"), key=key).order_id != first.order_id  # another's key is another key


def test_a_forged_attribution_is_refused(world: World, product: Product) -> None:
    session_id = world.live_session(world.streamer(), product)
    token = world.attribution(viewer := world.shopper(), session_id, product)
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[:-4]}{'AAAA' if signature[-4:] != 'AAAA' else 'BBBB'}"
    with pytest.raises(Refused, match="ATTRIBUTION_FORGED"):
        world.place(viewer, (product, "1", forged))
    # Another product's token is true and does not apply: sold as online.
    other = world.product(product.merchant)
    world.buy((other, "1", token), shopper=viewer)
    assert wait_for(lambda: channels(world, other)) == [("online", None)]
