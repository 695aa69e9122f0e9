"""What the gateway would ask of the services for an operation, were its own fence down: recorded, and sent with anybody's token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import MagicMock
from urllib.parse import urlencode

from graphql import execute, parse

from gateway.context import RequestContext
from gateway.schema import schema
from services.kit import json
from services.kit.principal import Principal
from tests.journeys.client import new_key
from tests.matrix.arguments import document
from tests.matrix.asking import AT_ONCE, Cell, Matrix
from tests.support.direct import Direct, Reply

SERVICES = ("catalog", "orders", "livestream", "reporting")


@dataclass(frozen=True)
class Call:
    service: str
    method: str
    path: str
    body: Any = None
    key: str = ""

    @property
    def bare_path(self) -> str:
        return self.path.partition("?")[0]

    def send(self, direct: Direct, who: Principal | None) -> Reply:
        return direct.call(self.service, self.method, self.path, who, self.body, self.key)


class _Anything(dict[str, Any]):
    """A row of whatever shape, with nothing in its lists."""

    def __missing__(self, _key: str) -> Any:
        return _Anything()

    def get(self, _key: Any, _default: Any = None) -> Any:
        return _Anything()


@dataclass
class _Recorder:
    service: str
    calls: list[Call] = field(default_factory=list)

    def get(self, path: str, params: dict[str, Any] | None = None, principal: Principal | None = None) -> Any:
        query = urlencode({k: v for k, v in (params or {}).items() if v is not None}, doseq=True)
        self.calls.append(Call(self.service, "GET", f"{path}?{query}" if query else path))
        return _Anything()

    def call(self, method: str, path: str, body: Any = None, principal: Principal | None = None, *, key: str | None = None) -> Any:
        self.calls.append(Call(self.service, method, path, json.loads(json.dumps_bytes(body)) if body is not None else {}, key or ""))
        return _Anything()


class _Recorders:
    def __init__(self) -> None:
        for service in SERVICES:
            setattr(self, service, _Recorder(service))

    def named(self, service: str) -> _Recorder:
        found: _Recorder = getattr(self, service)
        return found


def calls_of(matrix: Matrix, cell: Cell) -> list[Call]:
    """Of the operation alone: what its answer's fields would load is asked for in their own operations."""
    recorders = _Recorders()
    edge = MagicMock()
    edge.clients = recorders
    context = RequestContext(edge, matrix.actor(cell).principal)

    async def run() -> None:
        result = execute(
            schema.graphql_schema,
            parse(document(cell.operation, whole=False)),
            context_value=context,
            variable_values=matrix.variables(cell),
        )
        if hasattr(result, "__await__"):
            await result

    asyncio.run(run())
    return [call for service in SERVICES for call in recorders.named(service).calls]


def send_all(matrix: Matrix, calls: list[tuple[Cell, Call]]) -> Iterator[tuple[Cell, Call, Reply]]:
    direct = matrix.cast.world.direct

    def send(one: tuple[Cell, Call]) -> tuple[Cell, Call, Reply]:
        cell, call = one
        return cell, call, call.send(direct, matrix.actor(cell).principal)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(send, calls)


def is_denied(call: Call, reply: Reply) -> bool:
    """Refused, or a list that holds nothing: scope is part of the owning service's query."""
    if reply.status in (401, 403, 404):
        return reply.code in ("UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "SESSION_ENDED")
    if call.method != "GET" or reply.status != 200 or not isinstance(reply.body, dict):
        return False
    lists = [value for value in reply.body.values() if isinstance(value, list)]
    return "items" in reply.body and not any(lists)


def template(path: str) -> str:
    """``/contracts/{}`` of ``/contracts/0197…``, ``/contracts/{contract_id}`` or ``/contracts/<uuid:contract_id>``."""
    path = re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path)
    return re.sub(r"/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=/|$)", "/{}", path)


def fresh_key(call: Call) -> Call:
    return Call(call.service, call.method, call.path, call.body, new_key() if call.key else "")
