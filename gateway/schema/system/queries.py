from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import Node, connection_of, fetch_page, page_arguments, raw_id
from gateway.schema.nodes import MAX_NODES, resolve_node, resolve_nodes
from gateway.schema.system.types import Import, ImportKindInfo, SyncState

SERVICES = ("catalog", "orders", "livestream", "reporting")


def split_import_id(text: str) -> tuple[str, str]:
    service, _, import_id = raw_id(text, "Import").partition(".")
    return service, import_id


def resolve_import(_root: Any, info: Any, id: str) -> Any:
    service, import_id = split_import_id(id)
    if service not in SERVICES:
        return None
    return info.context.clients.named(service).get(f"/imports/{import_id}", principal=info.context.principal)


def resolve_imports(_root: Any, info: Any, service: str, first: int = 20, after: str | None = None) -> Any:
    name = service if service in SERVICES else "orders"
    return fetch_page(lambda page: info.context.clients.named(name).get("/imports", page, info.context.principal), first, after)


def resolve_import_kinds(_root: Any, info: Any) -> list[dict[str, Any]]:
    return [
        {**kind, "service": service}
        for service in SERVICES
        for kind in info.context.clients.named(service).get("/imports/kinds", principal=info.context.principal)["kinds"]
    ]


def resolve_sync(_root: Any, info: Any) -> list[dict[str, Any]]:
    states = {s: info.context.clients.named(s).get("/internal/sync", principal=info.context.principal) for s in SERVICES}
    return [
        {
            "service": service,
            "parked": state["parked"],
            "cutover": state["cutover"],
            "positions": [
                {
                    "source": source,
                    "lane": lane,
                    "applied": applied,
                    "head": states[source]["heads"].get(lane, 0),
                    "waiting": states[source]["waiting"].get(lane, 0),
                }
                for source, lanes in state["applied"].items()
                if source in states
                for lane, applied in lanes.items()
            ],
        }
        for service, state in states.items()
    ]


NODE = graphene.Field(
    Node, resolver=resolve_node, id=graphene.ID(required=True), description="Any object by its id; null when it is gone or not yours to see"
)
NODES = graphene.Field(
    graphene.NonNull(graphene.List(Node)),
    ids=graphene.List(graphene.NonNull(graphene.ID), required=True),
    resolver=resolve_nodes,
    description=(
        f"At most {MAX_NODES} objects by their ids, in the order asked, as lists show them; null for what is gone or not yours to see"
    ),
)

QUERIES = {
    "node": NODE,
    "nodes": NODES,
    "import_run": graphene.Field(Import, resolver=resolve_import, id=graphene.ID(required=True)),
    "import_runs": graphene.Field(
        graphene.NonNull(connection_of(Import)),
        resolver=resolve_imports,
        service=graphene.String(required=True),
        description="Imports of one service, newest first",
        **page_arguments(),
    ),
    "import_kinds": graphene.Field(graphene.NonNull(graphene.List(graphene.NonNull(ImportKindInfo))), resolver=resolve_import_kinds),
    "sync": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(SyncState))),
        resolver=resolve_sync,
        description="How far each service's copies of the others are",
    ),
}
