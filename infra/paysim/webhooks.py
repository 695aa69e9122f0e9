"""Sends the events: signed, at least once, again with growing pauses until the shop answers 2xx.

What is to be sent stands in the `deliveries` table before the call that caused it is answered, so a killed simulator
sends it after its restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import sqlite3
import ssl
import sys
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from infra.paysim.store import Doc, Store
from infra.paysim.unit import WebhookMode

AT_ONCE = 8
TIMEOUT = 10.0
# Seconds before the second, third … attempt; then it is given up, after about three days.
PAUSES = (0.3, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, *(10_800,) * 4, *(21_600,) * 8)


def signature(secret: str, body: bytes, now: int) -> str:
    """The Stripe-Signature header."""
    digest = hmac.new(secret.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    return f"t={now},v1={digest}"


@dataclass(frozen=True)
class _Job:
    id: int
    event: str
    endpoint: str
    attempts: int
    body: bytes


class _Pool:
    """Kept-alive connections by (scheme, host, port)."""

    def __init__(self) -> None:
        self._free: dict[tuple[str, str, int], list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}

    async def post(self, url: SplitResult, headers: str, body: bytes) -> int:
        """The status of the answer. Raises OSError or asyncio errors when none came."""
        host, tls = url.hostname or "", url.scheme == "https"
        key = (url.scheme, host, url.port or (443 if tls else 80))
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        shown = host if url.port is None else f"{host}:{url.port}"
        head = f"POST {target} HTTP/1.1\r\nHost: {shown}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        message = head.encode("latin-1") + body
        free = self._free.setdefault(key, [])
        while free:
            # A kept connection may have been closed by the other side; then a fresh one is opened.
            pair = free.pop()
            if pair[1].is_closing() or pair[0].at_eof():
                pair[1].close()
                continue
            try:
                return await self._exchange(key, pair, message)
            except (OSError, asyncio.IncompleteReadError):
                pair[1].close()
        context = ssl.create_default_context() if tls else None
        pair = await asyncio.open_connection(host, key[2], ssl=context)
        return await self._exchange(key, pair, message)

    async def _exchange(
        self, key: tuple[str, str, int], pair: tuple[asyncio.StreamReader, asyncio.StreamWriter], message: bytes
    ) -> int:
        reader, writer = pair
        keep = False
        try:
            writer.write(message)
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = fields.get("content-length", "")
            status = int(first.split(" ")[1])
            if length.isdigit() and int(length) <= 65_536:
                await reader.readexactly(int(length))
                keep = fields.get("connection", "").lower() != "close"
            elif status == 204:
                keep = True
            return status
        finally:
            if keep:
                self._free[key].append(pair)
            else:
                writer.close()

    def close(self) -> None:
        for pairs in self._free.values():
            for _, writer in pairs:
                writer.close()


class Sender:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.mode = WebhookMode()
        self._pool = _Pool()
        self._under_way: set[int] = set()
        self._noted: dict[int, tuple[object, ...]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._endpoints: dict[str, Doc] = {}

    def wake(self) -> None:
        self._wake.set()

    def forget_endpoints(self) -> None:
        """An endpoint was made, changed or deleted."""
        self._endpoints.clear()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            pause = self._start_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.write_notes()
        self._pool.close()

    def _start_due(self) -> float:
        """Starts what is due, as far as there are free places; returns the seconds until the next look."""
        if self.mode.off or len(self._under_way) >= AT_ONCE:
            return 5.0
        if self.store.db.in_transaction:
            # What this would read is not kept yet.
            self.store.after_commit(lambda kept: self.wake())
            return 5.0
        now = time.time()
        rows = self.store.db.execute(
            "SELECT id, event, endpoint, attempts, due FROM deliveries WHERE state = 'pending' ORDER BY due, id LIMIT ?",
            (AT_ONCE + len(self._under_way) + len(self._noted),),
        ).fetchall()
        for id, event, endpoint, attempts, due in rows:
            if id in self._under_way or id in self._noted:
                continue
            if due > now:
                return max(0.0, min(5.0, float(due) - now))
            if len(self._under_way) >= AT_ONCE:
                return 5.0
            body = self.store.db.execute("SELECT data FROM objects WHERE id = ?", (event,)).fetchone()[0].encode()
            self._under_way.add(id)
            task = asyncio.create_task(self._send(_Job(id, event, endpoint, attempts, body)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return 5.0

    def _endpoint(self, id: str) -> Doc | None:
        if id not in self._endpoints:
            doc = self.store.find(id)
            if doc is None:
                return None
            self._endpoints[id] = doc
        return self._endpoints[id]

    async def _send(self, job: _Job) -> None:
        endpoint = self._endpoint(job.endpoint)
        status: int | None = None
        error: str | None = None
        if endpoint is None or endpoint.data["status"] != "enabled":
            self._note(job, None, "the endpoint is gone or disabled", given_up=True)
            return
        secret = endpoint.private["secret"] if not self.mode.wrong_signature else "whsec_not_the_secret"
        headers = (
            "User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n"
            "Accept: */*; q=0.5, application/xml\r\nCache-Control: no-cache\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            f"Stripe-Signature: {signature(secret, job.body, int(time.time()))}\r\n"
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await self._pool.post(urlsplit(endpoint.data["url"]), headers, job.body)
        except TimeoutError:
            error = "timed out"
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as problem:
            error = f"{type(problem).__name__}: {problem}"[:200]
        self._note(job, status, error)

    def _note(self, job: _Job, status: int | None, error: str | None, *, given_up: bool = False) -> None:
        """Writes the attempt down, a few together. Losing this note costs a repeated webhook, never a lost one."""
        now = time.time()
        delivered = status is not None and 200 <= status < 300
        last = given_up or job.attempts >= len(PAUSES)
        state = "delivered" if delivered else "failed" if last else "pending"
        pause = 0.0 if state != "pending" else PAUSES[job.attempts]
        if not self._noted:
            asyncio.get_running_loop().call_later(0.02, self.write_notes)
        self._noted[job.id] = (state, status, error, now, now + pause, job.id)
        self._under_way.discard(job.id)
        self.wake()

    def write_notes(self) -> None:
        if not self._noted:
            return
        try:
            self.store.begin()
            self.store.db.executemany(
                "UPDATE deliveries SET attempts = attempts + 1, state = ?, status = ?, error = ?, at = ?, due = ?"
                " WHERE id = ?",
                list(self._noted.values()),
            )
        except sqlite3.Error as problem:
            print(f"paysim: deliveries could not be written down: {problem}", file=sys.stderr)
            asyncio.get_running_loop().call_later(1.0, self.write_notes)
            return
        self._noted.clear()
        self.wake()


def listed(store: Store, event: str | None, state: str | None, limit: int) -> list[dict[str, object]]:
    """Deliveries for the control API, newest first."""
    where, values = ["1 = 1"], list[object]()
    for name, value in (("event", event), ("state", state)):
        if value is not None:
            where.append(f"{name} = ?")
            values.append(value)
    names = ("id", "event", "endpoint", "type", "due", "attempts", "state", "status", "error", "at", "created")
    query = f"SELECT {', '.join(names)} FROM deliveries WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"  # noqa: S608
    rows = store.db.execute(query, (*values, limit)).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


__all__ = ["Sender", "listed", "signature"]
