"""What a service is, as data: the app factory, the worker and the tests that watch the whole all read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.events.base import Event
from services.kit.client import ServiceClient
from services.kit.db import Database
from services.kit.imports.kinds import ImportKind
from services.kit.jobs import JobKind
from services.kit.objects import ObjectStore
from services.kit.outbox import Lane
from services.kit.principal import TokenIssuer
from services.kit.reader import Handler
from services.kit.settings import ServiceSettings


@dataclass
class Context:
    """What a running process holds; handed to routes (`kit.app.context()`) and jobs (``job.context``)."""

    settings: ServiceSettings
    db: Database
    objects: ObjectStore
    issuer: TokenIssuer
    clients: dict[str, ServiceClient] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """``handlers`` by source service. ``build`` puts a service's own adapters into ``context.extra``."""

    name: str
    package: str
    settings: type[ServiceSettings]
    publishes: tuple[type[Event], ...]
    blueprints: Callable[[], tuple[Any, ...]] = tuple
    handlers: dict[str, tuple[Handler, ...]] = field(default_factory=dict)
    jobs: tuple[JobKind, ...] = ()
    imports: tuple[ImportKind, ...] = ()
    lanes: tuple[Lane, ...] = ("live", "import")
    build: Callable[[Context], None] | None = None
    threads: tuple[Callable[[Context, Any], None], ...] = ()


def make_context(service: Service, settings: ServiceSettings) -> Context:
    db = Database(settings.database_url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms).open()
    issuer = TokenIssuer(service.name, settings.private_key)
    clients = {name: ServiceClient(name, url, issuer) for name, url in settings.service_urls.items() if name != service.name}
    context = Context(settings, db, ObjectStore(settings.s3_url), issuer, clients)
    if service.build:
        service.build(context)
    return context
