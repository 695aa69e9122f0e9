"""Documents by their hash: persisted ones, trusted ones; and who may ask for the schema itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import redis
from flask import Flask

from gateway.documents import Documents, hash_of
from gateway.persisted import INDEX, PREFIX, PersistedQueries
from gateway.schema.fields import raw_id
from tests.gateway.conftest import Caller
from tests.gateway.test_api_keys import key_of

GRAPHQL = {"Accept": "application/graphql-response+json"}
SOURCE = "query Persisted { __typename }"
TYPES = "{ __schema { queryType { name } } }"


def persisted(source: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(source)}}


def ask(visitor: Caller, **fields: Any) -> tuple[int, Any]:
    answer = visitor.http.post("/graphql", json=fields, headers=GRAPHQL)
    body = answer.get_json()
    return answer.status_code, body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]


@pytest.fixture
def forgetful(gateway: Flask) -> Callable[[], None]:
    """Another process of the gateway: it has the same Redis and nothing in its memory."""

    def forget() -> None:
        gateway.extensions["documents"] = Documents(gateway.extensions["schema"])

    return forget


def test_a_query_is_sent_once_and_named_by_its_hash_from_then_on(visitor: Caller, forgetful: Callable[[], None]) -> None:
    assert ask(visitor, extensions=persisted(SOURCE)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    old = visitor.http.post("/graphql", json={"extensions": persisted(SOURCE)}, headers={"Accept": "application/json"})
    assert (old.status_code, old.get_json()["errors"][0]["message"]) == (200, "PersistedQueryNotFound")
    assert ask(visitor, query=SOURCE, extensions=persisted(SOURCE)) == (200, {"__typename": "Query"})
    forgetful()
    assert ask(visitor, extensions=persisted(SOURCE)) == (200, {"__typename": "Query"})
    assert ask(visitor, documentId=f"sha256:{hash_of(SOURCE)}") == (200, {"__typename": "Query"})
    by_get = visitor.http.get("/graphql", query_string={"extensions": str(persisted(SOURCE)).replace("'", '"')})
    assert by_get.get_json()["data"] == {"__typename": "Query"}


def test_a_hash_of_another_text_is_refused_and_stores_nothing(visitor: Caller, redis_url: str) -> None:
    other = persisted("{ products { nodes { id } } }")
    assert ask(visitor, query=SOURCE, extensions=other) == (400, "PERSISTED_QUERY_MISMATCH")
    assert ask(visitor, query="{ nothing }", extensions=persisted("{ nothing }")) == (400, "INVALID_DOCUMENT")
    assert ask(visitor, query=SOURCE) == (200, {"__typename": "Query"})  # not asked to be kept
    assert redis.Redis.from_url(redis_url).keys(f"{PREFIX}*") == []


def test_a_mutation_by_hash_does_not_go_by_get(visitor: Caller) -> None:
    source = "mutation { startGuest(input: {}) { guestToken } }"
    assert ask(visitor, query=source, extensions=persisted(source))[0] == 200
    answer = visitor.http.get("/graphql", query_string={"documentId": hash_of(source)})
    assert (answer.status_code, answer.get_json()["errors"][0]["extensions"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_what_redis_keeps_is_bounded_has_an_end_and_is_what_was_hashed(gateway: Flask, redis_url: str) -> None:
    kept, documents = PersistedQueries(redis_url, seconds=3600, entries=5), gateway.extensions["documents"]
    server = redis.Redis.from_url(redis_url)
    sources = [f"query Q{n} {{ __typename }}" for n in range(12)]
    for source in sources:
        kept.store(documents.get(source, documents.measure(source)))
    keys = server.keys(f"{PREFIX}*")
    assert len(keys) == 5 and server.zcard(INDEX) == 5
    assert all(0 < server.ttl(key) <= 3600 for key in keys)
    server.set(PREFIX + hash_of(SOURCE), "{ products { nodes { id } } }")
    assert kept.find(hash_of(SOURCE)) is None


def test_without_redis_the_text_is_asked_for_and_answered(visitor: Caller) -> None:
    visitor.app.extensions["persisted"] = PersistedQueries("redis://127.0.0.1:9/0", 60)
    assert ask(visitor, extensions=persisted(SOURCE)) == (400, "PERSISTED_QUERY_NOT_FOUND")
    assert ask(visitor, query=SOURCE, extensions=persisted(SOURCE)) == (200, {"__typename": "Query"})


# ------------------------------------------------------------------------------------ trusted documents


def test_documents_that_are_not_the_web_apps_own_need_an_api_key(visitor: Caller, setting: Callable[..., None]) -> None:
    trusted = next(iter(visitor.app.extensions["documents"]._pinned.values()))
    assert ask(visitor, query=SOURCE)[0] == 200  # off in development
    setting(trusted_documents="required")
    assert ask(visitor, query="query Another { __typename }") == (403, "DOCUMENT_NOT_TRUSTED")
    variables = {"first": 5, "query": "x"}
    for given in ({"query": trusted.source}, {"documentId": trusted.sha256}):
        assert ask(visitor, **given, variables=variables)[1] != "DOCUMENT_NOT_TRUSTED"


def test_in_production_others_are_limited_and_in_development_nothing_is() -> None:
    from gateway.settings import GatewaySettings

    def settings(env: str) -> GatewaySettings:
        return GatewaySettings.model_construct(env=env, trusted_documents=None, introspection=None)

    assert [settings(e).trust for e in ("development", "test", "production")] == ["off", "off", "limited"]
    assert [settings(e).introspection_open for e in ("development", "test", "production")] == [True, True, False]


# --------------------------------------------------------------------------------------- introspection


def test_the_schema_is_asked_for_where_that_is_open_and_by_the_operator(
    visitor: Caller, sign_up: Callable[..., Caller], setting: Callable[..., None]
) -> None:
    assert visitor.data(TYPES)["__schema"]["queryType"]["name"] == "Query"
    setting(introspection=False)
    ann = sign_up()
    hidden = 'query { ...A } fragment A on Query { x: __type(name: "Query") { name } }'
    for query in (TYPES, hidden, "{ ... on Query { __schema { types { name } } } }"):
        assert ask(visitor, query=query) == (403, "INTROSPECTION_OFF")
        assert ann.code(query) == "INTROSPECTION_OFF"
    assert ask(visitor, query="{ __typename }")[0] == 200
    with visitor.edge.db.transaction() as conn:
        conn.execute(
            "INSERT INTO grants (account_id, role, granted_by) VALUES (%s, 'operator', 'test')", [raw_id(str(ann.account_id), "Account")]
        )
    assert ann.data(TYPES)["__schema"]["queryType"]["name"] == "Query"


def test_where_the_schema_is_closed_mistakes_do_not_tell_its_names(visitor: Caller, setting: Callable[..., None]) -> None:
    def message() -> str:
        return str(visitor.ask("{ product { id } productz { id } }")["errors"][-1]["message"])

    assert "Did you mean" in message()
    setting(introspection=False)
    assert "Did you mean" not in message() and "productz" in message()


def test_the_explorer_is_there_where_the_schema_is_open(visitor: Caller, setting: Callable[..., None]) -> None:
    assert visitor.http.get("/graphiql").status_code == 200
    setting(introspection=False)
    assert visitor.http.get("/graphiql").status_code == 404
    assert visitor.http.get("/web/vendor/graphiql.min.js").status_code == 404


def test_an_api_key_asks_for_the_schema_with_its_scope_and_for_any_document(
    sign_up: Callable[..., Caller], setting: Callable[..., None]
) -> None:
    ann = sign_up()
    reader, other = key_of(ann, "schema:read"), key_of(ann, "orders:read")
    setting(introspection=False, trusted_documents="required")
    assert reader.data(TYPES)["__schema"]["queryType"]["name"] == "Query"
    assert other.code(TYPES) == "INTROSPECTION_OFF"
    assert other.data("query Mine { __typename }") == {"__typename": "Query"}
    assert ann.code("query Mine { __typename }") == "DOCUMENT_NOT_TRUSTED"
