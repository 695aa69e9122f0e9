"""The async process: subscriptions of live rooms over web sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from gateway.documents import Documents
from gateway.live.rooms import Rooms
from gateway.live.socket import Connection
from gateway.schema import schema
from gateway.settings import GatewaySettings
from services.kit.settings import load
from services.kit.telemetry import configure_logging


def create_app(settings: GatewaySettings | None = None) -> Starlette:
    settings = settings or load(GatewaySettings, "gateway")
    configure_logging("gateway-live")
    documents = Documents(schema.graphql_schema)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.rooms = Rooms(settings.redis_url)
        listening = asyncio.create_task(app.state.rooms.run())
        yield
        listening.cancel()

    async def socket(websocket: WebSocket) -> None:
        await Connection(websocket, schema.graphql_schema, documents, websocket.app.state.rooms).serve()

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    return Starlette(lifespan=lifespan, routes=[WebSocketRoute("/graphql", socket), Route("/healthz", health), Route("/readyz", health)])
