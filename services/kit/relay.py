"""Numbers committed outbox rows without holes and adds them to the stream; one a service, under an advisory lock.

A number from a sequence would be given before commit: a lower one may commit later and be skipped, a rolled-back one
leaves a hole that stops readers (kamu-data/kamu-cli#1398, google/nomulus#1539). So the number is given here, after commit.
"""

from __future__ import annotations

import threading
import time

import psycopg
import redis

from services.kit import audit, json
from services.kit.db import Conn, connect, every, value
from services.kit.outbox import LANES, Lane, replay
from services.kit.stream import RedisStream
from services.kit.telemetry import EVENTS_PUBLISHED, OUTBOX_WAITING, log

LOCK = 7_000_001
BATCH = 500
IDLE_SECONDS = 0.05
CHAIN_SECONDS = 1.0


def number_batch(conn: Conn, lane: Lane, limit: int = BATCH) -> int:
    """Give the waiting rows of a lane their numbers. Returns how many."""
    with conn.transaction():
        base = value(conn, "SELECT seq FROM outbox_heads WHERE lane = %s FOR UPDATE", [lane])
        done = conn.execute(
            "WITH waiting AS (SELECT position, row_number() OVER (ORDER BY position) AS n FROM "
            "(SELECT position FROM outbox WHERE seq IS NULL AND lane = %s ORDER BY position LIMIT %s) w) "
            "UPDATE outbox o SET seq = %s + waiting.n FROM waiting WHERE o.position = waiting.position",
            [lane, limit, base]).rowcount
        if done:
            conn.execute("UPDATE outbox_heads SET seq = seq + %s WHERE lane = %s", [done, lane])
    return done


class Relay:
    def __init__(self, service: str, database_url: str, stream: RedisStream) -> None:
        self._service, self._url, self._stream = service, database_url, stream
        self._in_stream: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with connect(self._url) as conn:
                    self._run_locked(conn, stop)
            except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.QueryCanceled) as error:
                log.warning("relay_database", error=type(error).__name__)
                stop.wait(0.5)

    def _run_locked(self, conn: Conn, stop: threading.Event) -> None:
        while not value(conn, "SELECT pg_try_advisory_lock(%s)", [LOCK]):
            if stop.wait(0.5):
                return
        self._in_stream.clear()
        next_beat = next_chain = 0.0
        while not stop.is_set():
            # A look first: locking the head of a quiet lane thirty times a second would write for nothing.
            lanes = [row["lane"] for row in every(conn, "SELECT DISTINCT lane FROM outbox WHERE seq IS NULL")]
            busy = sum(number_batch(conn, lane) for lane in lanes)
            if time.monotonic() >= next_chain:
                # Once a second and many rows at a time: no sale waits for it, and a backlog goes on at once.
                full = audit.chain(conn, self._service) == audit.BATCH
                next_chain = time.monotonic() + (0 if full else CHAIN_SECONDS)
            try:
                beat = time.monotonic() >= next_beat
                if beat:
                    next_beat = time.monotonic() + 1
                    self._in_stream.clear()
                    OUTBOX_WAITING.labels(self._service).set(
                        value(conn, "SELECT count(*) FROM outbox WHERE seq IS NULL"))
                for lane in LANES if beat else lanes:
                    self._fill_stream(conn, lane, publish_head=beat)
            except redis.RedisError as error:
                log.warning("relay_stream", error=type(error).__name__)
                self._in_stream.clear()
                stop.wait(0.3)
            if not busy:
                stop.wait(IDLE_SECONDS)

    def _fill_stream(self, conn: Conn, lane: Lane, *, publish_head: bool) -> None:
        """Bring the stream up to the head. What an emptied Redis lacks before its first entry, readers replay."""
        head = value(conn, "SELECT seq FROM outbox_heads WHERE lane = %s", [lane])
        if lane not in self._in_stream:
            last = self._stream.last(self._service, lane)
            self._in_stream[lane] = last if last else max(0, head - BATCH)
        while self._in_stream[lane] < head:
            batch = replay(conn, self._service, lane, self._in_stream[lane], BATCH)
            if not batch:
                break
            self._stream.add_many(self._service, lane, [(e.seq, json.dumps_bytes(e.model_dump())) for e in batch])
            EVENTS_PUBLISHED.labels(self._service, lane).inc(len(batch))
            self._in_stream[lane] = batch[-1].seq
        if publish_head:
            self._stream.set_head(self._service, lane, head)


def heads(conn: Conn) -> dict[str, int]:
    return {row["lane"]: row["seq"] for row in every(conn, "SELECT lane, seq FROM outbox_heads")}


def waiting(conn: Conn) -> dict[str, int]:
    rows = every(conn, "SELECT lane, count(*) AS n FROM outbox WHERE seq IS NULL GROUP BY lane")
    return dict.fromkeys(LANES, 0) | {row["lane"]: row["n"] for row in rows}
