"""The simulator's memory: one SQLite file.

Objects are documents (the JSON that the API shows, and a private part that it does not) with the few links that lists
and searches go by. Calls of one turn of the event loop share one commit (`Store.after_commit`): an answer leaves only
after its change is on disk. WAL with synchronous=FULL, because a shared commit costs a fraction of a millisecond.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
    created INTEGER NOT NULL, data TEXT NOT NULL, private TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_listed ON objects (kind, account, seq);
CREATE TABLE IF NOT EXISTS links (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    request TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (account, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, type TEXT NOT NULL,
    due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending',
    status INTEGER, error TEXT, at REAL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due, id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, task TEXT NOT NULL, object TEXT NOT NULL,
    account TEXT NOT NULL, args TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS timers_due ON timers (due);
CREATE TABLE IF NOT EXISTS movements (
    account TEXT NOT NULL, currency TEXT NOT NULL, net INTEGER NOT NULL, available_on INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS controls (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = 1;
"""

_LINKED = {
    "payment_intent": ("customer",),
    "payment_method": ("customer", "type"),
    "charge": ("payment_intent", "customer", "transfer_group"),
    "refund": ("charge", "payment_intent"),
    "event": ("type",),
    "customer": ("email",),
    "transfer": ("destination", "transfer_group"),
    "transfer_reversal": ("transfer",),
    "dispute": ("charge", "payment_intent"),
    "balance_transaction": ("source", "type"),
}


@dataclass
class Doc:
    """One object. `data` is what the API shows; `private` is the simulator's own. `seq` is None until stored."""

    kind: str
    id: str
    account: str
    data: dict[str, Any]
    private: dict[str, Any] = field(default_factory=dict)
    seq: int | None = None
    linked: frozenset[tuple[str, str]] = frozenset()

    def links(self) -> frozenset[tuple[str, str]]:
        rows = {(name, str(value)) for name in _LINKED.get(self.kind, ()) if (value := self.data.get(name))}
        if self.kind != "event":
            rows.update((f"metadata.{key}", value) for key, value in (self.data.get("metadata") or {}).items())
        return frozenset(rows)


def dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Store:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA busy_timeout = 2000")
        # One process a file: a second simulator on the same state would deliver every webhook twice.
        self.db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(_SCHEMA)
        self._waiting: list[Callable[[bool], None]] = []
        self.schedule_commit: Callable[[], None] = lambda: None

    def close(self) -> None:
        self.commit()
        self.db.close()

    # Transactions

    def begin(self) -> None:
        """Opens the transaction that this turn of the loop shares, if it is not open already."""
        if not self.db.in_transaction:
            self.db.execute("BEGIN IMMEDIATE")
            self.schedule_commit()

    def after_commit(self, then: Callable[[bool], None]) -> None:
        """Calls `then(True)` once everything written so far is on disk, `then(False)` if it was rolled back."""
        if self.db.in_transaction:
            self._waiting.append(then)
        else:
            then(True)

    def commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        kept = True
        if self.db.in_transaction:
            try:
                self.db.execute("COMMIT")
            except sqlite3.Error:
                kept = False
                self.rollback()
        for then in waiting:
            then(kept)

    def rollback(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        for then in waiting:
            then(False)

    # Objects

    _COLUMNS = "seq, id, kind, account, data, private"

    @staticmethod
    def _doc(row: tuple[Any, ...]) -> Doc:
        doc = Doc(row[2], row[1], row[3], json.loads(row[4]), json.loads(row[5]), row[0])
        doc.linked = doc.links()
        return doc

    def find(self, id: str) -> Doc | None:
        row = self.db.execute(f"SELECT {self._COLUMNS} FROM objects WHERE id = ?", (id,)).fetchone()  # noqa: S608
        return self._doc(row) if row else None

    def write(self, doc: Doc) -> None:
        self.begin()
        if doc.seq is None:
            cursor = self.db.execute(
                "INSERT INTO objects (id, kind, account, created, data, private) VALUES (?, ?, ?, ?, ?, ?)",
                (doc.id, doc.kind, doc.account, doc.data.get("created", 0), dumps(doc.data), dumps(doc.private)),
            )
            doc.seq = cursor.lastrowid
        else:
            self.db.execute(
                "UPDATE objects SET data = ?, private = ? WHERE seq = ?",
                (dumps(doc.data), dumps(doc.private), doc.seq),
            )
        links = doc.links()
        if links != doc.linked:
            self.db.executemany(
                "DELETE FROM links WHERE kind = ? AND name = ? AND value = ? AND seq = ?",
                [(doc.kind, name, value, doc.seq) for name, value in doc.linked - links],
            )
            self.db.executemany(
                "INSERT INTO links (kind, name, value, seq) VALUES (?, ?, ?, ?)",
                [(doc.kind, name, value, doc.seq) for name, value in links - doc.linked],
            )
            doc.linked = links

    def delete(self, doc: Doc) -> None:
        self.begin()
        self.db.execute("DELETE FROM objects WHERE seq = ?", (doc.seq,))
        self.db.executemany(
            "DELETE FROM links WHERE kind = ? AND name = ? AND value = ? AND seq = ?",
            [(doc.kind, name, value, doc.seq) for name, value in doc.linked],
        )

    def listed(
        self,
        kind: str,
        account: str,
        links: dict[str, str],
        *,
        before: int | None = None,
        after: int | None = None,
        created: tuple[int, int] = (0, 1 << 60),
        limit: int,
    ) -> list[Doc]:
        """Newest first. `before` and `after` are places (`seq`) exclusive; with `after` the nearest ones are taken."""
        # Start from the first link: SQLite keeps the order of a CROSS JOIN, and links are few, objects many.
        source, where, values = "objects o", [], list[Any]()
        for number, (name, value) in enumerate(links.items()):
            source = f"links l{number} CROSS JOIN {source}"
            where.append(f"l{number}.kind = ? AND l{number}.name = ? AND l{number}.value = ? AND l{number}.seq = o.seq")
            values += [kind, name, value]
        where += ["o.kind = ?", "o.account = ?", "o.created BETWEEN ? AND ?"]
        values += [kind, account, *created]
        if before is not None:
            where.append("o.seq < ?")
            values.append(before)
        if after is not None:
            where.append("o.seq > ?")
            values.append(after)
        order = "ASC" if after is not None else "DESC"
        columns = ", ".join(f"o.{column.strip()}" for column in self._COLUMNS.split(","))
        rows = self.db.execute(
            f"SELECT {columns} FROM {source} WHERE {' AND '.join(where)} ORDER BY o.seq {order} LIMIT ?",  # noqa: S608
            (*values, limit),
        ).fetchall()
        return [self._doc(row) for row in (reversed(rows) if after is not None else rows)]

    def scan(self, kind: str, account: str, links: dict[str, str], before: int | None) -> Iterator[Doc]:
        """All of a kind, newest first, in pages."""
        while page := self.listed(kind, account, links, before=before, limit=200):
            yield from page
            before = page[-1].seq

    def pending_webhooks(self, event: str) -> int:
        """Deliveries of that event that have not succeeded yet."""
        row = self.db.execute(
            "SELECT count(*) FROM deliveries WHERE event = ? AND state = 'pending'", (event,)
        ).fetchone()
        return int(row[0])

    def undelivered_webhooks(self, event: str) -> int:
        """Deliveries of that event that wait or were given up."""
        row = self.db.execute(
            "SELECT count(*) FROM deliveries WHERE event = ? AND state <> 'delivered'", (event,)
        ).fetchone()
        return int(row[0])

    # Balance

    def move(self, account: str, currency: str, net: int, available_on: int) -> None:
        self.begin()
        self.db.execute("INSERT INTO movements VALUES (?, ?, ?, ?)", (account, currency, net, available_on))

    def balance(self, account: str, now: int) -> dict[str, tuple[int, int]]:
        """Per currency (available, pending)."""
        rows = self.db.execute(
            "SELECT currency, sum(CASE WHEN available_on <= ? THEN net ELSE 0 END),"
            " sum(CASE WHEN available_on > ? THEN net ELSE 0 END) FROM movements WHERE account = ? GROUP BY currency",
            (now, now, account),
        ).fetchall()
        return {currency: (available, pending) for currency, available, pending in rows}

    # Answers by idempotency key

    def answered(self, account: str, key: str) -> tuple[str, int, bytes, str] | None:
        """(fingerprint, status, body, first request's id)."""
        row = self.db.execute(
            "SELECT fingerprint, status, body, request FROM idempotency WHERE account = ? AND key = ?", (account, key)
        ).fetchone()
        return tuple(row) if row else None

    def remember(
        self, account: str, key: str, fingerprint: str, status: int, body: bytes, request: str, now: int
    ) -> None:
        self.begin()
        self.db.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
            (account, key, fingerprint, status, body, request, now),
        )

    def forget_answers(self, before: int) -> None:
        self.begin()
        self.db.execute("DELETE FROM idempotency WHERE created < ?", (before,))

    # Controls

    def control(self, name: str) -> Any:
        row = self.db.execute("SELECT value FROM controls WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_control(self, name: str, value: Any) -> None:
        self.begin()
        self.db.execute(
            "INSERT INTO controls VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, dumps(value)),
        )
