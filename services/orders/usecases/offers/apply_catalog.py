"""Catalog's events → the offers copy. Each carries the whole state at its version; a lower version changes nothing."""

from __future__ import annotations

from services.events import catalog
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.kit.reader import Handler, each
from services.orders.store.offers import offers, withdrawals
from services.orders.usecases.offers.put_in_force import put_reinstatement_in_force, put_withdrawal_in_force

ProductEvent = (catalog.ProductCertified | catalog.ProductChanged | catalog.ProductExpired | catalog.LabelGranted | catalog.LabelEnded
                | catalog.ProductWithdrawn | catalog.ProductReinstated)
MerchantEvent = catalog.MerchantCertified | catalog.MerchantWithdrawn | catalog.MerchantReinstated


def copy_product(conn: Conn, event: ProductEvent, envelope: Envelope) -> None:
    """History arrives on the import lane with the instants of its file; decisions made here on the live lane without."""
    offers.upsert_product(conn, event.product)
    if envelope.lane == "import":
        offers.lock(conn, [event.product.product_id])
        withdrawals.adopt(conn, "product", event.product.product_id, event.product.withdrawals)


def copy_merchant(conn: Conn, event: MerchantEvent, envelope: Envelope) -> None:
    offers.upsert_merchant(conn, event.merchant)
    if envelope.lane == "import":
        offers.lock_of_merchant(conn, event.merchant.merchant_id)
        withdrawals.adopt(conn, "merchant", event.merchant.merchant_id, event.merchant.withdrawals)


def withdraw_product(conn: Conn, event: catalog.ProductWithdrawn, envelope: Envelope) -> None:
    if envelope.lane == "live":
        put_withdrawal_in_force(conn, "product", event.product.product_id, event.withdrawal_id, event.kind, event.decided_at,
                                event.product.version)
    copy_product(conn, event, envelope)


def withdraw_merchant(conn: Conn, event: catalog.MerchantWithdrawn, envelope: Envelope) -> None:
    if envelope.lane == "live":
        put_withdrawal_in_force(conn, "merchant", event.merchant.merchant_id, event.withdrawal_id, event.kind, event.decided_at,
                                event.merchant.version)
    copy_merchant(conn, event, envelope)


def reinstate_product(conn: Conn, event: catalog.ProductReinstated, envelope: Envelope) -> None:
    copy_product(conn, event, envelope)
    if envelope.lane == "live":
        put_reinstatement_in_force(conn, "product", event.product.product_id, event.withdrawal_id, event.product.version)


def reinstate_merchant(conn: Conn, event: catalog.MerchantReinstated, envelope: Envelope) -> None:
    copy_merchant(conn, event, envelope)
    if envelope.lane == "live":
        put_reinstatement_in_force(conn, "merchant", event.merchant.merchant_id, event.withdrawal_id, event.merchant.version)


HANDLERS: tuple[Handler, ...] = (
    each(catalog.MerchantCertified, copy_merchant),
    each(catalog.MerchantWithdrawn, withdraw_merchant),
    each(catalog.MerchantReinstated, reinstate_merchant),
    each(catalog.ProductCertified, copy_product),
    each(catalog.ProductChanged, copy_product),
    each(catalog.ProductExpired, copy_product),
    each(catalog.LabelGranted, copy_product),
    each(catalog.LabelEnded, copy_product),
    each(catalog.ProductWithdrawn, withdraw_product),
    each(catalog.ProductReinstated, reinstate_product),
)
