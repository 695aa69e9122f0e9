"""A part of a paid line goes back: one posting moves buyer and merchant together; whether goods return is a choice of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.kit import audit, idempotency, jobs
from services.kit.db import Conn, Row, one
from services.kit.errors import InvalidQuantity, NotFound, WrongState
from services.kit.ids import new_id
from services.kit.principal import Principal
from services.kit.telemetry import log
from services.kit.units import QuantityError, parse_quantity, stored
from services.orders.adapters.payments import ProviderRefused
from services.orders.domain.errors import RefundTooLarge
from services.orders.domain.ledger.lines import Account, Document, Move, RefundPart, RefundRefused, part_refund
from services.orders.store.ledger.record import Entry, Posting, post, record_refund, remaining, sale_lines
from services.orders.store.shopping import payments
from services.orders.store.shopping.payments import Locked
from services.orders.store.stock.shelves import Movement, move
from services.orders.usecases.shopping.desk import Desk
from services.orders.usecases.shopping.settle_payment import REFUND_JOB

OPERATION = "refund_line"
BACK = (Move(Account.REFUNDS_DUE, Account.MERCHANT_PAYABLE),)
"""As if the sale had been paid from what is due to the buyer: negative amounts move it back there."""


@dataclass(frozen=True)
class RefundLine:
    """``quantity`` in the line's unit, ``amount_fen`` beside or instead of it; neither: all that is left."""

    merchant_id: UUID
    order_id: UUID
    line_id: UUID
    quantity: str | None
    amount_fen: int | None
    restock: bool
    reason: str


def refund_line(desk: Desk, who: Principal, key: str, command: RefundLine) -> UUID:
    """The refund's id. Raises NotFound, WrongState (not paid), RefundTooLarge, InvalidQuantity."""
    print_ = idempotency.fingerprint(command.__dict__)
    with desk.db.transaction() as conn:
        earlier = idempotency.find(conn, who.subject, OPERATION, key, print_)
        if earlier is not None:
            return UUID(earlier)
        found = one(conn, "SELECT payment_id FROM orders WHERE merchant_id = %s AND order_id = %s", [command.merchant_id, command.order_id])
        if found is None:
            raise NotFound()
        locked = payments.lock(conn, found["payment_id"])
        assert locked is not None
        refund_id = _refund(conn, locked, command)
        audit.record(conn, who, "order:refund", f"order:{command.order_id}", reason=command.reason,
                     after={"refund_id": str(refund_id), "line_id": str(command.line_id), "restock": command.restock})
        idempotency.remember(conn, who.subject, OPERATION, key, print_, str(refund_id))
    return refund_id


def _refund(conn: Conn, locked: Locked, command: RefundLine) -> UUID:
    order = next(o for o in locked.orders if o["order_id"] == command.order_id)
    line = next((x for x in locked.lines[command.order_id] if x["line_id"] == command.line_id), None)
    if line is None:
        raise NotFound()
    if order["state"] not in ("paid", "shipped"):
        raise WrongState(state=order["state"])
    original = sale_lines(conn, command.merchant_id, [command.line_id])[0]
    part, packs = _part(conn, original, line, command)
    if locked.payment["refunded_fen"] + part.amount_fen > locked.payment["captured_fen"]:
        raise RefundTooLarge("amount_fen", quantity="0", amount_fen=locked.payment["captured_fen"] - locked.payment["refunded_fen"])
    refund_id = new_id()
    record_refund(conn, Document("order", order["order_id"], order["order_no"], order["version"] + 1), [(original, part, refund_id)], BACK,
                  recorded_at=locked.now)
    if command.restock and packs > 0:
        move(conn, [Movement(line["merchant_id"], line["product_id"], refund_id, "returned", packs)], locked.shelves)
    whole = order["refunded_fen"] + part.amount_fen
    payments.set_orders(conn, [order], refunded_fen=whole, **({"state": "refunded"} if whole == order["amount_fen"] else {}))
    if part.amount_fen:
        payments.set_payment(conn, locked.payment, refunded_fen=locked.payment["refunded_fen"] + part.amount_fen)
        payments.add_refund(conn, refund_id, locked.payment, order["merchant_id"], order["order_id"], part.amount_fen, command.reason,
                            refund_id)
        jobs.enqueue(conn, REFUND_JOB, {"refund_id": str(refund_id)}, unique_key=f"refund:{refund_id}")
    return refund_id


def _part(conn: Conn, original: Row, line: Row, command: RefundLine) -> tuple[RefundPart, Decimal]:
    """(the part in stored units, its goods in the offer's unit)."""
    left = remaining(conn, [original])[original["line_id"]]
    quantity: Decimal | None = None
    if command.quantity is not None:
        try:
            quantity, _ = stored(parse_quantity(command.quantity, line["unit"]), line["unit"])
        except QuantityError as error:
            raise InvalidQuantity("quantity", value=command.quantity, unit=line["unit"], reason=error.reason) from error
    try:
        part = part_refund(original["quantity"], original["amount_fen"], left, quantity=quantity, amount_fen=command.amount_fen)
    except RefundRefused as error:
        raise RefundTooLarge("quantity" if quantity is not None else "amount_fen", quantity=left.quantity,
                             amount_fen=left.amount_fen) from error
    return part, part.quantity * line["quantity"] / original["quantity"]


def send_refund(desk: Desk, refund_id: UUID) -> str:
    """Tell the provider, once per refund whatever happens: its key is the refund's id. Raises ProviderAway."""
    with desk.db.reading() as conn:
        row = one(conn, "SELECT r.*, p.intent_id FROM refunds r JOIN payments p USING (buyer, payment_id) WHERE refund_id = %s",
                  [refund_id])
    if row is None or row["state"] != "pending":
        return str(row["state"]) if row else "unknown"
    try:
        provider_id = desk.provider.refund(row["intent_id"], row["amount_fen"], str(refund_id))
    except ProviderRefused as error:
        log.error("refund_refused", refund_id=str(refund_id), code=error.code)
        with desk.db.transaction() as conn:
            conn.execute("UPDATE refunds SET state = 'failed', provider_id = %s WHERE buyer = %s AND refund_id = %s AND state = 'pending'",
                         [error.code, row["buyer"], refund_id])
        return "failed"
    with desk.db.transaction() as conn:
        made = one(conn, "UPDATE refunds SET state = 'made', provider_id = %s, made_at = bangfu_now() "
                   "WHERE buyer = %s AND refund_id = %s AND state = 'pending' RETURNING made_at", [provider_id, row["buyer"], refund_id])
        if made is not None:
            post(conn, [Entry(row["merchant_id"], "refund_made", "order", row["order_id"], (
                Posting(Account.REFUNDS_DUE, "", row["amount_fen"]), Posting(Account.PROVIDER_CLEARING, "", -row["amount_fen"])))],
                posted_at=made["made_at"])
    return "made"
