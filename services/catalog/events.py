"""Published and consumed."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.store import listing, withdrawals
from services.events import catalog as own
from services.events.orders import AvailabilityChanged, RefundRecorded, ReinstatementInForce, SaleRecorded, WithdrawalInForce
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.kit.reader import Handler, batch, each
from services.kit.telemetry import WITHDRAWAL_SECONDS, log

PUBLISHES = (
    own.MerchantCertified,
    own.MerchantWithdrawn,
    own.MerchantReinstated,
    own.ProductCertified,
    own.ProductChanged,
    own.ProductExpired,
    own.ProductWithdrawn,
    own.ProductReinstated,
    own.LabelGranted,
    own.LabelEnded,
    own.MechanismRecorded,
    own.MembershipGranted,
    own.MembershipEnded,
)
ALARM_SECONDS = 5


def withdrawal_in_force(conn: Conn, event: WithdrawalInForce, envelope: Envelope) -> None:
    row = withdrawals.set_in_force(conn, event.withdrawal_id, event.from_instant)
    if row is None:
        return
    seconds = (event.from_instant - row["decided_at"]).total_seconds()
    WITHDRAWAL_SECONDS.observe(max(0.0, seconds))
    if seconds > ALARM_SECONDS:
        log.error("withdrawal_late", withdrawal_id=str(event.withdrawal_id), seconds=seconds)


def reinstatement_in_force(conn: Conn, event: ReinstatementInForce, envelope: Envelope) -> None:
    withdrawals.set_ended(conn, event.withdrawal_id, event.until_instant)


def availability_changed(conn: Conn, event: AvailabilityChanged, envelope: Envelope) -> None:
    listing.set_availability(conn, event.product_id, event.level, envelope.seq)


def sales_recorded(conn: Conn, envelopes: Sequence[Envelope]) -> None:
    """What was sold of each product, net: an import that brought it cannot be withdrawn while that is not zero."""
    sums: dict[tuple[str, str], int] = {}
    for envelope in envelopes:
        for line in envelope.payload["lines"]:
            if line.get("product_id"):
                key = (line["merchant_id"], line["product_id"])
                sums[key] = sums.get(key, 0) + line["amount_fen"]
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sold AS s (merchant_id, product_id, net_fen) VALUES (%s, %s, %s) "
            "ON CONFLICT (merchant_id, product_id) DO UPDATE SET net_fen = s.net_fen + excluded.net_fen",
            [(m, p, fen) for (m, p), fen in sorted(sums.items())],
        )


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "orders": (
        each(WithdrawalInForce, withdrawal_in_force),
        each(ReinstatementInForce, reinstatement_in_force),
        each(AvailabilityChanged, availability_changed),
        batch(SaleRecorded, sales_recorded),
        batch(RefundRecorded, sales_recorded),
    )
}
