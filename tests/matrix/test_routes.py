"""The services check again: what the table denies is denied by their HTTP APIs too, asked with the principal's own token."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway import permissions
from infra.documents import openapi
from services.kit.principal import Principal, Role
from tests.journeys.client import new_key
from tests.matrix.arguments import operations
from tests.matrix.asking import DOOR, OBJECT, OPEN, OTHER, OWN, Cell, Matrix
from tests.matrix.calls import SERVICES, Call, calls_of, is_denied, send_all, template
from tests.matrix.cast import ROLES, Cast
from tests.matrix.samples import SOME_ID, body_of, query_of
from tests.matrix.unchanged import nothing_changes

# Thousands of questions, after the start of the system: long on a machine that has much else to do.
pytestmark = [pytest.mark.system, pytest.mark.xdist_group("matrix"), pytest.mark.timeout(900)]

Route = tuple[str, str, str]


@pytest.fixture(scope="module")
def matrix(cast: Cast) -> Matrix:
    return Matrix(cast, f"mr{secrets.token_hex(4)}")


@pytest.fixture
def _without_the_first_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions.Rule, "check", lambda _rule, _context: None)


def cells(matrix: Matrix) -> Iterator[Cell]:
    yield from matrix.cells(o for o in operations() if not o.startswith("Subscription."))


def _route(call: Call) -> Route:
    return call.service, call.method, template(call.bare_path)


@pytest.mark.usefixtures("_without_the_first_fence")
def test_what_the_table_denies_the_services_deny(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [c for c in cells(matrix) if (e := matrix.expected(c)) == OBJECT or (e == DOOR and c.whose == OWN)]
    opened = {(c.role, c.whose, _route(call)) for c in cells(matrix) if matrix.expected(c) == OPEN for call in calls_of(matrix, c)}
    opened |= {(role, OTHER, route) for role, whose, route in opened if whose == OWN and "{}" not in route[2]}
    calls = [
        (cell, call)
        for cell in wanted
        for call in calls_of(matrix, cell)
        # What some other operation opens to the role is no denial; a filter by another's id still is.
        if (cell.role, cell.whose, _route(call)) not in opened or (cell.whose == OTHER and "_id=" in call.path)
    ]
    faults: list[str] = []
    statuses = Counter[int]()
    with nothing_changes(matrix.cast, matrix.mark, faults):
        for cell, call, reply in send_all(matrix, calls):
            statuses[reply.status] += 1
            if not is_denied(call, reply):
                faults.append(f"{call.service} {call.method} {template(call.bare_path)} → {reply.status} {reply.code}: {cell}")
    with capsys.disabled():
        print(f"\nservices: {len(calls)} denied calls sent, answers {dict(sorted(statuses.items()))}")
    assert not faults, "\n".join(faults)


A_KIND = {"catalog": "merchants", "orders": "institutions", "livestream": "outside_sessions", "reporting": "departments"}
# Parts of paths that are no ids.
IN_PATHS = {"role": "canteen_buyer", "kind": "order", "key": "sales_total", "certificate_no": "C-1"}

# ------------------------------------------------------------------- routes that no operation of the gateway leads to

ITSELF: frozenset[Role] = frozenset()  # a service's own token only
IMPORTERS = frozenset({Role.OPERATOR, Role.BUREAU})
CITY = frozenset({Role.BUREAU, Role.DEPARTMENT_OFFICER})
BUREAU = frozenset({Role.BUREAU})
EVERYBODY = frozenset(Role)
SCOPED = frozenset({Role.MERCHANT, Role.COUNTY_OFFICER, Role.OPERATOR, *CITY})
EVERY_SERVICE: dict[tuple[str, str], frozenset[Role]] = {
    ("GET", "/internal/outbox"): ITSELF,
    ("GET", "/internal/audit"): ITSELF,
    ("POST", "/internal/persons/export"): ITSELF,
    ("POST", "/internal/persons/erase"): ITSELF,
    ("GET", "/imports"): IMPORTERS,
    ("POST", "/imports"): IMPORTERS,
    ("GET", "/imports/{}"): IMPORTERS,
    ("POST", "/imports/{}/apply"): IMPORTERS,
    ("POST", "/imports/{}/withdraw"): IMPORTERS,
}
OTHERS: dict[Route, frozenset[Role]] = {
    **{(service, *route): roles for service in SERVICES for route, roles in EVERY_SERVICE.items()},
    ("catalog", "GET", "/certificates/{}"): EVERYBODY,
    ("catalog", "GET", "/counts"): EVERYBODY,
    ("catalog", "GET", "/duties"): EVERYBODY,
    ("catalog", "GET", "/labels"): EVERYBODY,
    ("catalog", "GET", "/review-paths"): EVERYBODY,
    ("catalog", "GET", "/digest"): frozenset({Role.OPERATOR}),
    ("catalog", "POST", "/review-paths"): BUREAU,
    ("catalog", "POST", "/duty-holders"): BUREAU,
    ("catalog", "POST", "/mechanisms/{}/end"): frozenset({Role.COUNTY_OFFICER, *CITY}),
    ("catalog", "POST", "/media/images"): frozenset({Role.MERCHANT, *IMPORTERS}),
    ("catalog", "POST", "/merchants/{}/members"): frozenset({Role.MERCHANT, Role.COUNTY_OFFICER, *IMPORTERS}),
    ("catalog", "DELETE", "/merchants/{}/members/{}"): frozenset({Role.MERCHANT, Role.COUNTY_OFFICER, *IMPORTERS}),
    ("catalog", "GET", "/merchants/{}/members"): frozenset({Role.MERCHANT, Role.COUNTY_OFFICER, *IMPORTERS}),
    ("orders", "POST", "/cart/adopt"): EVERYBODY,
    ("orders", "POST", "/contracts/{}/payments"): frozenset({Role.MERCHANT}),
    ("orders", "GET", "/documents/{}/{}"): EVERYBODY,
    ("orders", "GET", "/fair-orders/{}"): frozenset({Role.OUTLET, *SCOPED}),
    ("orders", "POST", "/fair-orders/{}/reverse"): frozenset({Role.OUTLET, *SCOPED}),
    ("orders", "GET", "/institutions/kinds"): EVERYBODY,
    ("orders", "GET", "/institutions/{}/members"): frozenset({Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER, *IMPORTERS}),
    ("orders", "DELETE", "/institutions/{}/members/{}/{}"): frozenset(
        {Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER, *IMPORTERS}
    ),
    ("orders", "GET", "/ledger/reconciliation"): IMPORTERS,
    ("orders", "GET", "/ledger/trial"): IMPORTERS,
    ("orders", "GET", "/offers/digest"): IMPORTERS,
    ("orders", "GET", "/sale-lines"): SCOPED,
    ("orders", "POST", "/webhooks/stripe"): ITSELF,
    ("livestream", "GET", "/attribution-rules"): EVERYBODY,
    ("livestream", "POST", "/attribution-rules"): BUREAU,
    ("livestream", "GET", "/streamers/{}"): frozenset({Role.STREAMER, Role.COUNTY_OFFICER, *CITY}),
    ("reporting", "GET", "/figures/{}/rows"): frozenset({Role.COUNTY_OFFICER, *CITY}),
    **{("reporting", method, f"/{noun}/{{}}"): CITY for method in ("PUT", "DELETE") for noun in ("activities", "departments", "publicity")},
}


def _documents() -> dict[str, dict[str, Any]]:
    return {service: json.loads(openapi(service)) for service in SERVICES}


def routes_of(documents: dict[str, dict[str, Any]]) -> dict[Route, Call]:
    """Every route with a body and query valid in form, about nothing that is there."""
    found = {}
    for service, document in documents.items():
        for path, operations_ in document["paths"].items():
            for method, operation in operations_.items():
                query = query_of(document, operation)
                filled = re.sub(r"\{(\w+)\}", lambda m: IN_PATHS.get(m[1], SOME_ID), path) + (f"?{urlencode(query)}" if query else "")
                body = body_of(document, operation)
                if (method, path) == ("post", "/imports"):
                    body["kind"] = A_KIND[service]
                found[service, method.upper(), template(path)] = Call(service, method.upper(), filled, body, new_key())
    return found


@pytest.mark.usefixtures("_without_the_first_fence")
def test_every_other_route_names_its_roles_and_refuses_the_rest(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    routes = routes_of(_documents())
    reached = {_route(call) for cell in cells(matrix) if cell.role == Role.BUREAU for call in calls_of(matrix, cell)}
    unnamed = sorted(routes.keys() - reached - OTHERS.keys())
    assert not unnamed, "say in OTHERS who may call it, or give it an operation in the gateway"
    direct, faults, sent = matrix.cast.world.direct, list[str](), 0
    with nothing_changes(matrix.cast, matrix.mark, faults):
        for route, roles in OTHERS.items():
            call = routes.get(route)
            for role in ROLES if call is not None else ():
                if role in {r.value for r in roles} or roles == EVERYBODY:
                    continue
                assert call is not None
                reply = call.send(direct, _principal(matrix, role))
                sent += 1
                if not is_denied(call, reply):
                    faults.append(f"{' '.join(route)} as {role} → {reply.status} {str(reply.body)[:120]}")
    with capsys.disabled():
        print(f"\nservices: {len(routes)} routes, {len(reached & routes.keys())} behind operations, {sent} denied calls of the others")
    assert not faults, "\n".join(faults)


def _principal(matrix: Matrix, role: str) -> Principal:
    return matrix.home.actors[role].principal
