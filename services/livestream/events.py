"""What livestream publishes, and what it does with the events of others."""

from __future__ import annotations

from services.events import catalog, livestream, orders
from services.kit import clock
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.kit.reader import Handler, each
from services.livestream.store import frames, products, sales
from services.livestream.usecases.unlink_gone import unlink_gone

PUBLISHES = (
    livestream.SessionScheduled, livestream.SessionStarted, livestream.ProductLinked, livestream.ProductUnlinked,
    livestream.SessionEnded, livestream.OutsideSessionConfirmed, livestream.LiveMembershipGranted,
)
PRODUCT_EVENTS = (
    catalog.ProductCertified, catalog.ProductChanged, catalog.ProductExpired, catalog.ProductWithdrawn, catalog.ProductReinstated,
    catalog.LabelGranted, catalog.LabelEnded,
)
MERCHANT_EVENTS = (catalog.MerchantCertified, catalog.MerchantWithdrawn, catalog.MerchantReinstated)


def take_product(conn: Conn, event: catalog._ProductEvent, envelope: Envelope) -> None:
    if products.save_product(conn, event.product):
        unlink_gone(conn, [event.product.product_id])


def take_merchant(conn: Conn, event: catalog._MerchantEvent, envelope: Envelope) -> None:
    if products.save_merchant(conn, event.merchant):
        unlink_gone(conn, products.of_merchant(conn, event.merchant.merchant_id))


def take_withdrawal(conn: Conn, event: orders.WithdrawalInForce, envelope: Envelope) -> None:
    products.save_in_force(conn, event.subject, event.subject_id, event.withdrawal_id, event.kind, event.from_instant)
    unlink_gone(conn, [event.subject_id] if event.subject == "product" else products.of_merchant(conn, event.subject_id))


def take_reinstatement(conn: Conn, event: orders.ReinstatementInForce, envelope: Envelope) -> None:
    """What was unlinked stays so: the host links it again if he wants to."""
    products.end_in_force(conn, event.subject_id, event.withdrawal_id, event.until_instant)


def take_sales(conn: Conn, event: orders.SaleRecorded | orders.RefundRecorded, envelope: Envelope) -> None:
    lines = [line for line in event.lines if line.session_id is not None and line.product_id is not None]
    if not lines:
        return
    rooms = sales.is_ours(conn, [line.session_id for line in lines if line.session_id])
    totals = {}
    for line in lines:
        row = sales.add(conn, line)
        if row is not None and row["session_id"] in rooms:
            totals[row["session_id"], row["product_id"], row["unit"]] = row
    now = clock.now(conn)
    for row in totals.values():
        frames.leave(conn, row["session_id"], "sold", now, product_id=row["product_id"], unit=row["unit"], quantity=row["quantity"],
                     lines=row["lines"])


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "catalog": (*(each(e, take_product) for e in PRODUCT_EVENTS), *(each(e, take_merchant) for e in MERCHANT_EVENTS)),
    "orders": (
        each(orders.WithdrawalInForce, take_withdrawal), each(orders.ReinstatementInForce, take_reinstatement),
        each(orders.SaleRecorded, take_sales), each(orders.RefundRecorded, take_sales),
    ),
}
