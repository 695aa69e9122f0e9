from __future__ import annotations

from typing import Any, Literal

from flask import request
from pydantic import Field

from services.kit.app import context, principal
from services.kit.models import Input
from services.kit.principal import Role
from services.orders.api.common import PaymentPath, blueprint, buyer, desk
from services.orders.queries.shopping.orders import show_payment
from services.orders.usecases.shopping.receive_event import receive_event
from services.orders.usecases.shopping.start_payment import METHODS, payment_of, refresh_payment, start_payment

api = blueprint("payments")


class StartPayment(Input):
    """``payment_method``: confirm at once with it (Stripe's test methods, saved cards); else the shopper pays on a page."""

    return_url: str | None = Field(None, max_length=500, pattern=r"^https?://")
    payment_method: str | None = Field(None, pattern=r"^pm_\w{3,60}$")
    method_types: list[Literal["card", "alipay", "wechat_pay"]] = Field(list(METHODS), min_length=1, max_length=3)  # type: ignore[arg-type]


@api.post("/payments/<uuid:payment_id>/start")
def start(path: PaymentPath, body: StartPayment) -> dict[str, Any]:
    started = start_payment(desk(), buyer().subject, path.payment_id, body.return_url, body.payment_method, tuple(body.method_types))
    return started.__dict__ | {"mine": True}


@api.post("/payments/<uuid:payment_id>/refresh")
def refresh(path: PaymentPath) -> dict[str, Any]:
    refresh_payment(desk(), buyer().subject, path.payment_id)
    return _payment(path)


@api.get("/payments/<uuid:payment_id>")
def get_payment(path: PaymentPath) -> dict[str, Any]:
    return _payment(path)


@api.post("/webhooks/stripe")
def stripe_webhook() -> dict[str, Any]:
    """The bytes as Stripe sent them: the gateway passes them on untouched."""
    principal().require(Role.SERVICE, "gateway")
    receive_event(desk(), request.get_data(), request.headers.get("Stripe-Signature", ""))
    return {"received": True}


def _payment(path: PaymentPath) -> dict[str, Any]:
    payment = payment_of(desk(), buyer().subject, path.payment_id)
    with context().db.reading() as conn:
        return show_payment(conn, payment)
