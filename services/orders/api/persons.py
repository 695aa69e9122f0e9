"""A person's data in orders, for the gateway's own process."""

from __future__ import annotations

from services.kit.persons import PersonData, persons_blueprint
from services.orders.store.persons import KEPT, erase, find

PERSONS = PersonData(find, erase, KEPT)
api = persons_blueprint(PERSONS)
