"""A small HTTP/1.1 server: one asyncio protocol, answers given by callback, so that an answer can wait for a commit,
come late, or never come (the connection is then closed, which is what a lost answer looks like to a client)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

MAX_HEAD = 32_768
MAX_BODY = 1_048_576

_REASONS = {
    200: "OK", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[Response | None], None]
Handler = Callable[[Request, Respond], None]


class Connection(asyncio.Protocol):
    """Requests of one connection are worked one after the other, as they came."""

    def __init__(self, handler: Handler, open_connections: set[Connection]) -> None:
        self._handler, self._all = handler, open_connections
        self._buffer = bytearray()
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._all.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > MAX_HEAD + 2 * MAX_BODY:
            self.abort()
        elif not self._busy:
            self._next()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _next(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                self._refuse(431)
            return
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        start = lines[0].split(" ")
        if len(start) != 3 or not start[2].startswith("HTTP/1."):
            self._refuse(505 if len(start) == 3 else 400)
            return
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                self._refuse(400)
                return
            headers[name.lower()] = value.strip()
        length_text = headers.get("content-length", "0")
        if "transfer-encoding" in headers:
            self._refuse(411)
            return
        if not length_text.isdigit():
            self._refuse(400)
            return
        length = int(length_text)
        if length > MAX_BODY:
            self._refuse(413)
            return
        if len(self._buffer) < end + 4 + length:
            if headers.get("expect", "").lower() == "100-continue" and len(self._buffer) == end + 4:
                self._write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        body = bytes(self._buffer[end + 4:end + 4 + length])
        del self._buffer[:end + 4 + length]
        path, _, query = start[1].partition("?")
        keep = start[2] != "HTTP/1.0" and headers.get("connection", "").lower() != "close"
        self._busy = True
        request = Request(start[0], unquote(path), query, headers, body)
        self._handler(request, lambda response: self._answer(response, keep, start[0] == "HEAD"))

    def _answer(self, response: Response | None, keep: bool, head_only: bool) -> None:
        if self._transport is None:
            return
        if response is None:
            self._transport.abort()
            return
        lines = [
            f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Answer')}",
            f"content-type: {response.type}",
            f"content-length: {len(response.body)}",
            *(f"{name}: {value}" for name, value in response.headers.items()),
            f"connection: {'keep-alive' if keep else 'close'}",
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        self._write(head if head_only else head + response.body)
        self._busy = False
        if not keep:
            self.close()
        elif self._buffer:
            asyncio.get_running_loop().call_soon(self._resume)

    def _resume(self) -> None:
        if not self._busy and self._transport is not None:
            self._next()

    def _refuse(self, status: int) -> None:
        self._busy = True
        self._answer(Response(status, b'{"error":{"type":"invalid_request_error","message":"Bad HTTP request."}}'),
                     False, False)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)
