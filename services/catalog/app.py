from __future__ import annotations

from typing import Any

from flask import Flask

from services.catalog.adapters.search.engine import Search
from services.catalog.events import HANDLERS, PUBLISHES
from services.catalog.importers import IMPORTS
from services.catalog.jobs import JOBS
from services.catalog.settings import CatalogSettings
from services.kit.service import Context, Service


def blueprints() -> tuple[Any, ...]:
    from services.catalog.api import applications, certification, directory, members, persons, products, registers

    return tuple(module.api for module in (directory, products, members, applications, certification, registers, persons))


def build(context: Context) -> None:
    settings = context.settings
    assert isinstance(settings, CatalogSettings)
    context.extra["search"] = Search(settings.meili_url, settings.meili_key)


SERVICE = Service(
    name="catalog",
    package="services.catalog",
    settings=CatalogSettings,
    publishes=PUBLISHES,
    blueprints=blueprints,
    handlers=HANDLERS,
    jobs=JOBS,
    imports=IMPORTS,
    build=build,
)


def create_app() -> Flask:
    from services.kit.app import create_api

    return create_api(SERVICE)
