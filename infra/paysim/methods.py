"""Payment methods: cards by test number or test id, Alipay, WeChat Pay; attached to customers."""

from __future__ import annotations

import time
from typing import Any

from infra.paysim import ids
from infra.paysim.cards import BY_NUMBER, DECLINES, TEST_METHODS, Decline, TestCard, problem
from infra.paysim.errors import StripeError, invalid, missing, refused
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

TYPES = ("card", "alipay", "wechat_pay")

_NO_ADDRESS: dict[str, Any] = {
    "city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None
}


def address(given: Params | None) -> dict[str, Any]:
    if given is None:
        return dict(_NO_ADDRESS)
    return {key: given.text(key) for key in _NO_ADDRESS}


def billing_details(given: Params | None) -> dict[str, Any]:
    if given is None:
        return {"address": dict(_NO_ADDRESS), "email": None, "name": None, "phone": None, "tax_id": None}
    return {
        "address": address(given.child("address")),
        **{key: given.text(key) for key in ("email", "name", "phone", "tax_id")},
    }


def card_error(decline: Decline, **extra: Any) -> StripeError:
    """402, type card_error."""
    if decline.code in ("card_declined", "authentication_required"):
        extra["decline_code"] = decline.decline_code
    param = {"incorrect_number": "number", "invalid_number": "number", "incorrect_cvc": "cvc", "invalid_cvc": "cvc",
             "invalid_expiry_month": "exp_month", "invalid_expiry_year": "exp_year", "expired_card": "exp_month"}
    return StripeError(
        402, "card_error", decline.message, code=decline.code, param=param.get(decline.code), extra=extra, keep=True
    )


def card_of(method: Doc) -> TestCard | None:
    """None for a wallet."""
    number = method.private.get("number")
    return BY_NUMBER.get(number) if number else None


def _new(u: Unit, type: str, details: dict[str, Any], billing: dict[str, Any], metadata: dict[str, str]) -> Doc:
    data: dict[str, Any] = {
        "id": ids.new("payment_method"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing,
        "created": u.time,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": metadata,
        "type": type,
        type: details,
    }
    return u.add("payment_method", data)


def _card_details(card: TestCard, month: int, year: int, cvc_given: bool) -> dict[str, Any]:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None, "address_postal_code_check": None,
            "cvc_check": "unchecked" if cvc_given else None,
        },
        "country": card.country,
        "display_brand": {"amex": "american_express", "diners": "diners_club"}.get(card.brand, card.brand),
        "exp_month": month,
        "exp_year": year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": "amex" not in card.brand},
        "wallet": None,
    }


def from_test_id(u: Unit, id: str) -> Doc:
    """A fresh payment method for a documented id such as pm_card_visa."""
    card = TEST_METHODS[id]
    today = time.gmtime(u.now)
    details = _card_details(card, today.tm_mon, today.tm_year + 1, False)
    method = _new(u, "card", details, billing_details(None), {})
    method.private.update(number=card.number, set_up=card.set_up)
    return method


def create(u: Unit, p: Params) -> Doc:
    """Raises a card error for a number, date or code that no bank would take."""
    type = p.choice("type", TYPES)
    card_given = p.child("card")
    if type is None and card_given is None:
        raise invalid("Missing required param: type.", code="parameter_missing", param="type")
    type = type or "card"
    for wallet in ("alipay", "wechat_pay"):
        p.child(wallet)
    billing, metadata = billing_details(p.child("billing_details")), p.metadata()
    p.ignore("allow_redisplay", "radar_options", "expand")
    if type != "card":
        p.finish()
        return _new(u, type, {}, billing, metadata)
    if card_given is None:
        raise invalid("Missing required param: card.", code="parameter_missing", param="card")
    token = card_given.text("token")
    if token is not None:
        p.finish()
        id = token.replace("tok_", "pm_card_", 1)
        if id not in TEST_METHODS:
            raise missing("token", token, "card[token]")
        return from_test_id(u, id)
    number = card_given.needed("number", longest=40).replace(" ", "").replace("-", "")
    month, year = card_given.integer("exp_month"), card_given.integer("exp_year")
    cvc = card_given.text("cvc", longest=10)
    card_given.ignore("networks")
    if month is None or year is None:
        raise invalid("Missing required param: card[exp_month].", code="parameter_missing", param="card[exp_month]")
    p.finish()
    today = time.gmtime(u.now)
    failing = problem(number, month, year, cvc, (today.tm_year, today.tm_mon))
    if not failing and number not in BY_NUMBER:
        failing = "not_a_test_card"
    if failing:
        raise card_error(DECLINES[failing])
    card = BY_NUMBER[number]
    full_year = year + 2_000 if year < 100 else year
    method = _new(u, "card", _card_details(card, month, full_year, cvc is not None), billing, metadata)
    method.private.update(number=number, set_up=card.set_up)
    return method


def resolve(u: Unit, id: str) -> Doc:
    """The payment method of that id; a documented test id makes a fresh one."""
    if id in TEST_METHODS:
        return from_test_id(u, id)
    method = u.find(id)
    if method is None or method.kind != "payment_method" or method.account != u.call.account:
        raise missing("PaymentMethod", id, "payment_method")
    return method


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return resolve(u, id)


def update(u: Unit, p: Params, id: str) -> Doc:
    method = u.get("payment_method", id)
    method.data["metadata"] = p.metadata(method.data["metadata"])
    if (given := p.child("billing_details")) is not None:
        method.data["billing_details"] = billing_details(given)
    if (given := p.child("card")) is not None:
        month, year = given.integer("exp_month", least=1, most=12), given.integer("exp_year")
        changed = {"exp_month": month, "exp_year": year}
        method.data["card"] = method.data["card"] | {k: v for k, v in changed.items() if v is not None}
    p.finish()
    u.save(method)
    return method


def attach(u: Unit, p: Params, id: str) -> Doc:
    customer = u.get("customer", p.needed("customer"), "customer")
    p.finish()
    method = resolve(u, id)
    if method.data["customer"] not in (None, customer.id):
        raise refused("The payment method you provided has already been attached to a customer.",
                      code="payment_method_unexpected_state")
    method.data["customer"] = customer.id
    u.save(method)
    u.emit("payment_method.attached", method)
    return method


def detach(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    method = u.get("payment_method", id)
    if method.data["customer"] is None:
        raise refused("The payment method you provided is not attached to a customer so detachment is impossible.",
                      code="payment_method_unexpected_state")
    method.data["customer"] = None
    u.save(method)
    u.emit("payment_method.detached", method)
    return method
