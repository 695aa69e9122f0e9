"""From the services' events to what integrators are owed, in the transaction of the reader: exactly once, whatever is killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gateway.webhooks import store
from gateway.webhooks.domain import Notice, call_off_placed, order_paid, product_withdrawn, statement_ready
from services.events.base import Event
from services.events.catalog import ProductWithdrawn
from services.events.orders import CallOffPlaced, SaleRecorded
from services.events.others import BulletinPublished
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.kit.reader import ApplyBatch, Handler, batch


def _every(_payload: dict[str, Any]) -> bool:
    return True


def _is_order(payload: dict[str, Any]) -> bool:
    """Looked at before five hundred lines of a slip book are parsed for nothing."""
    return bool(payload["lines"]) and payload["lines"][0]["document_kind"] == "order"


def _owing(
    event: type[Event], notice_of: Callable[[Any], Notice | None], concerns: Callable[[dict[str, Any]], bool] = _every
) -> ApplyBatch:
    def apply(conn: Conn, envelopes: Sequence[Envelope]) -> None:
        concerned = (e for e in envelopes if concerns(e.payload))
        found = ((e.event_id, e.occurred_at, notice_of(event.model_validate(e.payload))) for e in concerned)
        store.owe(conn, [(event_id, at, notice) for event_id, at, notice in found if notice is not None])

    return apply


owe_withdrawal = _owing(ProductWithdrawn, product_withdrawn)
SALES: Handler = batch(SaleRecorded, _owing(SaleRecorded, order_paid, _is_order))
CALL_OFFS: Handler = batch(CallOffPlaced, _owing(CallOffPlaced, call_off_placed))
STATEMENTS: Handler = batch(BulletinPublished, _owing(BulletinPublished, statement_ready))
