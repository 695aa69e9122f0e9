"""Reporting, wired: what it reads, publishes, answers and does by itself."""

from __future__ import annotations

from typing import Any

from flask import Flask

from services.kit.app import create_api
from services.kit.service import Service
from services.reporting.events import HANDLERS, PUBLISHES
from services.reporting.importers import activities, departments, publicity
from services.reporting.jobs import JOBS
from services.reporting.settings import Settings


def blueprints() -> tuple[Any, ...]:
    from services.reporting.api import figures, persons, reconciliation, registers, reports, sums

    return tuple(module.blueprint() for module in (figures, sums, reports, reconciliation, registers, persons))


SERVICE = Service(
    name="reporting",
    package="services.reporting",
    settings=Settings,
    publishes=PUBLISHES,
    blueprints=blueprints,
    handlers=HANDLERS,
    jobs=JOBS,
    imports=(departments.KIND, activities.KIND, publicity.KIND),
)


def create_app() -> Flask:
    return create_api(SERVICE)
