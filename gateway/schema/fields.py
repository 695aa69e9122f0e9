"""Fields of types whose values are a service's plain rows (dicts in snake_case)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import graphene

from gateway.global_id import to_global_id
from gateway.limits.errors import PageTooLarge
from gateway.schema.refusals import BadCursor
from gateway.schema.scalars import Money
from services.kit.errors import NotFound

MAX_PAGE = 100
DEFAULT_PAGE = 20


def from_global_id(text: str) -> tuple[str, str]:
    """(kind, raw). Raises NotFound for anything that is no id of ours."""
    try:
        kind, _, raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
    except (ValueError, binascii.Error):
        kind, raw = "", ""
    if not kind or not raw or len(raw) > 100 or not raw.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise NotFound()
    return kind, raw


def raw_id(text: str, *kinds: str) -> str:
    """The service's id behind a global id of one of ``kinds``. Raises NotFound."""
    kind, raw = from_global_id(text)
    if kind not in kinds:
        raise NotFound()
    return raw


NODE_TYPES: dict[str, Any] = {}


class Node(graphene.Interface):
    """Everything that can be asked for again by its id."""

    id = graphene.ID(required=True)

    @classmethod
    def resolve_type(cls, instance: dict[str, Any], _info: Any) -> Any:
        return NODE_TYPES[instance["__kind"]]


def node_type(kind: Any) -> Any:
    """Class decorator: reachable by `node`."""
    NODE_TYPES[kind._meta.name] = kind
    return kind


def node_id(kind: str, key: str) -> graphene.ID:
    def resolve(row: dict[str, Any], _info: Any) -> str:
        return to_global_id(kind, row[key])

    return graphene.ID(required=True, resolver=resolve)


def ref_id(kind: str, key: str, description: str | None = None) -> graphene.ID:
    def resolve(row: dict[str, Any], _info: Any) -> str | None:
        return to_global_id(kind, row[key]) if row.get(key) else None

    return graphene.ID(resolver=resolve, description=description)


def money(key: str, *, required: bool = False, description: str | None = None) -> graphene.Field:
    def resolve(row: dict[str, Any], _info: Any) -> Any:
        return row.get(key)

    return graphene.Field(Money, required=required, resolver=resolve, description=description)


def linked(kind: Callable[[], Any], key: str, loader: str, description: str | None = None) -> graphene.Field:
    """Another object by its id, batched: one call for all of a page. Null when it is gone or not to be seen."""

    def resolve(row: dict[str, Any], info: Any) -> Any:
        return getattr(info.context.loaders, loader).load(row[key]) if row.get(key) else None

    return graphene.Field(kind, resolver=resolve, description=description)


def image_url(row: dict[str, Any], info: Any) -> str | None:
    key = row.get("image")
    return f"{info.context.edge.settings.public_url}/media/{key}" if key else None


class PageInfo(graphene.ObjectType):
    """Relay's page information. Pages go forward."""

    has_next_page = graphene.Boolean(required=True)
    has_previous_page = graphene.Boolean(required=True)
    start_cursor = graphene.String()
    end_cursor = graphene.String()


_connections: dict[str, Any] = {}


def connection_of(node: Any) -> Any:
    """The Relay connection type of a node type, one per type."""
    name = node._meta.name
    if name not in _connections:
        edge = type(
            f"{name}Edge", (graphene.ObjectType,), {"node": graphene.Field(node, required=True), "cursor": graphene.String(required=True)}
        )
        _connections[name] = type(
            f"{name}Connection",
            (graphene.ObjectType,),
            {
                "__doc__": f"A page of {name}.",
                "edges": graphene.List(graphene.NonNull(edge), required=True),
                "nodes": graphene.List(graphene.NonNull(node), required=True, description="The nodes of the edges, for brevity"),
                "page_info": graphene.Field(PageInfo, required=True, name="pageInfo"),
            },
        )
    return _connections[name]


def page_arguments() -> dict[str, Any]:
    return {
        "first": graphene.Int(default_value=20, description=f"1 to {MAX_PAGE}"),
        "after": graphene.String(description="`endCursor` of the page before"),
    }


def fetch_page(fetch: Callable[[dict[str, Any]], dict[str, Any]], first: int | None, after: str | None) -> dict[str, Any]:
    """Calls ``fetch({"first", "after"})`` and shapes the answer as a connection.

    A service gives the cursor of its page's end; a cursor within a page is that page's start and a number of rows. A ``first`` that
    is given as null is the default.
    """
    first = DEFAULT_PAGE if first is None else first
    if not 1 <= first <= MAX_PAGE:
        raise PageTooLarge("first", limit=MAX_PAGE, found=first)
    start, skip = _decode(after)
    answer = fetch({"first": min(MAX_PAGE, first + skip), "after": start})
    rows = answer["items"][skip:]
    end = answer.get("next_cursor")
    cursors = [_encode(start, skip + i + 1) for i in range(len(rows))]
    if rows and end:
        cursors[-1] = _encode(end, 0)
    return {
        **{k: v for k, v in answer.items() if k not in ("items", "next_cursor")},
        "nodes": rows,
        "edges": [{"node": r, "cursor": c} for r, c in zip(rows, cursors, strict=True)],
        "page_info": {
            "has_next_page": end is not None,
            "has_previous_page": after is not None,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
    }


def _encode(start: str | None, skip: int) -> str:
    return base64.urlsafe_b64encode(f"{skip}:{start or ''}".encode()).rstrip(b"=").decode()


def _decode(cursor: str | None) -> tuple[str | None, int]:
    if not cursor:
        return None, 0
    try:
        skip, _, start = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        number = int(skip)
        if not 0 <= number < MAX_PAGE:
            raise ValueError
        return start or None, number
    except (ValueError, binascii.Error):
        raise BadCursor("after") from None


def listing(node: Any, fetch: Callable[..., dict[str, Any]], description: str, **arguments: Any) -> graphene.Field:
    """A root field that lists: ``fetch(context, page, **arguments)`` → the service's answer."""

    def resolve(_root: Any, info: Any, first: int = 20, after: str | None = None, **given: Any) -> dict[str, Any]:
        return fetch_page(lambda page: fetch(info.context, page, **given), first, after)

    return graphene.Field(graphene.NonNull(connection_of(node)), description=description, resolver=resolve, **page_arguments(), **arguments)


def by_id(node: Any, kind: str, path: str, service: str, description: str) -> graphene.Field:
    """A root field that fetches one by its global id; somebody else's is NOT_FOUND."""

    def resolve(_root: Any, info: Any, id: str) -> Any:
        return info.context.clients.named(service).get(path.format(raw_id(id, kind)), principal=info.context.principal)

    return graphene.Field(node, description=description, resolver=resolve, id=graphene.ID(required=True))
