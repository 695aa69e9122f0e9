"""The intent is made after the order has committed, and this may be repeated: the same payment has one open intent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kit.db import Row, one
from services.kit.errors import NotFound
from services.orders.adapters.payments import Intent, ProviderAway, ProviderRefused
from services.orders.domain.errors import PaymentClosed, PaymentRefused, PaymentUnavailable
from services.orders.domain.shopping.checkout import LONGEST, RESERVED_FOR
from services.orders.store.shopping import payments
from services.orders.usecases.shopping.desk import Desk
from services.orders.usecases.shopping.release_orders import lapse_payment
from services.orders.usecases.shopping.settle_payment import settle_payment

METHODS = ("card", "alipay", "wechat_pay")


@dataclass(frozen=True)
class Started:
    payment_id: UUID
    status: str
    amount_fen: int
    client_secret: str | None = None
    pay_url: str | None = None
    next_url: str | None = None


# In one statement: asking is noted before the provider is asked, so that a lost answer is looked for, never asked twice.
_ASK = """
    UPDATE payments p SET asked_at = coalesce(old.asked_at, bangfu_now()),
        expires_at = CASE WHEN old.state = 'pending' AND old.expires_at > bangfu_now()
            THEN least(greatest(old.expires_at, bangfu_now() + %s), old.placed_at + %s) ELSE old.expires_at END
    FROM (SELECT * FROM payments WHERE buyer = %s AND payment_id = %s FOR UPDATE) old
    WHERE p.buyer = old.buyer AND p.payment_id = old.payment_id
    RETURNING p.*, old.asked_at AS asked_before, bangfu_now() >= old.expires_at AS late"""


def start_payment(desk: Desk, buyer: str, payment_id: UUID, return_url: str | None, method: str | None = None,
                  methods: tuple[str, ...] = METHODS) -> Started:
    """Raises NotFound, PaymentClosed, PaymentRefused (declined: try another way), PaymentUnavailable (the order stays)."""
    with desk.db.reading() as conn:
        payment = one(conn, _ASK, [RESERVED_FOR, LONGEST, buyer, payment_id])
    if payment is None:
        raise NotFound()
    if payment["state"] in ("paid", "held"):
        return Started(payment_id, payment["state"], payment["amount_fen"])
    try:
        if payment["state"] == "cancelled" or (payment["late"] and payment["state"] == "pending"
                                               and lapse_payment(desk, payment_id) == "cancelled"):
            raise PaymentClosed(state="cancelled")
        intent = _intent(desk, payment, return_url, method, methods)
        status = settle_payment(desk, payment_id, intent) if intent.status not in ("open", "action") else "pending"
    except ProviderAway as error:
        raise PaymentUnavailable() from error
    except ProviderRefused as error:
        raise PaymentRefused(reason=error.code) from error
    if status == "pending" and intent.status == "canceled":
        raise PaymentUnavailable()
    waiting = status == "pending"
    return Started(payment_id, status, payment["amount_fen"], intent.client_secret if waiting else None,
                   desk.pay_url(intent, return_url) if waiting else None, intent.next_url if waiting else None)


def _intent(desk: Desk, payment: Row, return_url: str | None, method: str | None, methods: tuple[str, ...]) -> Intent:
    """The one intent of this attempt, confirmed with ``method`` if one is given."""
    payment_id, attempt = str(payment["payment_id"]), payment["attempt"]
    intent: Intent | None = None
    if payment["intent_id"] is not None:
        intent = desk.provider.fetch(payment["intent_id"])
    elif payment["asked_before"] is not None:
        intent = desk.provider.find(payment_id, attempt)
    if intent is None:
        intent = desk.provider.create(payment_id, attempt, payment["amount_fen"], methods)
    if payment["intent_id"] is None:
        _keep(desk, payment, intent)
    if method is not None and intent.status in ("open", "action"):
        intent = desk.provider.confirm(intent.id, method, return_url)
    return intent


def _keep(desk: Desk, payment: Row, intent: Intent) -> None:
    """Known before it is confirmed, so that whoever asks next asks about this one."""
    with desk.db.reading() as conn:
        conn.execute("UPDATE payments SET intent_id = %s WHERE buyer = %s AND payment_id = %s AND attempt = %s AND intent_id IS NULL "
                     "AND state = 'pending'", [intent.id, payment["buyer"], payment["payment_id"], payment["attempt"]])


def payment_of(desk: Desk, buyer: str, payment_id: UUID) -> Row:
    with desk.db.reading() as conn:
        row = payments.find(conn, payment_id)
    if row is None or row["buyer"] != buyer:
        raise NotFound()
    return row


def refresh_payment(desk: Desk, buyer: str, payment_id: UUID) -> None:
    """The return page: asks the provider, through the same function as the webhook. While it does not answer, the page says
    "being confirmed"."""
    if payment_of(desk, buyer, payment_id)["state"] in ("pending", "processing"):
        try:
            settle_payment(desk, payment_id)
        except ProviderAway:
            return
