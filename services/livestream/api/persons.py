"""A person's data in livestream, for the gateway's own process."""

from __future__ import annotations

from services.kit.persons import PersonData, persons_blueprint
from services.livestream.store.persons import KEPT, erase, find

PERSONS = PersonData(find, erase, KEPT)
api = persons_blueprint(PERSONS)
