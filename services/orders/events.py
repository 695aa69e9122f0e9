"""What orders publishes and whose events it reads; the shapes stand in `services/events`."""

from __future__ import annotations

from services.events import catalog, livestream, orders, others

SHOPPING_PUBLISHES = (
    orders.OrderPlaced, orders.SaleRecorded, orders.RefundRecorded, orders.WithdrawalInForce, orders.ReinstatementInForce,
    orders.AvailabilityChanged,
)
CONSUMES = {
    "catalog": (
        catalog.MerchantCertified, catalog.MerchantWithdrawn, catalog.MerchantReinstated, catalog.ProductCertified,
        catalog.ProductChanged, catalog.ProductExpired, catalog.ProductWithdrawn, catalog.ProductReinstated, catalog.LabelGranted,
        catalog.LabelEnded),
    "gateway": (others.AccountChanged,),
    "livestream": (livestream.SessionStarted, livestream.SessionEnded, livestream.OutsideSessionConfirmed),
}
