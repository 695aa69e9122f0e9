"""Reading the parameters of a PaymentIntent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from infra.paysim import methods
from infra.paysim.errors import invalid
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_CURRENCY = re.compile(r"[a-z]{3}\Z")


def currency(p: Params) -> str:
    given = p.needed("currency", longest=20).lower()
    if not _CURRENCY.match(given):
        raise invalid(f"Invalid currency: {given}.", param="currency")
    return given


def method_types(u: Unit, p: Params) -> tuple[list[str] | None, list[str] | None, list[str]]:
    """(types to use or None, what `allowed_payment_method_types` said, what is excluded).

    Allowed types that do not fit are left out in silence, as Stripe does. `payment_method_types` ended with API version
    2026-09-30 and is read for callers of an older one only.
    """
    allowed, excluded = p.texts("allowed_payment_method_types"), p.texts("excluded_payment_method_types") or []
    old = p.texts("payment_method_types")
    if old is not None and u.call.version >= "2026-09-30":
        raise invalid(
            "The parameter payment_method_types is no longer supported. Use dynamic payment methods,"
            " allowed_payment_method_types or excluded_payment_method_types instead.",
            code="payment_method_types_no_longer_supported", param="payment_method_types",
        )
    for type in old or ():
        if type not in methods.TYPES:
            raise invalid(
                f"The payment method type provided: {type} is invalid. Please ensure the provided type is activated"
                " in your dashboard.", code="payment_intent_invalid_parameter", param="payment_method_types",
            )
    if allowed is None:
        return old, None, excluded
    if old is not None or excluded or p.text("payment_method_configuration") is not None:
        raise invalid(
            "You may only specify one of these parameters: allowed_payment_method_types, payment_method_types,"
            " excluded_payment_method_types, payment_method_configuration.", param="allowed_payment_method_types",
        )
    types = [type for type in methods.TYPES if type in allowed]
    if not types:
        raise invalid("None of the allowed payment method types can be used for this PaymentIntent.",
                      code="payment_intent_invalid_parameter", param="allowed_payment_method_types")
    return types, allowed, []


def return_url(p: Params) -> str | None:
    url = p.text("return_url")
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise invalid("Not a valid URL", code="url_invalid", param="return_url")
    return url


def options(p: Params) -> dict[str, Any]:
    """payment_method_options: {"wechat_client": …, "request_three_d_secure": …}, unset ones left out."""
    given = p.child("payment_method_options")
    found: dict[str, Any] = {}
    if given is None:
        return found
    if (wechat := given.child("wechat_pay")) is not None:
        found["wechat_client"] = wechat.choice("client", ("web", "ios", "android"))
        wechat.ignore("app_id", "setup_future_usage")
    if (card := given.child("card")) is not None:
        found["request_three_d_secure"] = card.choice("request_three_d_secure", ("any", "automatic", "challenge"))
        card.ignore(
            "setup_future_usage", "capture_method", "installments", "network", "statement_descriptor_suffix_kana",
            "request_extended_authorization", "request_incremental_authorization", "request_multicapture",
            "request_overcapture", "require_cvc_recollection", "cvc_token", "moto",
        )
    if (alipay := given.child("alipay")) is not None:
        alipay.ignore("setup_future_usage")
    return {key: value for key, value in found.items() if value is not None}


def shown_options(types: list[str], options: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if "card" in types:
        shown["card"] = {
            "installments": None, "mandate_options": None, "network": None,
            "request_three_d_secure": options.get("request_three_d_secure", "automatic"),
        }
    if "alipay" in types:
        shown["alipay"] = {}
    if "wechat_pay" in types:
        shown["wechat_pay"] = {"app_id": None, "client": options.get("wechat_client")}
    return shown


def shipping(p: Params) -> dict[str, Any] | None:
    given = p.child("shipping")
    if given is None:
        return None
    return {
        "address": methods.address(given.child("address")),
        **{key: given.text(key) for key in ("carrier", "name", "phone", "tracking_number")},
    }


def given_method(u: Unit, p: Params, types: list[str]) -> Doc | None:
    """`payment_method` or `payment_method_data`, of a type the intent allows."""
    id, inline = p.text("payment_method"), p.child("payment_method_data")
    if inline is not None:
        method: Doc | None = methods.create(u, inline)
    else:
        method = methods.resolve(u, id) if id is not None else None
    if method is not None and method.data["type"] not in types:
        raise invalid(
            f"The PaymentMethod provided ({method.data['type']}) is not allowed for this PaymentIntent. Please attach a"
            f" PaymentMethod of one of the following types: {', '.join(types)}.",
            code="payment_intent_incompatible_payment_method", param="payment_method",
        )
    return method


def transfer_data(u: Unit, p: Params, amount: int) -> dict[str, Any] | None:
    given = p.child("transfer_data")
    if given is None:
        return None
    destination = u.get("account", given.needed("destination"), "transfer_data[destination]")
    share = given.integer("amount", least=0, most=amount)
    return {"destination": destination.id} | ({"amount": share} if share is not None else {})


def set_types(u: Unit, p: Params, data: dict[str, Any]) -> None:
    types, allowed, excluded = method_types(u, p)
    if types is not None:
        data.update(payment_method_types=types, allowed_payment_method_types=allowed, automatic_payment_methods=None,
                    excluded_payment_method_types=None)
    elif excluded:
        left = [type for type in data["payment_method_types"] if type not in excluded]
        data.update(payment_method_types=left, excluded_payment_method_types=excluded)
