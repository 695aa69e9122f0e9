from __future__ import annotations

from uuid import UUID

from services.catalog.domain.errors import NotYourDuty, StepNotOpen
from services.catalog.domain.reviews import Verdict, judge
from services.catalog.store import applications, listing
from services.kit import audit
from services.kit.db import Database
from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Principal, Role


def review_application(db: Database, principal: Principal, application_id: UUID, duty: str, verdict: Verdict, reason: str | None) -> None:
    """The county officer of its county, or an officer of the department that holds the duty today."""
    principal.require_any(Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER)
    with db.transaction() as conn:
        row = applications.lock(conn, [application_id]).get(application_id)
        city = principal.has(Role.DEPARTMENT_OFFICER)
        if row is None or not (city or principal.has(Role.COUNTY_OFFICER, row["county_code"])):
            raise NotFound()
        now, today = listing.now_and_today(conn)
        steps = applications.steps(conn, row)
        step = next((s for s in steps if s.duty == duty), None)
        if step is None:
            raise StepNotOpen("duty", duty=duty)
        if step.by == "county":
            allowed = principal.has(Role.COUNTY_OFFICER, row["county_code"])
        else:
            allowed = bool(set(principal.scopes(Role.DEPARTMENT_OFFICER)) & applications.holders(conn, today).get(duty, set()))
        if not allowed:
            if not city:
                raise Forbidden()
            raise NotYourDuty("duty", duty=duty)
        outcome = judge(row["state"], steps, duty, verdict, reason, today=today, notice_days=row["notice_days"])
        applications.record_verdict(conn, row, duty, verdict, reason, principal.subject, now)
        applications.set_outcome(conn, row, outcome, now)
        audit.record(
            conn,
            principal,
            "application:review",
            f"application:{application_id}",
            before={"state": row["state"]},
            after={"state": outcome.state, "duty": duty, "verdict": verdict},
            reason=reason,
        )


def resubmit_application(db: Database, principal: Principal, application_id: UUID, member_of: set[UUID], note: str | None) -> None:
    """After a return: mended, it is looked at by every step anew."""
    with db.transaction() as conn:
        row = applications.lock(conn, [application_id]).get(application_id)
        if row is None or row["merchant_id"] not in member_of:
            raise NotFound()
        if row["state"] != "returned":
            raise StepNotOpen("application_id", duty="resubmit")
        now, _ = listing.now_and_today(conn)
        steps = applications.path_steps(conn, row["path_id"])
        number = applications.next_round(conn, row, now)
        applications.insert_steps(conn, row["merchant_id"], application_id, number, steps)
        audit.record(conn, principal, "application:resubmit", f"application:{application_id}", after={"round": number}, reason=note)
