"""The suite runs against a simulator process; against Stripe itself when BANGFU_STRIPE_KEY holds a test key of Stripe's
and no BANGFU_STRIPE_API_BASE points elsewhere. Tests that take `sim` need the simulator and are skipped then."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.shapes import problems
from tests.contract.payments.simulator import KEY, WEBHOOK_SECRET, Receiver, Simulator


def real_key() -> str | None:
    key = os.environ.get("BANGFU_STRIPE_KEY", "")
    base = os.environ.get("BANGFU_STRIPE_API_BASE", "https://api.stripe.com")
    return key if key.startswith("sk_test_") and base.rstrip("/") == "https://api.stripe.com" else None


@pytest.fixture(scope="session")
def shared_sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    if real_key():
        pytest.skip("this test asks for something that only the simulator does")
    simulator = Simulator(tmp_path_factory.mktemp("paysim") / "state.sqlite").start()
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
def sim(shared_sim: Simulator) -> Simulator:
    """The simulator that most tests share: tests know it by the ids of their own objects only."""
    return shared_sim


@pytest.fixture
def client(request: pytest.FixtureRequest) -> stripe.StripeClient:
    key = real_key()
    if key is not None:
        return stripe.StripeClient(key, max_network_retries=2)
    shared: Simulator = request.getfixturevalue("shared_sim")
    return shared.client()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def own_sim(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Simulator]:
    """A simulator of the test's own, sending to `receiver`."""
    if real_key():
        pytest.skip("this test asks for something that only the simulator does")
    env = {"BANGFU_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "BANGFU_PAYSIM_WEBHOOK_URL": receiver.url,
           "BANGFU_PAYSIM_ASYNC_MS": "50"}
    simulator = Simulator(tmp_path_factory.mktemp("paysim") / "state.sqlite", env).start()
    yield simulator
    receiver.release()
    simulator.stop()


@pytest.fixture
def own_control(own_sim: Simulator) -> Iterator[PaysimControl]:
    control = PaysimControl(own_sim.url, KEY)
    yield control
    control.close()


@pytest.fixture
def control(sim: Simulator) -> Iterator[PaysimControl]:
    made = PaysimControl(sim.url, KEY)
    yield made
    made.close()


@pytest.fixture
def pay(client: stripe.StripeClient) -> Callable[..., stripe.PaymentIntent]:
    """Makes a card intent, and pays it when a payment method is given."""

    def make(method: str | None = None, amount: int = 3_000, **values: Any) -> stripe.PaymentIntent:
        params: dict[str, Any] = {"amount": amount, "currency": "cny", "allowed_payment_method_types": ["card"]} | values
        if method is not None:
            params |= {"payment_method": method, "confirm": True}
        intent: stripe.PaymentIntent = well_formed(client.v1.payment_intents.create(params))  # type: ignore[arg-type]
        return intent

    return make


def plain(value: Any) -> Any:
    """A client object as plain dicts and lists."""
    if isinstance(value, stripe.StripeObject):
        value = value.to_dict()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def well_formed(answer: Any) -> Any:
    """The answer again, after its shape was compared with what Stripe describes."""
    data = plain(answer)
    rows = data["data"] if data["object"] in ("list", "search_result") else [data]
    for row in rows:
        if not row.get("deleted"):
            assert problems(row["object"], row) == []
        if row["object"] == "event":
            inner = row["data"]["object"]
            assert problems(inner["object"], inner) == []
    return answer
