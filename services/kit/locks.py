"""Named locks of a process on one connection: they end with it, however it ends. A backend a lock was 40 MB of PostgreSQL."""

from __future__ import annotations

import threading

import psycopg

from services.kit.db import Conn, connect, value


class SessionLocks:
    """Safe for threads. Losing the connection loses every lock; `still` then says so to each holder."""

    def __init__(self, url: str) -> None:
        self._url, self._guard = url, threading.Lock()
        self._conn: Conn | None = None
        self._held: set[str] = set()

    def hold(self, name: str) -> bool:
        """True when this process has the lock now. Raises psycopg.Error while the database is away."""
        with self._guard:
            try:
                if self._conn is None or self._conn.closed:
                    self._held.clear()
                    self._conn = connect(self._url)
                if name not in self._held and value(self._conn, "SELECT pg_try_advisory_lock(hashtext(%s))", [name]):
                    self._held.add(name)
                return name in self._held
            except psycopg.Error:
                self._drop()
                raise

    def still(self, name: str) -> bool:
        """Whether the lock is still ours, asked of the server itself."""
        with self._guard:
            if self._conn is None or name not in self._held:
                return False
            try:
                value(self._conn, "SELECT 1")
            except psycopg.Error:
                self._drop()
            return name in self._held

    def close(self) -> None:
        with self._guard:
            self._drop()

    def _drop(self) -> None:
        self._held.clear()
        if self._conn is not None:
            self._conn.close()
            self._conn = None
