"""A key per (principal, operation): the effect once, the answer rendered anew from the stored reference.

The record is inserted in the transaction of the effect, so a crash leaves both or neither. Refusals by a rule are
not remembered: they raise, and the transaction takes nothing with it.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

from services.kit import json
from services.kit.db import Conn, one, value
from services.kit.errors import IdempotencyMismatch, InProgress

WAIT_SECONDS = 2.0


def fingerprint(command: Any) -> bytes:
    """Of the parsed command, so that spacing and key order do not matter."""
    return hashlib.sha256(json.canonical(command)).digest()


def lock_number(principal: str, operation: str, key: str) -> int:
    digest = hashlib.sha256(f"{principal}\0{operation}\0{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def find(conn: Conn, principal: str, operation: str, key: str, print_: bytes) -> str | None:
    """The reference of an earlier result, or None: then do the work and `remember` it in this transaction.

    Holds the key until the transaction ends. Raises IdempotencyMismatch (other content under the same key) or
    InProgress (another request with this key did not finish within two seconds).
    """
    number, deadline = lock_number(principal, operation, key), time.monotonic() + WAIT_SECONDS
    while not value(conn, "SELECT pg_try_advisory_xact_lock(%s)", [number]):
        if time.monotonic() > deadline:
            raise InProgress()
        time.sleep(0.02)
    row = one(conn, "SELECT fingerprint, reference FROM idempotency WHERE (principal, operation, key) = (%s, %s, %s)",
              [principal, operation, key])
    if row is None:
        return None
    if bytes(row["fingerprint"]) != print_:
        raise IdempotencyMismatch("idempotencyKey")
    return str(row["reference"])


def remember(conn: Conn, principal: str, operation: str, key: str, print_: bytes, reference: str) -> None:
    conn.execute("INSERT INTO idempotency (principal, operation, key, fingerprint, reference) VALUES (%s, %s, %s, %s, %s)",
                 [principal, operation, key, print_, reference])
