"""PaymentIntents: made, changed, confirmed, captured, canceled, listed and found."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.contract.payments.conftest import plain, real_key, well_formed

Pay = Callable[..., stripe.PaymentIntent]


def test_an_intent_waits_for_a_payment_method(pay: Pay) -> None:
    intent = pay(metadata={"payment_id": "p-1"})
    assert (intent.status, intent.amount, intent.amount_received, intent.latest_charge) == (
        "requires_payment_method", 3_000, 0, None)
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(intent.id + "_secret_")
    assert plain(intent.metadata) == {"payment_id": "p-1"}
    assert not intent.livemode


def test_confirmed_with_a_good_card_it_succeeds_and_has_a_charge(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay()
    paid = well_formed(client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "expand": ["latest_charge.balance_transaction"]}))
    assert (paid.status, paid.amount_received) == ("succeeded", 3_000)
    charge = paid.latest_charge
    assert (charge.status, charge.amount, charge.captured, charge.paid, charge.payment_intent) == (
        "succeeded", 3_000, True, True, intent.id)
    assert charge.balance_transaction.net == charge.balance_transaction.amount - charge.balance_transaction.fee


def test_created_with_a_method_it_waits_for_confirmation(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay(payment_method="pm_card_visa")
    assert intent.status == "requires_confirmation"
    assert well_formed(client.v1.payment_intents.confirm(intent.id)).status == "succeeded"


def test_automatic_payment_methods_are_the_default_and_want_a_return_address(client: stripe.StripeClient) -> None:
    intent = well_formed(client.v1.payment_intents.create({"amount": 1_500, "currency": "cny"}))
    assert intent.automatic_payment_methods is not None
    assert intent.automatic_payment_methods.enabled
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    paid = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": "https://shop.example/back"})
    assert paid.status == "succeeded"


def test_the_shop_allows_some_payment_methods_and_excludes_others(client: stripe.StripeClient) -> None:
    some = well_formed(client.v1.payment_intents.create(
        {"amount": 1_500, "currency": "cny", "allowed_payment_method_types": ["card", "boleto"]}))
    assert (some.payment_method_types, some.allowed_payment_method_types) == (["card"], ["card", "boleto"])
    others = well_formed(client.v1.payment_intents.create(
        {"amount": 1_500, "currency": "cny", "excluded_payment_method_types": ["alipay"]}))
    assert "card" in others.payment_method_types
    assert "alipay" not in others.payment_method_types
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({
            "amount": 1_500, "currency": "cny", "allowed_payment_method_types": ["card"],
            "automatic_payment_methods": {"enabled": True}})


def test_the_older_parameter_is_for_older_versions_only(client: stripe.StripeClient) -> None:
    params: Any = {"amount": 1_500, "currency": "cny", "payment_method_types": ["card"]}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(params)
    assert refused.value.code == "payment_method_types_no_longer_supported"
    older = client.v1.payment_intents.create(params, {"stripe_version": "2026-06-24.dahlia"})
    assert older.payment_method_types == ["card"]


def test_amount_and_metadata_change_until_it_is_paid(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay(metadata={"a": "1", "b": "2"})
    changed = well_formed(client.v1.payment_intents.update(intent.id, {"amount": 4_000, "metadata": {"a": "", "c": "3"}}))
    assert changed.amount == 4_000
    assert plain(changed.metadata) == {"b": "2", "c": "3"}
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.update(intent.id, {"amount": 1})
    assert refused.value.code == "payment_intent_unexpected_state"
    assert client.v1.payment_intents.retrieve(intent.id).amount == 4_000
    assert plain(client.v1.payment_intents.update(intent.id, {"metadata": {"b": "4"}}).metadata)["b"] == "4"


def test_a_paid_intent_is_not_paid_again(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as refused:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.code == "payment_intent_unexpected_state"
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


@pytest.mark.parametrize("method", [None, "pm_card_authenticationRequired"])
def test_an_unpaid_intent_is_canceled_and_stays_so(client: stripe.StripeClient, pay: Pay, method: str | None) -> None:
    intent = pay(method)
    canceled = well_formed(client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"}))
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert canceled.canceled_at
    for act in (client.v1.payment_intents.cancel, client.v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"


def test_a_paid_intent_is_not_canceled(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        client.v1.payment_intents.cancel(intent.id)


def test_manual_capture_takes_up_to_what_was_authorised(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa", capture_method="manual")
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 3_000, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3_001})
    captured = well_formed(client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2_000}))
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 2_000, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2_001})
    assert client.v1.refunds.list({"payment_intent": intent.id}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id)


def test_an_authorised_intent_is_released_by_canceling(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa", capture_method="manual")
    canceled = client.v1.payment_intents.cancel(intent.id, {"expand": ["latest_charge"]})
    charge = canceled.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (canceled.status, charge.captured, charge.refunded, charge.amount_refunded) == ("canceled", False, False, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_lists_are_paged_both_ways(client: stripe.StripeClient) -> None:
    customer = well_formed(client.v1.customers.create({"email": "buyer@example.com"}))
    made = [
        client.v1.payment_intents.create(
            {"amount": 1_000 + n, "currency": "cny", "customer": customer.id, "allowed_payment_method_types": ["card"]}).id
        for n in range(5)
    ][::-1]
    first = well_formed(client.v1.payment_intents.list({"customer": customer.id, "limit": 2}))
    assert ([i.id for i in first.data], first.has_more) == (made[:2], True)
    second = client.v1.payment_intents.list({"customer": customer.id, "limit": 2, "starting_after": made[1]})
    assert ([i.id for i in second.data], second.has_more) == (made[2:4], True)
    last = client.v1.payment_intents.list({"customer": customer.id, "limit": 2, "starting_after": made[3]})
    assert ([i.id for i in last.data], last.has_more) == (made[4:], False)
    back = client.v1.payment_intents.list({"customer": customer.id, "limit": 2, "ending_before": made[3]})
    assert ([i.id for i in back.data], back.has_more) == (made[1:3], True)
    assert [i.id for i in first.auto_paging_iter()] == made


def test_an_intent_is_found_by_its_metadata(client: stripe.StripeClient, pay: Pay) -> None:
    name = f"o'brien-{uuid.uuid4()}"
    intent = pay(metadata={"payment_id": name})
    pay(metadata={"payment_id": name + "x"})
    quoted = name.replace("'", "\\'")
    deadline = time.monotonic() + (120 if real_key() else 5)  # Stripe's own index lags behind
    while True:
        found = client.v1.payment_intents.search({"query": f"metadata['payment_id']:'{quoted}'"})
        if found.data or time.monotonic() > deadline:
            break
        time.sleep(2)
    assert [i.id for i in well_formed(found).data] == [intent.id]
    nothing = client.v1.payment_intents.search(
        {"query": f"metadata['payment_id']:'{quoted}' AND status:'succeeded'"})
    assert nothing.data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.search({"query": "metadata payment_id"})


@pytest.mark.parametrize(("params", "param", "code"), [
    ({"currency": "cny"}, "amount", "parameter_missing"),
    ({"amount": 1_000}, "currency", "parameter_missing"),
    ({"amount": "ten", "currency": "cny"}, "amount", "parameter_invalid_integer"),
    ({"amount": -5, "currency": "cny"}, "amount", "parameter_invalid_integer"),
    ({"amount": 100_000_000, "currency": "cny"}, "amount", "amount_too_large"),
    ({"amount": 1_000, "currency": "cny", "prise": 5}, "prise", "parameter_unknown"),
    ({"amount": 1_000, "currency": "cny", "customer": "cus_nobody"}, "customer", "resource_missing"),
    ({"amount": 1_000, "currency": "cny", "payment_method": "pm_nothing"}, "payment_method", "resource_missing"),
])
def test_a_wrong_parameter_is_named(
    client: stripe.StripeClient, params: dict[str, object], param: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(params)  # type: ignore[arg-type]
    assert (refused.value.param, refused.value.code) == (param, code)
    assert refused.value.request_id


def test_what_is_not_there_is_404(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve("pi_nothing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_what_is_no_id_is_not_expanded(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(intent.id, {"expand": ["amount"]})
    listed = client.v1.charges.list({"payment_intent": intent.id, "expand": ["data.payment_intent"]})
    expanded = listed.data[0].payment_intent
    assert isinstance(expanded, stripe.PaymentIntent)
    assert expanded.id == intent.id


def test_a_wrong_key_is_refused(client: stripe.StripeClient, sim: object) -> None:
    stranger = sim.client(key="sk_test_somebody_else_9999")  # type: ignore[attr-defined]
    with pytest.raises(stripe.AuthenticationError, match=r"Invalid API Key provided: sk_test_\*+9999"):
        stranger.v1.balance.retrieve()
