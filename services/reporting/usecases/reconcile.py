"""Facts against orders' ledger, and rollups against facts: every row that differs is named.

Both sides move while they are compared. A row is judged only when the ledger said the same before and after we looked at our own, and
our own had by then applied everything published before the first look: then no line of it was on its way.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from services.kit import clock, jobs
from services.kit.db import Database
from services.kit.errors import DomainError
from services.kit.jobs import Job
from services.kit.reader import applied
from services.kit.telemetry import COPY_ROWS, log
from services.kit.time import business_date
from services.reporting.adapters.orders_ledger import OrdersLedger
from services.reporting.domain.balance import Difference, compare
from services.reporting.queries.lines_of import BEGINNING
from services.reporting.store import reconciliation

BY = ("day", "channel", "merchant")
WAIT_SECONDS = 10.0
RECONCILE, AGAIN_SECONDS = "reconcile", 15.0


def reconcile(job: Job) -> dict[str, Any]:
    return reconcile_with(job.db, OrdersLedger(job.context.clients["orders"]))


def reconcile_with(db: Database, ledger: OrdersLedger, *, wait_seconds: float = WAIT_SECONDS) -> dict[str, Any]:
    found: list[Difference] = []
    compared = moving = 0
    state = "equal"
    with db.reading() as conn:
        start, end = BEGINNING, business_date(clock.now(conn)) + timedelta(days=366)
    try:
        for by in BY:
            before = ledger.balances(by, start, end)
            if not _caught_up(db, ledger.published(), wait_seconds):
                state = "behind"
                break
            with db.transaction() as conn:
                conn.execute("SET LOCAL statement_timeout = '2min'")
                own = reconciliation.fact_balances(conn, by, start, end)
            after = ledger.balances(by, start, end)
            here, unsettled = compare(by, before, own, after)
            found += here
            compared += len(before.keys() | own.keys())
            moving += unsettled
    except DomainError as error:
        log.warning("reconciliation_unreachable", error=str(error)[:200])
        state = "unreachable"
    with db.transaction() as conn:
        conn.execute("SET LOCAL statement_timeout = '2min'")
        found += reconciliation.rollup_differences(conn)
        if found:
            state = "different"
        reconciliation.record_run(conn, state, compared, moving, found)
        if state in ("behind", "unreachable"):
            jobs.enqueue(conn, RECONCILE, delay_seconds=AGAIN_SECONDS, unique_key="reconcile:again")
    COPY_ROWS.labels("reporting", "facts", "different").set(len(found))
    COPY_ROWS.labels("reporting", "facts", "moving").set(moving)
    COPY_ROWS.labels("reporting", "facts", "equal").set(compared - moving - len(found))
    if found:
        log.error("not_reconciled", differing=len(found), first=f"{found[0].by} {found[0].key}")
    return {"state": state, "compared": compared, "differing": len(found), "moving": moving}


def _caught_up(db: Database, heads: dict[str, int], wait_seconds: float) -> bool:
    until = time.monotonic() + wait_seconds
    while True:
        with db.reading() as conn:
            here = applied(conn).get("orders", {})
        if all(here.get(lane, 0) >= head for lane, head in heads.items()):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
