"""The one function by which a payment becomes a sale. Webhook, return page, confirmation and reconciler all call it.

The provider's object is fetched, never an event believed; then the payment row is locked and its state looked at, so the
second call does nothing. What was withdrawn since placement is refunded by itself and is no sale.
"""

from __future__ import annotations

from uuid import UUID

from services.kit import jobs
from services.kit.db import Conn, Row
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.telemetry import log
from services.kit.time import business_date
from services.orders.adapters.payments import Intent
from services.orders.domain.ledger.lines import Account, Document, Move, NewLine
from services.orders.domain.offers.offer import is_sellable_at, measure
from services.orders.domain.shopping.checkout import RESERVED_FOR
from services.orders.store.deadlocks import again_after_deadlock
from services.orders.store.ledger.record import Entry, Posting, post, record_sale
from services.orders.store.shopping import payments
from services.orders.store.shopping.payments import Locked
from services.orders.store.shopping.placing import promised
from services.orders.store.stock.shelves import Movement, move
from services.orders.usecases.shopping.desk import Desk
from services.orders.usecases.shopping.payables import Owed

REFUND_JOB = "refund"
CURRENCY = "cny"


def settle_payment(desk: Desk, payment_id: UUID, intent: Intent | None = None) -> str:
    """The payment's state afterwards. Raises NotFound, ProviderAway."""
    if intent is None:
        with desk.db.reading() as conn:
            payment = payments.find(conn, payment_id)
        if payment is None:
            raise NotFound()
        if payment["intent_id"] is None or payment["state"] in ("paid", "held"):
            return str(payment["state"])
        intent = desk.provider.fetch(payment["intent_id"])
    seen = intent
    return again_after_deadlock(lambda: _settle(desk, payment_id, seen))


def _settle(desk: Desk, payment_id: UUID, intent: Intent) -> str:
    with desk.db.reading() as conn, conn.pipeline(), conn.transaction():
        locked = payments.lock(conn, payment_id)
        if locked is None:
            raise NotFound()
        return _apply(desk, conn, locked, intent)


def _apply(desk: Desk, conn: Conn, locked: Locked, intent: Intent) -> str:
    payment, state = locked.payment, str(locked.payment["state"])
    if state in ("paid", "held"):
        if intent.status == "succeeded" and intent.id != payment["intent_id"]:
            log.error("charged_twice", payment_id=str(payment["payment_id"]), intent_id=intent.id, received_fen=intent.received_fen)
        return state
    if intent.status == "succeeded":
        wrong = _wrong(payment, intent)
        return _hold(conn, locked, intent, wrong) if wrong else _take(desk, conn, locked, intent)
    current = payment["intent_id"] == intent.id or (payment["intent_id"] is None and payment["attempt"] == intent.attempt)
    if state == "cancelled" or not current:
        return state
    if intent.status == "processing":
        payments.set_payment(conn, payment, state="processing", intent_id=intent.id, expires_at=locked.now + RESERVED_FOR)
        return "processing"
    if intent.status == "canceled":
        # Cancelled there, by whomever: the orders stay until they lapse, and another intent may be made.
        payments.set_payment(conn, payment, state="pending", intent_id=None, asked_at=None, attempt=payment["attempt"] + 1)
    elif state == "processing":
        payments.set_payment(conn, payment, state="pending")
    return "pending"


def _wrong(payment: Row, intent: Intent) -> str | None:
    if intent.payment_id != str(payment["payment_id"]) or payment["intent_id"] not in (None, intent.id):
        return "another_intent"
    if intent.currency != CURRENCY:
        return "currency"
    if intent.received_fen != payment["amount_fen"] or intent.amount_fen != payment["amount_fen"]:
        return "amount"
    return None


def _hold(conn: Conn, locked: Locked, intent: Intent, reason: str) -> str:
    """Money came that is not what we asked for: nobody is paid before a person has looked."""
    log.error("payment_held", payment_id=str(locked.payment["payment_id"]), reason=reason, asked_fen=locked.payment["amount_fen"],
              received_fen=intent.received_fen)
    payments.set_payment(conn, locked.payment, state="held", held_reason=reason, captured_fen=intent.received_fen, intent_id=intent.id,
                         settled_at=locked.now)
    return "held"


def _take(desk: Desk, conn: Conn, locked: Locked, intent: Intent) -> str:
    payment = locked.payment
    payable = desk.payables.get(payment["purpose"])
    owed = payable.paid(conn, payment) if payable else _sell(conn, locked)
    payments.set_payment(conn, payment, state="paid", intent_id=intent.id, captured_fen=payment["amount_fen"], settled_at=locked.now,
                         refunded_fen=sum(o.amount_fen for o in owed))
    for part in owed:
        give_back(conn, locked, part)
    return "paid"


def _sell(conn: Conn, locked: Locked) -> list[Owed]:
    """Orders that can be sold become sales; the others are owed back, each as a whole."""
    sold: list[Row] = []
    refused: list[tuple[Row, str]] = []
    movements: list[Movement] = []
    for order in locked.orders:
        late = order["state"] == "cancelled" and order["reason"] == "lapsed"
        if order["state"] != "placed" and not late:
            continue
        reason = _refusal(locked, order, late)
        if reason is None:
            sold.append(order)
            movements += _movements(locked, order, "sold_late" if late else "sold")
        else:
            refused.append((order, reason))
            movements += [] if late else _movements(locked, order, "released")
    move(conn, movements, locked.shelves)
    for order in sold:
        _record(conn, locked, order)
    if sold:
        payments.set_orders(conn, sold, state="paid", stock_state="sold", paid_at=locked.now, reason=None, cancelled_at=None)
    for order, reason in refused:
        if order["state"] == "placed":
            post(conn, [promised(order["merchant_id"], order["order_id"], -order["amount_fen"])], posted_at=locked.now)
        payments.set_orders(conn, [order], state="refunded", stock_state="released", refunded_fen=order["amount_fen"], paid_at=locked.now,
                            reason=reason)
    return [Owed(order["merchant_id"], order["order_id"], order["amount_fen"], reason) for order, reason in refused]


def _refusal(locked: Locked, order: Row, late: bool) -> str | None:
    for line in locked.lines[order["order_id"]]:
        shelf = locked.shelves[line["product_id"]]
        reason = is_sellable_at(shelf.offer, locked.now)
        if reason is not None:
            return reason.value
        if late and shelf.available < line["quantity"]:
            return "out_of_stock"
    return None


def _movements(locked: Locked, order: Row, reason: str) -> list[Movement]:
    return [Movement(line["merchant_id"], line["product_id"], line["line_id"], reason, line["quantity"])  # type: ignore[arg-type]
            for line in locked.lines[order["order_id"]]]


def _record(conn: Conn, locked: Locked, order: Row) -> None:
    party = str(order["order_id"])
    promise_stands = order["state"] == "placed"
    moves = (
        (Move(Account.PROVIDER_CLEARING, Account.BUYER_RECEIVABLE, credit_party=party),
         Move(Account.DEFERRED_SALES, Account.MERCHANT_PAYABLE, debit_party=party))
        if promise_stands else (Move(Account.PROVIDER_CLEARING, Account.MERCHANT_PAYABLE),))
    record_sale(conn, Document("order", order["order_id"], order["order_no"], order["version"] + 1),
                [_sale_line(locked, order, line) for line in locked.lines[order["order_id"]]], moves, recorded_at=locked.now)


def _sale_line(locked: Locked, order: Row, line: Row) -> NewLine:
    offer = locked.shelves[line["product_id"]].offer
    amount = measure(offer, line["quantity"], line["unit"])
    return NewLine(
        line_id=line["line_id"], merchant_id=line["merchant_id"], product_id=line["product_id"],
        channel="live" if line["session_id"] else "online", evidence="transacted", sold_at=locked.now,
        origin_county=offer.county_code, consumption_county=order["consumption_county"], quantity=amount.quantity, unit=amount.unit,
        quantity_kg=amount.kg, amount_fen=line["amount_fen"], category=offer.category, session_id=line["session_id"],
        labels=offer.labels_on(business_date(locked.now)))


def give_back(conn: Conn, locked: Locked, owed: Owed) -> None:
    """Money that arrived for no sale: posted as due, sent back by a job."""
    refund_id = new_id()
    payments.add_refund(conn, refund_id, locked.payment, owed.merchant_id, owed.reference_id, owed.amount_fen, owed.reason)
    post(conn, [Entry(owed.merchant_id, "refused", locked.payment["purpose"], owed.reference_id, (
        Posting(Account.PROVIDER_CLEARING, "", owed.amount_fen), Posting(Account.REFUNDS_DUE, "", -owed.amount_fen)))],
        posted_at=locked.now)
    jobs.enqueue(conn, REFUND_JOB, {"refund_id": str(refund_id)}, unique_key=f"refund:{refund_id}")
