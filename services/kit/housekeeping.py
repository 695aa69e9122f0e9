"""What every service does with its kit tables, whoever it is."""

from __future__ import annotations

from services.kit.db import value
from services.kit.jobs import Job, JobKind

IDEMPOTENCY_DAYS, JOB_DAYS = 30, 90


def clean(job: Job) -> dict[str, int]:
    """Idempotency records are kept 30 days (`rules.md`), finished jobs 90; audit and outbox for ever."""
    with job.db.transaction() as conn:
        records = value(conn, "WITH gone AS (DELETE FROM idempotency WHERE created_at < bangfu_now() - %s * interval '1 day' RETURNING 1) "
                        "SELECT count(*) FROM gone", [IDEMPOTENCY_DAYS])
        finished = value(conn, "WITH gone AS (DELETE FROM jobs WHERE state IN ('done', 'dead') AND finished_at < bangfu_now() "
                         "- %s * interval '1 day' RETURNING 1) SELECT count(*) FROM gone", [JOB_DAYS])
    return {"idempotency": records, "jobs": finished}


HOUSEKEEPING = JobKind("housekeeping", clean, "deletes what is old; nothing is left the second time", every_seconds=6 * 3600)
