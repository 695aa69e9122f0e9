"""Audit rows, written in the transaction of the change; the relay chains their hashes in order afterwards."""

from __future__ import annotations

import hashlib
from typing import Any

from psycopg.types.json import Jsonb

from services.kit import json
from services.kit.db import Conn, every, one
from services.kit.principal import Principal
from services.kit.telemetry import request_id


def record(conn: Conn, principal: Principal, act: str, subject: str, *, before: Any = None, after: Any = None,
           reason: str | None = None) -> None:
    """``act`` is ``subject:action`` from the service's closed list; ids only, never a name, phone or address."""
    conn.execute(
        "INSERT INTO audit (actor, act, subject, before, after, reason, request_id) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [principal.subject, act, subject, Jsonb(before), Jsonb(after), reason, request_id()])


def _hash(previous: bytes, row: dict[str, Any]) -> bytes:
    content = {k: row[k] for k in ("position", "at", "actor", "act", "subject", "before", "after", "reason", "request_id")}
    return hashlib.sha256(previous + json.canonical(content)).digest()


def chain(conn: Conn, limit: int = 1000) -> int:
    """Hash the rows that are not yet chained. Called by the relay, which is the only one of its service."""
    rows = every(conn, "SELECT * FROM audit WHERE hash IS NULL ORDER BY position LIMIT %s", [limit])
    if not rows:
        return 0
    last = one(conn, "SELECT hash FROM audit WHERE hash IS NOT NULL ORDER BY chained DESC NULLS LAST LIMIT 1")
    previous = bytes(last["hash"]) if last else b""
    for row in rows:
        digest = _hash(previous, row)
        conn.execute("UPDATE audit SET hash = %s, previous_hash = %s, chained = nextval('audit_chain') WHERE position = %s",
                     [digest, previous, row["position"]])
        previous = digest
    return len(rows)


def verify(conn: Conn) -> list[str]:
    """Positions whose chain does not hold; empty when nothing was altered."""
    broken, previous = [], b""
    for row in every(conn, "SELECT * FROM audit WHERE hash IS NOT NULL ORDER BY chained"):
        if bytes(row["previous_hash"]) != previous or _hash(previous, row) != bytes(row["hash"]):
            broken.append(str(row["position"]))
        previous = bytes(row["hash"])
    return broken
