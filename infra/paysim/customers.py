"""Customers, as far as payments need them."""

from __future__ import annotations

from typing import Any

from infra.paysim import ids, methods
from infra.paysim.forms import Params
from infra.paysim.store import Doc
from infra.paysim.unit import Unit

_TEXTS = ("description", "email", "name", "phone")


def _read(p: Params, data: dict[str, Any]) -> None:
    for name in _TEXTS:
        if p.has(name):
            data[name] = p.text(name)
    if (given := p.child("address")) is not None:
        data["address"] = methods.address(given)
    if (shipping := p.child("shipping")) is not None:
        data["shipping"] = {
            "address": methods.address(shipping.child("address")),
            "name": shipping.text("name"), "phone": shipping.text("phone"),
        }
    if (settings := p.child("invoice_settings")) is not None:
        default = settings.text("default_payment_method")
        data["invoice_settings"] = data["invoice_settings"] | {"default_payment_method": default}
        settings.ignore("custom_fields", "footer", "rendering_options")
    data["metadata"] = p.metadata(data["metadata"])
    p.ignore("preferred_locales", "tax_exempt", "expand")


def create(u: Unit, p: Params) -> Doc:
    method = p.text("payment_method")
    id = ids.PREFIXES["customer"] + ids.token(14)
    data: dict[str, Any] = {
        "id": id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": u.time,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": ids.token(8).upper(),
        "invoice_settings": {
            "custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _read(p, data)
    p.finish()
    customer = u.add("customer", data)
    if method is not None:
        attached = methods.resolve(u, method)
        attached.data["customer"] = id
        u.save(attached)
    u.emit("customer.created", customer)
    return customer


def retrieve(u: Unit, p: Params, id: str) -> Doc:
    p.finish()
    return u.get("customer", id)


def update(u: Unit, p: Params, id: str) -> Doc:
    customer = u.get("customer", id)
    _read(p, customer.data)
    p.finish()
    u.save(customer)
    u.emit("customer.updated", customer)
    return customer


def delete(u: Unit, p: Params, id: str) -> dict[str, Any]:
    p.finish()
    customer = u.get("customer", id)
    u.emit("customer.deleted", customer)
    u.delete(customer)
    return {"id": id, "object": "customer", "deleted": True}
