"""A shop with the real payment simulator behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from infra.paysim.client import PaysimControl
from services.kit.principal import Grant, Principal, Role
from services.orders.app import SERVICE
from tests.contract.payments.simulator import KEY, WEBHOOK_SECRET, Receiver, Simulator
from tests.orders.support import Market, open_market
from tests.support.service import Answer, Harness, principal

GATEWAY_ITSELF = Principal("service:gateway", (Grant(Role.SERVICE, "gateway"),))
RECIPIENT = {"name": "王先生", "phone": "10012345678", "address": "东昌府区柳园路1号", "county_code": "371502"}


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Keeps what the simulator sends; tests hand it to the service themselves, so that nothing races unasked."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="session")
def paysim(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Simulator]:
    env = {"BANGFU_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "BANGFU_PAYSIM_WEBHOOK_URL": receiver.url, "BANGFU_PAYSIM_ASYNC_MS": "20"}
    simulator = Simulator(tmp_path_factory.mktemp("orders-paysim") / "state.sqlite", env).start()
    yield simulator
    simulator.stop()


@pytest.fixture
def control(paysim: Simulator) -> Iterator[PaysimControl]:
    made = PaysimControl(paysim.url, KEY)
    made.reset()
    yield made
    made.reset()
    made.close()


@dataclass
class Shop:
    """A harness with a market and shoppers' verbs."""

    orders: Harness
    market: Market
    receiver: Receiver

    def stocked(self, index: int = 0, quantity: int | str = 100) -> UUID:
        product = self.market.products[index]
        path, key = f"/stock/{product.product_id}/receive", f"stock-{uuid4()}"
        self.orders.post(path, self.market.seller, {"quantity": str(quantity)}, key=key).ok()
        return product.product_id

    def checkout(self, who: Principal, *lines: tuple[UUID, int | str], key: str | None = None, version: int = 1, **more: Any) -> Answer:
        body = {"lines": [{"product_id": p, "quantity": q, "offer_version": version} for p, q in lines], "recipient": RECIPIENT} | more
        return self.orders.post("/checkout", who, body, key=key or f"checkout-{uuid4()}")

    def start(self, who: Principal, payment_id: str, method: str | None = None) -> Answer:
        body = {"return_url": "http://127.0.0.1:1/back"} | ({"payment_method": method} if method else {})
        return self.orders.post(f"/payments/{payment_id}/start", who, body)

    def bought(self, who: Principal, *lines: tuple[UUID, int | str]) -> dict[str, Any]:
        """A paid checkout."""
        placed = self.checkout(who, *lines).ok()
        assert self.start(who, placed["payment_id"], "pm_card_visa").ok()["status"] == "paid"
        return dict(placed)

    def webhook(self, body: bytes, signature: str) -> Answer:
        from services.kit import json
        from tests.support.service import GATEWAY

        answer = self.orders.app.test_client().post("/webhooks/stripe", data=body, headers={
            "Stripe-Signature": signature, "Authorization": f"Bearer {GATEWAY.own('orders')}", "Content-Type": "application/json"})
        return Answer(answer.status_code, json.loads(answer.data))

    def stock(self, index: int = 0) -> tuple[str, str]:
        """(available, reserved)."""
        row = next(r for r in self.orders.get("/stock", self.market.seller, merchant_id=self.market.merchant.merchant_id).ok()["items"]
                   if r["product_id"] == str(self.market.products[index].product_id))
        return row["available"], row["reserved"]

    def order(self, who: Principal, order_id: str) -> dict[str, Any]:
        return dict(self.orders.get(f"/orders/{order_id}", who).ok())


@pytest.fixture
def make_shop(make_service: Callable[..., Harness], paysim: Simulator, receiver: Receiver) -> Callable[..., Shop]:
    def make(products: int = 1, **merchant: Any) -> Shop:
        orders = make_service(SERVICE, BANGFU_STRIPE_KEY=KEY, BANGFU_STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET,
                              BANGFU_STRIPE_API_BASE=paysim.url)
        return Shop(orders, open_market(orders, products, **merchant), receiver)

    return make


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    return make_shop(2)


@pytest.fixture
def shopper() -> Principal:
    return principal()
