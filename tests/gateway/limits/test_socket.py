"""What a web socket may: so many connections an address, subscriptions a connection, bytes a message, and documents as everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from gateway.limits import LIMITS
from gateway.live.app import create_app
from gateway.live.socket import PROTOCOL
from gateway.settings import GatewaySettings
from services.kit.settings import SERVICES
from tests.support.service import PUBLIC_KEYS, SEEDS

FRAMES = "subscription($id: ID!) { sessionFrames(id: $id) { at } }"


@pytest.fixture
def live(redis_url: str) -> Iterator[Callable[..., TestClient]]:
    """A client of the live process with production's numbers. No database is asked for a room's frames."""
    opened: list[TestClient] = []

    def make(**given: Any) -> TestClient:
        settings = {
            "env": "test",
            "rate_scale": 1.0,
            "database_url": "postgresql://nowhere/none",
            "redis_url": redis_url,
            "s3_url": "http://a:b@127.0.0.1:9/none",
            "private_key": SEEDS["gateway"],
            "public_keys": PUBLIC_KEYS,
            "media_secret": "m" * 20,
            "session_secret": "s" * 40,
            "service_urls": dict.fromkeys(SERVICES, "http://127.0.0.1:9"),
            **given,
        }
        opened.append(TestClient(create_app(GatewaySettings(**settings))))
        return opened[-1].__enter__()

    yield make
    for client in opened:
        client.__exit__(None, None, None)


def connect(client: TestClient, **headers: str) -> Any:
    return client.websocket_connect("/graphql", subprotocols=[PROTOCOL], headers=headers)


def begin(socket: Any) -> None:
    socket.send_text(json.dumps({"type": "connection_init"}))
    assert socket.receive_json()["type"] == "connection_ack"


def subscribe(socket: Any, number: int, query: str = FRAMES) -> None:
    socket.send_text(json.dumps({"id": str(number), "type": "subscribe", "payload": {"query": query, "variables": {"id": "x"}}}))


def refusal(socket: Any) -> str:
    message = socket.receive_json()
    assert message["type"] == "error", message
    return str(message["payload"][0]["extensions"]["code"])


def test_documents_have_the_limits_of_every_other(live: Callable[..., TestClient]) -> None:
    with connect(live()) as socket:
        begin(socket)
        subscribe(socket, 1, "subscription { " + " ".join(f"a{i}: sessionFrames(id: 1) {{ at }}" for i in range(21)) + " }")
        assert refusal(socket) == "TOO_MANY_ROOT_FIELDS"
        subscribe(socket, 2, "{ a" + " b" * LIMITS.tokens)
        assert refusal(socket) == "TOO_MANY_TOKENS"
        subscribe(socket, 3, "subscription {")
        assert refusal(socket) in ("INVALID_DOCUMENT", "BAD_REQUEST")


def test_a_message_is_short(live: Callable[..., TestClient]) -> None:
    client = live()
    with connect(client) as socket:
        begin(socket)
        socket.send_text(json.dumps({"type": "ping"}).ljust(LIMITS.message_bytes))
        assert socket.receive_json()["type"] == "pong"
        socket.send_text(json.dumps({"type": "ping"}).ljust(LIMITS.message_bytes + 1))
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert (closed.value.code, closed.value.reason) == (1009, "MESSAGE_TOO_LARGE")


def test_a_connection_has_so_many_subscriptions(live: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.live import socket as module

    async def endless(self: Any, _payload: Any) -> Any:
        async def frames() -> Any:
            import asyncio

            await asyncio.Event().wait()
            yield None

        return frames()

    monkeypatch.setattr(module.Connection, "_results", endless)
    with connect(live()) as socket:
        begin(socket)
        for number in range(LIMITS.subscriptions + 1):
            subscribe(socket, number)
        assert refusal(socket) == "TOO_MANY_SUBSCRIPTIONS"
        socket.send_text(json.dumps({"id": "0", "type": "complete"}))
        subscribe(socket, 100)
        subscribe(socket, 101)
        assert refusal(socket) == "TOO_MANY_SUBSCRIPTIONS"
        for number in range(LIMITS.subscribes - LIMITS.subscriptions - 3):
            subscribe(socket, 200 + number)
            assert refusal(socket) == "TOO_MANY_SUBSCRIPTIONS"
        subscribe(socket, 999)
        assert refusal(socket) == "RATE_LIMITED"


def test_an_address_has_so_many_connections_whatever_it_says_of_itself(live: Callable[..., TestClient]) -> None:
    client = live(rate_scale=3 / LIMITS.connections)
    with connect(client), connect(client), connect(client):
        with connect(client, **{"X-Forwarded-For": "203.0.113.9"}) as refused, pytest.raises(WebSocketDisconnect) as closed:
            refused.receive_json()
        assert (closed.value.code, closed.value.reason) == (4429, "TOO_MANY_CONNECTIONS")
    with connect(client) as socket:
        begin(socket)
