"""What another site, a forged header or an added field may do: nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type, is_input_object_type
from graphql.utilities import coerce_input_value

from gateway.http.identity import CLIENT_HEADER, SESSION_COOKIE
from gateway.http.media import download_link, ensure_filename
from gateway.schema import schema
from services.kit.errors import InvalidInput
from tests.gateway.conftest import Caller

ME = '{"query": "{ me { id } }"}'
SIGN_OUT = '{"query": "mutation { signOut(input: {}) { done } }"}'
JSON = "application/json"


# ------------------------------------------------------------------------------------- cross-site requests


@pytest.fixture
def browser(gateway: Flask, sign_up: Callable[..., Caller]) -> Any:
    """A browser with a session's cookie."""
    ann = sign_up()
    client = gateway.test_client()
    assert ann.token is not None
    client.set_cookie(SESSION_COOKIE, ann.token)
    return client


def post(client: Any, body: str, **headers: str) -> Any:
    names = {"content_type": "Content-Type", "ours": CLIENT_HEADER, "origin": "Origin"}
    return client.post("/graphql", data=body, headers={"Content-Type": JSON} | {names[k]: v for k, v in headers.items()})


def test_a_cookie_without_our_header_is_nobody(browser: Any) -> None:
    assert post(browser, ME).get_json()["data"] == {"me": None}
    assert post(browser, ME, ours="web").get_json()["data"]["me"] is not None
    assert "UNAUTHENTICATED" in post(browser, SIGN_OUT).text
    assert post(browser, ME, ours="web").get_json()["data"]["me"] is not None, "the session lives on"


FORM_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/plain; application/json"]


def test_what_a_form_can_send_is_refused_before_it_is_parsed(browser: Any) -> None:
    """Also with our header, which a form cannot send."""
    for kind in FORM_TYPES:
        for body in (SIGN_OUT, "query=mutation { signOut(input: {}) { done } }", "{"):
            answer = post(browser, body, content_type=kind, ours="web")
            assert answer.status_code in (400, 415) and "data" not in answer.get_json(), answer.text
        assert post(browser, ME, ours="web").get_json()["data"]["me"] is not None


FOREIGN = ["https://evil.example", "null", "http://gateway.test.evil.example", "https://gateway.test", "http://gateway.test:8080", ""]


def test_another_sites_origin_is_refused_where_the_cookie_counts(browser: Any) -> None:
    for origin in FOREIGN:
        answer = post(browser, SIGN_OUT, ours="web", origin=origin)
        assert (answer.status_code, answer.get_json()["errors"][0]["extensions"]["code"]) == (403, "FOREIGN_ORIGIN")
        assert post(browser, ME, ours="web").get_json()["data"]["me"] is not None


OURS = ["http://gateway.test", "http://localhost"]


def test_our_own_origin_is_not(browser: Any) -> None:
    for origin in OURS:
        assert post(browser, ME, ours="web", origin=origin).get_json()["data"]["me"] is not None


def test_no_other_site_may_read_an_answer(browser: Any) -> None:
    for method in ("POST", "OPTIONS", "GET"):
        answer = browser.open(
            "/graphql",
            method=method,
            data=ME if method == "POST" else None,
            headers={"Content-Type": JSON, "Origin": "https://evil.example", "Access-Control-Request-Headers": CLIENT_HEADER},
        )
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


HIDDEN = ["mutation { signOut(input: {}) { done } }", "query A { me { id } } mutation B { signOut(input: {}) { done } }"]


def test_a_mutation_by_get_changes_nothing(browser: Any) -> None:
    for document in HIDDEN:
        for name in ("B", ""):
            answer = browser.get("/graphql", query_string={"query": document, "operationName": name}, headers={CLIENT_HEADER: "web"})
            assert "data" not in answer.get_json()
        assert post(browser, ME, ours="web").get_json()["data"]["me"] is not None


# ------------------------------------------------------------------------------------------ added fields

EXTRA = {"role": "bureau", "merchantId": "x", "county": "371503", "certifiedUntil": "2099-01-01", "state": "paid", "paidAt": "2026-01-01"}


def input_types() -> Iterator[GraphQLInputObjectType]:
    yield from (kind for kind in schema.graphql_schema.type_map.values() if is_input_object_type(kind))  # type: ignore[misc]


def test_no_input_takes_a_field_that_it_does_not_list() -> None:
    """`role: admin` in a profile update (AsgardCms/Platform#848, eveseat/web#722): refused, not dropped."""
    asked = 0
    for kind in input_types():
        for name, value in EXTRA.items():
            if name in kind.fields:
                continue
            errors: list[str] = []
            coerce_input_value({name: value}, GraphQLNonNull(kind), lambda _path, _value, error, into=errors: into.append(error.message))
            assert any(f"'{name}'" in message and "not defined" in message for message in errors), (kind.name, name, errors)
            asked += 1
    assert asked > 400


def test_a_mutation_with_an_added_field_is_refused_before_anything_happens(visitor: Caller) -> None:
    mutations = schema.graphql_schema.mutation_type
    assert mutations is not None
    for name, field in mutations.fields.items():
        kind = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        added = {key: value for key, value in EXTRA.items() if key not in kind.fields}
        document = f"mutation($input: {kind.name}!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        answer = visitor.ask(document, {"input": added})
        assert answer.get("data") is None, name
        assert {e["extensions"]["code"] for e in answer["errors"]} <= {
            "BAD_REQUEST",
            "INVALID_INPUT",
            "BAD_USER_INPUT",
            "INVALID_VARIABLES",
        }, name


def test_no_input_is_a_bag_of_anything() -> None:
    """No scalar of free form, no key-value list (saleor/saleor#8884): what is stored was named in the schema."""
    free = {"JSON", "JSONString", "GenericScalar", "Map", "Object", "Any"}
    assert not free & set(schema.graphql_schema.type_map)
    for kind in input_types():
        assert not {"key", "value"} <= kind.fields.keys(), kind.name
        assert "metadata" not in kind.fields, kind.name


# ------------------------------------------------------------------------------------------ headers


HEADERS = ["a\r\nSet-Cookie: x=1", "a\nX-Evil: 1", "<script>alert(1)</script>", "a" * 5000, "é", "\x7f"]


def test_no_header_of_a_request_comes_back_as_a_header_of_its_own(gateway: Flask) -> None:
    for value in HEADERS:
        environ = {
            "HTTP_X_REQUEST_ID": value,
            "HTTP_ACCEPT_LANGUAGE": value,
            "HTTP_USER_AGENT": value,
            "HTTP_ACCEPT": f"application/json, {value}",
        }
        answer = gateway.test_client().post("/graphql", json={"query": "{ __typename }"}, environ_overrides=environ)
        names = {name.lower() for name, _ in answer.headers}
        assert not {"x-evil", "set-cookie"} & names
        for _, text in answer.headers:
            assert "\r" not in text and "\n" not in text and "<script" not in text and len(text) < 1000


@pytest.mark.parametrize("name", ["a\r\nX: 1.csv", "../../etc/passwd", "a\\b.csv", "a\0.csv", "", "x" * 201])
def test_a_file_is_not_called_what_breaks_a_header_or_leaves_its_folder(name: str) -> None:
    with pytest.raises(InvalidInput):
        ensure_filename(name)


def test_a_downloads_name_is_data(gateway: Flask) -> None:
    edge = gateway.extensions["edge"]
    edge.objects.put("reports/r9", b"x", "text/csv")
    name = 'a"; filename=evil.exe; x="é\r\nX-Evil: 1'
    path = download_link(edge, "reports/r9", name, "text/csv").removeprefix("http://gateway.test")
    answer = gateway.test_client().get(path)
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''a%22%3B%20filename%3Devil.exe") and "X-Evil" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
