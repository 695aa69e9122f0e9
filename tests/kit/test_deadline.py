"""What is left of a request's time goes down to the service and to PostgreSQL; nothing is begun when none is left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg
import pytest

from services.catalog.app import SERVICE as CATALOG
from services.kit import deadline
from services.kit.client import ServiceClient
from services.kit.db import Database, value
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import OutcomeUnknown, Unavailable
from services.kit.principal import TokenIssuer
from tests.support.service import GATEWAY, OPERATOR, SEEDS, Harness


@pytest.fixture(autouse=True)
def without_one() -> Iterator[None]:
    yield
    deadline.begin(None)


def test_the_shorter_one_holds_and_what_is_no_number_is_none() -> None:
    assert deadline.remaining_ms() is None
    deadline.begin(10_000)
    deadline.shorten(60_000)
    assert 9_000 < (deadline.remaining_ms() or 0) <= 10_000
    deadline.shorten(500)
    assert (deadline.remaining_ms() or 0) <= 500
    assert [deadline.read(h) for h in ("250", None, "", "-1", "1e3", "٣", "9" * 20)] == [250, *[None] * 6]
    deadline.begin(0)
    with pytest.raises(DeadlineExceeded):
        deadline.ensure()


def test_postgresql_stops_a_statement_that_has_no_time_left(migrated_database: Callable[[str], str]) -> None:
    db = Database(migrated_database("catalog"), size=1).open()
    try:
        deadline.begin(100)
        with pytest.raises(psycopg.errors.QueryCanceled), db.transaction() as conn:
            conn.execute("SELECT pg_sleep(20)")
        with pytest.raises(DeadlineExceeded), db.reading() as conn:
            raise AssertionError("no connection is lent without time")
        deadline.begin(None)
        with db.reading() as conn:
            assert value(conn, "SHOW statement_timeout") == "15s"
        deadline.begin(4_000)
        with db.reading() as conn:
            assert 3.9 <= float(value(conn, "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'")) / 1000 <= 5
    finally:
        db.close()


def test_a_service_refuses_work_past_the_deadline(make_service: Callable[..., Harness]) -> None:
    catalog = make_service(CATALOG)
    headers = {"Authorization": f"Bearer {GATEWAY.token(OPERATOR, 'catalog')}"}
    late = catalog.app.test_client().get("/products", headers={**headers, deadline.HEADER: "0"})
    assert (late.status_code, late.get_json()["code"]) == (503, "DEADLINE_EXCEEDED")
    assert catalog.app.test_client().get("/products", headers={**headers, deadline.HEADER: "5000"}).status_code == 200
    assert deadline.remaining_ms() is None


class _Slow(BaseHTTPRequestHandler):
    """Answers when the test is over; notes what it was told."""

    told: list[str | None]
    over: threading.Event

    def do_GET(self) -> None:
        self.told.append(self.headers.get(deadline.HEADER))
        self.over.wait(20)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def slow() -> Iterator[tuple[ServiceClient, list[str | None]]]:
    handler = type("Slow", (_Slow,), {"told": [], "over": threading.Event()})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ServiceClient("catalog", f"http://127.0.0.1:{server.server_port}", TokenIssuer("gateway", SEEDS["gateway"])), handler.told  # type: ignore[attr-defined]
    handler.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def test_a_caller_waits_no_longer_than_its_deadline_and_hands_it_on(slow: tuple[ServiceClient, list[str | None]]) -> None:
    client, told = slow
    deadline.begin(200)
    with pytest.raises(DeadlineExceeded):
        client.get("/slow")
    assert 0 < int(told[0] or 0) <= 200 and len(told) == 1
    with pytest.raises(DeadlineExceeded):
        client.call("POST", "/slow", {}, key="12345678")
    assert len(told) == 1, "nothing is asked when no time is left"


def test_a_change_whose_answer_did_not_come_in_time_may_have_happened(slow: tuple[ServiceClient, list[str | None]]) -> None:
    client, _ = slow
    deadline.begin(100)
    with pytest.raises(OutcomeUnknown):
        client.call("POST", "/slow", {}, key="12345678")
    deadline.begin(100)
    with pytest.raises(Unavailable):
        client.call("POST", "/slow", {})
