"""What tests ask of the simulator: faults, another amount, results that come later; and what it refuses."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import stripe

from infra.paysim.client import PaysimControl
from infra.paysim.settings import publishable_key_of
from tests.contract.payments.conftest import well_formed
from tests.contract.payments.simulator import KEY, Simulator, eventually, run

Pay = Callable[..., stripe.PaymentIntent]


def test_faults_hit_the_next_calls_that_fit(own_sim: Simulator, own_control: PaysimControl) -> None:
    client = own_sim.client()
    own_control.fault("error", path="/v1/payment_intents/*", method="GET", times=2, status=500)
    own_control.fault("error", path="/v1/refunds", status=429)
    intent = client.v1.payment_intents.create({"amount": 900, "currency": "cny"})
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            client.v1.payment_intents.retrieve(intent.id)
        assert failed.value.http_status == 500
    assert client.v1.payment_intents.retrieve(intent.id).id == intent.id
    with pytest.raises(stripe.RateLimitError):
        client.v1.refunds.list()
    assert own_control.state()["faults"] == []


def test_a_slow_call_does_not_hold_up_others(own_sim: Simulator, own_control: PaysimControl) -> None:
    own_control.fault("slow", path="/v1/balance", ms=1_500)
    client = own_sim.client()
    with ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        slow = pool.submit(client.v1.balance.retrieve)
        eventually(lambda: own_control.state()["faults"] == [])
        assert client.v1.balance.retrieve().object == "balance"
        assert time.monotonic() - started < 1.4
        slow.result()
        assert time.monotonic() - started >= 1.4


def test_controls_outlive_a_kill_and_reset_clears_them(own_sim: Simulator, own_control: PaysimControl) -> None:
    own_control.fault("error", path="/v1/balance", times=3)
    own_control.webhooks("duplicate", copies=3)
    own_control.tuning(processing_ms=77)
    own_sim.kill()
    own_sim.start()
    state = own_control.state()
    assert (state["faults"][0]["times"], state["webhooks"]["copies"], state["tuning"]["processing_ms"]) == (3, 3, 77)
    state = own_control.reset()
    assert (state["faults"], state["webhooks"]["copies"], state["tuning"]["processing_ms"]) == ([], 1, 0)
    assert state["tuning"]["async_ms"] == 50


@pytest.mark.parametrize("when", ["before", "after"])
def test_another_amount_is_taken(sim: Simulator, control: PaysimControl, pay: Pay, when: str) -> None:
    intent = pay(amount=3_000)
    client = sim.client()
    if when == "before":
        control.tamper(intent.id, amount_received=1)
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    if when == "after":
        control.tamper(intent.id, amount_received=1)
    paid = well_formed(client.v1.payment_intents.retrieve(intent.id))
    assert (paid.status, paid.amount, paid.amount_received) == ("succeeded", 3_000, 1)


@pytest.mark.parametrize(("then", "status"), [("succeed", "succeeded"), ("fail", "requires_payment_method")])
def test_processing_ends_later(sim: Simulator, control: PaysimControl, pay: Pay, then: str, status: str) -> None:
    intent = pay()
    control.processing(intent.id, payment_method_type="alipay", then=then, after_ms=80)
    client = sim.client()
    seen = well_formed(client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}))
    assert (seen.status, seen.latest_charge.status) in {("processing", "pending"), (status, seen.latest_charge.status)}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.confirm(pay("pm_card_visa").id)
    eventually(lambda: client.v1.payment_intents.retrieve(intent.id).status == status)
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_a_processing_intent_is_neither_canceled_nor_confirmed(
    sim: Simulator, control: PaysimControl, pay: Pay
) -> None:
    intent = pay()
    control.processing(intent.id)
    client = sim.client()
    for act in (client.v1.payment_intents.cancel, client.v1.payment_intents.confirm):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"
    assert control.finish(intent.id)["status"] == "succeeded"


def test_confirmed_intents_go_through_processing_when_told(own_sim: Simulator, own_control: PaysimControl) -> None:
    own_control.tuning(processing_ms=100)
    client = own_sim.client()
    intent = client.v1.payment_intents.create({
        "amount": 900, "currency": "cny", "allowed_payment_method_types": ["card"], "payment_method": "pm_card_visa",
        "confirm": True})
    assert intent.status == "processing"
    own_sim.kill()
    own_sim.start()
    eventually(lambda: client.v1.payment_intents.retrieve(intent.id).status == "succeeded")


def test_search_lags_behind_when_told(own_sim: Simulator, own_control: PaysimControl) -> None:
    client = own_sim.client()
    client.v1.payment_intents.create({"amount": 900, "currency": "cny", "metadata": {"payment_id": "x"}})
    query = {"query": "metadata['payment_id']:'x'"}
    own_control.tuning(search_lag_ms=60_000)
    assert client.v1.payment_intents.search(query).data == []  # type: ignore[arg-type]
    own_control.tuning(search_lag_ms=0)
    assert len(client.v1.payment_intents.search(query).data) == 1  # type: ignore[arg-type]


def test_the_control_takes_the_secret_key_only(sim: Simulator) -> None:
    for headers in ({}, {"Authorization": "Bearer sk_test_wrong_key_0000"},
                    {"Authorization": f"Bearer {publishable_key_of(KEY)}"}):
        assert httpx.get(f"{sim.url}/_sim/state", headers=headers).status_code in (401, 403)


def test_the_browser_key_confirms_with_the_client_secret_and_nothing_else(sim: Simulator, pay: Pay) -> None:
    intent = pay(metadata={"payment_id": "secret"})
    headers = {"Authorization": f"Bearer {publishable_key_of(KEY)}"}
    address = f"{sim.url}/v1/payment_intents"
    assert httpx.post(address, data={"amount": "1", "currency": "cny"}, headers=headers).status_code == 403
    assert httpx.get(f"{address}/{intent.id}", headers=headers).status_code == 400
    body = {"client_secret": intent.client_secret, "payment_method": "pm_card_visa"}
    assert httpx.post(f"{address}/{intent.id}/confirm", data=body | {"client_secret": "x"},
                      headers=headers).status_code == 400
    paid = httpx.post(f"{address}/{intent.id}/confirm", data=body, headers=headers).json()
    assert (paid["status"], paid["metadata"]) == ("succeeded", {})


@pytest.mark.parametrize(("values", "word"), [
    ({"BANGFU_ENV": "production"}, "production"),
    ({"BANGFU_STRIPE_KEY": "sk_live_0123456789abcdef"}, "BANGFU_STRIPE_KEY"),
    ({"BANGFU_STRIPE_KEY": ""}, "BANGFU_STRIPE_KEY"),
    ({"BANGFU_PAYSIM_WEBHOOK_URL": "http://127.0.0.1:9/hook"}, "BANGFU_STRIPE_WEBHOOK_SECRET"),
    ({"BANGFU_PAYSIM_WEBHOOK_URL": "ftp://x", "BANGFU_STRIPE_WEBHOOK_SECRET": "whsec_1"}, "BANGFU_PAYSIM_WEBHOOK_URL"),
])
def test_it_refuses_to_start(tmp_path: Path, values: dict[str, str], word: str) -> None:
    ended = run(tmp_path / "state.sqlite", **values)
    assert ended.returncode == 2
    assert word in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "state.sqlite").exists()


def test_a_second_one_on_the_same_state_or_port_is_refused(own_sim: Simulator, tmp_path: Path) -> None:
    ended = run(own_sim.state)
    assert (ended.returncode, "state file" in ended.stderr) == (3, True)
    ended = run(tmp_path / "other.sqlite", "--port", own_sim.url.rsplit(":", 1)[1])
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr


def test_it_says_that_it_is_well(sim: Simulator) -> None:
    assert httpx.get(f"{sim.url}/healthz").status_code == 200
    assert httpx.get(f"{sim.url}/readyz").json() == {"status": "ok"}
    assert httpx.get(f"{sim.url}/nothing").status_code == 404


@pytest.mark.parametrize(("raw", "status"), [
    (b"GET /healthz HTTP/1.1\r\n\r\n", 200),
    (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    (b"NONSENSE\r\n\r\n", 400),
    (b"GET / HTTP/2.5\r\n\r\n", 505),
    (b"POST /v1/refunds HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n", 413),
    (b"POST /v1/refunds HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
    (b"POST /v1/refunds HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", 411),
    (b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * 40_000, 431),
])
def test_odd_http_gets_an_answer(sim: Simulator, raw: bytes, status: int) -> None:
    host, port = sim.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(raw)
        assert connection.recv(4_096).startswith(f"HTTP/1.1 {status} ".encode())


def test_requests_sent_without_waiting_are_answered_in_turn(sim: Simulator) -> None:
    host, port = sim.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n\r\n" * 3 + b"GET /none HTTP/1.1\r\nconnection: close\r\n\r\n")
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"HTTP/1.1 404 ") == 1
