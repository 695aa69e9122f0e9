"""The gateway with production's rates before a catalog that has nothing to sell and can be told to take its time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gateway.app import create_app
from gateway.settings import GatewaySettings
from services.kit.settings import SERVICES
from tests.support.service import PUBLIC_KEYS, SEEDS

SECRET = "s" * 40


@dataclass
class Catalog:
    url: str
    go_on: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.waiting.release()
            made.go_on.wait(30)
            body = b'{"items":[],"next_cursor":null}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Catalog(f"http://127.0.0.1:{server.server_port}")
    made.go_on.set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    made.go_on.set()
    server.shutdown()
    server.server_close()


@dataclass
class Edge:
    """Asks as whoever it is told to be."""

    app: Flask

    def post(self, query: str, variables: Any = None, address: str = "192.0.2.1", **headers: str) -> TestResponse:
        return self.app.test_client().post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers, environ_base={"REMOTE_ADDR": address}
        )

    def outcome(self, query: str, variables: Any = None, address: str = "192.0.2.1", **headers: str) -> str:
        """`answered`, or the code of the refusal."""
        body = self.post(query, variables, address, **headers).get_json()
        return str(body["errors"][0]["extensions"]["code"]) if "errors" in body else "answered"


@pytest.fixture
def edge_with(migrated_database: Callable[[str], str], redis_url: str, s3_url: str, catalog: Catalog) -> Iterator[Callable[..., Edge]]:
    """Settings → the gateway. Each on Redis and a database of the test's own."""
    made: list[Flask] = []

    def make(**given: Any) -> Edge:
        settings = {
            "env": "test",
            "rate_scale": 1.0,
            "database_url": migrated_database("gateway"),
            "redis_url": redis_url,
            "s3_url": s3_url,
            "private_key": SEEDS["gateway"],
            "public_keys": PUBLIC_KEYS,
            "media_secret": "m" * 20,
            "session_secret": SECRET,
            "public_url": "http://gateway.test",
            "service_urls": dict.fromkeys(SERVICES, catalog.url),
            **given,
        }
        made.append(create_app(GatewaySettings(**settings)))
        return Edge(made[-1])

    yield make
    for app in made:
        app.extensions["stop"].set()
        app.extensions["edge"].db.close()


@pytest.fixture
def edge(edge_with: Callable[..., Edge]) -> Edge:
    return edge_with()
