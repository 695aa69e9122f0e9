"""Applies another service's events in order, its own cursor moving in the transaction of the effect.

At least once on the wire, exactly once in effect. A gap, a reconnect or an emptied Redis: ask the owner's outbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg
import redis
from psycopg.types.json import Jsonb

from services.events.base import Event
from services.kit import json
from services.kit.client import ServiceClient
from services.kit.db import Conn, Database, every, one, value
from services.kit.errors import DomainError
from services.kit.locks import SessionLocks
from services.kit.outbox import Envelope, Lane
from services.kit.stream import RedisStream
from services.kit.telemetry import EVENTS_APPLIED, EVENTS_PARKED, EVENTS_REPLAYED, READER_LAG, log

# An import event carries up to 500 lines: a few of them are a batch.
BATCH = {"live": 200, "import": 20}
BLOCK_MS = 1000
TRIES = 3

ApplyBatch = Callable[[Conn, Sequence[Envelope]], None]


@dataclass(frozen=True)
class Handler:
    """What a service does with one kind of event. ``apply`` gets a run of them in order, in one transaction."""

    event: type[Event]
    apply: ApplyBatch


def each(event: type[Any], apply: Callable[[Conn, Any, Envelope], None]) -> Handler:
    """A handler that takes the typed event, one at a time."""

    def apply_batch(conn: Conn, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            apply(conn, event.model_validate(envelope.payload), envelope)

    return Handler(event, apply_batch)


def batch(event: type[Any], apply: ApplyBatch) -> Handler:
    """A handler that sums up many events before it writes."""
    return Handler(event, apply)


class Reader:
    """One (source, lane); only one is active in all processes, by a session lock."""

    def __init__(self, service: str, source: str, lane: Lane, db: Database, stream: RedisStream,
                 owner: ServiceClient, handlers: Iterable[Handler],
                 locks: SessionLocks | None = None) -> None:
        self._service, self._source, self._lane = service, source, lane
        self._db, self._stream, self._owner = db, stream, owner
        self._handlers = {h.event.event_name(): h for h in handlers}
        self._locks = locks or SessionLocks(db.url)
        self._labels = (service, source, lane)

    def run(self, stop: threading.Event) -> None:
        name = f"reader:{self._source}:{self._lane}"
        while not stop.is_set():
            try:
                if not self._locks.hold(name):
                    stop.wait(0.5)
                    continue
                while not stop.is_set() and self._locks.still(name):
                    self.step()
            except (psycopg.Error, redis.RedisError, DomainError, OSError) as error:
                log.warning("reader_waits", source=self._source, lane=self._lane, error=type(error).__name__, detail=str(error)[:200])
                stop.wait(0.3)

    def step(self, block_ms: int = BLOCK_MS) -> int:
        """One read and its effect. Returns how many events were applied."""
        with self._db.reading() as conn:
            last = self._cursor(conn)
        try:
            entries = self._stream.read(self._source, self._lane, last, BATCH[self._lane], block_ms)
            envelopes = [Envelope.model_validate(json.loads(data)) for _, data in entries]
            behind = bool(envelopes) and envelopes[0].seq != last + 1
            if not envelopes:
                head = self._stream.head(self._source, self._lane)
                READER_LAG.labels(*self._labels).set(max(0, (head or 0) - last))
                behind = head is None or head > last
        except redis.RedisError:
            # The stream is away: the owner's outbox answers alone, slowly enough not to hammer it.
            threading.Event().wait(0.3)
            envelopes, behind = [], True
        if behind:
            envelopes = self._replayed(last)
        if envelopes:
            self._apply(last, envelopes)
        return len(envelopes)

    def _replayed(self, last: int) -> list[Envelope]:
        answer = self._owner.get("/internal/outbox", {"lane": self._lane, "after": last, "limit": BATCH[self._lane]})
        envelopes = [Envelope.model_validate(row) for row in answer["events"]]
        EVENTS_REPLAYED.labels(*self._labels).inc(len(envelopes))
        return envelopes

    def _apply(self, last: int, envelopes: list[Envelope]) -> None:
        try:
            with self._db.transaction() as conn:
                self._claim(conn, last)
                for name, run in groupby(envelopes, key=lambda e: e.name):
                    self._run_handler(conn, name, list(run))
                self._move(conn, envelopes[-1].seq)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            log.warning("reader_batch_failed", source=self._source, lane=self._lane, error=repr(error)[:300])
            self._apply_singly(envelopes)
        EVENTS_APPLIED.labels(*self._labels).inc(len(envelopes))

    def _apply_singly(self, envelopes: list[Envelope]) -> None:
        """Each event in a transaction of its own, so that one that cannot be applied holds up its key only."""
        for envelope in envelopes:
            for attempt in range(TRIES):
                try:
                    with self._db.transaction() as conn:
                        self._claim(conn, envelope.seq - 1)
                        self._run_handler(conn, envelope.name, [envelope])
                        self._move(conn, envelope.seq)
                    break
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    raise
                except Exception as error:
                    if attempt == TRIES - 1:
                        self._park(envelope, error)

    def _run_handler(self, conn: Conn, name: str, envelopes: list[Envelope]) -> None:
        handler = self._handlers.get(name)
        if handler is None:
            return
        keys = [e.key for e in envelopes]
        parked = {r["key"] for r in every(
            conn, "SELECT DISTINCT key FROM parked_events WHERE source = %s AND lane = %s AND key = ANY(%s)",
            [self._source, self._lane, keys])}
        for envelope in (e for e in envelopes if e.key in parked):
            self._park_row(conn, envelope, "an earlier event of this key is parked")
        ready = [e for e in envelopes if e.key not in parked]
        if ready:
            handler.apply(conn, ready)

    def _park(self, envelope: Envelope, error: Exception) -> None:
        log.error("event_parked", source=self._source, lane=self._lane, seq=envelope.seq, name=envelope.name,
                  key=envelope.key, error=repr(error)[:500])
        with self._db.transaction() as conn:
            self._claim(conn, envelope.seq - 1)
            self._park_row(conn, envelope, repr(error)[:1000])
            self._move(conn, envelope.seq)

    def _park_row(self, conn: Conn, envelope: Envelope, error: str) -> None:
        conn.execute(
            "INSERT INTO parked_events (source, lane, seq, key, name, envelope, error) VALUES (%s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [self._source, self._lane, envelope.seq, envelope.key, envelope.name, Jsonb(envelope.model_dump()), error])
        EVENTS_PARKED.labels(*self._labels).set(
            value(conn, "SELECT count(*) FROM parked_events WHERE source = %s AND lane = %s", [self._source, self._lane]))

    def retry_parked(self) -> int:
        """After the cause was mended: apply the parked events in order. Returns how many still do not apply."""
        with self._db.reading() as conn:
            rows = every(conn, "SELECT seq, envelope FROM parked_events WHERE source = %s AND lane = %s ORDER BY seq",
                         [self._source, self._lane])
        failed: set[str] = set()
        for row in rows:
            envelope = Envelope.model_validate(row["envelope"])
            if envelope.key in failed:
                continue
            try:
                with self._db.transaction() as conn:
                    self._handlers[envelope.name].apply(conn, [envelope])
                    conn.execute("DELETE FROM parked_events WHERE source = %s AND lane = %s AND seq = %s",
                                 [self._source, self._lane, row["seq"]])
            except Exception as error:
                failed.add(envelope.key)
                log.error("parked_again", seq=row["seq"], error=repr(error)[:300])
        return len(failed)

    def _cursor(self, conn: Conn) -> int:
        row = one(conn, "SELECT last_seq FROM cursors WHERE source = %s AND lane = %s", [self._source, self._lane])
        if row is None:
            conn.execute("INSERT INTO cursors (source, lane) VALUES (%s, %s) ON CONFLICT DO NOTHING", [self._source, self._lane])
            return 0
        return int(row["last_seq"])

    def _claim(self, conn: Conn, expected: int) -> None:
        """A reader that lost its lock without noticing must not apply anything twice."""
        found = value(conn, "SELECT last_seq FROM cursors WHERE source = %s AND lane = %s FOR UPDATE", [self._source, self._lane])
        if found != expected:
            raise psycopg.OperationalError(f"cursor of {self._source}/{self._lane} moved: {found}, not {expected}")

    def _move(self, conn: Conn, seq: int) -> None:
        conn.execute("UPDATE cursors SET last_seq = %s WHERE source = %s AND lane = %s", [seq, self._source, self._lane])


def applied(conn: Conn) -> dict[str, dict[str, int]]:
    """source → lane → last number applied here."""
    result: dict[str, dict[str, int]] = {}
    for row in every(conn, "SELECT source, lane, last_seq FROM cursors"):
        result.setdefault(row["source"], {})[row["lane"]] = row["last_seq"]
    return result


def parked(conn: Conn) -> int:
    return int(value(conn, "SELECT count(*) FROM parked_events"))
