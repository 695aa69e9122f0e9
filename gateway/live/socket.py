"""The graphql-transport-ws protocol (enisdenjo/graphql-ws PROTOCOL.md) for subscriptions only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, subscribe
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway import limits
from gateway.documents import Documents, operation_of
from gateway.errors import formatted, graphql_error
from gateway.limits import LIMITS, LimitPassed
from gateway.limits.errors import MessageTooLarge, RateLimited, TooManySubscriptions
from gateway.live.rooms import Rooms
from gateway.schema.refusals import OnlySubscriptions
from services.kit import json
from services.kit.principal import ANONYMOUS, Principal
from services.kit.telemetry import begin_request, language

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10
TOO_MUCH, TOO_MANY = 1009, 4429


@dataclass
class SocketContext:
    """What a subscription's resolver may use."""

    rooms: Rooms
    principal: Principal = ANONYMOUS
    language: str = "zh-CN"
    is_anonymous: bool = True
    api_key_id: None = None

    def has_any(self, *roles: Any) -> bool:
        return any(self.principal.has(role) for role in roles)


class Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason


class Connection:
    """One socket. Raises nothing: a breach of the protocol closes it with the protocol's own code."""

    def __init__(self, socket: WebSocket, schema: GraphQLSchema, documents: Documents, rooms: Rooms) -> None:
        self._socket, self._schema, self._documents = socket, schema, documents
        self._context = SocketContext(rooms)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._initialised = False
        self._begun, self._minute_ends = 0, 0.0

    async def serve(self) -> None:
        if PROTOCOL not in self._socket.scope.get("subprotocols", []):
            await self._socket.close(4406)
            return
        await self._socket.accept(PROTOCOL)
        try:
            async with asyncio.timeout(INIT_SECONDS):
                await self._handle(await self._receive())
                if not self._initialised:
                    raise Closed(4401, "Unauthorized")
            while True:
                await self._handle(await self._receive())
        except TimeoutError:
            await self._close(4408, "Connection initialisation timeout")
        except Closed as closed:
            await self._close(closed.code, closed.reason)
        except WebSocketDisconnect:
            pass
        finally:
            for task in self._running.values():
                task.cancel()

    async def _close(self, code: int, reason: str) -> None:
        with suppress(RuntimeError):
            await self._socket.close(code, reason)

    async def _receive(self) -> dict[str, Any]:
        text = await self._socket.receive_text()
        if len(text) > LIMITS.message_bytes:
            raise Closed(TOO_MUCH, MessageTooLarge.code)
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closed(4400, "Invalid message")
        return message

    async def _send(self, message: dict[str, Any]) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(json.dumps(message))

    async def _handle(self, message: dict[str, Any]) -> None:
        kind, identifier = message["type"], message.get("id")
        if kind == "connection_init":
            if self._initialised:
                raise Closed(4429, "Too many initialisation requests")
            self._initialised = True
            payload = message.get("payload") or {}
            begin_request(None, str(payload.get("language", "")))
            self._context.language = language()
            await self._send({"type": "connection_ack"})
        elif kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "pong":
            return
        elif not self._initialised:
            raise Closed(4401, "Unauthorized")
        elif kind == "subscribe" and isinstance(identifier, str) and identifier:
            await self._start(identifier, message.get("payload"))
        elif kind == "complete" and isinstance(identifier, str):
            task = self._running.pop(identifier, None)
            if task is not None:
                task.cancel()
        else:
            raise Closed(4400, "Invalid message")

    async def _start(self, identifier: str, payload: Any) -> None:
        if identifier in self._running:
            raise Closed(4409, f"Subscriber for {identifier} already exists")
        if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
            raise Closed(4400, "Invalid message")
        refusal = self._refusal()
        if refusal is not None:
            await self._send({"id": identifier, "type": "error", "payload": [dict(graphql_error(refusal).formatted)]})
            return
        self._running[identifier] = asyncio.create_task(self._run(identifier, payload))

    def _refusal(self) -> LimitPassed | None:
        """Of one subscription more: a connection has so many at once, and begins so many a minute."""
        now = time.monotonic()
        if now >= self._minute_ends:
            self._minute_ends, self._begun = now + 60, 0
        self._begun += 1
        if self._begun > LIMITS.subscribes:
            return RateLimited(limit=LIMITS.subscribes, seconds=int(self._minute_ends - now) + 1)
        found = len(self._running) + 1
        return TooManySubscriptions(limit=LIMITS.subscriptions, found=found) if found > LIMITS.subscriptions else None

    async def _run(self, identifier: str, payload: dict[str, Any]) -> None:
        try:
            results = await self._results(payload)
            if isinstance(results, list):
                await self._send({"id": identifier, "type": "error", "payload": results})
                return
            async for result in results:
                body: dict[str, Any] = {"data": result.data}
                if result.errors:
                    body["errors"] = [formatted(e) for e in result.errors]
                await self._send({"id": identifier, "type": "next", "payload": body})
            await self._send({"id": identifier, "type": "complete"})
        finally:
            self._running.pop(identifier, None)

    async def _results(self, payload: dict[str, Any]) -> AsyncIterator[ExecutionResult] | list[dict[str, Any]]:
        variables = payload.get("variables")
        variables = variables if isinstance(variables, dict) else None
        try:
            plan = self._documents.measure(payload["query"])
            limits.ensure(plan, payload.get("operationName"), variables, limits.allowance_of(self._context.principal))
        except LimitPassed as error:
            return [dict(graphql_error(error).formatted)]
        except GraphQLError as error:
            return [formatted(error)]
        document = self._documents.get(payload["query"], plan)
        if isinstance(document, list):
            return [formatted(e) for e in document]
        operation = operation_of(document, payload.get("operationName"))
        if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
            return [dict(graphql_error(OnlySubscriptions()).formatted)]
        outcome = await subscribe(
            self._schema,
            document.document,
            context_value=self._context,
            operation_name=payload.get("operationName"),
            variable_values=variables,
        )
        if isinstance(outcome, ExecutionResult):
            return [formatted(e) for e in outcome.errors or []]
        return outcome
