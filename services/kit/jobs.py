"""Jobs are rows in PostgreSQL; RQ carries their ids. Emptying Redis loses none: a sweep enqueues due rows again.

A job is retried, so it is written to be harmless when repeated; it says so where it is declared.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import redis
from psycopg.types.json import Jsonb
from rq import Queue
from rq.serializers import JSONSerializer

from services.kit.db import Conn, Database, every, one
from services.kit.ids import new_id
from services.kit.memory import give_back
from services.kit.telemetry import JOBS, log

LEASE_SECONDS = 30
SWEEP_SECONDS = 0.3
PLANT_EVERY = 7
LOST_AFTER_SECONDS = 20
LARGE_JOB_SECONDS = 2.0


class JobRefused(Exception):
    """The job can never succeed: no retry, the reason is kept for the user."""


@dataclass(frozen=True)
class JobKind:
    """``run(job)`` opens its own transactions. ``repeat`` states why running it twice does no harm."""

    name: str
    run: Callable[[Job], Any]
    repeat: str
    max_attempts: int = 5
    every_seconds: float | None = None


@dataclass
class Job:
    job_id: UUID
    kind: str
    args: dict[str, Any]
    attempts: int
    db: Database
    context: Any

    def progress(self, done: int, total: int | None = None) -> None:
        with self.db.reading() as conn:
            conn.execute("UPDATE jobs SET done = %s, total = coalesce(%s, total), lease_until = bangfu_now() + %s * interval '1 s' "
                         "WHERE job_id = %s", [done, total, LEASE_SECONDS, self.job_id])


def enqueue(conn: Conn, kind: str, args: dict[str, Any] | None = None, *, delay_seconds: float = 0,
            unique_key: str | None = None, max_attempts: int = 5) -> UUID | None:
    """In the transaction of the change that needs the job. None when one with this ``unique_key`` is open already."""
    job_id = new_id()
    row = conn.execute(
        "INSERT INTO jobs (job_id, kind, args, run_at, unique_key, max_attempts) "
        "VALUES (%s, %s, %s, bangfu_now() + %s * interval '1 s', %s, %s) "
        "ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING RETURNING job_id",
        [job_id, kind, Jsonb(args or {}), delay_seconds, unique_key, max_attempts]).fetchone()
    return job_id if row else None


def find(conn: Conn, job_id: UUID) -> dict[str, Any] | None:
    return one(conn, "SELECT * FROM jobs WHERE job_id = %s", [job_id])


class Dispatcher:
    """Hands due rows to RQ, again when RQ lost them, and plants the scheduled ones."""

    def __init__(self, service: str, db: Database, redis_url: str, kinds: dict[str, JobKind]) -> None:
        self._db, self._kinds = db, kinds
        self._queue = Queue(f"{service}-jobs", connection=redis.Redis.from_url(redis_url), serializer=JSONSerializer)

    def run(self, stop: threading.Event) -> None:
        for turn in count():
            if stop.wait(SWEEP_SECONDS):
                return
            try:
                self.sweep(plant=turn % PLANT_EVERY == 0)
            except Exception as error:
                log.warning("job_sweep_waits", error=type(error).__name__, detail=str(error)[:200])
                stop.wait(1)

    def sweep(self, *, plant: bool = True) -> int:
        with self._db.transaction() as conn:
            for kind in self._kinds.values():
                if plant and kind.every_seconds is not None:
                    self._plant(conn, kind)
            conn.execute("UPDATE jobs SET state = 'queued', enqueued_at = NULL WHERE state = 'running' AND lease_until < bangfu_now()")
            due = every(
                conn, "UPDATE jobs SET enqueued_at = bangfu_now() WHERE job_id IN (SELECT job_id FROM jobs WHERE state = 'queued' "
                "AND run_at <= bangfu_now() AND (enqueued_at IS NULL OR enqueued_at < bangfu_now() - %s * interval '1 s') "
                "ORDER BY run_at LIMIT 100 FOR UPDATE SKIP LOCKED) RETURNING job_id", [LOST_AFTER_SECONDS])
        for row in due:
            self._queue.enqueue("services.kit.jobs.execute", str(row["job_id"]), job_timeout=3600, result_ttl=0, failure_ttl=60)
        return len(due)

    @staticmethod
    def _plant(conn: Conn, kind: JobKind) -> None:
        conn.execute(
            "INSERT INTO jobs (job_id, kind, run_at, unique_key, max_attempts) "
            "SELECT %s, %s, coalesce(max(finished_at) + %s * interval '1 s', bangfu_now()), %s, %s FROM jobs "
            "WHERE kind = %s AND unique_key = %s "
            "ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING",
            [new_id(), kind.name, kind.every_seconds, f"schedule:{kind.name}", kind.max_attempts, kind.name, f"schedule:{kind.name}"])
        conn.execute("DELETE FROM jobs WHERE unique_key = %s AND state IN ('done', 'dead') AND job_id NOT IN "
                     "(SELECT job_id FROM jobs WHERE unique_key = %s ORDER BY finished_at DESC NULLS FIRST LIMIT 2)",
                     [f"schedule:{kind.name}", f"schedule:{kind.name}"])


@dataclass
class Runtime:
    """What `execute` needs; set once by the worker process at its start."""

    service: str
    db: Database
    kinds: dict[str, JobKind]
    context: Any


_runtime: Runtime | None = None


def install(runtime: Runtime) -> None:
    global _runtime
    _runtime = runtime


def execute(job_id: str) -> None:
    """RQ's entry. Takes the row under a lease, so that the same id delivered twice runs once."""
    if _runtime is None:
        raise RuntimeError("no runtime: this process is not a worker")
    run_one(_runtime, UUID(job_id))


def run_one(runtime: Runtime, job_id: UUID) -> None:
    with runtime.db.transaction() as conn:
        row = one(conn, "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = bangfu_now() + %s * interval '1 s' "
                  "WHERE job_id = %s AND state = 'queued' AND run_at <= bangfu_now() RETURNING *", [LEASE_SECONDS, job_id])
    if row is None:
        return
    kind = runtime.kinds.get(row["kind"])
    job = Job(job_id, row["kind"], row["args"], row["attempts"], runtime.db, runtime.context)
    renewing, begun = threading.Event(), time.monotonic()
    threading.Thread(target=_renew, args=(runtime.db, job_id, renewing), daemon=True).start()
    try:
        if kind is None:
            raise JobRefused(f"no such job: {row['kind']}")
        result = kind.run(job)
        _finish(runtime, job_id, "done", result=result)
        JOBS.labels(runtime.service, row["kind"], "done").inc()
    except JobRefused as error:
        _finish(runtime, job_id, "dead", error=str(error))
        JOBS.labels(runtime.service, row["kind"], "refused").inc()
    except Exception as error:
        log.error("job_failed", kind=row["kind"], job_id=str(job_id), attempt=row["attempts"], exc_info=error)
        JOBS.labels(runtime.service, row["kind"], "failed").inc()
        if row["attempts"] >= row["max_attempts"]:
            _finish(runtime, job_id, "dead", error=repr(error)[:2000])
        else:
            with runtime.db.transaction() as conn:
                conn.execute(
                    "UPDATE jobs SET state = 'queued', enqueued_at = NULL, error = %s, "
                    "run_at = bangfu_now() + least(300, power(2, attempts)) * interval '1 s' WHERE job_id = %s AND state = 'running'",
                    [repr(error)[:2000], job_id])
    finally:
        renewing.set()
        if time.monotonic() - begun > LARGE_JOB_SECONDS:
            give_back()


def _renew(db: Database, job_id: UUID, stop: threading.Event) -> None:
    while not stop.wait(LEASE_SECONDS / 3):
        try:
            with db.reading() as conn:
                conn.execute("UPDATE jobs SET lease_until = bangfu_now() + %s * interval '1 s' WHERE job_id = %s AND state = 'running'",
                             [LEASE_SECONDS, job_id])
        except Exception as error:
            log.warning("job_lease_not_renewed", job_id=str(job_id), error=type(error).__name__)
            time.sleep(0.2)


def _finish(runtime: Runtime, job_id: UUID, state: str, *, result: Any = None, error: str | None = None) -> None:
    with runtime.db.transaction() as conn:
        conn.execute("UPDATE jobs SET state = %s, result = %s, error = %s, finished_at = bangfu_now() WHERE job_id = %s",
                     [state, Jsonb(result), error, job_id])
