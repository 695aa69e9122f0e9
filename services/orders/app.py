"""Wiring only. Each noun brings its part; a new noun is one line here."""

from __future__ import annotations

from flask import Flask

from services.kit.app import create_api
from services.kit.service import Service
from services.orders.settings import OrdersSettings
from services.orders.wiring import contracts, shared
from services.orders.wiring.part import Part, join

PARTS: tuple[Part, ...] = (
    shared.PART, contracts.PART,
)
ALL = join(PARTS)

SERVICE = Service(
    name="orders",
    package="services.orders",
    settings=OrdersSettings,
    publishes=ALL.publishes,
    blueprints=lambda: ALL.blueprints,
    handlers=ALL.handlers,
    jobs=ALL.jobs,
    imports=ALL.imports,
)


def create_app() -> Flask:
    return create_api(SERVICE)
