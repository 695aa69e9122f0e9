"""Unpaid orders end: cancelled by somebody, withdrawn from sale, or lapsed. The provider first: stock is given back only
when nothing can be captured any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound, WrongState
from services.orders.adapters.payments import ProviderAway
from services.orders.domain.errors import PaymentUnavailable
from services.orders.store.ledger.record import post
from services.orders.store.shopping import payments
from services.orders.store.shopping.payments import Locked
from services.orders.store.shopping.placing import promised
from services.orders.store.stock.shelves import Movement, move
from services.orders.usecases.shopping.desk import Desk
from services.orders.usecases.shopping.settle_payment import settle_payment

LOST_ANSWER = timedelta(minutes=2)
"""An intent that was asked for and is not found by then was never made."""


def stop_intent(desk: Desk, payment: Row) -> bool:
    """True when the payment's intent can capture nothing any more. Raises ProviderAway."""
    intent_id = payment["intent_id"]
    if intent_id is None and payment["asked_at"] is not None:
        found = desk.provider.find(str(payment["payment_id"]), payment["attempt"])
        if found is None:
            with desk.db.reading() as conn:
                row = one(conn, "SELECT bangfu_now() - %s > %s AS given_up", [payment["asked_at"], LOST_ANSWER])
            return bool(row and row["given_up"])
        intent_id = found.id
    if intent_id is None:
        return True
    intent = desk.provider.cancel(intent_id)
    if intent.status == "canceled":
        return True
    settle_payment(desk, payment["payment_id"], intent)
    return False


def lapse_payment(desk: Desk, payment_id: UUID) -> str:
    """The state afterwards: cancelled when its time was over and the provider agreed. Raises ProviderAway."""
    with desk.db.reading() as conn:
        payment = payments.find(conn, payment_id)
    if payment is None:
        raise NotFound()
    if payment["state"] != "pending" or not stop_intent(desk, payment):
        return str(payment["state"])
    with desk.db.reading() as conn, conn.pipeline(), conn.transaction():
        locked = payments.lock(conn, payment_id)
        assert locked is not None
        unchanged = (locked.payment["state"], locked.payment["intent_id"], locked.payment["attempt"]) == (
            "pending", payment["intent_id"], payment["attempt"])
        if not unchanged or locked.payment["expires_at"] > locked.now:
            return str(locked.payment["state"])
        _close(desk, conn, locked, "lapsed")
    return "cancelled"


def _close(desk: Desk, conn: Conn, locked: Locked, reason: str) -> None:
    payable = desk.payables.get(locked.payment["purpose"])
    if payable:
        payable.closed(conn, locked.payment, reason)
    else:
        release(conn, locked, [o for o in locked.orders if o["state"] == "placed"], reason)
    payments.set_payment(conn, locked.payment, state="cancelled")


def release(conn: Conn, locked: Locked, orders: Sequence[Row], reason: str) -> None:
    """Stock back, promise undone. A line's stock returns once: its movement is unique."""
    if not orders:
        return
    move(conn, [Movement(line["merchant_id"], line["product_id"], line["line_id"], "released", line["quantity"])
                for order in orders for line in locked.lines[order["order_id"]]], locked.shelves)
    post(conn, [promised(o["merchant_id"], o["order_id"], -o["amount_fen"]) for o in orders], posted_at=locked.now)
    payments.set_orders(conn, orders, state="cancelled", stock_state="released", cancelled_at=locked.now, reason=reason)


def cancel_order(desk: Desk, merchant_id: UUID, order_id: UUID, reason: str) -> None:
    """Of an unpaid order; its checkout goes on without it, under another intent. Raises WrongState once it is paid or
    being paid, PaymentUnavailable while the provider does not answer."""
    with desk.db.reading() as conn:
        order = one(conn, "SELECT state, payment_id FROM orders WHERE merchant_id = %s AND order_id = %s", [merchant_id, order_id])
        payment = payments.find(conn, order["payment_id"]) if order else None
    if order is None or payment is None:
        raise NotFound()
    if order["state"] != "placed":
        raise WrongState(state=order["state"])
    try:
        if not stop_intent(desk, payment):
            raise WrongState(state="paying")
    except ProviderAway as error:
        raise PaymentUnavailable() from error
    with desk.db.reading() as conn, conn.pipeline(), conn.transaction():
        locked = payments.lock(conn, payment["payment_id"])
        assert locked is not None
        own = next(o for o in locked.orders if o["order_id"] == order_id)
        if own["state"] != "placed" or locked.payment["state"] != "pending" or locked.payment["intent_id"] != payment["intent_id"]:
            raise WrongState(state=own["state"] if own["state"] != "placed" else "paying")
        release(conn, locked, [own], reason)
        rest = [o for o in locked.orders if o["state"] == "placed" and o["order_id"] != order_id]
        payments.set_payment(conn, locked.payment, amount_fen=locked.payment["amount_fen"] - own["amount_fen"], intent_id=None,
                             asked_at=None, attempt=locked.payment["attempt"] + 1, state="pending" if rest else "cancelled")


def cancel_withdrawn(desk: Desk, subject: str, subject_id: UUID) -> int:
    """The unpaid orders that hold a withdrawn product, or anything of a withdrawn merchant. Returns how many ended."""
    sql = ("SELECT DISTINCT o.merchant_id, o.order_id FROM orders o JOIN order_lines l USING (merchant_id, order_id) "
           "WHERE o.state = 'placed' AND l.product_id = %s" if subject == "product"
           else "SELECT merchant_id, order_id FROM orders WHERE state = 'placed' AND merchant_id = %s")
    with desk.db.reading() as conn:
        rows = every(conn, sql, [subject_id])
    ended = 0
    for row in rows:
        try:
            cancel_order(desk, row["merchant_id"], row["order_id"], "withdrawn")
            ended += 1
        except WrongState:
            continue  # being paid: the payment itself is refused under the lock
    return ended


def free_own_stock(desk: Desk, buyer: str, product_ids: Sequence[UUID]) -> bool:
    """A shopper's own abandoned checkouts give way to the new one. True when any stock came back."""
    with desk.db.reading() as conn:
        rows = every(
            conn, "SELECT DISTINCT o.merchant_id, o.order_id FROM orders o JOIN order_lines l USING (merchant_id, order_id) "
            "JOIN payments p ON p.payment_id = o.payment_id WHERE o.buyer = %s AND o.state = 'placed' AND p.state = 'pending' "
            "AND l.product_id = ANY(%s)", [buyer, list(product_ids)])
    freed = False
    for row in rows:
        try:
            cancel_order(desk, row["merchant_id"], row["order_id"], "replaced")
            freed = True
        except (WrongState, PaymentUnavailable):
            continue
    return freed
