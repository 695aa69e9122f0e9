"""What a request may look like: its body and its address, batches, uploads, cookies; and the status of each refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.limits import LIMITS
from tests.gateway.conftest import Caller

GRAPHQL = {"Accept": "application/graphql-response+json"}
TYPENAME = {"query": "{ __typename }"}


def code(answer: Any) -> str:
    return str(answer.get_json()["errors"][0]["extensions"]["code"])


MALFORMED: list[tuple[Any, str, int, str]] = [
    ("", "application/json", 400, "BAD_REQUEST"),
    ("{", "application/json", 400, "BAD_REQUEST"),
    ("null", "application/json", 400, "BAD_REQUEST"),
    ('"{ __typename }"', "application/json", 400, "BAD_REQUEST"),
    (b'{"query": "\xff"}', "application/json", 400, "BAD_REQUEST"),
    ('{"query": ""}', "application/json", 400, "BAD_REQUEST"),
    ('{"query": "{ __typename }", "variables": "{}"}', "application/json", 400, "BAD_REQUEST"),
    ('{"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 2}}}', "application/json", 400, "BAD_REQUEST"),
    ('{"documentId": "../../etc"}', "application/json", 400, "BAD_REQUEST"),
    ('{"query": "{ __typename }"}', "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ('{"query": "{ __typename }"}', "application/graphql", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ("query=%7B__typename%7D", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ('{"query": "{ __typename }"}', "application/json; charset=iso-8859-1", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ('{"query": "{ __typename }"}', "multipart/form-data; boundary=x", 415, "MULTIPART_OFF"),
    ("[" + ",".join(['{"query": "{ __typename }"}'] * 10_000) + "]", "application/json", 400, "BATCHING_OFF"),
    (" " * (LIMITS.body_bytes + 1), "application/json", 413, "BODY_TOO_LARGE"),
]


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_what_is_malformed_is_refused_before_anything_is_parsed(visitor: Caller, accept: str) -> None:
    for body, kind, status, refusal in MALFORMED:
        answer = visitor.http.post("/graphql", data=body, content_type=kind, headers={"Accept": accept})
        assert (answer.status_code, code(answer)) == (status, refusal), (body[:60], kind)
        assert answer.content_type == f"{accept}; charset=utf-8"
        assert "data" not in answer.get_json()


def test_an_answer_that_the_client_does_not_take_is_not_sent(visitor: Caller) -> None:
    answer = visitor.http.post("/graphql", json=TYPENAME, headers={"Accept": "text/html"})
    assert (answer.status_code, code(answer)) == (406, "NOT_ACCEPTABLE")


NOT_EXECUTABLE: list[tuple[str, Any, str | None, str]] = [
    ("{", None, None, "INVALID_DOCUMENT"),
    ("{ nothing }", None, None, "INVALID_DOCUMENT"),
    ("query A { __typename } query B { __typename }", None, None, "NO_SUCH_OPERATION"),
    ("query A { __typename } query B { __typename }", None, "C", "NO_SUCH_OPERATION"),
    ("fragment A on Query { __typename }", None, None, "INVALID_DOCUMENT"),
    ("query($id: ID!) { product(id: $id) { id } }", {"id": None}, None, "BAD_REQUEST"),
    ("subscription($id: ID!) { sessionFrames(id: $id) { type } }", {"id": "x"}, None, "SUBSCRIPTIONS_GO_BY_SOCKET"),
]


def test_a_well_formed_request_that_cannot_be_executed(visitor: Caller) -> None:
    """No `data`; 400 for new clients, 200 for those who read `application/json` with no other status."""
    for query, variables, operation, refusal in NOT_EXECUTABLE:
        given = {"query": query, "variables": variables, "operationName": operation}
        new = visitor.http.post("/graphql", json=given, headers=GRAPHQL)
        old = visitor.http.post("/graphql", json=given, headers={"Accept": "application/json"})
        assert (new.status_code, code(new)) == (400, refusal), query
        assert (old.status_code, code(old)) == (200, refusal), query
        assert "data" not in new.get_json() and "data" not in old.get_json()


def test_what_was_executed_has_data_and_200_though_it_failed(visitor: Caller) -> None:
    answer = visitor.http.post("/graphql", json={"query": "{ orders { nodes { id } } }"}, headers=GRAPHQL)
    assert (answer.status_code, code(answer)) == (200, "UNAUTHENTICATED")
    assert answer.get_json()["data"] is None


def test_get_asks_with_variables_in_its_address_and_never_changes(visitor: Caller) -> None:
    def get(**fields: str) -> Any:
        return visitor.http.get("/graphql", query_string=fields, headers=GRAPHQL)

    assert get(query="{ __typename }").get_json()["data"] == {"__typename": "Query"}
    query = "query Kind($name: String!) { __type(name: $name) { name } }"
    asked = get(query=query, variables=json.dumps({"name": "Product"}), operationName="Kind", extensions="{}")
    assert asked.get_json()["data"] == {"__type": {"name": "Product"}}
    assert (get(query=query, variables="{").status_code, get(query=query, variables='"x"').status_code) == (400, 400)
    assert get(query="{ __typename }" + " " * 20_000).status_code == 413
    for mutation in ("mutation { signOut(input: {}) { done } }", "mutation { startGuest(input: {}) { guestToken } }"):
        answer = get(query=mutation)
        assert (answer.status_code, code(answer), answer.headers["Allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    for method in ("PUT", "PATCH", "DELETE"):
        assert visitor.http.open("/graphql", method=method, json=TYPENAME).status_code == 405


def test_a_batch_where_it_is_switched_on_is_small_and_answered_in_order(visitor: Caller, setting: Callable[..., None]) -> None:
    setting(batch_max=3)
    bad = {"query": "{ nothing }"}
    answer = visitor.http.post("/graphql", json=[TYPENAME, bad, {"query": "mutation { startGuest(input: {}) { guestToken } }"}])
    first, second, third = answer.get_json()
    assert answer.status_code == 200 and first["data"] == {"__typename": "Query"}
    assert second["errors"][0]["extensions"]["code"] == "INVALID_DOCUMENT" and third["data"]["startGuest"]["guestToken"]
    for many in ([], [TYPENAME] * 4):
        refused = visitor.http.post("/graphql", json=many)
        assert (refused.status_code, code(refused)) == (400, "BATCH_TOO_LARGE")


def test_a_cookie_counts_only_with_our_header(sign_up: Callable[..., Caller]) -> None:
    ann = sign_up()
    browser = ann.app.test_client()
    browser.set_cookie("bangfu_session", str(ann.token), domain="gateway.test")

    def whoami(**headers: str) -> Any:
        return browser.post("/graphql", json={"query": "{ me { id } }"}, headers=headers, base_url="http://gateway.test")

    assert whoami().get_json()["data"]["me"] is None
    assert whoami(**{"X-Bangfu-Client": "web"}).get_json()["data"]["me"]["id"]
