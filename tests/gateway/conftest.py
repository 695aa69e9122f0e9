"""The gateway alone, on a real database and bucket; services that are not there answer UNAVAILABLE."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.context import Edge
from gateway.settings import GatewaySettings
from services.kit.ids import new_id
from services.kit.settings import SERVICES
from tests.support.service import PUBLIC_KEYS, SEEDS


@dataclass
class Caller:
    """A client of the gateway, signed in or not."""

    app: Flask
    token: str | None = None
    refresh: str | None = None
    account_id: str | None = None

    @property
    def http(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def edge(self) -> Edge:
        edge: Edge = self.app.extensions["edge"]
        return edge

    def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        body: dict[str, Any] = answer.get_json()
        return body

    def code(self, query: str, variables: dict[str, Any] | None = None) -> str:
        """The code of the refusal."""
        return str(self.ask(query, variables)["errors"][0]["extensions"]["code"])

    def data(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        body = self.ask(query, variables)
        assert "errors" not in body, body
        return body["data"]

    def perform(self, mutation: str, **fields: Any) -> dict[str, Any]:
        """The payload of a mutation with one input; its selection is all scalars we need in tests."""
        selections = {
            "signUp": TOKENS,
            "signIn": TOKENS,
            "refreshSession": TOKENS,
            "startGuest": "guestToken",
            "createUpload": "upload { id url maxBytes }",
        }
        title = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation($input: {title}Input!) {{ {mutation}(input: $input) {{ {selections.get(mutation, 'done')} "
            "userErrors { code field message } } }"
        )
        payload: dict[str, Any] = self.data(query, {"input": fields})[mutation]
        return payload


TOKENS = "tokens { accessToken refreshToken accountId }"


@pytest.fixture
def gateway(migrated_database: Callable[[str], str], redis_url: str, s3_url: str) -> Iterator[Flask]:
    settings = GatewaySettings(
        env="test",
        database_url=migrated_database("gateway"),
        redis_url=redis_url,
        s3_url=s3_url,
        private_key=SEEDS["gateway"],
        public_keys=PUBLIC_KEYS,
        media_secret="m" * 20,
        session_secret="s" * 40,
        public_url="http://gateway.test",
        service_urls=dict.fromkeys(SERVICES, "http://127.0.0.1:9"),
    )
    app = create_app(settings)
    yield app
    app.extensions["stop"].set()
    app.extensions["edge"].db.close()


@pytest.fixture
def visitor(gateway: Flask) -> Caller:
    return Caller(gateway)


@pytest.fixture
def sign_up(gateway: Flask) -> Callable[..., Caller]:
    def make(login: str | None = None, password: str = "correct horse 9") -> Caller:
        login = login or f"{new_id().hex[-12:]}@example.test"
        tokens = Caller(gateway).perform("signUp", login=login, password=password)["tokens"]
        return Caller(gateway, tokens["accessToken"], tokens["refreshToken"], tokens["accountId"])

    return make
