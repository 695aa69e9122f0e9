"""Jobs and their schedule; each is harmless when repeated, and says why."""

from __future__ import annotations

from datetime import timedelta

from services.kit import clock
from services.kit.jobs import Job, JobKind
from services.kit.time import business_date, next_month
from services.reporting.store.facts import ensure_months
from services.reporting.usecases.make_report import make_report
from services.reporting.usecases.reconcile import RECONCILE, reconcile
from services.reporting.usecases.request_report import MAKE_REPORT


def prepare_months(job: Job) -> dict[str, str]:
    """Partitions of this month and the next two, so that the first sale of a month finds its place ready."""
    with job.db.transaction() as conn:
        month = business_date(clock.now(conn) + timedelta(hours=1)).replace(day=1)
        coming = [month, next_month(month), next_month(next_month(month))]
        ensure_months(conn, [day.strftime("%Y-%m") for day in coming])
    return {"until": coming[-1].strftime("%Y-%m")}


JOBS = (
    JobKind(MAKE_REPORT, make_report, "writes the same keys again; a report that is done is passed over", max_attempts=3),
    JobKind(RECONCILE, reconcile, "reads, and records one more run", every_seconds=300),
    JobKind("prepare_months", prepare_months, "a partition that is there is passed over", every_seconds=6 * 3600),
)
