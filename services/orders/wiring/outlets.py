"""Counters, fairs, community stores: slips, sheets, follow-up orders."""

from __future__ import annotations

from services.events import orders
from services.orders.api.outlets import outlets, papers
from services.orders.importers.outlets.fair_orders import FAIR_ORDERS
from services.orders.importers.outlets.outlets import OUTLETS
from services.orders.importers.outlets.sheets import DAY_SHEETS, MONTHLY_SHEETS
from services.orders.importers.outlets.slips import SLIPS
from services.orders.queries.documents import document_reader
from services.orders.wiring.part import Part

PART = Part(
    publishes=(orders.OutletOpened, orders.OutletClosed),
    blueprints=(outlets.api, papers.slips, papers.sheets, papers.fair_orders),
    imports=(OUTLETS, MONTHLY_SHEETS, DAY_SHEETS, SLIPS, FAIR_ORDERS),
    documents={kind: document_reader(kind) for kind in ("slip", "day_sheet", "month_sheet", "fair_order")},
)
