"""API keys: shown once, kept as a digest, never more than their owner nor than their scopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from gateway.accounts import api_keys_scopes, store
from gateway.accounts.api_keys_scopes import SCOPES
from gateway.permissions import table
from gateway.schema import schema
from gateway.schema.fields import from_global_id
from services.kit.db import every, one, value
from services.kit.principal import Grant, Role
from tests.gateway.conftest import Caller

CREATE = """mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    created { secret key { id name prefix scopes lastUsedAt revokedAt } } userErrors { code field message } } }"""
LIST = """query($first: Int, $after: String) { apiKeys(first: $first, after: $after) {
    nodes { id name lastUsedAt revokedAt } pageInfo { endCursor hasNextPage } } }"""


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def create(owner: Caller, *scopes: str, name: str = "till", days: float = 30) -> dict[str, Any]:
    payload: dict[str, Any] = owner.data(CREATE, {"input": {"name": name, "scopes": list(scopes), "expiresAt": in_days(days)}})[
        "createApiKey"
    ]
    return payload


def key_of(owner: Caller, *scopes: str) -> Caller:
    created = create(owner, *scopes)["created"]
    return replace(owner, token=created["secret"])


def grant(owner: Caller, role: Role, scope: str) -> None:
    assert owner.account_id
    with owner.edge.db.transaction() as conn:
        store.put_grant(conn, UUID(from_global_id(owner.account_id)[1]), role.value, scope, "test")


def test_a_key_is_shown_once_and_kept_as_a_digest(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    created = create(owner, "orders:read")["created"]
    secret, prefix = created["secret"], created["key"]["prefix"]
    assert secret.startswith(prefix)
    assert prefix.startswith("bfk_")
    assert len(prefix) == 12
    with owner.edge.db.reading() as conn:
        row = one(conn, "SELECT * FROM api_keys")
        assert row is not None
        assert secret[13:] not in str(row)
        for table_row in every(conn, "SELECT t::text AS text FROM audit t"):
            assert secret not in table_row["text"]
    assert owner.data(LIST)["apiKeys"]["nodes"] == [{"id": created["key"]["id"], "name": "till", "lastUsedAt": None, "revokedAt": None}]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"scopes": ["orders:all"]}, "UNKNOWN_SCOPE", "scopes.0"),
        ({"scopes": []}, "INVALID_INPUT", "scopes"),
        ({"expiresAt": in_days(366)}, "INVALID_INPUT", "expiresAt"),
        ({"expiresAt": in_days(-1)}, "INVALID_INPUT", "expiresAt"),
        ({"name": "  "}, "INVALID_INPUT", "name"),
        ({"name": "x" * 61}, "INVALID_INPUT", "name"),
    ],
)
def test_what_no_key_may_be(sign_up: Callable[..., Caller], fields: dict[str, Any], code: str, field: str) -> None:
    owner = sign_up()
    wanted = {"name": "till", "scopes": ["orders:read"], "expiresAt": in_days(365)} | fields
    payload = owner.data(CREATE, {"input": wanted})["createApiKey"]
    assert payload["created"] is None
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [(code, field)]
    with owner.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM api_keys") == 0
        assert value(conn, "SELECT count(*) FROM audit WHERE act LIKE 'api_key%%'") == 0


def test_a_session_must_be_fresh_to_make_a_key(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    with owner.edge.db.transaction() as conn:
        conn.execute("UPDATE sessions SET proved_at = bangfu_now() - interval '11 min'")
    assert [e["code"] for e in create(owner, "orders:read")["userErrors"]] == ["PROOF_NEEDED"]


def test_a_key_opens_its_scopes_and_nothing_else(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    key = key_of(owner, "orders:read")
    assert key.code("{ orders { nodes { id } } }") == "UNAVAILABLE", "let through: the service itself is not there"
    assert key.code('mutation { cancelOrder(input: {id: "x"}) { userErrors { code } } }') == "FORBIDDEN"
    assert key.code("{ sums(by: CHANNEL) { total { net { amount } } } }") == "FORBIDDEN"
    assert key.code("{ me { id } }") == "FORBIDDEN"
    assert key.code('{ node(id: "T3JkZXI6MQ") { id } }') == "FORBIDDEN", "needs both reading scopes"
    assert key.data("{ apiKeyScopes { name } }")["apiKeyScopes"], "what is public is public with a key too"


def test_a_key_manages_no_accounts_keys_or_roles(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    key = key_of(owner, *SCOPES)
    assert key.code(CREATE, {"input": {"name": "k", "scopes": ["orders:read"], "expiresAt": in_days(1)}}) == "FORBIDDEN"
    assert key.code(LIST) == "FORBIDDEN"
    assert key.code("mutation { signOut(input: {}) { done } }") == "FORBIDDEN"
    assert key.code("mutation { startGuest(input: {}) { guestToken } }") == "FORBIDDEN"


def test_no_scope_opens_anything_of_accounts() -> None:
    from gateway.schema import accounts

    opened = {field for scope in SCOPES.values() for field in scope.fields}
    assert not opened & (accounts.PERMISSIONS.keys())
    assert Role.OPERATOR not in {role for scope in SCOPES.values() for role in scope.roles}


def test_a_scope_carries_the_roles_of_what_it_opens() -> None:
    """Else the key would be refused what its scope promises."""
    rules = table()
    for name, scope in SCOPES.items():
        for field in scope.fields:
            rule = rules[field]
            assert not rule.roles or set(rule.roles) & set(scope.roles), (name, field)


def test_every_field_of_the_schema_is_open_or_closed_to_keys_by_the_table() -> None:
    names = {f"{k.name}.{f}" for k in (schema.graphql_schema.query_type, schema.graphql_schema.mutation_type) if k for f in k.fields}
    assert not api_keys_scopes.unknown_fields(names)


def test_a_key_is_its_owner_now_but_no_more_than_the_session_was_that_made_it(gateway: Flask, sign_up: Callable[..., Caller]) -> None:
    from gateway.accounts.api_keys import holder_of

    owner = sign_up()
    grant(owner, Role.MERCHANT, "m-1")
    secret = create(owner, "catalog:read")["created"]["secret"]
    grant(owner, Role.MERCHANT, "m-2")
    grant(owner, Role.BUREAU, "")
    held = holder_of(owner.edge.db, secret).principal.grants
    assert set(held) == {Grant(Role.MERCHANT, "m-1"), Grant(Role.MERCHANT, "m-2")}, "a role of the same kind comes along, another does not"


def test_revoked_expired_and_closed_keys_are_nobody(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    created = create(owner, "orders:read")["created"]
    key = replace(owner, token=created["secret"])
    revoke = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { key { revokedAt } userErrors { code } } }"
    other = sign_up()
    assert other.code(revoke, {"input": {"id": created["key"]["id"]}}) == "NOT_FOUND"
    assert key.code("{ orders { nodes { id } } }") == "UNAVAILABLE"
    assert owner.data(revoke, {"input": {"id": created["key"]["id"]}})["revokeApiKey"]["key"]["revokedAt"]
    assert key.code("{ orders { nodes { id } } }") == "SESSION_ENDED"
    expired = key_of(owner, "orders:read")
    with owner.edge.db.transaction() as conn:
        conn.execute("UPDATE api_keys SET expires_at = bangfu_now() - interval '1 s' WHERE revoked_at IS NULL")
    assert expired.code("{ orders { nodes { id } } }") == "SESSION_ENDED"
    forged = replace(owner, token="bfk_00000000_" + "A" * 43)
    assert forged.code("{ orders { nodes { id } } }") == "SESSION_ENDED"
    with owner.edge.db.reading() as conn:
        acts = [r["act"] for r in every(conn, "SELECT act FROM audit ORDER BY position")]
    assert [a for a in acts if a.startswith("api_key")] == ["api_key:create", "api_key:revoke", "api_key:create"]


def test_a_key_in_a_cookie_is_nothing(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    key = key_of(owner, "orders:read")
    client = key.http
    client.set_cookie("bangfu_session", str(key.token))
    answer = client.post("/graphql", json={"query": "{ orders { nodes { id } } }"}, headers={"X-Bangfu-Client": "web"})
    assert answer.get_json()["errors"][0]["extensions"]["code"] == "SESSION_ENDED"


def test_the_last_use_is_written_to_the_minute(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    key = key_of(owner, "orders:read")
    key.ask("{ orders { nodes { id } } }")
    with owner.edge.db.reading() as conn:
        first = value(conn, "SELECT last_used_at FROM api_keys")
    assert first is not None
    key.ask("{ orders { nodes { id } } }")
    with owner.edge.db.reading() as conn:
        assert value(conn, "SELECT last_used_at FROM api_keys") == first


def test_keys_are_listed_in_pages_and_limited_in_number(sign_up: Callable[..., Caller]) -> None:
    owner = sign_up()
    made = [create(owner, "orders:read", name=f"k{n}")["created"]["key"]["id"] for n in range(20)]
    assert [e["code"] for e in create(owner, "orders:read")["userErrors"]] == ["TOO_MANY_KEYS"]
    seen, after = [], None
    while True:
        page = owner.data(LIST, {"first": 7, "after": after})["apiKeys"]
        seen += [n["id"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == made[::-1]
