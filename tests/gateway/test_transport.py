"""What a stranger may send, and what is refused before anything is asked of a service."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from gateway.limits import LIMITS
from tests.gateway.conftest import Caller


def nested(depth: int) -> str:
    return "{ products { nodes " + "{ merchant { ... on Merchant " * depth + "{ id }" + " } }" * depth + " } }"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param(nested(20), "QUERY_TOO_DEEP", id="too deep"),
        pytest.param(
            "{" + " ".join(f"a{i}: __typename" for i in range(LIMITS.aliases + 1)) + "}", "TOO_MANY_ALIASES", id="too many aliases"
        ),
        pytest.param(
            "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "FRAGMENT_CYCLE", id="fragments in a circle"
        ),
        pytest.param("mutation { a: signOut(input: {}) { done } b: signOut(input: {}) { done } }", "ONE_MUTATION", id="two mutations"),
        pytest.param("{ products", "INVALID_DOCUMENT", id="no document"),
        pytest.param("{ nothing }", "INVALID_DOCUMENT", id="unknown field"),
        pytest.param("{ products { nodes { id " + "id " * LIMITS.tokens + "} } }", "TOO_MANY_TOKENS", id="too many tokens"),
    ],
)
def test_refused(visitor: Caller, query: str, code: str) -> None:
    answer = visitor.http.post("/graphql", json={"query": query}, headers={"Accept": "application/graphql-response+json"})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["extensions"]["code"] == code


def test_a_page_is_one_to_a_hundred_rows_and_a_cursor_is_ours(visitor: Caller) -> None:
    assert visitor.code("{ products(first: 101) { nodes { id } } }") == "PAGE_TOO_LARGE"
    assert visitor.code("{ products(first: 0) { nodes { id } } }") == "PAGE_TOO_LARGE"
    assert visitor.code('{ products(after: "whatever") { nodes { id } } }') == "BAD_CURSOR"


@pytest.mark.parametrize("identifier", ["", "x", "UHJvZHVjdDo", "UHJvZHVjdDouLi8uLi8", "é", "T3JkZXI6MQ"])
def test_an_id_that_is_none_of_ours_is_not_found(visitor: Caller, identifier: str) -> None:
    assert visitor.code("query($id: ID!) { product(id: $id) { id } }", {"id": identifier}) in ("NOT_FOUND", "UNAVAILABLE")


def test_a_service_that_is_away_is_said_without_detail(visitor: Caller) -> None:
    error = visitor.ask("{ products { nodes { id } } }")["errors"][0]
    assert error["extensions"]["code"] == "UNAVAILABLE" and error["extensions"]["retryable"] is True
    assert "127.0.0.1" not in str(error)


def test_visitors_are_told_to_sign_in(visitor: Caller) -> None:
    for query in ("{ orders { nodes { id } } }", "{ figures { asOf } }", "mutation { signOut(input: {}) { done } }"):
        assert visitor.code(query) == "UNAUTHENTICATED"


def test_floats_are_no_quantities(visitor: Caller) -> None:
    token = visitor.perform("startGuest")["guestToken"]
    query = """mutation($q: Quantity!) {
        setCartLine(input: {productId: "UHJvZHVjdDox", quantity: $q, offerVersion: 1}) { userErrors { code } } }"""
    answer: Any = visitor.ask(query, {"q": 1.5}, **{"X-Bangfu-Guest": token})
    assert "quantities as text" in answer["errors"][0]["message"]


def test_every_answer_says_not_to_guess_its_type(gateway: Flask) -> None:
    for path in ("/", "/healthz", "/graphql?query={__typename}", "/graphiql"):
        assert gateway.test_client().get(path).headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in gateway.test_client().get("/").headers["Content-Security-Policy"]
