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

from gateway.addresses import client_address, client_network
from gateway.concurrency import Concurrency
from gateway.documents import Documents
from gateway.limits import LIMITS
from gateway.limits.errors import TooManyConcurrent, TooManyConnections
from gateway.live.rooms import Rooms
from gateway.live.socket import PROTOCOL, TOO_MANY, Connection
from gateway.schema import schema
from gateway.settings import GatewaySettings
from services.kit.settings import load
from services.kit.telemetry import configure_logging


def create_app(settings: GatewaySettings | None = None) -> Starlette:
    settings = settings or load(GatewaySettings, "gateway")
    configure_logging("gateway-live")
    documents = Documents(schema.graphql_schema)
    places = Concurrency(int(LIMITS.connections * settings.rate_factor))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.rooms = Rooms(settings.redis_url)
        listening = asyncio.create_task(app.state.rooms.run())
        yield
        listening.cancel()

    async def socket(websocket: WebSocket) -> None:
        peer = websocket.client.host if websocket.client else ""
        address = client_address(peer, websocket.headers.get("X-Forwarded-For", ""), settings.proxies)
        try:
            with places.place(client_network(address)):
                await Connection(websocket, schema.graphql_schema, documents, websocket.app.state.rooms).serve()
        except TooManyConcurrent:
            await websocket.accept(PROTOCOL if PROTOCOL in websocket.scope.get("subprotocols", []) else None)
            await websocket.close(TOO_MANY, TooManyConnections.code)

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    return Starlette(lifespan=lifespan, routes=[WebSocketRoute("/graphql", socket), Route("/healthz", health), Route("/readyz", health)])
