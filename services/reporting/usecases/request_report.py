"""A report is asked for: its row and its job in one transaction; the same key again is the same report."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.kit import audit, clock, idempotency, jobs
from services.kit.db import Database
from services.kit.ids import new_id
from services.kit.principal import Principal
from services.kit.time import business_date
from services.reporting.domain.errors import PeriodNotOver, PeriodReversed
from services.reporting.store import reports

MAKE_REPORT = "make_report"


def request_report(
    db: Database, principal: Principal, key: str, start: date, end: date, county_code: str | None, formats: list[str]
) -> UUID:
    """``county_code`` None: the whole city; the caller has checked the scope. A running day may be reported: as far as it has gone.

    Raises PeriodReversed, PeriodNotOver.
    """
    if start > end:
        raise PeriodReversed("from", start=start, end=end)
    print_ = idempotency.fingerprint([str(start), str(end), county_code, formats])
    with db.transaction() as conn:
        known = idempotency.find(conn, principal.subject, "request_report", key, print_)
        if known is not None:
            return UUID(known)
        today = business_date(clock.now(conn))
        if end > today:
            raise PeriodNotOver("until", end=end, today=today)
        report_id = new_id()
        reports.insert(conn, report_id, start, end, county_code, formats, principal.subject)
        jobs.enqueue(conn, MAKE_REPORT, {"report_id": str(report_id)}, unique_key=f"report:{report_id}")
        audit.record(
            conn,
            principal,
            "report:request",
            f"report:{report_id}",
            after={"from": start, "until": end, "county_code": county_code, "formats": formats},
        )
        idempotency.remember(conn, principal.subject, "request_report", key, print_, str(report_id))
    return report_id
