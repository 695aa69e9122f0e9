"""Refunds never exceed the charge, however they come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.conftest import well_formed
from tests.contract.payments.simulator import Simulator, eventually

Pay = Callable[..., stripe.PaymentIntent]


def _charge(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    charge: stripe.Charge = well_formed(client.v1.charges.retrieve(str(intent.latest_charge)))
    return charge


def test_part_by_part_up_to_the_whole(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa")
    first = well_formed(client.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 1_000, "reason": "requested_by_customer", "metadata": {"line": "7"}}))
    assert (first.status, first.amount, first.charge, first.payment_intent) == (
        "succeeded", 1_000, intent.latest_charge, intent.id)
    charge = _charge(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (1_000, False)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 2_001})
    rest = well_formed(client.v1.refunds.create({"charge": str(intent.latest_charge)}))
    assert rest.amount == 2_000
    charge = _charge(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (3_000, True)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    listed = well_formed(client.v1.refunds.list({"payment_intent": intent.id}))
    assert [r.id for r in listed.data] == [rest.id, first.id]
    assert well_formed(client.v1.refunds.retrieve(first.id)).amount == 1_000


def test_ten_at_once_never_exceed_the_charge(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa", amount=3_000)
    barrier = threading.Barrier(10)

    def refund(_: int) -> int:
        barrier.wait()
        try:
            return client.v1.refunds.create({"payment_intent": intent.id, "amount": 700}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(10) as pool:
        given = list(pool.map(refund, range(10)))
    assert sum(given) == 2_800
    assert _charge(client, intent).amount_refunded == 2_800


def test_what_was_not_paid_is_not_refunded(client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay()
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id})


@pytest.mark.parametrize(("params", "param"), [({"amount": 0}, "amount"), ({"amount": -3}, "amount"),
                                               ({"reason": "mood"}, "reason")])
def test_a_wrong_refund_is_named(
    client: stripe.StripeClient, pay: Pay, params: dict[str, object], param: str
) -> None:
    intent = pay("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id} | params)  # type: ignore[arg-type]
    assert refused.value.param == param


def test_pending_refunds_count_against_the_charge(
    own_sim: Simulator, own_control: PaysimControl
) -> None:
    own_control.tuning(async_ms=3_600_000)
    client = own_sim.client()
    intent = client.v1.payment_intents.create({
        "amount": 3_000, "currency": "cny", "allowed_payment_method_types": ["card"], "confirm": True,
        "payment_method": "pm_card_pendingRefund"})
    pending = well_formed(client.v1.refunds.create({"payment_intent": intent.id, "amount": 2_000}))
    assert pending.status == "pending"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1_001})
    own_control.finish_refund(pending.id, "fail")
    failed = well_formed(client.v1.refunds.retrieve(pending.id))
    assert failed.status == "failed"
    assert failed.failure_reason
    assert client.v1.refunds.create({"payment_intent": intent.id, "amount": 3_000}).amount == 3_000


@pytest.mark.parametrize(("method", "first", "last"), [
    ("pm_card_pendingRefund", "pending", "succeeded"), ("pm_card_refundFail", "succeeded", "failed")])
def test_a_refund_that_ends_later(own_sim: Simulator, method: str, first: str, last: str) -> None:
    client = own_sim.client()
    intent = client.v1.payment_intents.create({
        "amount": 3_000, "currency": "cny", "allowed_payment_method_types": ["card"], "confirm": True,
        "payment_method": method})
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == first
    eventually(lambda: client.v1.refunds.retrieve(refund.id).status == last)
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert charge.amount_refunded == (3_000 if last == "succeeded" else 0)
