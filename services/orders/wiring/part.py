"""A noun's share of the service, as data; `app.py` joins the parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.events.base import Event
from services.kit.db import Conn
from services.kit.imports.kinds import ImportKind
from services.kit.jobs import JobKind
from services.kit.principal import Principal
from services.kit.reader import Handler
from services.orders.usecases.shopping.payables import Payable

# (connection, who asks, id) → the document as JSON. Raises NotFound, also for somebody else's. No person's data for officers.
DocumentReader = Callable[[Conn, Principal, UUID], dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """``handlers`` by source service; ``documents`` by kind of document that a sale line may come from;
    ``payables`` what may be paid online beside a checkout."""

    publishes: tuple[type[Event], ...] = ()
    blueprints: tuple[Any, ...] = ()
    handlers: dict[str, tuple[Handler, ...]] = field(default_factory=dict)
    jobs: tuple[JobKind, ...] = ()
    imports: tuple[ImportKind, ...] = ()
    documents: dict[str, DocumentReader] = field(default_factory=dict)
    payables: tuple[Payable, ...] = ()


def join(parts: tuple[Part, ...]) -> Part:
    """One part of all. Two readers of the same kind of document are a mistake of wiring."""
    handlers: dict[str, tuple[Handler, ...]] = {}
    documents: dict[str, DocumentReader] = {}
    for part in parts:
        for source, more in part.handlers.items():
            handlers[source] = (*handlers.get(source, ()), *more)
        twice = documents.keys() & part.documents.keys()
        if twice:
            raise ValueError(f"read twice: {sorted(twice)}")
        documents |= part.documents
    return Part(
        publishes=tuple(dict.fromkeys(e for p in parts for e in p.publishes)),
        blueprints=tuple(b for p in parts for b in p.blueprints),
        handlers=handlers,
        jobs=tuple(j for p in parts for j in p.jobs),
        imports=tuple(i for p in parts for i in p.imports),
        documents=documents,
        payables=tuple(x for p in parts for x in p.payables),
    )
