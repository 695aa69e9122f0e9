"""Global ids lead back to their objects through the service that owns them, with the caller's own rights."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

from gateway import limits
from gateway.limits import errors
from gateway.schema.fields import from_global_id
from services.kit.errors import DomainError

MAX_NODES = 50
HIDDEN = ("absent", "forbidden", "unauthenticated")


class Source(NamedTuple):
    """Where one object is asked for, and the loader that asks for many."""

    service: str
    path: str
    loader: str


SOURCES = {
    "Product": Source("catalog", "/products/{}", "products"),
    "Merchant": Source("catalog", "/merchants/{}", "merchants"),
    "LiveSession": Source("livestream", "/sessions/{}", "sessions"),
    "Order": Source("orders", "/orders/{}", "orders"),
    "Contract": Source("orders", "/contracts/{}", "contracts"),
    "Institution": Source("orders", "/institutions/{}", "institutions"),
    "Outlet": Source("orders", "/outlets/{}", "outlets"),
    "Campaign": Source("orders", "/campaigns/{}", "campaigns"),
}


def _source_of(id: str) -> tuple[str, str] | None:
    """(kind, raw id) of what can be asked for; None for anything else."""
    try:
        kind, raw = from_global_id(id)
        UUID(raw)
    except (DomainError, ValueError):
        return None
    return (kind, raw) if kind in SOURCES else None


def resolve_node(_root: Any, info: Any, id: str) -> Any:
    found = _source_of(id)
    if found is None:
        return None
    kind, raw = found
    try:
        row = info.context.clients.named(SOURCES[kind].service).get(SOURCES[kind].path.format(raw), principal=info.context.principal)
    except DomainError as error:
        if getattr(error, "remote_kind", "") in HIDDEN:
            return None
        raise
    return {**row, "__kind": kind}


async def resolve_nodes(_root: Any, info: Any, ids: list[str]) -> list[Any]:
    """One call a kind, whatever the order asked for."""
    if len(ids) > MAX_NODES:
        raise limits.refuse(errors.PageTooLarge, MAX_NODES, len(ids))
    return await asyncio.gather(*(_loaded(info, id) for id in ids), return_exceptions=True)


async def _loaded(info: Any, id: str) -> Any:
    found = _source_of(id)
    if found is None:
        return None
    kind, raw = found
    row = await getattr(info.context.loaders, SOURCES[kind].loader).load(str(UUID(raw)))
    return None if row is None else {**row, "__kind": kind}
