"""Which path and method does what. A handler takes (unit, params, *ids of the path)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from infra.paysim import charges, connect, customers, disputes, endpoints, intents, methods, refunds
from infra.paysim.forms import Params
from infra.paysim.listing import page, search
from infra.paysim.unit import Unit

Handler = Callable[..., Any]

# What a publishable key may do, given the intent's client_secret.
PUBLIC = frozenset({("GET", "payment_intents/*"), ("POST", "payment_intents/*/confirm"), ("POST", "payment_methods")})


def _list(kind: str, url: str, *filters: str) -> Handler:
    return functools.partial(_page, kind=kind, url=f"/v1/{url}", filters=filters)


def _page(u: Unit, p: Params, kind: str, url: str, filters: tuple[str, ...]) -> dict[str, Any]:
    return page(u, p, kind, url, filters)


def _search(u: Unit, p: Params) -> dict[str, Any]:
    return search(u, p, "payment_intent", "/v1/payment_intents/search")


def _search_charges(u: Unit, p: Params) -> dict[str, Any]:
    return search(u, p, "charge", "/v1/charges/search")


def _customer_methods(u: Unit, p: Params, id: str) -> dict[str, Any]:
    u.get("customer", id)
    return page(u, p, "payment_method", f"/v1/customers/{id}/payment_methods", ("type",), {"customer": id})


def _reversals(u: Unit, p: Params, id: str) -> dict[str, Any]:
    u.get("transfer", id)
    return page(u, p, "transfer_reversal", f"/v1/transfers/{id}/reversals", (), {"transfer": id})


def _read(kind: str) -> Handler:
    def read(u: Unit, p: Params, id: str) -> Any:
        p.finish()
        return u.get(kind, id)

    return read


def _read_reversal(u: Unit, p: Params, transfer: str, id: str) -> Any:
    p.finish()
    u.get("transfer", transfer)
    return u.get("transfer_reversal", id)


ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", "payment_intents"): intents.create,
    ("GET", "payment_intents"): _list("payment_intent", "payment_intents", "customer"),
    ("GET", "payment_intents/search"): _search,
    ("GET", "payment_intents/*"): intents.retrieve,
    ("POST", "payment_intents/*"): intents.update,
    ("POST", "payment_intents/*/confirm"): intents.confirm,
    ("POST", "payment_intents/*/capture"): intents.capture,
    ("POST", "payment_intents/*/cancel"): intents.cancel,
    ("POST", "payment_methods"): methods.create,
    ("GET", "payment_methods"): _list("payment_method", "payment_methods", "customer", "type"),
    ("GET", "payment_methods/*"): methods.retrieve,
    ("POST", "payment_methods/*"): methods.update,
    ("POST", "payment_methods/*/attach"): methods.attach,
    ("POST", "payment_methods/*/detach"): methods.detach,
    ("GET", "charges"): _list("charge", "charges", "payment_intent", "customer", "transfer_group"),
    ("GET", "charges/search"): _search_charges,
    ("GET", "charges/*"): charges.retrieve,
    ("POST", "charges/*"): charges.update,
    ("POST", "refunds"): refunds.create,
    ("GET", "refunds"): _list("refund", "refunds", "charge", "payment_intent"),
    ("GET", "refunds/*"): refunds.retrieve,
    ("POST", "refunds/*"): refunds.update,
    ("POST", "refunds/*/cancel"): refunds.cancel,
    ("POST", "customers"): customers.create,
    ("GET", "customers"): _list("customer", "customers", "email"),
    ("GET", "customers/*"): customers.retrieve,
    ("POST", "customers/*"): customers.update,
    ("DELETE", "customers/*"): customers.delete,
    ("GET", "customers/*/payment_methods"): _customer_methods,
    ("GET", "events"): _list("event", "events", "type"),
    ("GET", "events/*"): _read("event"),
    ("POST", "webhook_endpoints"): endpoints.create,
    ("GET", "webhook_endpoints"): _list("webhook_endpoint", "webhook_endpoints"),
    ("GET", "webhook_endpoints/*"): endpoints.retrieve,
    ("POST", "webhook_endpoints/*"): endpoints.update,
    ("DELETE", "webhook_endpoints/*"): endpoints.delete,
    ("POST", "accounts"): connect.create_account,
    ("GET", "accounts"): _list("account", "accounts"),
    ("GET", "accounts/*"): connect.retrieve_account,
    ("POST", "accounts/*"): connect.update_account,
    ("DELETE", "accounts/*"): connect.delete_account,
    ("POST", "transfers"): connect.create_transfer,
    ("GET", "transfers"): _list("transfer", "transfers", "destination", "transfer_group"),
    ("GET", "transfers/*"): connect.retrieve_transfer,
    ("POST", "transfers/*"): connect.update_transfer,
    ("POST", "transfers/*/reversals"): connect.create_reversal,
    ("GET", "transfers/*/reversals"): _reversals,
    ("GET", "transfers/*/reversals/*"): _read_reversal,
    ("GET", "disputes"): _list("dispute", "disputes", "charge", "payment_intent"),
    ("GET", "disputes/*"): disputes.retrieve,
    ("POST", "disputes/*"): disputes.update,
    ("POST", "disputes/*/close"): disputes.close,
    ("GET", "balance"): charges.balance,
    ("GET", "balance_transactions"): _list("balance_transaction", "balance_transactions", "source", "type"),
    ("GET", "balance_transactions/*"): _read("balance_transaction"),
}

_BY_SHAPE: dict[tuple[str, int], list[tuple[list[str], str, Handler]]] = {}
for (_method, _pattern), _handler in ROUTES.items():
    _parts = _pattern.split("/")
    _BY_SHAPE.setdefault((_method, len(_parts)), []).append((_parts, _pattern, _handler))


def match(method: str, path: str) -> tuple[str, Handler, list[str]] | None:
    """(pattern, handler, ids) for a path below /v1/; exact words win over ids, being listed first."""
    parts = path.split("/")
    for pattern, name, handler in _BY_SHAPE.get((method, len(parts)), ()):
        if all(want in ("*", have) and have for want, have in zip(pattern, parts, strict=True)):
            return name, handler, [have for want, have in zip(pattern, parts, strict=True) if want == "*"]
    return None
