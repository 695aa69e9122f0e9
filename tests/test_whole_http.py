"""Every route of every service asks who is calling, is described truly, and is sent what it takes by the gateway."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate
from pydantic import BaseModel

from gateway.permissions import table
from gateway.schema import schema
from gateway.schema.inputs import In
from infra.documents import openapi
from services.kit.app import OPEN_ENDPOINTS, OPEN_PREFIXES
from services.kit.principal import Grant, Principal, Role, TokenIssuer
from tests.support.service import SEEDS, Harness
from tests.test_whole import DOMAIN, SERVICES

STRIPE = {
    "BANGFU_STRIPE_KEY": "sk_test_whole",
    "BANGFU_STRIPE_WEBHOOK_SECRET": "whsec_whole",
    "BANGFU_STRIPE_API_BASE": "http://127.0.0.1:9",
    "BANGFU_STRIPE_PUBLISHABLE_KEY": "pk_test_whole",
}
SOMEBODY = Principal("0197fedc-0000-7000-8000-00000000000a", (Grant(Role.BUREAU),))


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, path) of each, with ids filled in."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS or rule.endpoint.startswith(OPEN_PREFIXES):
            continue
        path = re.sub(r"<(?:(\w+)[^:>]*:)?\w+>", lambda m: "7" if m[1] == "int" else "0197fedc-0000-7000-8000-000000000001", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, path


@pytest.mark.parametrize("name", DOMAIN)
def test_every_route_of_a_service_asks_for_a_principal(name: str, make_service: Callable[..., Harness]) -> None:
    app = make_service(SERVICES[name], **(STRIPE if name == "orders" else {})).app
    other = "catalog" if name != "catalog" else "orders"
    issuer = TokenIssuer("gateway", SEEDS["gateway"])
    wrong = {
        "no token": {},
        "no bearer": {"Authorization": f"Basic {issuer.token(SOMEBODY, name)}"},
        "garbage": {"Authorization": "Bearer x.y.z"},
        "another service's audience": {"Authorization": f"Bearer {issuer.token(SOMEBODY, other)}"},
        "a service speaking for a person": {"Authorization": f"Bearer {TokenIssuer(other, SEEDS[other]).token(SOMEBODY, name)}"},
        "a stranger's key": {"Authorization": f"Bearer {TokenIssuer('gateway', SEEDS[other]).token(SOMEBODY, name)}"},
    }
    client = app.test_client()
    found = list(routes(app))
    assert len(found) > 10
    for method, path in found:
        for what, headers in wrong.items():
            answer = client.open(path, method=method, headers=headers, json={})
            assert (answer.status_code, answer.get_json()["code"]) == (401, "UNAUTHENTICATED"), (method, path, what)


@pytest.mark.parametrize("name", DOMAIN)
def test_the_openapi_document_is_valid_and_names_each_route(name: str) -> None:
    document = json.loads(openapi(name))
    validate(document)
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", DOMAIN)
def test_an_input_model_has_a_name_of_its_own(name: str) -> None:
    """The document knows models by name: two of one name would describe one of them wrongly."""
    named: dict[str, set[type]] = {}
    for model in _input_models(name):
        named.setdefault(model.__name__, set()).add(model)
    assert not {n: found for n, found in named.items() if len(found) > 1}


@pytest.mark.parametrize("name", DOMAIN)
def test_every_input_refuses_fields_it_does_not_know(name: str) -> None:
    """`role: admin` in a profile update (AsgardCms/Platform#848) is an error, not ignored."""
    bodies = [m for m in _input_models(name) if "Path" not in m.__name__]
    assert not [m.__qualname__ for m in bodies if m.model_config.get("extra") != "forbid"]


def _input_models(name: str) -> set[type[BaseModel]]:
    import pkgutil
    import typing

    found: set[type[BaseModel]] = set()

    def gather(kind: Any) -> None:
        if inspect.isclass(kind) and issubclass(kind, BaseModel) and kind not in found:
            found.add(kind)
            for field in kind.model_fields.values():
                gather(field.annotation)
        for argument in typing.get_args(kind):
            gather(argument)

    api = importlib.import_module(f"services.{name}.api")
    for info in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        for handler in vars(importlib.import_module(info.name)).values():
            if inspect.isfunction(handler) and handler.__module__ == info.name:
                hints = typing.get_type_hints(handler)
                for parameter in ("body", "query", "path", "form", "header"):
                    gather(hints.get(parameter))
    return found


# ------------------------------------------------------------------------------- gateway and services


@cache
def document_of(service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi(service))
    return found


def mutations() -> list[tuple[str, Mapping[str, In], dict[str, Any]]]:
    """(name, its fields as sent, what it calls) of each mutation that is one call of a service."""
    found = []
    for module in ("accounts", "catalog", "orders", "livestream", "reporting", "system"):
        for name, field in importlib.import_module(f"gateway.schema.{module}").MUTATIONS.items():
            inner = inspect.getclosurevars(field.resolver).nonlocals
            call = inspect.getclosurevars(inner["perform"]).nonlocals
            if "service" in call and "path" in call:
                found.append((name, inner["specs"], call))
    return found


@pytest.mark.parametrize(("name", "specs", "call"), mutations(), ids=[m[0] for m in mutations()])
def test_a_mutation_sends_what_its_service_takes(name: str, specs: Mapping[str, In], call: dict[str, Any]) -> None:
    document = document_of(call["service"])
    paths = {re.sub(r"\{[^}]*\}", "{}", p): operations for p, operations in document["paths"].items()}
    operation = paths[call["path"]][call["method"].lower()]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    sent = {n: s for n, s in specs.items() if (s.key or n) not in call["ids"] and n != "idempotency_key"}
    assert _differences(document, body, sent) == []


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    return _resolved(document, options[0]) if options else schema


def _differences(document: dict[str, Any], schema: dict[str, Any], sent: Mapping[str, In], where: str = "") -> list[str]:
    taken = _resolved(document, schema)
    properties, required = taken.get("properties", {}), set(taken.get("required", []))
    fields = {spec.key or name: spec for name, spec in sent.items()}
    found = [f"{where}{key}: the service does not know it" for key in fields.keys() - properties.keys()]
    found += [f"{where}{key}: the service requires it" for key in required - fields.keys()]
    found += [
        f"{where}{key}: optional at the edge, required by the service" for key in required & fields.keys() if not fields[key].required
    ]
    for key in fields.keys() & properties.keys():
        parts = inspect.getclosurevars(fields[key].send).nonlocals.get("fields")
        if parts:
            inner = _resolved(document, properties[key])
            item = _resolved(document, inner["items"]) if inner.get("type") == "array" else inner
            found += _differences(document, item, parts, f"{where}{key}.")
    return found


def test_every_root_field_declares_who_may_ask_it() -> None:
    rules = table()
    for kind in (schema.graphql_schema.query_type, schema.graphql_schema.mutation_type, schema.graphql_schema.subscription_type):
        assert kind is not None
        for field in kind.fields:
            assert f"{kind.name}.{field}" in rules


def test_what_moves_money_or_goods_takes_an_idempotency_key() -> None:
    """A service route that asks for a key gets one from the gateway, and the other way round."""
    for name, specs, call in mutations():
        source = _handler_source(call["service"], call["method"], call["path"])
        if source:
            assert ("idempotency_key()" in source) == ("idempotency_key" in specs), name


def _handler_source(service: str, method: str, path: str) -> str:
    from services.kit.app import _routes

    app = _routes(SERVICES[service], test_mode=False)
    for rule in app.url_map.iter_rules():
        if re.sub(r"<[^>]*>", "{}", rule.rule) == path and method in (rule.methods or set()):
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            inner = inspect.getclosurevars(view).nonlocals.get("func") or view
            return inspect.getsource(inner)
    return ""
