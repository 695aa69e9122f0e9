"""Global ids lead back to their objects through the service that owns them, with the caller's own rights."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from gateway.schema.fields import from_global_id
from services.kit.errors import DomainError

PATHS = {
    "Product": ("catalog", "/products/{}"),
    "Merchant": ("catalog", "/merchants/{}"),
    "LiveSession": ("livestream", "/sessions/{}"),
    "Order": ("orders", "/orders/{}"),
    "Contract": ("orders", "/contracts/{}"),
    "Institution": ("orders", "/institutions/{}"),
    "Outlet": ("orders", "/outlets/{}"),
    "Campaign": ("orders", "/campaigns/{}"),
}


def resolve_node(_root: Any, info: Any, id: str) -> Any:
    kind, raw = from_global_id(id)
    if kind not in PATHS:
        raise GraphQLError("No such id", extensions={"code": "NOT_FOUND"})
    service, path = PATHS[kind]
    try:
        row = info.context.clients.named(service).get(path.format(raw), principal=info.context.principal)
    except DomainError as error:
        if getattr(error, "remote_kind", "") == "absent":
            return None
        raise
    return {**row, "__kind": kind}
