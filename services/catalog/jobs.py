"""Scheduled work. None of it is waited for: queries compare with the clock and search falls back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services.catalog.adapters.search.engine import Search
from services.catalog.adapters.search.port import SearchFailed
from services.catalog.usecases.certification.expire import expire
from services.kit.jobs import Job, JobKind
from services.kit.telemetry import COPY_ROWS, log

FEED_SECONDS = 2
EXPIRE_SECONDS = 60
CHECK_SECONDS = 600


def run_expire(job: Job) -> dict[str, int]:
    return expire(job.db)


def run_feed(job: Job) -> dict[str, Any]:
    """Sends what changed to an engine that is not PostgreSQL itself."""
    search: Search = job.context.extra["search"]
    if search.first is search.postgres:
        return {"sent": 0}
    sent = 0
    try:
        while True:
            with job.db.transaction() as conn:
                step = search.first.feed(conn)
            sent += step
            if step == 0:
                return {"sent": sent}
    except SearchFailed as error:
        log.warning("search_feed_waits", error=str(error))
        return {"sent": sent, "failed": str(error)}


def run_self_check(job: Job) -> dict[str, dict[str, int]]:
    """The index compared with the products and mended; what was found is counted."""
    search: Search = job.context.extra["search"]
    result: dict[str, dict[str, int]] = {}
    for engine in {search.postgres.name: search.postgres, search.first.name: search.first}.values():
        try:
            with job.db.transaction() as conn:
                found = asdict(engine.self_check(conn))
        except SearchFailed as error:
            log.warning("search_check_waits", engine=engine.name, error=str(error))
            continue
        for name, count in found.items():
            COPY_ROWS.labels("catalog", f"search-{engine.name}", name).set(count)
        result[engine.name] = found
    return result


JOBS = (
    JobKind("expire", run_expire, "only what is still called certified is looked at", every_seconds=EXPIRE_SECONDS),
    JobKind("search_feed", run_feed, "documents are upserts", every_seconds=FEED_SECONDS),
    JobKind("search_self_check", run_self_check, "mends until nothing differs", every_seconds=CHECK_SECONDS),
)
