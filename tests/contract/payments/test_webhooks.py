"""Webhooks: signed, at least once, again after failures and kills, doubled and disordered on request."""

from __future__ import annotations

import time

import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.conftest import plain, well_formed
from tests.contract.payments.shapes import problems
from tests.contract.payments.simulator import WEBHOOK_SECRET, Receiver, Simulator, eventually


def _paid(sim: Simulator, **more: object) -> stripe.PaymentIntent:
    params = {"amount": 3_000, "currency": "cny", "allowed_payment_method_types": ["card"], "confirm": True,
              "payment_method": "pm_card_visa"} | more
    return sim.client().v1.payment_intents.create(params)  # type: ignore[arg-type]


def test_each_is_signed_over_its_raw_body(own_sim: Simulator, receiver: Receiver) -> None:
    intent = _paid(own_sim)
    for delivery in receiver.wait_for("payment_intent.created", "charge.succeeded", "payment_intent.succeeded"):
        event = stripe.Webhook.construct_event(delivery.body, delivery.signature, WEBHOOK_SECRET)
        assert problems("event", plain(event)) == []
        inner = plain(event)["data"]["object"]
        assert problems(inner["object"], inner) == []
        assert event.request.id.startswith("req_")
        for body, secret in ((delivery.body + b" ", WEBHOOK_SECRET), (delivery.body, "whsec_other")):
            with pytest.raises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(body, delivery.signature, secret)
    paid = next(d.event for d in receiver.got if d.event["type"] == "payment_intent.succeeded")
    assert paid["data"]["object"]["id"] == intent.id
    assert paid["data"]["object"]["status"] == "succeeded"


def test_events_can_be_asked_for(own_sim: Simulator, receiver: Receiver) -> None:
    _paid(own_sim)
    receiver.wait_for("payment_intent.succeeded")
    client = own_sim.client()
    listed = well_formed(client.v1.events.list({"type": "payment_intent.succeeded"}))
    assert len(listed.data) == 1
    both = client.v1.events.list({"types": ["payment_intent.created", "charge.succeeded"], "limit": 5})
    assert {e.type for e in both.data} == {"payment_intent.created", "charge.succeeded"}
    event = listed.data[0]
    eventually(lambda: client.v1.events.retrieve(event.id).pending_webhooks == 0)
    assert plain(well_formed(client.v1.events.retrieve(event.id)))["data"]["object"]["amount"] == 3_000


@pytest.mark.parametrize(("steps", "types"), [
    ("cancel", ["payment_intent.created", "payment_intent.canceled"]),
    ("decline", ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]),
    ("action", ["payment_intent.created", "payment_intent.requires_action"]),
    ("refund", ["payment_intent.succeeded", "refund.created", "charge.refunded"]),
    ("dispute", ["payment_intent.succeeded", "charge.dispute.created", "charge.dispute.funds_withdrawn"]),
    ("processing", ["payment_intent.processing", "payment_intent.succeeded", "charge.succeeded"]),
])
def test_what_happens_is_told(
    own_sim: Simulator, own_control: PaysimControl, receiver: Receiver, steps: str, types: list[str]
) -> None:
    client = own_sim.client()
    if steps == "decline":
        with pytest.raises(stripe.CardError):
            _paid(own_sim, payment_method="pm_card_chargeDeclined")
    elif steps == "action":
        _paid(own_sim, payment_method="pm_card_authenticationRequired")
    elif steps == "dispute":
        _paid(own_sim, payment_method="pm_card_createDispute")
    elif steps == "refund":
        client.v1.refunds.create({"payment_intent": _paid(own_sim).id})
    else:
        intent = client.v1.payment_intents.create({"amount": 900, "currency": "cny", "allowed_payment_method_types": ["card"]})
        if steps == "cancel":
            client.v1.payment_intents.cancel(intent.id)
        else:
            assert own_control.processing(intent.id)["status"] == "processing"
            own_control.finish(intent.id)
    receiver.wait_for(*types)


def test_it_comes_within_moments(own_sim: Simulator, receiver: Receiver) -> None:
    _paid(own_sim)
    receiver.wait_for("payment_intent.succeeded")
    seen = len(receiver.got)
    started = time.monotonic()
    _paid(own_sim)
    got = receiver.wait(lambda got: "payment_intent.succeeded" in [d.event["type"] for d in got[seen:]])
    assert got[-1].at - started < 1.0  # some 20 ms on an idle machine


def test_a_refused_one_comes_again(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    receiver.answer = lambda number: 500 if number <= 4 else 200
    intent = _paid(own_sim)
    eventually(lambda: own_control.deliver_now() == 0)
    counts = {d.event["id"]: 0 for d in receiver.got}
    for delivery in receiver.got:
        counts[delivery.event["id"]] += 1
    assert len(counts) == 3
    assert sum(counts.values()) == 3 + 4
    rows = own_control.deliveries(state="delivered")
    assert {row["event"] for row in rows} == set(counts)
    assert own_sim.client().v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_shop_that_is_down_gets_it_later(own_sim: Simulator, own_control: PaysimControl) -> None:
    late = Receiver()
    address = late.url
    late.close()
    client = own_sim.client()
    endpoint = client.v1.webhook_endpoints.create({"url": address, "enabled_events": ["payment_intent.succeeded"]})
    _paid(own_sim)
    eventually(lambda: any(
        row["attempts"] and row["endpoint"] == endpoint.id for row in own_control.deliveries(state="pending")))
    back = Receiver()
    try:
        client.v1.webhook_endpoints.update(endpoint.id, {"url": back.url})
        own_control.deliver_now()
        back.wait_for("payment_intent.succeeded")
    finally:
        back.close()


def test_killed_in_the_middle_it_delivers_after_its_restart(
    own_sim: Simulator, own_control: PaysimControl, receiver: Receiver
) -> None:
    receiver.hold()
    intents = [_paid(own_sim).id for _ in range(5)]
    receiver.wait(lambda got: len(got) >= 1)
    own_sim.kill()
    receiver.release()
    own_sim.start()
    for intent in intents:
        receiver.wait_for("payment_intent.created", "charge.succeeded", "payment_intent.succeeded", object_id=intent)
    eventually(lambda: own_control.state()["deliveries"].get("pending", 0) == 0)
    assert own_sim.client().v1.payment_intents.retrieve(intents[0]).status == "succeeded"


def test_duplicates_on_request(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    own_control.webhooks("duplicate", copies=5)
    _paid(own_sim)
    got = receiver.wait(lambda got: len(got) >= 15)
    ids = [d.event["id"] for d in got]
    assert {ids.count(id) for id in ids} == {5}


def test_disorder_on_request(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    own_control.webhooks("shuffled", window_ms=400, seed=7)
    for _ in range(4):
        _paid(own_sim)
    got = receiver.wait(lambda got: len(got) >= 12)
    made = [e.id for e in own_sim.client().v1.events.list({"limit": 100}).data][::-1]
    came = [d.event["id"] for d in got]
    assert sorted(came) == sorted(made)
    assert came != made


def test_delay_on_request(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    own_control.webhooks("delayed", delay_ms=300)
    started = time.monotonic()
    _paid(own_sim)
    receiver.wait_for("payment_intent.succeeded")
    assert receiver.got[0].at - started >= 0.25


def test_held_back_on_request_even_over_a_restart(
    own_sim: Simulator, own_control: PaysimControl, receiver: Receiver
) -> None:
    own_control.webhooks("off")
    intent = _paid(own_sim)
    own_sim.kill()
    own_sim.start()
    assert own_control.state()["deliveries"] == {"pending": 3}
    assert receiver.got == []
    own_control.webhooks("normal")
    receiver.wait_for("payment_intent.succeeded", object_id=intent.id)


def test_a_wrong_signature_on_request(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    own_control.webhooks("wrong_signature")
    receiver.answer = lambda number: 400
    _paid(own_sim)
    first = receiver.wait(lambda got: len(got) >= 3)[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(first.body, first.signature, WEBHOOK_SECRET)
    own_control.webhooks("normal")
    receiver.answer = lambda number: 200
    eventually(lambda: own_control.deliver_now() == 0)
    last = receiver.got[-1]
    stripe.Webhook.construct_event(last.body, last.signature, WEBHOOK_SECRET)


def test_redelivered_on_request(own_sim: Simulator, own_control: PaysimControl, receiver: Receiver) -> None:
    _paid(own_sim)
    receiver.wait_for("payment_intent.succeeded")
    event = next(d.event["id"] for d in receiver.got if d.event["type"] == "payment_intent.succeeded")
    own_control.redeliver(event, times=4)
    receiver.wait(lambda got: [d.event["id"] for d in got].count(event) == 5)


def test_endpoints_choose_their_events_and_sign_with_their_own_secret(own_sim: Simulator) -> None:
    client, chosen = own_sim.client(), Receiver()
    try:
        endpoint = client.v1.webhook_endpoints.create(
            {"url": chosen.url, "enabled_events": ["charge.refunded"], "description": "refunds"})
        assert endpoint.secret
        assert problems("webhook_endpoint", plain(endpoint)) == []
        assert "secret" not in plain(well_formed(client.v1.webhook_endpoints.retrieve(endpoint.id)))
        assert endpoint.id in [e.id for e in well_formed(client.v1.webhook_endpoints.list()).data]
        client.v1.refunds.create({"payment_intent": _paid(own_sim).id})
        got = chosen.wait_for("charge.refunded")
        assert chosen.types() == ["charge.refunded"]
        stripe.Webhook.construct_event(got[0].body, got[0].signature, endpoint.secret)
        assert client.v1.webhook_endpoints.delete(endpoint.id).deleted
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.webhook_endpoints.retrieve(endpoint.id)
    finally:
        chosen.close()


def test_the_settings_endpoint_follows_the_settings(own_sim: Simulator, receiver: Receiver) -> None:
    own_sim.stop()
    own_sim.env["BANGFU_PAYSIM_WEBHOOK_EVENTS"] = "payment_intent.succeeded, charge.refunded"
    own_sim.start()
    intent = _paid(own_sim)
    receiver.wait_for("payment_intent.succeeded", object_id=intent.id)
    own_sim.client().v1.refunds.create({"payment_intent": intent.id})
    receiver.wait_for("charge.refunded")
    assert set(receiver.types()) == {"payment_intent.succeeded", "charge.refunded"}
