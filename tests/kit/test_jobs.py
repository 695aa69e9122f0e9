"""A job is a row: emptying Redis, killing the worker or delivering the id twice loses none and doubles none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import redis

from services.kit import clock, jobs
from services.kit.db import Database, every, value
from services.kit.jobs import Dispatcher, Job, JobKind, JobRefused, Runtime


def note(job: Job) -> str:
    with job.db.transaction() as conn:
        conn.execute("INSERT INTO seen (thing, number) VALUES ('job', %s)", [job.args.get("n", 0)])
    return "done"


def fail(job: Job) -> None:
    raise ValueError("not this time")


def refuse(job: Job) -> None:
    raise JobRefused("never")


KINDS = {k.name: k for k in (
    JobKind("note", note, "test"), JobKind("fail", fail, "test"), JobKind("refuse", refuse, "test"),
    JobKind("nightly", note, "test", every_seconds=60),
)}


def runtime(db: Database) -> Runtime:
    return Runtime("writer", db, KINDS, None)


def queue(db: Database, kind: str, **args: Any) -> Any:
    with db.transaction() as conn:
        return jobs.enqueue(conn, kind, args, max_attempts=2)


def state(db: Database, job_id: Any) -> dict[str, Any]:
    with db.reading() as conn:
        found = jobs.find(conn, job_id)
    assert found is not None
    return found


def shift(db: Database, seconds: float) -> None:
    with db.transaction() as conn:
        clock.set_offset(conn, timedelta(seconds=seconds))


def test_the_same_id_delivered_twice_runs_once(writer: Database) -> None:
    job_id = queue(writer, "note", n=1)
    jobs.run_one(runtime(writer), job_id)
    jobs.run_one(runtime(writer), job_id)
    with writer.reading() as conn:
        assert value(conn, "SELECT count(*) FROM seen") == 1
    assert state(writer, job_id)["state"] == "done"


def test_a_due_job_is_handed_over_again_when_redis_lost_it(writer: Database, redis_url: str) -> None:
    dispatcher = Dispatcher("writer", writer, redis_url, {})
    queue(writer, "note")
    assert dispatcher.sweep() == 1
    redis.Redis.from_url(redis_url).flushdb()
    assert dispatcher.sweep() == 0
    shift(writer, jobs.LOST_AFTER_SECONDS + 1)
    assert dispatcher.sweep() == 1


def test_a_job_whose_worker_died_is_queued_again_when_its_lease_ends(writer: Database, redis_url: str) -> None:
    job_id = queue(writer, "note")
    with writer.transaction() as conn:
        conn.execute("UPDATE jobs SET state = 'running', lease_until = bangfu_now() + interval '30 s' WHERE job_id = %s", [job_id])
    dispatcher = Dispatcher("writer", writer, redis_url, {})
    dispatcher.sweep()
    assert state(writer, job_id)["state"] == "running"
    shift(writer, 31)
    dispatcher.sweep()
    assert state(writer, job_id)["state"] == "queued"


def test_a_failing_job_is_tried_again_later_and_then_kept_as_dead_with_its_reason(writer: Database) -> None:
    job_id = queue(writer, "fail")
    jobs.run_one(runtime(writer), job_id)
    assert state(writer, job_id)["state"] == "queued"
    jobs.run_one(runtime(writer), job_id)
    assert state(writer, job_id)["attempts"] == 1, "not before its time"
    shift(writer, 3600)
    jobs.run_one(runtime(writer), job_id)
    row = state(writer, job_id)
    assert (row["state"], row["attempts"]) == ("dead", 2) and "not this time" in row["error"]


def test_a_refused_job_is_not_tried_again(writer: Database) -> None:
    job_id = queue(writer, "refuse")
    jobs.run_one(runtime(writer), job_id)
    assert state(writer, job_id)["state"] == "dead"


def test_a_schedule_plants_one_job_and_the_next_only_after_its_time(writer: Database, redis_url: str) -> None:
    dispatcher = Dispatcher("writer", writer, redis_url, KINDS)
    for _ in range(3):
        dispatcher.sweep()
    with writer.reading() as conn:
        planted = every(conn, "SELECT job_id FROM jobs WHERE kind = 'nightly'")
    assert len(planted) == 1
    jobs.run_one(runtime(writer), planted[0]["job_id"])
    assert dispatcher.sweep() == 0
    shift(writer, 61)
    assert dispatcher.sweep() == 1


def test_a_job_with_a_unique_key_is_open_once(writer: Database) -> None:
    with writer.transaction() as conn:
        assert jobs.enqueue(conn, "note", unique_key="lapse") is not None
        assert jobs.enqueue(conn, "note", unique_key="lapse") is None


def test_old_idempotency_records_and_finished_jobs_are_cleared(writer: Database) -> None:
    from services.kit import idempotency
    from services.kit.housekeeping import clean

    with writer.transaction() as conn:
        idempotency.remember(conn, "ann", "place", "key-1", b"x", "1")
    job = Job(queue(writer, "note"), "housekeeping", {}, 1, writer, None)
    assert clean(job)["idempotency"] == 0
    shift(writer, 31 * 86400)
    assert clean(job)["idempotency"] == 1
