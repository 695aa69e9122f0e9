"""Wiring only. Each noun brings its part; a new noun is one line here."""

from __future__ import annotations

from flask import Flask

from services.kit.app import create_api
from services.kit.service import Context, Service
from services.orders.settings import OrdersSettings
from services.orders.usecases.shopping import desk
from services.orders.wiring import contracts, external, groups, outlets, shared, shopping
from services.orders.wiring.part import Part, join

PARTS: tuple[Part, ...] = (
    shared.PART, shopping.PART, contracts.PART, outlets.PART, groups.PART, external.PART,
)
ALL = join(PARTS)


def build(context: Context) -> None:
    desk.build(context, ALL.payables)
    context.extra["documents"] = ALL.documents


SERVICE = Service(
    name="orders",
    package="services.orders",
    settings=OrdersSettings,
    publishes=ALL.publishes,
    blueprints=lambda: ALL.blueprints,
    handlers=ALL.handlers,
    jobs=ALL.jobs,
    imports=ALL.imports,
    build=build,
)


def create_app() -> Flask:
    return create_api(SERVICE)
