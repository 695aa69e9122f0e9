"""Every documented test card does what Stripe documents."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import stripe

from tests.contract.payments.conftest import plain, well_formed
from tests.contract.payments.shapes import problems
from tests.contract.payments.simulator import Simulator

Pay = Callable[..., stripe.PaymentIntent]

GOOD = ["pm_card_visa", "pm_card_visa_debit", "pm_card_mastercard", "pm_card_amex", "pm_card_discover",
        "pm_card_diners", "pm_card_jcb", "pm_card_unionpay", "pm_card_cn", "pm_card_bypassPending",
        "pm_card_threeDSecureOptional"]

DECLINED = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
    ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
]

AUTHENTICATED = ["pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup",
                 "pm_card_threeDSecure2Required", "pm_card_authenticationRequiredSetupForOffSession"]


@pytest.mark.parametrize("method", GOOD)
def test_a_good_card_pays(pay: Pay, method: str) -> None:
    assert pay(method).status == "succeeded"


@pytest.mark.parametrize(("method", "code", "decline"), DECLINED)
def test_a_declined_card_says_why_and_leaves_the_intent_payable(
    client: stripe.StripeClient, pay: Pay, method: str, code: str, decline: str | None
) -> None:
    intent = pay()
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": method})
    error = refused.value.error
    assert error is not None
    assert (refused.value.http_status, refused.value.code) == (402, code)
    if decline is not None:
        assert error.decline_code == decline
    assert refused.value.json_body is not None
    assert problems("error", plain(refused.value.json_body)["error"]) == []
    now = well_formed(client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}))
    assert (now.status, now.amount_received, now.payment_method) == ("requires_payment_method", 0, None)
    assert now.last_payment_error.code == code
    assert (now.latest_charge.status, now.latest_charge.paid) == ("failed", False)
    assert client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


@pytest.mark.parametrize("method", AUTHENTICATED)
def test_a_card_that_asks_for_3d_secure_waits_for_the_shopper(pay: Pay, method: str) -> None:
    intent = pay(method, return_url="https://shop.example/back")
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == "https://shop.example/back"


def test_without_a_return_address_the_browser_code_is_asked_to_act(pay: Pay) -> None:
    intent = pay("pm_card_authenticationRequired")
    assert intent.next_action is not None
    assert intent.next_action.type == "use_stripe_sdk"


def test_off_session_a_card_that_asks_is_declined(client: stripe.StripeClient, pay: Pay) -> None:
    with pytest.raises(stripe.CardError) as refused:
        pay("pm_card_authenticationRequired", off_session=True,
            customer=client.v1.customers.create().id)
    assert refused.value.code == "authentication_required"


def test_3d_secure_on_request(pay: Pay) -> None:
    intent = pay("pm_card_threeDSecureOptional", return_url="https://shop.example/back",
                 payment_method_options={"card": {"request_three_d_secure": "any"}})
    assert intent.status == "requires_action"


@pytest.mark.parametrize(("number", "status"), [
    ("4242424242424242", "succeeded"), ("5555555555554444", "succeeded"), ("6205500000000000004", "succeeded"),
    ("4000002500003155", "requires_action"), ("4000000000003220", "requires_action"),
])
def test_cards_by_number(sim: Simulator, pay: Pay, number: str, status: str) -> None:
    card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    method = well_formed(sim.client().v1.payment_methods.create({"type": "card", "card": card}))  # type: ignore[arg-type]
    assert (method.card.last4, method.card.exp_year) == (number[-4:], 2040)
    assert pay(method.id).status == status


@pytest.mark.parametrize(("change", "code"), [
    ({"number": "4242424242424241"}, "incorrect_number"),
    ({"number": "42"}, "invalid_number"),
    ({"exp_month": 13}, "invalid_expiry_month"),
    ({"exp_year": 2001}, "invalid_expiry_year"),
    ({"cvc": "99"}, "invalid_cvc"),
    ({"number": "4111111111111111"}, "card_declined"),
])
def test_a_wrong_card_entry_is_named(sim: Simulator, change: dict[str, object], code: str) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"} | change
    with pytest.raises(stripe.CardError) as refused:
        sim.client().v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[arg-type]
    assert refused.value.code == code
