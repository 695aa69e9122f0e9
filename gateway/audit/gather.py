"""Gathers what the services' relays have chained, row by row checked, and notes the heads in the object store.

Gathering asks each service for its rows behind the last one kept here: nothing is lost with Redis, nothing is kept twice.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any

import psycopg
from minio.error import InvalidResponseError, S3Error
from prometheus_client import Gauge
from psycopg_pool import PoolTimeout
from urllib3.exceptions import HTTPError

from gateway.audit import heads, store
from services.kit import audit
from services.kit.db import Conn, Row
from services.kit.errors import DomainError
from services.kit.locks import SessionLocks
from services.kit.service import Context
from services.kit.telemetry import log

SOURCES = ("gateway", "catalog", "orders", "livestream", "reporting")
PAGE = 500
EVERY_SECONDS = 1.0
NOTE_SECONDS = 3600.0
LOCK = "audit:gather"

AUDIT_BROKEN = Gauge("bangfu_audit_broken", "1: the service's next audit row does not follow from the one gathered before", ["service"])


class ChainBroken(Exception):
    """What a service sends does not continue what was gathered: somebody changed its rows. Nothing more is gathered of it."""


def gather_forever(context: Context, stop: threading.Event) -> None:
    """One process gathers; the lock passes to another when it ends. At its end it notes the heads: `down` comes this way."""
    locks = SessionLocks(context.settings.database_url)
    held, next_note = False, 0.0
    while not stop.wait(EVERY_SECONDS):
        try:
            held = locks.hold(LOCK) and locks.still(LOCK)
        except psycopg.Error:
            held = False
        if not held:
            continue
        gather_all(context)
        if time.monotonic() >= next_note and note(context):
            next_note = time.monotonic() + NOTE_SECONDS
    if held:
        gather_all(context)
        note(context)
    locks.close()


def gather_all(context: Context) -> None:
    for service in SOURCES:
        try:
            while gather(context, service) == PAGE:
                pass
            AUDIT_BROKEN.labels(service).set(0)
        except ChainBroken as error:
            AUDIT_BROKEN.labels(service).set(1)
            log.error("audit_chain_broken", source=service, detail=str(error))
        except (DomainError, psycopg.Error, PoolTimeout, OSError) as error:
            log.warning("audit_gather_waits", source=service, error=type(error).__name__, detail=str(error)[:200])


def gather(context: Context, service: str) -> int:
    """One page of a service's rows into the copy, in one transaction. Returns how many. Raises ChainBroken."""
    with context.db.reading() as conn:
        seq, previous = store.head(conn, service)
    rows = _rows(context, service, seq)
    if not rows:
        return 0
    for row in rows:
        seq += 1
        if row["seq"] != seq or row["previous_hash"] != previous or audit.digest(previous, row) != row["hash"]:
            raise ChainBroken(f"seq {row['seq']} ({row['act']} on {row['subject']}) does not follow from seq {seq - 1} as gathered")
        previous = row["hash"]
    with context.db.transaction() as conn:
        store.insert_many(conn, service, rows)
    return len(rows)


def _rows(context: Context, service: str, after: int) -> list[Row]:
    if service == "gateway":
        with context.db.reading() as conn:
            entries = audit.page(conn, after, PAGE)
    else:
        entries = context.clients[service].get("/internal/audit", {"after": after, "limit": PAGE})["entries"]
    return [_typed(entry) for entry in entries]


def _typed(entry: dict[str, Any]) -> Row:
    at = entry["at"]
    return entry | {
        "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
        "hash": bytes.fromhex(entry["hash"]),
        "previous_hash": bytes.fromhex(entry["previous_hash"]),
    }


def note(context: Context) -> bool:
    """The heads of all copies as a small signed object, if they have moved since the last. False: try again soon."""
    try:
        with context.db.reading() as conn:
            found, last = store.heads(conn), store.last_noted(conn)
        if found and (last is None or last["heads"] != found):
            heads.write(context, found, last["object_key"] if last else None)
        return bool(found)
    except (DomainError, psycopg.Error, PoolTimeout, S3Error, InvalidResponseError, HTTPError, OSError) as error:
        log.warning("audit_heads_wait", error=type(error).__name__, detail=str(error)[:200])
        return False


def gathered(conn: Conn) -> dict[str, int]:
    """service → the last number in the copy."""
    return {service: store.head(conn, service)[0] for service in SOURCES}
