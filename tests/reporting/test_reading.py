"""Through the reader itself: once however often an event comes, in order, fast enough, and neither lane waiting for the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.events.base import Event
from services.kit import json
from services.kit.db import Database, value
from services.kit.ids import new_id
from services.kit.outbox import Envelope
from services.kit.reader import Reader
from services.reporting.app import SERVICE
from services.reporting.usecases.record_sales import record_sales
from tests.reporting import builders as b
from tests.reporting.conftest import Reporting
from tests.support.service import BUREAU


class Owner:
    """The owner's outbox, answering its replay interface."""

    def __init__(self, *events: Event, lane: str = "live") -> None:
        self.envelopes = [envelope(event, n, lane) for n, event in enumerate(events, start=1)]

    def get(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        rest = [e for e in self.envelopes if e.seq > params["after"]][: params["limit"]]
        return {"events": [json.loads(json.dumps_bytes(e.model_dump())) for e in rest]}


class EmptyStream:
    """A Redis that lost everything: the reader asks the owner."""

    def read(self, *_: object) -> list[Any]:
        return []

    def head(self, *_: object) -> None:
        return None


def envelope(event: Event, seq: int, lane: str = "live") -> Envelope:
    return Envelope(
        source=event.owner,
        lane=lane,
        seq=seq,
        event_id=new_id(),
        name=event.event_name(),
        version=1,
        key=event.key(),
        aggregate_version=1,
        occurred_at=datetime.now(UTC),
        payload=json.loads(json.dumps_bytes(event.model_dump(mode="json"))),
    )


def reader(db: Database, owner: Owner, lane: str = "live") -> Reader:
    return Reader("reporting", "orders", lane, db, EmptyStream(), owner, SERVICE.handlers["orders"])  # type: ignore[arg-type]


def total(reporting: Reporting) -> int:
    return int(reporting.figures()["sales_total"]["value"])


def test_an_event_that_comes_again_changes_nothing(reporting: Reporting) -> None:
    owner = Owner(b.sales(b.line(100)), b.sales(b.line(20, document=2)))
    assert reader(reporting.harness.db, owner).step() == 2
    before = total(reporting)
    for _ in range(3):
        assert reader(reporting.harness.db, owner).step() == 0
    assert total(reporting) == before == 120


def test_a_batch_cut_off_before_its_commit_is_applied_once(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = Owner(b.sales(b.line(100)), b.sales(b.line(20, document=2)))
    killed = reader(reporting.harness.db, owner)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(killed, "_move", die)
    with pytest.raises(KeyboardInterrupt):
        killed.step()
    assert total(reporting) == 0
    reader(reporting.harness.db, owner).step()
    assert total(reporting) == 120


def test_an_event_that_cannot_be_applied_is_parked_and_the_rest_goes_on(reporting: Reporting) -> None:
    owner = Owner(b.sales(b.line(100)), b.sales(b.line(20, document=2)), b.sales(b.line(3, document=3)))
    owner.envelopes[1].payload["lines"][0]["quantity"] = "much"
    reader(reporting.harness.db, owner).step()
    answer = reporting.harness.get("/figures", BUREAU).ok()
    assert answer["incomplete"] and total(reporting) == 103


@pytest.fixture
def import_under_way(reporting: Reporting) -> Iterator[Callable[[], None]]:
    """An import's batch, applied and not yet committed, until the function is called."""
    applied, go_on = threading.Event(), threading.Event()

    def apply() -> None:
        with reporting.harness.db.transaction() as conn:
            record_sales(conn, [envelope(b.sales(b.line(1_000), b.line(2_000, session_id=b.uid(6, 1))), 1, "import")])
            applied.set()
            go_on.wait(20)

    thread = threading.Thread(target=apply)
    thread.start()
    assert applied.wait(20)
    yield go_on.set
    go_on.set()
    thread.join()


def test_a_sale_does_not_wait_for_an_import_that_sums_into_the_same_rows(
    reporting: Reporting, import_under_way: Callable[[], None]
) -> None:
    with reporting.harness.db.transaction() as conn:
        conn.execute("SET LOCAL lock_timeout = '2s'")
        record_sales(conn, [envelope(b.sales(b.line(5), b.line(7, session_id=b.uid(6, 1))), 1)])
    assert total(reporting) == 12
    import_under_way()


def test_reading_does_not_wait_while_an_import_makes_a_month(reporting: Reporting) -> None:
    reporting.harness.deliver(b.sales(b.line(5)))
    with reporting.harness.db.transaction() as conn:
        record_sales(conn, [envelope(b.sales(b.line(1, sold_at=b.NOON - timedelta(days=400))), 1, "import")])
        with reporting.harness.db.reading() as other:
            other.execute("SET lock_timeout = '2s'")
            assert value(other, "SELECT count(*) FROM sales_facts") == 1
            other.execute("RESET lock_timeout")
    assert total(reporting) == 6
