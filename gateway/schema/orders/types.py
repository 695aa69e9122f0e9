"""Types of orders that other modules link to."""

from gateway.schema.orders.contract_types import CallOff, Contract, Delivery, Institution
from gateway.schema.orders.outlet_types import Campaign, ExternalReport, FairOrder, Outlet, Sheet, Slip
from gateway.schema.orders.shopping_types import Cart, Offer, Order, Payment

__all__ = [
    "CallOff",
    "Campaign",
    "Cart",
    "Contract",
    "Delivery",
    "ExternalReport",
    "FairOrder",
    "Institution",
    "Offer",
    "Order",
    "Outlet",
    "Payment",
    "Sheet",
    "Slip",
]
