"""What goes wrong is told by code and in the reader's language; nothing of stack, SQL, host or path goes with it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg_pool import PoolTimeout

from gateway.accounts import store
from gateway.global_id import to_global_id
from gateway.http import graphql_view
from gateway.schema.inputs import amount, body_of, edge_path, ref, refs, rows, text
from services.kit.client import ServiceClient
from services.kit.errors import InvalidInput, NotFound
from services.kit.principal import TokenIssuer
from services.kit.telemetry import language_of
from tests.gateway.conftest import Caller
from tests.support.service import SEEDS

SECRETS = 'postgresql://bangfu_gateway:hunter2@10.1.2.3:5432/gateway relation "accounts" SELECT * FROM accounts /srv/bangfu/gateway/app.py'
LEAKS = re.compile(r"hunter2|10\.1\.2\.3|5432|SELECT|relation|Traceback|\.py|line \d+|bangfu_gateway|127\.0\.0\.1|psycopg|urllib3|Error\(")
ME = "{ me { id } }"


class _Odd(Exception):
    def __str__(self) -> str:
        raise RuntimeError(SECRETS)


FAULTS: list[Callable[[], Exception]] = [
    lambda: RuntimeError(SECRETS),
    lambda: KeyError(SECRETS),
    lambda: ValueError(SECRETS),
    lambda: psycopg.errors.UndefinedTable(SECRETS),
    lambda: psycopg.errors.UniqueViolation(SECRETS),
    lambda: psycopg.ProgrammingError(SECRETS),
    lambda: UnicodeDecodeError("utf-8", SECRETS.encode(), 0, 1, SECRETS),
    lambda: RecursionError(SECRETS),
    lambda: TypeError(SECRETS),
    lambda: OSError(5, SECRETS, "/srv/bangfu/secret.key"),
    _Odd,
]
AWAY: list[Callable[[], Exception]] = [
    lambda: psycopg.OperationalError(SECRETS),
    lambda: psycopg.errors.AdminShutdown(SECRETS),
    lambda: psycopg.InterfaceError(SECRETS),
    lambda: PoolTimeout(SECRETS),
]


def _raiser(fault: Callable[[], Exception]) -> Callable[..., Any]:
    def fail(*_args: Any, **_kwargs: Any) -> Any:
        raise fault()

    return fail


def test_a_fault_in_a_resolver_says_its_code_and_the_requests_id_only(
    sign_up: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = sign_up()
    for code, faults in (("INTERNAL", FAULTS), ("UNAVAILABLE", AWAY)):
        for fault in faults:
            monkeypatch.setattr(store, "account", _raiser(fault))
            headers = {"Authorization": f"Bearer {caller.token}", "X-Request-Id": "req-4711"}
            answer = caller.http.post("/graphql", json={"query": ME}, headers=headers)
            error = answer.get_json()["errors"][0]
            assert error["extensions"]["code"] == code, fault
            assert error["extensions"]["requestId"] == answer.headers["X-Request-Id"] == "req-4711"
            assert not LEAKS.search(answer.get_data(as_text=True)), answer.get_data(as_text=True)
    assert error.get("path", ["me"]) == ["me"]


@pytest.mark.parametrize("place", ["identify", "read", "_executed"])
def test_a_fault_outside_the_execution_leaves_no_more(place: str, visitor: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault, status, code in ((FAULTS[0], 500, "INTERNAL"), (FAULTS[3], 500, "INTERNAL"), (AWAY[0], 503, "UNAVAILABLE")):
        monkeypatch.setattr(graphql_view, place, _raiser(fault))
        answer = visitor.http.post("/graphql", json={"query": ME}, headers={"Accept": "application/graphql-response+json"})
        assert answer.status_code == status
        assert answer.content_type == "application/graphql-response+json; charset=utf-8"
        assert answer.get_json()["errors"][0]["extensions"] == {"code": code, "requestId": answer.headers["X-Request-Id"]} | (
            {"retryable": True} if code == "UNAVAILABLE" else {}
        )
        assert not LEAKS.search(answer.get_data(as_text=True))


def test_a_method_that_is_not_offered_is_refused_in_the_protocols_form(visitor: Caller) -> None:
    answer = visitor.http.put("/graphql", json={"query": ME})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert answer.get_json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


# --------------------------------------------------------------------------------- what services answer


@pytest.fixture
def scripted(gateway: Flask) -> Iterator[Callable[[int, str, str], None]]:
    """(status, content type, body) → what the catalog answers from now on."""
    said: list[tuple[int, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = said[-1]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    clients = gateway.extensions["edge"].clients
    kept = clients.catalog
    object.__setattr__(
        clients, "catalog", ServiceClient("catalog", f"http://127.0.0.1:{server.server_port}", TokenIssuer("gateway", SEEDS["gateway"]))
    )
    yield lambda *what: said.append(what)
    object.__setattr__(clients, "catalog", kept)
    server.shutdown()
    server.server_close()


PAGE = f"<html><h1>Internal Server Error</h1><pre>{SECRETS}</pre></html>"


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (500, "text/html", PAGE, "INTERNAL"),
        (502, "text/html", PAGE, "UNAVAILABLE"),
        (503, "text/plain", SECRETS, "UNAVAILABLE"),
        (404, "text/html", PAGE, "INTERNAL"),
        (404, "application/json", f'{{"code": "NOT_FOUND", "message": "{SECRETS[:20]}hunter2"}}', "INTERNAL"),
        (400, "application/json", '["hunter2"]', "INTERNAL"),
        (500, "application/json", '{"code": "INTERNAL", "kind": "internal", "message": "hunter2", "field": null}', "INTERNAL"),
        (403, "application/json", '{"code": "FORBIDDEN", "kind": "forbidden", "message": "您没有权限", "field": null}', "FORBIDDEN"),
    ],
)
def test_what_a_service_answers_in_no_form_of_ours_is_not_passed_on(
    status: int, kind: str, body: str, code: str, visitor: Caller, scripted: Callable[[int, str, str], None]
) -> None:
    scripted(status, kind, body)
    answer = visitor.ask("{ counties { code } }")
    assert answer["errors"], answer
    found = [e for e in answer["errors"] if e["path"] == ["counties"]]
    assert [e["extensions"]["code"] for e in found] == [code]
    assert not LEAKS.search(str(answer["errors"])), answer


# ------------------------------------------------------------------------------------- ids and languages


@pytest.mark.parametrize(
    "given",
    ["", "a b", "x" * 65, "é", "<script>alert(1)</script>", '{"a":1}', "-x", "a/../../etc", "a%0d%0aSet-Cookie:x=1", "a\tb", "${jndi}"],
)
def test_a_request_id_that_is_no_plain_word_is_replaced(given: str, visitor: Caller) -> None:
    answer = visitor.http.post("/graphql", json={"query": "{ nope }"}, headers={"X-Request-Id": given.encode().decode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])
    assert "Set-Cookie" not in answer.headers
    error = visitor.ask('{ product(id: "x") { id } }', **{"X-Request-Id": given.encode().decode("latin-1")})["errors"][0]
    assert re.fullmatch(r"[0-9a-f]{32}", error["extensions"]["requestId"])


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr-FR,fr;q=0.9,en;q=0.5", "en"),
        ("en;q=0.1,zh;q=0.2", "zh-CN"),
        ("en;q=0,fr", None),
        ("ENGLISH", None),
        ("*", None),
        ("", None),
        ("de,fr;q=0.3", None),
        ("zh-Hant-TW", "zh-CN"),
        ("en;q=nonsense,zh;q=0.5", "en"),
    ],
)
def test_the_language_is_the_one_wanted_most(header: str, wanted: str | None) -> None:
    assert language_of(header) == wanted


def test_the_accounts_language_speaks_where_the_request_names_none(sign_up: Callable[..., Caller]) -> None:
    caller = sign_up()
    wrong = '{ product(id: "x") { id } }'
    with caller.edge.db.transaction() as conn:
        conn.execute("UPDATE accounts SET language = 'en'")
    assert caller.ask(wrong)["errors"][0]["message"] == "Not found"
    assert caller.ask(wrong, **{"Accept-Language": "fr"})["errors"][0]["message"] == "Not found"
    assert caller.ask(wrong, **{"Accept-Language": "zh-CN"})["errors"][0]["message"] == "没有找到"
    with caller.edge.db.transaction() as conn:
        conn.execute("UPDATE accounts SET language = 'zh-CN'")
    assert caller.ask(wrong)["errors"][0]["message"] == "没有找到"
    assert caller.ask(wrong, **{"Accept-Language": "en"})["errors"][0]["message"] == "Not found"


# ------------------------------------------------------------------------------------------ field paths

_FIELDS = {
    "id": ref("Order", key="order_id"),
    "label_ids": refs("Label", key="labels"),
    "reason": text(),
    "lines": rows("TestErrorsLineInput", {"product_id": ref("Product", key="product_id"), "price": amount("price_fen")}),
}


@pytest.mark.parametrize(
    ("service", "edge"),
    [
        ("order_id", "id"),
        ("reason", "reason"),
        ("labels.2", "labelIds.2"),
        ("lines.3.price_fen", "lines.3.price"),
        ("lines.0.product_id", "lines.0.productId"),
        ("lines", "lines"),
        ("offer_version", "offerVersion"),
        (None, None),
    ],
)
def test_a_services_field_is_named_as_it_stands_in_the_input(service: str | None, edge: str | None) -> None:
    assert edge_path(_FIELDS, service) == edge


def test_what_is_wrong_in_the_input_itself_names_its_place() -> None:
    wrong = {"lines": [{"price": {"amount": "1", "currency": "CNY"}}, {"price": {"amount": "1.234", "currency": "CNY"}}]}
    with pytest.raises(InvalidInput) as refused:
        body_of(_FIELDS, wrong)
    assert refused.value.field == "lines.1.price.amount"
    with pytest.raises(NotFound) as missing:
        body_of(_FIELDS, {"label_ids": ["T3JkZXI6MQ"]})
    assert missing.value.field == "label_ids.0"


def test_an_amount_that_is_none_is_for_the_user_to_mend(sign_up: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway import permissions

    monkeypatch.setattr(permissions.Rule, "check", lambda _rule, _context: None)
    answer = sign_up().ask(
        "mutation($input: ChangeProductInput!) { changeProduct(input: $input) { product { id } userErrors { code field message } } }",
        {"input": {"id": to_global_id("Product", "1"), "price": {"amount": "12.345"}}},
        **{"Accept-Language": "en"},
    )
    assert answer["data"]["changeProduct"]["userErrors"] == [
        {"code": "INVALID_INPUT", "field": "price.amount", "message": "“amount” is not valid: 12.50"}
    ]
