"""The offers copy and the ledger: what every way of selling stands on."""

from __future__ import annotations

from services.orders.api import persons
from services.orders.api.ledger import ledger
from services.orders.api.offers import offers
from services.orders.events import SHOPPING_PUBLISHES
from services.orders.usecases.offers.apply_catalog import HANDLERS
from services.orders.wiring.part import Part

PART = Part(publishes=SHOPPING_PUBLISHES, blueprints=(offers.api, ledger.api, persons.api), handlers={"catalog": HANDLERS})
