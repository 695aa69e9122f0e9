"""A person's data in reporting, for the gateway's own process."""

from __future__ import annotations

from typing import Any

from services.kit.persons import PersonData, persons_blueprint
from services.reporting.store.persons import KEPT, erase, find

PERSONS = PersonData(find, erase, KEPT)


def blueprint() -> Any:
    return persons_blueprint(PERSONS)
