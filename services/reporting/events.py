"""What reporting reads of the others, and what it publishes: the table of contents of its boundary."""

from __future__ import annotations

from services.events import catalog, livestream, orders, others
from services.events.base import Event
from services.kit.reader import Handler, batch, each
from services.reporting.usecases import keep_copies as keep
from services.reporting.usecases.record_sales import record_sales

PUBLISHES: tuple[type[Event], ...] = (others.BulletinPublished,)

HANDLERS: dict[str, tuple[Handler, ...]] = {
    "catalog": (
        *(
            each(event, keep.merchant_changed)
            for event in (catalog.MerchantCertified, catalog.MerchantWithdrawn, catalog.MerchantReinstated)
        ),
        *(
            each(event, keep.product_changed)
            for event in (
                catalog.ProductCertified,
                catalog.ProductChanged,
                catalog.ProductExpired,
                catalog.ProductWithdrawn,
                catalog.ProductReinstated,
                catalog.LabelGranted,
                catalog.LabelEnded,
            )
        ),
        each(catalog.MechanismRecorded, keep.mechanism_recorded),
    ),
    "orders": (
        batch(orders.SaleRecorded, record_sales),
        batch(orders.RefundRecorded, record_sales),
        batch(orders.OrderPlaced, keep.orders_placed),
        batch(orders.DeliveryAccepted, keep.deliveries_accepted),
        each(orders.WithdrawalInForce, keep.withdrawal_in_force),
        each(orders.ReinstatementInForce, keep.reinstatement_in_force),
        each(orders.InstitutionRegistered, keep.institution_registered),
        each(orders.ContractSigned, keep.contract_signed),
        each(orders.ContractEnded, keep.contract_ended),
        each(orders.OutletOpened, keep.outlet_opened),
        each(orders.OutletClosed, keep.outlet_closed),
        each(orders.CampaignClosed, keep.campaign_closed),
    ),
    "livestream": (
        each(livestream.SessionScheduled, keep.session_scheduled),
        each(livestream.SessionStarted, keep.session_started),
        each(livestream.ProductLinked, keep.product_linked),
        each(livestream.ProductUnlinked, keep.product_unlinked),
        each(livestream.SessionEnded, keep.session_ended),
        each(livestream.OutsideSessionConfirmed, keep.outside_session_confirmed),
    ),
}
