"""No list costs a call or a statement per row: calls to services and SQL statements of every connection at 1, 20 and 100 rows.

The gateway and the four services run in this process, on real databases; every field by every path is asked for, linked objects too.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from flask import Flask
from graphql import GraphQLNonNull, execute, parse

from gateway.context import RequestContext
from gateway.projection import ProjectingContext
from gateway.schema import schema
from gateway.schema.fields import to_global_id
from services.kit.client import RemoteError
from services.kit.principal import Grant, Principal, Role
from tests.gateway import statement_rows as rows
from tests.matrix.arguments import base, field_of, operations, selection
from tests.support.service import Harness
from tests.test_whole import DOMAIN, SERVICES
from tests.test_whole_http import STRIPE

SIZES = (1, 20, 100)
MOST_CALLS, MOST_STATEMENTS = 8, 40
_OF = {Role.MERCHANT: rows.MERCHANT, Role.OUTLET: rows.OUTLET, Role.STREAMER: rows.STREAMER}
_OF |= dict.fromkeys((Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER), rows.INSTITUTION)
SCOPES = {role: str(rows.uid(kind)) for role, kind in _OF.items()}
SCOPES |= {Role.COUNTY_OFFICER: "371502", Role.DEPARTMENT_OFFICER: "agriculture_rural"}
READER = Principal(
    str(rows.ACCOUNT),
    (Grant(Role.SHOPPER, str(rows.ACCOUNT)), *(Grant(r, SCOPES.get(r, "")) for r in Role if r not in (Role.SHOPPER, Role.SERVICE))),
)
IDS = {"merchantId": ("Merchant", rows.MERCHANT), "outletId": ("Outlet", rows.OUTLET), "endpointId": ("WebhookEndpoint", rows.ENDPOINT)}
FIXED: dict[str, Any] = {"key": "sales_total", "query": "苹果", "by": "PRODUCT", "role": "MERCHANT"}
# Objects that every row of these rows leads to: a link that is null costs nothing and shows nothing.
LINKS = {"Query.products": "merchant", "Query.contracts": "merchant", "Query.externalReports": "merchant", "Query.liveSessions": "products"}
BY_FIELD = {"Query.importRuns": {"service": "catalog"}}


@dataclass
class Counted:
    calls: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)


@dataclass
class InProcess:
    """A service's client without a socket between: the same paths, the same answers."""

    harness: Harness
    counted: Counted

    def get(self, path: str, params: Mapping[str, Any] | None = None, principal: Principal | None = None) -> Any:
        self.counted.calls[self.harness.service.name] += 1
        answer = self.harness.call("GET", path, principal, **(params or {}))
        if answer.status >= 400:
            raise RemoteError(answer.body, answer.status)
        return answer.body


class InProcessClients:
    def __init__(self, harnesses: Mapping[str, Harness], counted: Counted) -> None:
        for name, harness in harnesses.items():
            setattr(self, name, InProcess(harness, counted))

    def named(self, service: str) -> InProcess:
        found: InProcess = getattr(self, service)
        return found


@dataclass
class House:
    app: Flask
    harnesses: Mapping[str, Harness]
    counted: Counted

    def ask(self, document: str) -> tuple[Any, Counted]:
        """What the one root field gives, and its cost."""
        self.counted.calls.clear()
        self.counted.statements.clear()
        context = RequestContext(self.app.extensions["edge"], READER)

        async def run() -> Any:
            result = execute(schema.graphql_schema, parse(document), context_value=context, execution_context_class=ProjectingContext)
            return await result if hasattr(result, "__await__") else result

        result = asyncio.run(run())
        told = sorted({f"{e.message} {e.original_error!r}"[:300] for e in result.errors or []})
        return told or next(iter((result.data or {}).values())), Counted(Counter(self.counted.calls), Counter(self.counted.statements))


@pytest.fixture
def house(gateway: Flask, make_service: Callable[..., Harness], monkeypatch: pytest.MonkeyPatch) -> House:
    counted = Counted()
    harnesses = {name: make_service(SERVICES[name], **(STRIPE if name == "orders" else {})) for name in DOMAIN}
    databases = {name: harness.db for name, harness in harnesses.items()} | {"gateway": gateway.extensions["edge"].db}
    names = {}
    for name, db in databases.items():
        with db.transaction() as conn:
            rows.fill(name, conn)
            names[conn.info.dbname] = name
    with harnesses["catalog"].db.transaction() as conn:
        from services.catalog.adapters.search.postgres import index_products

        index_products(conn)
    _report_facts(harnesses["reporting"])
    gateway.extensions["edge"].clients = InProcessClients(harnesses, counted)
    counting(monkeypatch, names, counted)
    return House(gateway, harnesses, counted)


def counting(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str], counted: Counted) -> None:
    execute_ = psycopg.Cursor.execute

    def execute_counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        counted.statements[names.get(self.connection.info.dbname, "other")] += 1
        return execute_(self, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute_counted)


def _report_facts(reporting: Harness) -> None:
    """As orders would have told of them, by the handler's own way."""
    from tests.reporting.builders import line, sales

    made = [
        line(1000 + n, merchant_id=rows.uid(rows.MERCHANT, n), product_id=rows.uid(rows.PRODUCT, n), document=n)
        for n in range(1, rows.ROWS + 1)
    ]
    for start in range(0, len(made), 30):
        reporting.deliver(sales(*made[start : start + 30]))


def connections() -> list[str]:
    """Every root field that gives a connection, and the lists without pages."""
    return [o for o in operations() if o.startswith("Query.") and "nodes" in getattr(base(field_of(o).type), "fields", {})]


def document_of(operation: str, size: int) -> str:
    given = {"first": size}
    for name, argument in field_of(operation).args.items():
        if name in IDS and isinstance(argument.type, GraphQLNonNull):
            kind, number = IDS[name]
            given[name] = to_global_id(kind, rows.uid(number))
        elif name == "scope":
            given[name] = to_global_id("Merchant", rows.uid(rows.MERCHANT))
        elif name in FIXED:
            given[name] = FIXED[name]
    given |= BY_FIELD.get(operation, {})
    name = operation.partition(".")[2]
    words = ", ".join(f"{k}: {v if isinstance(v, int) or k in ('by', 'role') else chr(34) + str(v) + chr(34)}" for k, v in given.items())
    return f"{{ {name}({words}) {selection(field_of(operation).type)} }}"


def test_no_list_costs_a_call_or_a_statement_per_row(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    table, faults = [], []
    for operation in connections():
        found: dict[int, tuple[int, Counted]] = {}
        for size in SIZES:
            data, counted = house.ask(document_of(operation, size))
            if isinstance(data, list):
                faults.append(f"{operation}: {data}")
            found[size] = (len(data["nodes"]) if isinstance(data, dict) else 0, counted)
        if (link := LINKS.get(operation)) and not all(node[link] for node in data["nodes"]):
            faults.append(f"{operation}: {link} leads nowhere")
        counts = {size: (n, sum(c.calls.values()), sum(c.statements.values())) for size, (n, c) in found.items()}
        table.append((operation.partition(".")[2], counts))
        if [n for n, _, _ in counts.values()] != list(SIZES):
            faults.append(f"{operation}: rows {[n for n, _, _ in counts.values()]}")
        if counts[20][1:] != counts[100][1:]:
            faults.append(f"{operation}: {counts[20]} at 20, {counts[100]} at 100: {found[20][1]} {found[100][1]}")
        if counts[100][1] > MOST_CALLS or counts[100][2] > MOST_STATEMENTS:
            faults.append(f"{operation}: {counts[100]}")
    with capsys.disabled():
        print(f"\n{'connection':<22}" + "".join(f"{f'{size} rows: calls/statements':>28}" for size in SIZES))
        for name, counts in table:
            print(f"{name:<22}" + "".join(f"{f'{calls} / {statements}':>28}" for _, calls, statements in counts.values()))
    assert not faults, "\n".join(faults)
