"""Answers to public queries, at most a second old, by document, variables and language; dropped at once by a withdrawal.

Only what an anonymous caller got, and only when every root field of it is declared public and cacheable, is ever kept.
In the second half of an answer's second one caller asks anew while the others still get it: at no moment do all ask, and where
there is an answer young enough nobody waits.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import psycopg

from services.kit import json
from services.kit.db import connect
from services.kit.telemetry import log

MAX_ANSWER = 256 * 1024
WAIT_SECONDS = 2.0


def key_of(sha256: str, operation: str | None, variables: object, language: str) -> bytes:
    """The same question however it is spelled: by GET or POST, by text or hash, with its variables in any order."""
    return hashlib.blake2b(json.canonical([sha256, operation, variables or {}, language]), digest_size=20).digest()


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: bytes
    begun: float  # when it was asked for: its rows are of no earlier moment


@dataclass(frozen=True, slots=True)
class Ticket:
    """Held by the one who computes."""

    key: bytes
    generation: int
    begun: float
    done: threading.Event = field(default_factory=threading.Event)


class AnswerCache:
    """``seconds``: the greatest age of an answer; after half of it, it is asked for anew."""

    def __init__(self, seconds: float, entries: int = 2000, total_bytes: int = 32 * 1024 * 1024) -> None:
        self._seconds, self._entries, self._total = seconds, entries, total_bytes
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._refreshing: dict[bytes, Ticket] = {}
        self._spellings: OrderedDict[bytes, bytes] = OrderedDict()
        self._generation = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> bytes | None:
        """None also for the one who is to ask anew: he goes to `begin`."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = time.monotonic() - kept.begun
        if age < self._seconds / 2 or (age < self._seconds and key in self._refreshing):
            return kept.answer
        return None

    def begin(self, key: bytes) -> Ticket | bytes:
        """A ticket for the one who computes, or an answer: one young enough, or the one that somebody else is just computing."""
        with self._lock:
            running = self._refreshing.get(key)
            if running is None:
                ticket = self._refreshing[key] = Ticket(key, self._generation, time.monotonic())
                return ticket
            kept = self.get(key)
        if kept is None:
            running.done.wait(WAIT_SECONDS)
            kept = self.get(key)
        return Ticket(key, self._generation, time.monotonic()) if kept is None else kept

    def put(self, ticket: Ticket, answer: bytes | None) -> None:
        """``None``: nothing to keep. An answer begun before a purge is not kept."""
        with self._lock:
            if self._refreshing.get(ticket.key) is ticket:
                del self._refreshing[ticket.key]
            if answer is not None and len(answer) <= MAX_ANSWER and ticket.generation == self._generation:
                self._forget(ticket.key)
                self._kept[ticket.key] = _Kept(answer, ticket.begun)
                self._bytes += len(answer)
                self._drop_old()
        ticket.done.set()

    def _forget(self, key: bytes) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= len(old.answer)

    def _drop_old(self) -> None:
        """The oldest stand first."""
        expired = time.monotonic() - self._seconds
        while self._kept and next(iter(self._kept.values())).begun < expired:
            self._forget(next(iter(self._kept)))
        while len(self._kept) > self._entries or self._bytes > self._total:
            self._forget(next(iter(self._kept)))

    def purge(self) -> None:
        with self._lock:
            self._generation += 1
            self._kept.clear()
            self._bytes = 0

    def spelled(self, request: bytes) -> bytes | None:
        """The answer to a request by its bytes, when the question behind them is known."""
        key = self._spellings.get(request)
        return None if key is None else self.get(key)

    def spell(self, request: bytes, key: bytes) -> None:
        """These bytes ask that question: a fact that never changes."""
        with self._lock:
            self._spellings[request] = key
            if len(self._spellings) > self._entries:
                self._spellings.popitem(last=False)


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
