"""Answers to public queries, kept for a second by the bytes of the request, and dropped at once by a withdrawal.

Only what an anonymous caller got, and only when every root field of it is declared public and cacheable, is ever kept.
While one caller refreshes an old answer the others wait for it rather than all asking.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

import psycopg

from services.kit.db import connect
from services.kit.telemetry import log


class AnswerCache:
    def __init__(self, seconds: float, entries: int = 2000) -> None:
        self._seconds, self._entries = seconds, entries
        self._kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._refreshing: dict[bytes, threading.Event] = {}
        self._generation = 0

    def get(self, key: bytes) -> bytes | None:
        entry = self._kept.get(key)
        if entry is None or entry[0] < time.monotonic():
            return None
        return entry[1]

    def begin(self, key: bytes) -> int | None:
        """A ticket for the one who computes; None after another's answer arrived (ask `get` again)."""
        with self._lock:
            waiting = self._refreshing.get(key)
            if waiting is None:
                self._refreshing[key] = threading.Event()
                return self._generation
        waiting.wait(timeout=2)
        return None if self.get(key) is not None else self._generation

    def put(self, key: bytes, ticket: int, answer: bytes | None) -> None:
        """``None``: nothing to keep. An answer begun before a purge is not kept."""
        with self._lock:
            event = self._refreshing.pop(key, None)
            if answer is not None and ticket == self._generation:
                self._kept[key] = (time.monotonic() + self._seconds, answer)
                self._kept.move_to_end(key)
                if len(self._kept) > self._entries:
                    self._kept.popitem(last=False)
        if event is not None:
            event.set()

    def purge(self) -> None:
        with self._lock:
            self._generation += 1
            self._kept.clear()


def listen_for_purges(database_url: str, cache: AnswerCache, stop: threading.Event) -> None:
    """In a thread of each gateway process; while the database is away nothing is served from the cache for longer than its second."""
    while not stop.is_set():
        try:
            with connect(database_url) as conn:
                conn.execute("LISTEN gateway_purge")
                while not stop.is_set():
                    for _ in conn.notifies(timeout=1, stop_after=1):
                        cache.purge()
        except psycopg.Error as error:
            log.warning("purge_listener_waits", error=type(error).__name__)
            stop.wait(0.5)
