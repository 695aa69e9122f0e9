"""One key, one effect: repeated, altered, concurrent, and when the answer was lost on the way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.simulator import KEY, Simulator

Pay = Callable[..., stripe.PaymentIntent]


def _params(name: str, **more: Any) -> Any:
    return {"amount": 3_000, "currency": "cny", "allowed_payment_method_types": ["card"], "metadata": {"payment_id": name}} | more


def _made(client: stripe.StripeClient, name: str) -> list[str]:
    return [i.id for i in client.v1.payment_intents.search({"query": f"metadata['payment_id']:'{name}'"}).data]


def test_the_same_call_again_gives_the_same_answer(client: stripe.StripeClient) -> None:
    key = str(uuid.uuid4())
    first = client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    again = client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    assert again.id == first.id
    assert first.last_response is not None
    assert again.last_response is not None
    assert again.last_response.body == first.last_response.body
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["original-request"] == first.last_response.request_id


def test_the_answer_stays_though_the_object_moved_on(client: stripe.StripeClient) -> None:
    key = str(uuid.uuid4())
    first = client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    client.v1.payment_intents.cancel(first.id)
    again = client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    assert (again.id, again.status) == (first.id, "requires_payment_method")


@pytest.mark.parametrize("change", [{"amount": 3_001}, {"description": "other"}])
def test_another_body_under_the_key_is_refused(client: stripe.StripeClient, change: dict[str, Any]) -> None:
    key = str(uuid.uuid4())
    client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.payment_intents.create(_params(key) | change, {"idempotency_key": key})
    assert refused.value.http_status == 400


def test_another_endpoint_under_the_key_is_refused(client: stripe.StripeClient) -> None:
    key = str(uuid.uuid4())
    intent = client.v1.payment_intents.create(_params(key), {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.cancel(intent.id, options={"idempotency_key": key})


def test_a_decline_is_remembered_with_its_status(client: stripe.StripeClient) -> None:
    key = str(uuid.uuid4())
    params = _params(key, payment_method="pm_card_chargeDeclined", confirm=True)
    codes = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_intents.create(params, {"idempotency_key": key})
        assert declined.value.error is not None
        codes.append((declined.value.http_status, declined.value.error.payment_intent.id))  # type: ignore[union-attr]
    assert codes[0] == codes[1]


def test_what_failed_validation_is_not_remembered(client: stripe.StripeClient) -> None:
    key = str(uuid.uuid4())
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(_params(key, amount="x"), {"idempotency_key": key})
    assert client.v1.payment_intents.create(_params(key), {"idempotency_key": key}).amount == 3_000


def test_the_order_of_parameters_does_not_matter(sim: Simulator) -> None:
    key = str(uuid.uuid4())
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key,
               "Content-Type": "application/x-www-form-urlencoded"}
    answers = [
        httpx.post(f"{sim.url}/v1/payment_intents", content=body, headers=headers).json()["id"]
        for body in ("amount=900&currency=cny", "currency=cny&amount=900")
    ]
    assert answers[0] == answers[1]


def test_a_call_under_way_makes_its_twin_wait(sim: Simulator) -> None:
    key = str(uuid.uuid4())
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key}
    body = {"amount": "900", "currency": "cny"}
    barrier = threading.Barrier(6)

    def send(_: int) -> httpx.Response:
        barrier.wait()
        return httpx.post(f"{sim.url}/v1/payment_intents", data=body,
                          headers=headers | {"X-Sim-Fault": "slow=400"}, timeout=30)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    done = [a for a in answers if a.status_code == 200]
    waiting = [a.json()["error"] for a in answers if a.status_code == 409]
    assert len(done) + len(waiting) == 6
    assert len({a.json()["id"] for a in done}) == 1
    assert waiting
    assert {(e["type"], e["code"]) for e in waiting} == {("idempotency_error", "idempotency_key_in_use")}


def test_the_client_rides_out_a_call_under_way(sim: Simulator) -> None:
    key = str(uuid.uuid4())
    patient = sim.client(retries=5)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(
            lambda _: patient.v1.payment_intents.create(
                _params(key), {"idempotency_key": key, "headers": {"X-Sim-Fault": "slow=200"}}).id, range(4)))
    assert len(set(made)) == 1


def test_a_lost_answer_then_the_same_key_gives_one_intent(sim: Simulator) -> None:
    name = str(uuid.uuid4())
    client = sim.client()
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create(
            _params(name), {"idempotency_key": name, "headers": {"X-Sim-Fault": "lost"}})
    made = _made(client, name)
    assert len(made) == 1
    again = client.v1.payment_intents.create(_params(name), {"idempotency_key": name})
    assert [again.id] == made == _made(client, name)


def test_a_lost_answer_is_repeated_by_the_client_itself(own_sim: Simulator, own_control: PaysimControl) -> None:
    name = str(uuid.uuid4())
    own_control.fault("lost", path="/v1/payment_intents", method="POST", times=2)
    client = own_sim.client(retries=3)
    intent = client.v1.payment_intents.create(_params(name))
    assert _made(client, name) == [intent.id]
    own_control.fault("lost", path="/v1/refunds", method="POST")
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1_000})
    assert [r.amount for r in client.v1.refunds.list({"payment_intent": intent.id}).data] == [1_000]


def test_a_dropped_call_did_nothing(sim: Simulator) -> None:
    name = str(uuid.uuid4())
    with pytest.raises(stripe.APIConnectionError):
        sim.client().v1.payment_intents.create(
            _params(name), {"idempotency_key": name, "headers": {"X-Sim-Fault": "drop"}})
    assert _made(sim.client(), name) == []


def test_keys_outlive_a_kill(own_sim: Simulator) -> None:
    name = str(uuid.uuid4())
    first = own_sim.client().v1.payment_intents.create(_params(name), {"idempotency_key": name})
    own_sim.kill()
    own_sim.start()
    again = own_sim.client().v1.payment_intents.create(_params(name), {"idempotency_key": name})
    assert again.id == first.id
    assert _made(own_sim.client(), name) == [first.id]
