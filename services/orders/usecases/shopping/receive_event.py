"""A provider's notice: verified, stored once, worked on at once when that is cheap; a sweep takes what was left."""

from __future__ import annotations

from uuid import UUID

from services.kit.db import every
from services.kit.errors import NotFound
from services.kit.telemetry import log
from services.orders.adapters.payments import Hint, ProviderAway, ProviderRefused
from services.orders.store.shopping import payments
from services.orders.usecases.shopping.desk import Desk
from services.orders.usecases.shopping.settle_payment import settle_payment

HANDLED = ("payment_intent.succeeded", "payment_intent.processing", "payment_intent.payment_failed", "payment_intent.canceled")


def receive_event(desk: Desk, raw: bytes, signature: str) -> bool:
    """False when it was known before or concerns nothing of ours. Raises BadSignature."""
    hint = desk.provider.verify(raw, signature)
    if hint.kind not in HANDLED:
        return False
    with desk.db.reading() as conn:
        fresh = conn.execute(
            "INSERT INTO payment_events (provider, event_id, kind, object_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [desk.provider.name, hint.event_id, hint.kind, hint.object_id]).rowcount
    if not fresh:
        return False
    try:
        _work(desk, hint.event_id, hint.object_id, hint)
    except Exception as error:
        log.warning("payment_event_waits", event_id=hint.event_id, error=repr(error)[:200])
    return True


def _work(desk: Desk, event_id: str, intent_id: str, hint: Hint | None = None) -> None:
    """The event is a hint: the object is fetched, so that late and disordered events cannot overwrite newer state."""
    payment_id = _payment_id(desk, intent_id, hint)
    if payment_id is not None and not _done(desk, payment_id, intent_id):
        try:
            settle_payment(desk, payment_id, desk.provider.fetch(intent_id))
        except NotFound:
            log.error("payment_of_nobody", intent_id=intent_id)
    with desk.db.reading() as conn:
        conn.execute("UPDATE payment_events SET handled_at = bangfu_now() WHERE provider = %s AND event_id = %s",
                     [desk.provider.name, event_id])


def _done(desk: Desk, payment_id: UUID, intent_id: str) -> bool:
    """The confirming call or the return page was faster."""
    with desk.db.reading() as conn:
        row = payments.find(conn, payment_id)
    return row is not None and row["state"] in ("paid", "held") and row["intent_id"] == intent_id


def _payment_id(desk: Desk, intent_id: str, hint: Hint | None) -> UUID | None:
    try:
        if hint is not None and hint.payment_id:
            return UUID(hint.payment_id)
        with desk.db.reading() as conn:
            known = payments.of_intent(conn, intent_id)
        if known is not None:
            return known
        named = desk.provider.fetch(intent_id).payment_id
        return UUID(named) if named else None
    except (ValueError, ProviderRefused):
        return None


def sweep_events(desk: Desk) -> int:
    """Stored events whose work failed or was cut off. Returns how many are done now."""
    with desk.db.reading() as conn:
        rows = every(conn, "SELECT event_id, object_id FROM payment_events WHERE handled_at IS NULL "
                     "AND received_at < bangfu_now() - interval '3 s' ORDER BY received_at LIMIT 200")
    done = 0
    for row in rows:
        try:
            _work(desk, row["event_id"], row["object_id"])
            done += 1
        except ProviderAway:
            break
    return done
