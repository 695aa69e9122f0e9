"""One pool a process, plain transactions, rows as dicts. The use case opens the transaction and it shows."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps
from psycopg_pool import ConnectionPool

from services.kit import deadline, json

Conn = psycopg.Connection[DictRow]
Row = dict[str, Any]

set_json_dumps(json.dumps_bytes)


class Database:
    def __init__(self, url: str, *, size: int = 10, statement_timeout_ms: int = 15_000) -> None:
        self.url, self._most = url, statement_timeout_ms
        self._pool: ConnectionPool[Conn] = ConnectionPool(
            url, min_size=1, max_size=size, open=False, timeout=10, max_idle=30,
            check=ConnectionPool.check_connection if size == 1 else None,
            kwargs={
                "row_factory": dict_row, "autocommit": True, "prepare_threshold": 3,
                "options": f"-c statement_timeout={statement_timeout_ms} -c idle_in_transaction_session_timeout=60000 "
                           "-c timezone=UTC",
            },
        )

    def open(self) -> Database:
        self._pool.open()
        return self

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def transaction(self) -> Iterator[Conn]:
        """READ COMMITTED; commits at the end, rolls back on any exception. A connection that the server
        dropped (restart, failover) is replaced before first use."""
        with self._connection() as conn, conn.transaction():
            yield conn

    @contextmanager
    def reading(self) -> Iterator[Conn]:
        """Autocommit statements, each on its own snapshot."""
        with self._connection() as conn:
            yield conn

    @contextmanager
    def _connection(self) -> Iterator[Conn]:
        conn = self._living()
        try:
            self._limit(conn)
            yield conn
        except psycopg.OperationalError:
            if conn.closed or conn.broken:
                self._pool.check()
            raise
        finally:
            self._pool.putconn(conn)

    def _limit(self, conn: Conn) -> None:
        """No statement runs longer than its request has time for. Raises DeadlineExceeded.

        The connection keeps what it was told last, in steps of a quarter: asking again costs a round trip, and most requests
        have as much time as the one before them.
        """
        left = deadline.remaining_ms()
        if left == 0:
            raise deadline.DeadlineExceeded()
        wanted = self._most if left is None else min(self._most, _step(left))
        if wanted != getattr(conn, "bangfu_timeout", self._most):
            conn.execute(f"SET statement_timeout = {wanted}")
            conn.bangfu_timeout = wanted  # type: ignore[attr-defined]

    def _living(self) -> Conn:
        """A connection whose server has not hung up while it lay idle: after a restart of PostgreSQL no request fails for it.

        An idle connection has nothing to read but that farewell; looking costs a system call, asking the server a round trip.
        """
        while True:
            conn = self._pool.getconn()
            if conn.closed or not _has_news(conn):
                return conn
            conn.close()
            self._pool.putconn(conn)


def _step(milliseconds: int) -> int:
    """The least step that is not below: 20, 25, 31 …, 15259 …"""
    return next((s for s in _STEPS if s >= milliseconds), _STEPS[-1])


_STEPS = [int(20 * 1.25**n) for n in range(40)]


def _has_news(conn: Conn) -> bool:
    poller = select.poll()
    poller.register(conn.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))


def connect(url: str, **kwargs: Any) -> Conn:
    """A connection of its own, for what holds a session lock (relay, readers)."""
    return psycopg.connect(url, row_factory=dict_row, autocommit=True, options="-c timezone=UTC", **kwargs)


def one(conn: Conn, sql: str, params: Any = None) -> Row | None:
    return conn.execute(sql, params).fetchone()


def every(conn: Conn, sql: str, params: Any = None) -> list[Row]:
    return conn.execute(sql, params).fetchall()


def value(conn: Conn, sql: str, params: Any = None) -> Any:
    """The first column of the first row, None without a row."""
    row = conn.execute(sql, params).fetchone()
    return None if row is None else next(iter(row.values()))
