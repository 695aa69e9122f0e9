"""Jobs of shopping: each may run twice without harm, because it looks at the state under a lock first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.kit.db import every
from services.kit.jobs import Job, JobKind
from services.orders.adapters.payments import ProviderAway
from services.orders.store.shopping import payments
from services.orders.usecases.offers.compare_offers import compare_offers
from services.orders.usecases.offers.put_in_force import CANCEL_UNPAID
from services.orders.usecases.shopping.desk import desk_of
from services.orders.usecases.shopping.forget_person import forget_shipped
from services.orders.usecases.shopping.receive_event import sweep_events
from services.orders.usecases.shopping.refund_line import send_refund
from services.orders.usecases.shopping.release_orders import cancel_withdrawn, lapse_payment
from services.orders.usecases.shopping.settle_payment import REFUND_JOB, settle_payment

ASKED_AGAIN_AFTER = 20.0


def _refund(job: Job) -> str:
    return send_refund(desk_of(job.context), UUID(job.args["refund_id"]))


def _cancel_withdrawn(job: Job) -> dict[str, int]:
    return {"cancelled": cancel_withdrawn(desk_of(job.context), job.args["subject"], UUID(job.args["subject_id"]))}


def _lapse(job: Job) -> dict[str, int]:
    """Reservations whose time is over. Where the provider does not answer, the stock stays held until it does."""
    desk, states = desk_of(job.context), dict[str, int]()
    with desk.db.reading() as conn:
        due = payments.expired(conn)
    for payment_id in due:
        try:
            state = lapse_payment(desk, payment_id)
        except ProviderAway:
            state = "away"
        states[state] = states.get(state, 0) + 1
    return states


def _reconcile(job: Job) -> dict[str, int]:
    """Asks the provider about every pending payment: a webhook that never came changes nothing."""
    desk, states = desk_of(job.context), dict[str, int]()
    with desk.db.reading() as conn:
        rows = [row for payment_id in payments.unsettled(conn, ASKED_AGAIN_AFTER) if (row := payments.find(conn, payment_id))]
    for row in rows:
        try:
            intent = desk.provider.find(str(row["payment_id"]), row["attempt"]) if row["intent_id"] is None else None
            state = "unknown" if intent is None and row["intent_id"] is None else settle_payment(desk, row["payment_id"], intent)
        except ProviderAway:
            return {**states, "away": 1}
        states[state] = states.get(state, 0) + 1
    return states


def _resend_refunds(job: Job) -> dict[str, int]:
    """Refunds that are still due, though their own job has given up."""
    desk = desk_of(job.context)
    with desk.db.reading() as conn:
        rows = every(conn, "SELECT refund_id FROM refunds WHERE state = 'pending' AND created_at < bangfu_now() - interval '60 s' "
                     "ORDER BY created_at LIMIT 200")
    made = 0
    for row in rows:
        try:
            made += send_refund(desk, row["refund_id"]) == "made"
        except ProviderAway:
            break
    return {"due": len(rows), "made": made}


def _sweep(job: Job) -> dict[str, int]:
    return {"done": sweep_events(desk_of(job.context))}


def _compare(job: Job) -> Any:
    return compare_offers(job.context)


def _forget(job: Job) -> dict[str, int]:
    return {"forgotten": forget_shipped(job.db)}


SHOPPING_JOBS = (
    JobKind(REFUND_JOB, _refund, "the provider's key is the refund's id; the posting comes with the state's one change", max_attempts=12),
    JobKind(CANCEL_UNPAID, _cancel_withdrawn, "an order that is not unpaid is passed over", max_attempts=10),
    JobKind("lapse_reservations", _lapse, "only what is pending and over its time, under the payment's lock", every_seconds=5),
    JobKind("reconcile_payments", _reconcile, "settling is idempotent", every_seconds=15),
    JobKind("sweep_payment_events", _sweep, "settling is idempotent", every_seconds=5),
    JobKind("resend_refunds", _resend_refunds, "the provider's key is the refund's id", every_seconds=60),
    JobKind("forget_closed_accounts", _forget, "deletes what is still there", every_seconds=3600),
    JobKind("compare_offers", _compare, "reads, and takes higher versions only", every_seconds=300),
)
