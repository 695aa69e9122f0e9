"""PaymentIntents as the API sees them: create, update, confirm, capture, cancel. Attempts are in attempts.py."""

from __future__ import annotations

import hmac
from typing import Any

from infra.paysim import attempts, ids, methods
from infra.paysim import intent_params as read
from infra.paysim.attempts import status_list
from infra.paysim.errors import StripeError, invalid, unexpected_state
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
_TEXTS = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
_WITHOUT_EFFECT = (
    "amount_details", "confirmation_token", "mandate", "mandate_data", "payment_details", "radar_options", "hooks",
    "use_stripe_sdk", "payment_method_configuration", "expand", "customer_account",
)


def create(u: Unit, p: Params) -> Doc:
    amount, currency = p.amount_needed(), read.currency(p)
    (types, allowed, excluded), automatic = read.method_types(u, p), p.child("automatic_payment_methods")
    enabled, redirects = None, "always"
    if automatic is not None:
        enabled = automatic.flag("enabled")
        redirects = automatic.choice("allow_redirects", ("always", "never")) or "always"
    if types is not None and enabled:
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types,"
            " payment_method_types.", param="automatic_payment_methods",
        )
    chosen = enabled is not False and types is None
    if types is None:
        usual = ["card"] if not chosen or redirects == "never" else list(methods.TYPES)
        types = [type for type in usual if type not in excluded]
    customer = p.text("customer")
    if customer is not None:
        u.get("customer", customer, "customer")
    transfer = read.transfer_data(u, p, amount)
    fee = p.integer("application_fee_amount", least=0, most=amount)
    if p.text("on_behalf_of") is not None:
        u.get("account", p.needed("on_behalf_of"), "on_behalf_of")
    options = read.options(p)
    confirm, off_session = p.flag("confirm"), p.anything("off_session") in (True, "true", "one_off", "recurring")
    id = ids.new("payment_intent")
    data: dict[str, Any] = {
        "id": id,
        "object": "payment_intent",
        "allowed_payment_method_types": allowed,
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": fee,
        "automatic_payment_methods": {"allow_redirects": redirects, "enabled": True} if chosen else None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": p.choice("capture_method", ("automatic", "automatic_async", "manual")) or "automatic_async",
        "client_secret": f"{id}_secret_{ids.token(25)}",
        "confirmation_method": p.choice("confirmation_method", ("automatic", "manual")) or "automatic",
        "created": u.time,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "excluded_payment_method_types": excluded or None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": p.metadata(),
        "next_action": None,
        "on_behalf_of": p.text("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": read.shown_options(types, options),
        "payment_method_types": types,
        "processing": None,
        "review": None,
        "setup_future_usage": p.choice("setup_future_usage", ("on_session", "off_session", "none")),
        "shipping": read.shipping(p),
        "source": None,
        "status": "requires_payment_method",
        "transfer_data": transfer,
        **{name: p.text(name) for name in _TEXTS},
    }
    return_url = read.return_url(p)
    p.ignore("error_on_requires_action", *_WITHOUT_EFFECT)
    if return_url is not None and not confirm:
        raise invalid("A `return_url` may only be specified when `confirm=true`.", param="return_url")
    intent = u.add("payment_intent", data, {"options": options})
    method = read.given_method(u, p, types)
    p.finish()
    if method is not None:
        data.update(payment_method=method.id, status="requires_confirmation")
    u.emit("payment_intent.created", intent)
    if confirm:
        if method is None:
            raise _no_method(intent)
        _start(u, intent, method, return_url, off_session, p.flag("error_on_requires_action"))
    return intent


def _no_method(intent: Doc) -> StripeError:
    return unexpected_state(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the"
        " PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment"
        " method or ConfirmationToken.", intent.data,
    )


def _start(
    u: Unit, intent: Doc, method: Doc, return_url: str | None, off_session: bool, refuse_action: bool | None
) -> None:
    """Checks what Stripe demands of a confirmation, then tries the payment."""
    data = intent.data
    automatic = data["automatic_payment_methods"]
    if return_url is None and method.data["type"] == "alipay":
        raise invalid("You must provide a `return_url` when confirming using alipay.", code="parameter_missing",
                      param="return_url")
    if return_url is None and automatic and automatic["allow_redirects"] == "always" and not off_session:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of"
            " these payment methods might redirect your customer off of your page, you must provide a `return_url`. If"
            " you don't want to accept redirect-based payment methods, set"
            " `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to"
            " `never` when creating Setup Intents and Payment Intents.", param="return_url",
        )
    if method.data["type"] == "wechat_pay" and not intent.private["options"].get("wechat_client"):
        raise invalid(
            "Missing required param: payment_method_options[wechat_pay][client].", code="parameter_missing",
            param="payment_method_options[wechat_pay][client]",
        )
    data["payment_method"] = method.id
    intent.private["return_url"] = return_url
    attempts.attempt(u, intent, method, off_session=off_session, refuse_action=bool(refuse_action))


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    intent = u.get("payment_intent", id, "intent")
    secret = p.text("client_secret")
    p.finish()
    if secret is not None:
        check_secret(intent, secret)
    return intent


def check_secret(intent: Doc, secret: str | None) -> None:
    if not hmac.compare_digest((secret or "").encode(), intent.data["client_secret"].encode()):
        raise invalid(
            "The client_secret provided does not match any associated PaymentIntent on this account.",
            code="payment_intent_invalid_parameter", param="client_secret",
        )


def update(u: Unit, p: Params, id: str) -> Doc:
    intent = u.get("payment_intent", id, "intent")
    data = intent.data
    previous = dict(data)
    amount = p.amount()
    currency = read.currency(p) if p.has("currency") else None
    for name, value in (("amount", amount), ("currency", currency)):
        if value is not None and value != data[name]:
            if data["status"] not in OPEN:
                raise unexpected_state(
                    f"This PaymentIntent's {name} could not be updated because it has a status of {data['status']}."
                    f" You may only update the {name} of a PaymentIntent with one of the following statuses:"
                    f" {status_list(OPEN)}.", data,
                )
            data[name] = value
            _back_to_confirmation(data)
    read.set_types(u, p, data)
    customer = p.text("customer")
    if customer is not None:
        data["customer"] = u.get("customer", customer, "customer").id
    method = read.given_method(u, p, data["payment_method_types"])
    if method is not None:
        if data["status"] not in OPEN:
            raise unexpected_state(
                "You cannot update the payment method of this PaymentIntent because it has a status of"
                f" {data['status']}.", data,
            )
        data["payment_method"] = method.id
        data["status"] = "requires_confirmation"
        data["next_action"] = None
    intent.private["options"] |= read.options(p)
    data["payment_method_options"] = read.shown_options(data["payment_method_types"], intent.private["options"])
    data["metadata"] = p.metadata(data["metadata"])
    if p.has("shipping"):
        data["shipping"] = read.shipping(p)
    for name in _TEXTS:
        if p.has(name):
            data[name] = p.text(name)
    if p.has("application_fee_amount"):
        data["application_fee_amount"] = p.integer("application_fee_amount", least=0, most=data["amount"])
    if (transfer := p.child("transfer_data")) is not None and data["transfer_data"] is not None:
        share = transfer.integer("amount", least=0, most=data["amount"])
        data["transfer_data"] = data["transfer_data"] | ({"amount": share} if share is not None else {})
    p.ignore("setup_future_usage", "capture_method", *_WITHOUT_EFFECT)
    p.finish()
    if data != previous:
        u.save(intent)
    return intent


def _back_to_confirmation(data: dict[str, Any]) -> None:
    """An amount that the shopper has not approved ends an open authentication."""
    if data["status"] == "requires_action":
        data.update(status="requires_confirmation", next_action=None)


def confirm(u: Unit, p: Params, id: str) -> Doc:
    intent = u.get("payment_intent", id, "intent")
    data = intent.data
    secret = p.text("client_secret")
    if secret is not None:
        check_secret(intent, secret)
    if data["status"] == "succeeded":
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
            data,
        )
    if data["status"] not in OPEN:
        raise unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {data['status']}. Only a PaymentIntent"
            f" with one of the following statuses may be confirmed: {status_list(OPEN)}.", data,
        )
    read.set_types(u, p, data)
    method = read.given_method(u, p, data["payment_method_types"])
    if method is None and data["payment_method"] is not None and data["status"] != "requires_payment_method":
        method = u.find(data["payment_method"])
    intent.private["options"] |= read.options(p)
    data["payment_method_options"] = read.shown_options(data["payment_method_types"], intent.private["options"])
    if p.has("receipt_email"):
        data["receipt_email"] = p.text("receipt_email")
    if p.has("shipping"):
        data["shipping"] = read.shipping(p)
    off_session = p.anything("off_session") in (True, "true", "one_off", "recurring")
    return_url, refuse_action = read.return_url(p), p.flag("error_on_requires_action")
    p.ignore("setup_future_usage", "capture_method", *_WITHOUT_EFFECT)
    p.finish()
    if method is None:
        raise _no_method(intent)
    u.save(intent)
    _start(u, intent, method, return_url, off_session, refuse_action)
    return intent


def capture(u: Unit, p: Params, id: str) -> Doc:
    intent = u.get("payment_intent", id, "intent")
    data = intent.data
    wanted = p.amount("amount_to_capture")
    p.ignore("final_capture", "application_fee_amount", "statement_descriptor", "statement_descriptor_suffix",
             "transfer_data", "amount_details", "payment_details", "hooks", "expand")
    data_metadata = p.metadata(data["metadata"])
    p.finish()
    if data["status"] != "requires_capture":
        raise unexpected_state(
            "This PaymentIntent could not be captured because it has a status of"
            f" {data['status']}. Only a PaymentIntent with one of the following statuses may be captured:"
            " requires_capture.", data,
        )
    amount = data["amount_capturable"] if wanted is None else wanted
    if amount > data["amount_capturable"]:
        raise invalid(
            f"The requested amount to capture ({amount}) is greater than the amount you can capture for this"
            f" PaymentIntent ({data['amount_capturable']}).", code="amount_too_large", param="amount_to_capture",
        )
    data["metadata"] = data_metadata
    attempts.capture(u, intent, amount)
    return intent


def cancel(u: Unit, p: Params, id: str) -> Doc:
    intent = u.get("payment_intent", id, "intent")
    data = intent.data
    reason = p.choice("cancellation_reason", REASONS)
    p.ignore("expand")
    p.finish()
    if data["status"] not in CANCELABLE:
        raise unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {data['status']}. Only a PaymentIntent"
            f" with one of the following statuses may be canceled: {status_list(CANCELABLE)}.", data,
        )
    data.update(
        status="canceled", canceled_at=u.time, cancellation_reason=reason, next_action=None, amount_capturable=0
    )
    u.save(intent)
    u.emit("payment_intent.canceled", intent)
    return intent
