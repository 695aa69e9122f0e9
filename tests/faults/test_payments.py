"""The payment provider at its worst: notices forged, doubled, early, late, out of order or never; answers lost. One end each time."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import urllib3

from infra.paysim.client import PaysimControl
from tests.faults.invariants import check_whole, lines_of, sold_exactly
from tests.journeys.client import Client, wait_for
from tests.journeys.world import CARD, Checkout, Product, World, fen

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]

PAYMENT = "query($id: ID!) { payment(id: $id) { state clientSecret refunded { amount } } }"


@pytest.fixture
def bank(fault_world: World) -> Iterator[PaysimControl]:
    control = PaysimControl(fault_world.system.stripe_url, fault_world.system.env["BANGFU_STRIPE_KEY"])
    control.reset()
    yield control
    control.reset()
    control.close()


@pytest.fixture
def product(fault_world: World) -> Product:
    return fault_world.product(fault_world.merchant())


def placed(world: World, product: Product) -> tuple[Client, Checkout, str]:
    """With an intent that nobody has paid yet."""
    shopper = world.shopper()
    checkout = world.place(shopper, (product, "1"))
    started = shopper.do("startPayment", "state clientSecret", id=checkout.payment_id, returnUrl=f"{world.url}/paid")
    return shopper, checkout, str(started["clientSecret"])


def pay_in_browser(world: World, secret: str) -> None:
    """As Stripe's elements do: the shop's server learns of it from the provider only."""
    answer = urllib3.request(
        "POST",
        f"{world.system.stripe_url}/v1/payment_intents/{secret.split('_secret_')[0]}/confirm",
        body=urlencode({"client_secret": secret, "payment_method": CARD, "return_url": f"{world.url}/paid"}),
        headers={
            "Authorization": f"Bearer {world.system.env['BANGFU_STRIPE_PUBLISHABLE_KEY']}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    assert answer.status == 200, answer.data


def is_sold_once(world: World, product: Product, shopper: Client, checkout: Checkout, seconds: float = 30) -> None:
    wait_for(lambda: shopper.ask(PAYMENT, id=checkout.payment_id)["state"] == "paid", seconds, "paid")
    check_whole(world)
    sold_exactly(world, product.merchant, {"online": [1250]})


@pytest.mark.parametrize(
    ("mode", "settings"),
    [
        ("normal", {}),
        ("duplicate", {"copies": 5}),
        ("shuffled", {"window_ms": 400, "seed": 7}),
        ("delayed", {"delay_ms": 1500}),
    ],
)
def test_the_notice_alone_completes_an_order_however_it_comes(
    fault_world: World, bank: PaysimControl, product: Product, mode: str, settings: dict[str, int]
) -> None:
    bank.webhooks(mode, **settings)
    shopper, checkout, secret = placed(fault_world, product)
    pay_in_browser(fault_world, secret)
    is_sold_once(fault_world, product, shopper, checkout)


def test_a_notice_before_the_answer_and_the_return_page_beside_it_change_nothing(
    fault_world: World, bank: PaysimControl, product: Product
) -> None:
    shopper = fault_world.shopper()
    checkout = fault_world.place(shopper, (product, "1"))
    bank.fault("slow", path="/v1/payment_intents*", method="POST", times=2, ms=1200)
    shopper.repeat("startPayment", "state", id=checkout.payment_id, paymentMethod=CARD, returnUrl=f"{fault_world.url}/paid")
    shopper.repeat("refreshPayment", "state", id=checkout.payment_id)
    is_sold_once(fault_world, product, shopper, checkout)


def test_notices_that_never_come_are_made_up_for_by_asking(fault_world: World, bank: PaysimControl, product: Product) -> None:
    bank.webhooks(off=True)
    shopper, checkout, secret = placed(fault_world, product)
    pay_in_browser(fault_world, secret)
    is_sold_once(fault_world, product, shopper, checkout, seconds=150)


def test_a_wrong_signature_of_the_providers_own_is_refused_and_made_up_for(
    fault_world: World, bank: PaysimControl, product: Product
) -> None:
    bank.webhooks("wrong_signature")
    shopper, checkout, secret = placed(fault_world, product)
    pay_in_browser(fault_world, secret)
    wait_for(lambda: any(d["attempts"] for d in bank.deliveries()), what="refused deliveries")
    assert shopper.ask(PAYMENT, id=checkout.payment_id)["state"] != "paid"
    bank.reset()
    bank.deliver_now()
    is_sold_once(fault_world, product, shopper, checkout)


def test_a_forged_notice_pays_nothing(fault_world: World, bank: PaysimControl, product: Product) -> None:
    shopper, checkout, secret = placed(fault_world, product)
    intent = secret.split("_secret_")[0]
    event = {"id": "evt_forged", "type": "payment_intent.succeeded", "data": {"object": {"id": intent, "status": "succeeded"}}}
    body = json.dumps(event).encode()
    now, real = int(time.time()), fault_world.system.env["BANGFU_STRIPE_WEBHOOK_SECRET"]

    def signed(key: str, stamp: int, content: bytes = body) -> str:
        return f"t={stamp},v1={hmac.new(key.encode(), f'{stamp}.'.encode() + content, hashlib.sha256).hexdigest()}"

    for header in (None, "", "t=1,v1=00", signed("whsec_other", now), signed(real, now - 3600), signed(real, now, body + b" ")):
        headers = {"Content-Type": "application/json", **({"Stripe-Signature": header} if header is not None else {})}
        answer = urllib3.request("POST", f"{fault_world.system.public_url}/webhooks/stripe", body=body, headers=headers)
        assert 400 <= answer.status < 500, (header, answer.status)
    # Even a true signature is a hint only: the provider is asked, and says that nobody paid.
    answer = urllib3.request(
        "POST",
        f"{fault_world.system.public_url}/webhooks/stripe",
        body=body,
        headers={"Content-Type": "application/json", "Stripe-Signature": signed(real, now)},
    )
    assert answer.status < 500
    assert shopper.do("refreshPayment", "state", id=checkout.payment_id)["state"] == "pending"
    assert lines_of(fault_world, product.merchant) == []


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/payment_intents/*/confirm"])
@pytest.mark.parametrize("kind", ["lost", "drop"])
def test_a_lost_answer_makes_no_second_payment(fault_world: World, bank: PaysimControl, product: Product, path: str, kind: str) -> None:
    shopper = fault_world.shopper()
    checkout = fault_world.place(shopper, (product, "1"))
    bank.fault(kind, path=path, method="POST", times=2)
    fields = {"id": checkout.payment_id, "paymentMethod": CARD, "returnUrl": f"{fault_world.url}/paid"}
    wait_for(lambda: started(shopper, fields), 60, "answered at last")
    is_sold_once(fault_world, product, shopper, checkout)


def started(shopper: Client, fields: dict[str, str]) -> bool:
    if shopper.ask(PAYMENT, id=fields["id"])["state"] != "paid":
        shopper.repeat("startPayment", "state", **fields)
    return bool(shopper.ask(PAYMENT, id=fields["id"])["state"] == "paid")


def test_a_refund_whose_answer_was_lost_is_made_once(fault_world: World, bank: PaysimControl, product: Product) -> None:
    shopper, checkout = fault_world.buy((product, "1"))
    line = shopper.ask("query($id: ID!) { order(id: $id) { lines { id } } }", id=checkout.order_id)["lines"][0]
    bank.fault("lost", path="/v1/refunds", method="POST", times=2)
    product.merchant.owner.repeat("refundOrderLine", "id", orderId=checkout.order_id, lineId=line["id"], restock=False, reason="破损")
    wait_for(lambda: fen(shopper.ask(PAYMENT, id=checkout.payment_id)["refunded"]) == 1250, 90, "refunded")
    check_whole(fault_world)
    sold_exactly(fault_world, product.merchant, {"online": [1250, -1250]})


def test_another_amount_than_was_asked_for_is_held_and_not_sold(fault_world: World, bank: PaysimControl, product: Product) -> None:
    shopper, checkout, secret = placed(fault_world, product)
    bank.tamper(secret.split("_secret_")[0], amount_received=1)
    pay_in_browser(fault_world, secret)
    wait_for(lambda: shopper.ask(PAYMENT, id=checkout.payment_id)["state"] == "held", what="held")
    assert lines_of(fault_world, product.merchant) == []
