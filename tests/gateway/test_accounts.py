from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask

from gateway.accounts import usecases
from gateway.schema.fields import raw_id
from gateway.service import apply_membership
from services.events.catalog import MembershipGranted
from services.kit import clock
from services.kit.db import every, value
from services.kit.ids import new_id
from services.kit.outbox import Envelope
from services.kit.principal import Grant, Principal, Role
from tests.gateway.conftest import Caller

ME = "{ me { id login name grants { role scope } sessions { id current } } }"


def test_an_account_is_made_and_knows_itself(visitor: Caller, sign_up: Callable[..., Caller]) -> None:
    ann = sign_up("+86 100 1234 5678")
    me = ann.data(ME)["me"]
    assert me["login"] == "10012345678"
    assert [g["role"] for g in me["grants"]] == ["SHOPPER"]
    assert [s["current"] for s in me["sessions"]] == [True]
    assert visitor.data(ME)["me"] is None


def test_bad_input_names_the_field_and_makes_no_account(visitor: Caller) -> None:
    for fields, code, field in [
        ({"login": "12", "password": "correct horse 9"}, "BAD_LOGIN_NAME", "login"),
        ({"login": "a@example.test", "password": "123456789"}, "WEAK_PASSWORD", "password"),
        ({"login": "a@example.test", "password": "short"}, "WEAK_PASSWORD", "password"),
    ]:
        payload = visitor.perform("signUp", **fields)
        assert payload["tokens"] is None
        assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [(code, field)]
    with visitor.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM accounts") == 0


def test_messages_come_in_the_users_language(visitor: Caller) -> None:
    query = 'mutation { signUp(input: {login: "x", password: "correct horse 9"}) { userErrors { message } } }'
    zh = visitor.ask(query, **{"Accept-Language": "zh-CN"})["data"]["signUp"]["userErrors"][0]["message"]
    en = visitor.ask(query, **{"Accept-Language": "en-GB"})["data"]["signUp"]["userErrors"][0]["message"]
    assert "手机号" in zh and "mobile" in en


def test_a_login_belongs_to_one_account(visitor: Caller, sign_up: Callable[..., Caller]) -> None:
    sign_up("ann@example.test")
    assert visitor.perform("signUp", login="ANN@example.test", password="correct horse 9")["userErrors"][0]["code"] == "LOGIN_TAKEN"


def test_an_unknown_account_and_a_wrong_password_are_answered_alike(visitor: Caller, sign_up: Callable[..., Caller]) -> None:
    sign_up("ann@example.test")
    query = "mutation($l: String!, $p: String!) { signIn(input: {login: $l, password: $p}) { tokens { accessToken } userErrors { code } } }"
    unknown = visitor.ask(query, {"l": "bob@example.test", "p": "correct horse 9"})
    wrong = visitor.ask(query, {"l": "ann@example.test", "p": "wrong horse 99"})
    for answer in (unknown, wrong):
        answer["errors"][0]["extensions"].pop("requestId")
    assert unknown == wrong
    assert unknown["errors"][0]["extensions"]["code"] == "SIGN_IN_FAILED"


def test_a_refresh_token_works_once_and_a_stolen_one_ends_the_session(visitor: Caller, sign_up: Callable[..., Caller]) -> None:
    ann = sign_up()
    fresh = visitor.perform("refreshSession", refreshToken=ann.refresh)["tokens"]
    assert fresh["refreshToken"] != ann.refresh
    with ann.edge.db.transaction() as conn:
        clock.set_offset(conn, timedelta(seconds=11))
    assert (
        visitor.code("mutation($t: String!) { refreshSession(input: {refreshToken: $t}) { userErrors { code } } }", {"t": ann.refresh})
        == "SESSION_ENDED"
    )
    assert (
        visitor.code(
            "mutation($t: String!) { refreshSession(input: {refreshToken: $t}) { userErrors { code } } }", {"t": fresh["refreshToken"]}
        )
        == "SESSION_ENDED"
    )
    assert ann.ask(ME)["errors"][0]["extensions"]["code"] == "SESSION_ENDED"


def test_signing_out_ends_the_access_token_too(sign_up: Callable[..., Caller]) -> None:
    ann = sign_up()
    assert ann.perform("signOut")["done"] is True
    assert ann.code(ME) == "SESSION_ENDED"


def test_forged_tokens_are_refused(gateway: Flask) -> None:
    for token in ("x", "a.b", "eyJhbGciOiJub25lIn0.e30."):
        assert Caller(gateway, token).code(ME) == "SESSION_ENDED"


def test_roles_are_granted_by_the_operator_and_audited(gateway: Flask, sign_up: Callable[..., Caller]) -> None:
    ann, boss = sign_up(), sign_up()
    mutation = """mutation($id: ID!, $role: Role!, $scope: String) {
        grantRole(input: {accountId: $id, role: $role, scope: $scope}) { done userErrors { code } } }"""
    assert ann.code(mutation, {"id": ann.account_id, "role": "OPERATOR", "scope": ""}) == "FORBIDDEN"
    edge = ann.edge
    operator = Principal("test", (Grant(Role.OPERATOR),))
    usecases.grant_role(edge.db, operator, UUID(raw_id(boss.account_id or "", "Account")), Role.BUREAU, "")
    assert boss.data(mutation, {"id": ann.account_id, "role": "COUNTY_OFFICER", "scope": "371522"})["grantRole"]["done"] is True
    assert boss.code(mutation, {"id": boss.account_id, "role": "OPERATOR", "scope": ""}) == "FORBIDDEN"
    assert boss.code(mutation, {"id": ann.account_id, "role": "SERVICE", "scope": "orders"}) == "FORBIDDEN"
    assert {"role": "COUNTY_OFFICER", "scope": "371522"} in ann.data(ME)["me"]["grants"]
    with edge.db.reading() as conn:
        assert [r["act"] for r in every(conn, "SELECT act FROM audit ORDER BY position")] == ["role:grant", "role:grant"]
        assert value(conn, "SELECT count(*) FROM outbox WHERE name = 'account_changed'") == 2


def test_a_membership_from_a_service_becomes_a_grant_once(sign_up: Callable[..., Caller]) -> None:
    ann = sign_up()
    account, merchant = UUID(raw_id(ann.account_id or "", "Account")), str(new_id())
    event = MembershipGranted(account_id=account, role="merchant", scope=merchant)
    envelope = Envelope(
        source="catalog",
        lane="live",
        seq=1,
        event_id=new_id(),
        name="membership_granted",
        version=1,
        key=event.key(),
        aggregate_version=1,
        occurred_at="2026-01-01T00:00:00Z",
        payload={},
    )  # type: ignore[arg-type]
    for _ in range(2):
        with ann.edge.db.transaction() as conn:
            apply_membership(conn, event, envelope)
    assert [g["role"] for g in ann.data(ME)["me"]["grants"]] == ["SHOPPER", "MERCHANT"]


def test_a_cookie_counts_only_together_with_our_header(gateway: Flask, sign_up: Callable[..., Caller]) -> None:
    sign_up("ann@example.test")
    client = gateway.test_client()
    sign_in = 'mutation { signIn(input: {login: "ann@example.test", password: "correct horse 9"}) { userErrors { code } } }'
    answer = client.post("/graphql", json={"query": sign_in}, headers={"X-Bangfu-Client": "web"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert client.post("/graphql", json={"query": ME}).get_json()["data"]["me"] is None
    assert client.post("/graphql", json={"query": ME}, headers={"X-Bangfu-Client": "web"}).get_json()["data"]["me"] is not None
