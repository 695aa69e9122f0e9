"""A person's data in catalog, for the gateway's own process."""

from __future__ import annotations

from services.catalog.store.persons import KEPT, erase, find
from services.kit.persons import PersonData, persons_blueprint

PERSONS = PersonData(find, erase, KEPT)
api = persons_blueprint(PERSONS)
