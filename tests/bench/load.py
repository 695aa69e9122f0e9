"""A load generator that costs little: one process, keep-alive sockets, answers read by their Content-Length."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Outcome:
    seconds: float
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    sample: bytes = b""

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, q: float) -> float:
        """Seconds; nan without answers."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else float("nan")

    @property
    def median(self) -> float:
        return statistics.median(self.latencies) if self.latencies else float("nan")


def http_request(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    parts = urlsplit(url)
    lines = [
        f"{'GET' if body is None else 'POST'} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc}",
        *(f"{k}: {v}" for k, v in (headers or {}).items()),
    ]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


class _Client(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], outcome: Outcome, ends: float, accept: Callable[[int, bytes], bool]) -> None:
        self._requests, self._outcome, self._ends, self._accept = requests, outcome, ends, accept
        self._buffer, self._need, self._started = bytearray(), -1, 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._ends else None
        if request is None:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._started = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._need < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._need = end + 4 + length
        if len(self._buffer) >= self._need:
            answer, self._need = bytes(self._buffer[: self._need]), -1
            self._buffer.clear()
            if self._accept(int(answer[9:12]), answer):
                self._outcome.latencies.append(time.perf_counter() - self._started)
            else:
                self._outcome.failures += 1
            if not self._outcome.sample:
                self._outcome.sample = answer
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._outcome.failures += 1
            self.done.set_result(None)


def accepted(status: int, answer: bytes) -> bool:
    return status < 300 and b'"errors":[{' not in answer


async def _run(
    url: str, clients: int, seconds: float, requests: Callable[[int], Iterator[bytes]], accept: Callable[[int, bytes], bool]
) -> Outcome:
    parts, loop, outcome = urlsplit(url), asyncio.get_running_loop(), Outcome(seconds)
    started = time.perf_counter()
    protocols = []
    for number in range(clients):
        _, protocol = await loop.create_connection(
            lambda n=number: _Client(requests(n), outcome, started + seconds, accept), parts.hostname, parts.port
        )
        protocols.append(protocol)
    await asyncio.gather(*(p.done for p in protocols))
    outcome.seconds = time.perf_counter() - started
    return outcome


def run(
    url: str, clients: int, seconds: float, requests: Callable[[int], Iterator[bytes]], accept: Callable[[int, bytes], bool] = accepted
) -> Outcome:
    """``requests(client)`` gives that client's requests, whole; it stops with the time or when they end."""
    return asyncio.run(_run(url, clients, seconds, requests, accept))


def same(request: bytes) -> Callable[[int], Iterator[bytes]]:
    def endless(_client: int) -> Iterator[bytes]:
        while True:
            yield request

    return endless
