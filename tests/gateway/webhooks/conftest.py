"""A receiver of webhooks in the test's process, and the gateway that may call it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from gateway.accounts import store as accounts
from gateway.context import Edge
from gateway.schema.fields import from_global_id, to_global_id
from gateway.service import SERVICE
from gateway.webhooks import store
from gateway.webhooks.deliver import Sender, sender_of
from services.events.base import Event
from services.kit import json
from services.kit.db import Row, every, one
from services.kit.ids import new_id
from services.kit.outbox import Envelope
from services.kit.principal import Role
from tests.gateway.conftest import Caller


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers with ``status``; ``hold`` is waited for before it does."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    had: list[Received] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    hold: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        return [r.headers["webhook-id"] for r in self.had]

    @property
    def kinds(self) -> list[str]:
        return [json.loads(r.body)["type"] for r in self.had]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    found.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.had.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            found.came.set()
            found.hold.wait(20)
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: Any) -> None:
            """Not worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?tenant=7"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    found.hold.set()
    server.shutdown()
    server.server_close()


@dataclass
class Desk:
    """The gateway with this network allowed, its reader's handlers and its sender by hand."""

    app: Flask
    sign_up: Callable[..., Caller]
    _seq: Any = field(default_factory=lambda: count(1))

    @property
    def edge(self) -> Edge:
        found: Edge = self.app.extensions["edge"]
        return found

    @property
    def sender(self) -> Sender:
        return sender_of(self.edge.db, self.edge.settings)

    def member(self, role: Role, scope: UUID | str = "") -> Caller:
        caller = self.sign_up()
        assert caller.account_id is not None
        with self.edge.db.transaction() as conn:
            accounts.put_grant(conn, UUID(from_global_id(caller.account_id)[1]), role.value, str(scope), "test")
        return caller

    def apply(self, event: Event, *, event_id: UUID | None = None) -> UUID:
        """As the reader would, in a transaction. Returns the event's id."""
        envelope = Envelope(
            source=event.owner,
            lane="live",
            seq=next(self._seq),
            event_id=event_id or new_id(),
            name=event.event_name(),
            version=event.schema_version,
            key=event.key(),
            aggregate_version=1,
            occurred_at=datetime.now(UTC),
            payload=json.loads(json.dumps_bytes(event.model_dump(mode="json"))),
        )
        (handler,) = [h for h in SERVICE.handlers[event.owner] if h.event is type(event)]
        with self.edge.db.transaction() as conn:
            handler.apply(conn, [envelope])
        return envelope.event_id

    def turn(self) -> int:
        """Each endpoint that has something due, once. Returns how many notices arrived."""
        with self.edge.db.transaction() as conn:
            claimed = store.claim(conn, 100)
        return sum(self.sender.turn(endpoint_id) for endpoint_id in claimed)

    def due_again(self) -> None:
        """As if all waiting times were over."""
        with self.edge.db.transaction() as conn:
            conn.execute("UPDATE webhook_deliveries SET next_at = bangfu_now() WHERE state = 'waiting'")
            conn.execute("UPDATE webhook_endpoints SET not_before = NULL, busy_until = NULL")

    def deliveries(self) -> list[Row]:
        with self.edge.db.reading() as conn:
            return every(conn, "SELECT * FROM webhook_deliveries ORDER BY delivery_id")

    def endpoint(self, global_id: str) -> Row:
        with self.edge.db.reading() as conn:
            row = one(conn, "SELECT * FROM webhook_endpoints WHERE endpoint_id = %s", [from_global_id(global_id)[1]])
        assert row is not None
        return row


@pytest.fixture
def desk(gateway: Flask, sign_up: Callable[..., Caller]) -> Desk:
    edge: Edge = gateway.extensions["edge"]
    edge.settings = edge.settings.model_copy(update={"webhook_allow": "127.0.0.1"})
    return Desk(gateway, sign_up)


KINDS = ["ORDER_PAID", "CALL_OFF_PLACED", "PRODUCT_WITHDRAWN", "STATEMENT_READY"]
ERRORS = "userErrors { code field message }"


def register(caller: Caller, url: str, kinds: list[str] | None = None, **scope: str) -> dict[str, Any]:
    """The payload of registerWebhookEndpoint."""
    document = f"""mutation($input: RegisterWebhookEndpointInput!) {{ registerWebhookEndpoint(input: $input) {{
        registered {{ secret endpoint {{ id url kinds state failures merchantId institutionId }} }} {ERRORS} }} }}"""
    payload: dict[str, Any] = caller.data(document, {"input": {"url": url, "kinds": kinds or KINDS, **scope}})["registerWebhookEndpoint"]
    return payload


def act(caller: Caller, mutation: str, selection: str, **fields: Any) -> dict[str, Any]:
    title = mutation[0].upper() + mutation[1:]
    document = f"mutation($input: {title}Input!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    payload: dict[str, Any] = caller.data(document, {"input": fields})[mutation]
    return payload


def gid(kind: str, raw: object) -> str:
    return to_global_id(kind, raw)
