"""A withdrawal is in force from an instant that orders sets under the lock a sale takes; a reinstatement likewise.

Lock in one statement, read the clock in a later one: read in the statement that waits, it would be the time before the wait.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.events.catalog import WithdrawalKind
from services.events.orders import ReinstatementInForce, WithdrawalInForce
from services.kit import clock, jobs, outbox
from services.kit.db import Conn
from services.kit.telemetry import WITHDRAWAL_SECONDS, log
from services.orders.store.offers import offers, withdrawals
from services.orders.store.offers.withdrawals import SubjectKind

CANCEL_UNPAID = "cancel_withdrawn"
ALARM_SECONDS = 5.0


def _lock(conn: Conn, subject: SubjectKind, subject_id: UUID) -> None:
    if subject == "product":
        offers.lock(conn, [subject_id])
    else:
        offers.lock_of_merchant(conn, subject_id)


def put_withdrawal_in_force(
    conn: Conn, subject: SubjectKind, subject_id: UUID, withdrawal_id: UUID, kind: WithdrawalKind, decided_at: datetime, version: int
) -> datetime | None:
    """The instant, or None when this withdrawal was put in force before. Unpaid orders are cancelled by a job."""
    _lock(conn, subject, subject_id)
    if withdrawals.known(conn, subject_id, withdrawal_id):
        return None
    instant = clock.now(conn)
    withdrawals.begin(conn, subject, subject_id, withdrawal_id, kind, instant)
    outbox.publish(conn, WithdrawalInForce(subject=subject, subject_id=subject_id, withdrawal_id=withdrawal_id, kind=kind,
                                           from_instant=instant), version)
    jobs.enqueue(conn, CANCEL_UNPAID, {"subject": subject, "subject_id": str(subject_id)})
    waited = (instant - decided_at).total_seconds()
    WITHDRAWAL_SECONDS.observe(max(0.0, waited))
    if waited > ALARM_SECONDS:
        log.error("withdrawal_late", subject=subject, subject_id=str(subject_id), seconds=waited)
    return instant


def put_reinstatement_in_force(conn: Conn, subject: SubjectKind, subject_id: UUID, withdrawal_id: UUID, version: int) -> datetime | None:
    """The instant, or None when nothing was withdrawn."""
    _lock(conn, subject, subject_id)
    instant = clock.now(conn)
    if not withdrawals.end(conn, subject, subject_id, withdrawal_id, instant):
        return None
    outbox.publish(conn, ReinstatementInForce(subject=subject, subject_id=subject_id, withdrawal_id=withdrawal_id,
                                              until_instant=instant), version)
    return instant
