"""Institutions, contracts, call-offs, deliveries."""

from __future__ import annotations

from services.events import orders
from services.orders.api.contracts import call_offs, contracts, deliveries, members
from services.orders.importers.contracts.contracts import CONTRACTS
from services.orders.importers.contracts.deliveries import DELIVERIES
from services.orders.importers.contracts.institutions import INSTITUTIONS
from services.orders.queries.documents import document_reader
from services.orders.wiring.part import Part

PART = Part(
    publishes=(orders.InstitutionRegistered, orders.OrdersMembershipGranted, orders.OrdersMembershipEnded, orders.ContractSigned,
               orders.ContractEnded, orders.CallOffPlaced, orders.DeliveryAccepted),
    blueprints=(members.api, contracts.api, call_offs.api, deliveries.api),
    imports=(INSTITUTIONS, CONTRACTS, DELIVERIES),
    documents={"delivery": document_reader("delivery")},
)
