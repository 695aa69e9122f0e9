"""No privileged act without its audit entry: each mutation and each route is followed through the source to its `audit.record`."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
import types
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from gateway.audit.writes import WRITES, WRITES_NOTHING
from gateway.permissions import table
from gateway.schema import DOMAINS
from infra.runner.state import ROOT
from services.acts import ACTS
from services.kit.app import _routes
from tests.test_whole import DOMAIN, SERVICES

# What a mutation calls where its field does not say it as data.
ROUTES = {
    "certify": ("catalog", "POST", "/certifications"),
    "renewProducts": ("catalog", "POST", "/renewals"),
    "renewMerchants": ("catalog", "POST", "/renewals"),
    "uploadProductImage": ("catalog", "POST", "/media/images"),
    "startImport": ("catalog", "POST", "/imports"),
    "applyImport": ("catalog", "POST", "/imports/{}/apply"),
    "withdrawImport": ("catalog", "POST", "/imports/{}/withdraw"),
    "setCutover": ("catalog", "PUT", "/internal/cutover"),
}
# Not privileged: what anybody does with a cart, a payment or a ticket of one's own, or what our own processes do.
OPEN_ROUTES = {
    ("PUT", "/cart/lines"), ("POST", "/cart/adopt"), ("POST", "/checkout"), ("POST", "/orders/{}/cancel"),
    ("POST", "/payments/{}/start"), ("POST", "/payments/{}/refresh"), ("POST", "/webhooks/stripe"),
    ("POST", "/campaigns/{}/join"), ("POST", "/campaigns/{}/pay"),
    ("POST", "/sessions/{}/join"), ("POST", "/sessions/{}/heartbeat"), ("POST", "/sessions/{}/attribution"),
    ("POST", "/internal/persons/export"),
}  # fmt: skip
# Written by jobs, events and the command line, not by a mutation; or by a service's route that has no mutation yet.
BY_OTHERS = {
    "outside_login:link", "import:applied", "import:withdrawn", "report:made", "person:erase", "merchant:member",
    "merchant:remove_member",
    "institution:remove_member", "review_path:replace",
    "duty:hand_over", "mechanism:end", "contract:payment", "fair_order:reverse", "attribution_rule:set",
    "departments:change", "departments:strike", "activities:change", "activities:strike", "publicity:change", "publicity:strike",
}  # fmt: skip


@cache
def app_of(service: str) -> Flask:
    return _routes(SERVICES[service], test_mode=False)


def routes(service: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(method, path, handler) of each route that may change something."""
    for rule in app_of(service).url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            view = inspect.unwrap(app_of(service).view_functions[rule.endpoint])
            yield method, re.sub(r"<[^>]*>", "{}", rule.rule), inspect.getclosurevars(view).nonlocals.get("func") or view


def mutations() -> dict[str, Callable[..., Any]]:
    """name → what it runs: the route's handler in the service, or the gateway's own function."""
    found: dict[str, Callable[..., Any]] = {}
    for domain in DOMAINS:
        for snake, field in getattr(importlib.import_module(f"gateway.schema.{domain}"), "MUTATIONS", {}).items():
            name = re.sub(r"_(\w)", lambda m: m[1].upper(), snake)
            perform = inspect.getclosurevars(field.resolver).nonlocals["perform"]
            call = inspect.getclosurevars(perform).nonlocals
            route = ROUTES.get(name) or ((call["service"], call["method"], call["path"]) if {"service", "path"} <= call.keys() else None)
            found[name] = perform if route is None else next(h for m, p, h in routes(route[0]) if (m, p) == route[1:])
    return found


def acts_of(start: Callable[..., Any]) -> set[str]:
    """Every act named in the source that `start` reaches through functions of ours, by name or by module."""
    seen: set[Any] = set()
    found: set[str] = set()
    waiting: list[Any] = [inspect.unwrap(start)]
    while waiting:
        function = waiting.pop()
        if function not in seen:
            seen.add(function)
            acts, reached = named_in(function)
            found |= acts
            waiting += reached
    return found


@cache
def named_in(function: types.FunctionType) -> tuple[set[str], list[types.FunctionType]]:
    """(acts, functions of ours) that the source of one function names; a class stands for its methods, a dictionary for its values."""
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))))
    except (OSError, TypeError):  # made at run time, as a dataclass's own methods are
        return set(), []
    names = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
    acts: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            names |= {a.asname or a.name: getattr(module, a.name, None) for a in node.names}
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTS:
            acts.add(node.value)
    reached: list[types.FunctionType] = []
    for node in nodes:
        if isinstance(node, ast.Name):
            named = names.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            base = names.get(node.value.id)
            named = getattr(base, node.attr, None) if isinstance(base, types.ModuleType | type) else None
        else:
            continue
        if isinstance(named, dict):
            acts |= {v for v in named.values() if isinstance(v, str) and v in ACTS}
        elif inspect.isclass(named):
            reached += [m for m in vars(named).values() if ours(m)]
        elif inspect.isfunction(inspect.unwrap(named)) if callable(named) else False:
            reached.append(inspect.unwrap(named))
    return acts, [f for f in reached if ours(f)]


def ours(thing: Any) -> bool:
    return inspect.isfunction(thing) and thing.__module__.startswith(("services.", "gateway"))


# --------------------------------------------------------------------------------------------- mutations


def test_each_mutation_for_certain_roles_declares_its_entry_or_why_it_has_none() -> None:
    restricted = {name.removeprefix("Mutation.") for name, rule in table().items() if name.startswith("Mutation.") and rule.roles}
    assert len(restricted) > 70
    assert sorted(restricted - WRITES.keys() - WRITES_NOTHING.keys()) == [], "declare them in gateway/audit/writes.py"
    assert sorted((WRITES.keys() | WRITES_NOTHING.keys()) - mutations().keys()) == [], "declared, and no mutation"
    assert not WRITES.keys() & WRITES_NOTHING.keys()


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_mutation_writes_what_it_declares(name: str) -> None:
    reached = acts_of(mutations()[name])
    assert set(WRITES[name]) <= reached, f"{name} reaches {sorted(reached)}"


def test_a_mutation_that_records_something_declares_it() -> None:
    """So that the list is whole for accounts' own acts, too."""
    assert sorted(name for name, run in mutations().items() if acts_of(run) and name not in WRITES) == []


def test_the_role_that_may_is_the_role_that_is_written() -> None:
    """Who is let in by the edge's rule is named in the row as what let him in."""
    for name, acts in WRITES.items():
        for role in table()[f"Mutation.{name}"].roles:
            assert any(role in ACTS[act].by for act in acts), (name, role, acts)


# ------------------------------------------------------------------------------------- routes and the list


@pytest.mark.parametrize("service", DOMAIN)
def test_every_route_that_changes_something_is_recorded(service: str) -> None:
    silent = {(method, path) for method, path, handler in routes(service) if not acts_of(handler)}
    assert silent - OPEN_ROUTES == set()


def test_every_act_of_the_list_is_written_by_something() -> None:
    assert sorted(ACTS.keys() - {act for acts in WRITES.values() for act in acts} - BY_OTHERS) == []
    source = "\n".join(f.read_text("utf-8") for f in python_files() if f.name != "acts.py")
    assert [act for act in ACTS if f'"{act}"' not in source] == []


def python_files() -> Iterator[Path]:
    for folder in ("services", "gateway"):
        yield from (ROOT / folder).rglob("*.py")


def test_every_call_of_record_names_an_act_of_the_closed_list() -> None:
    """A literal, or a choice among literals that stand as typed data in the same file: a slip of the pen does not get past here."""
    wrong = []
    for file in python_files():
        source = file.read_text("utf-8")
        for node in ast.walk(ast.parse(source)) if "audit.record" in source else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                act = node.args[2]
                if isinstance(act, ast.Constant) and act.value not in ACTS:
                    wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}: {act.value}")
                if isinstance(act, ast.JoinedStr | ast.BinOp):
                    wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(act)} is put together")
    assert wrong == []


def test_an_act_is_a_subject_and_an_action_in_both_languages() -> None:
    for act, words in ACTS.items():
        assert re.fullmatch(r"[a-z_]+:[a-z_]+", act)
        assert re.search(r"[一-鿿]", words.zh), act
        assert re.search(r"[A-Za-z]", words.en), act
        assert words.services, act
