"""The only way to publish: a row beside the change, in its transaction. The relay numbers it after commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import BaseModel

from services.events.base import Event
from services.kit.db import Conn, every
from services.kit.ids import new_id
from services.kit.telemetry import request_id

Lane = Literal["live", "import"]
LANES: tuple[Lane, ...] = ("live", "import")
MAX_LINES = 500

INSERT = ("INSERT INTO outbox (lane, event_id, name, version, key, aggregate_version, request_id, payload) "
          "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)")


class Envelope(BaseModel):
    """What readers see. ``seq`` has no holes within (source, lane); ``aggregate_version`` rises within a key."""

    source: str
    lane: str
    seq: int
    event_id: UUID
    name: str
    version: int
    key: str
    aggregate_version: int
    occurred_at: datetime
    request_id: str | None = None
    payload: dict[str, Any]


def row_of(event: Event, aggregate_version: int, lane: Lane = "live") -> list[Any]:
    """Parameters of INSERT, for writers that send it in a pipeline."""
    return [lane, new_id(), event.event_name(), event.schema_version, event.key(), aggregate_version, request_id(),
            Jsonb(event.model_dump(mode="json"))]


def publish(conn: Conn, event: Event, aggregate_version: int, lane: Lane = "live") -> None:
    """Raise the aggregate's version under its lock first, so that order of insert is order of version within a key."""
    conn.execute(INSERT, row_of(event, aggregate_version, lane))


def publish_many(conn: Conn, events: Iterable[tuple[Event, int]], lane: Lane = "live") -> None:
    with conn.cursor() as cursor:
        cursor.executemany(INSERT, (row_of(event, version, lane) for event, version in events))


def replay(conn: Conn, source: str, lane: str, after: int, limit: int) -> list[Envelope]:
    """The numbered events after ``after``, from the outbox itself."""
    rows = every(conn, "SELECT * FROM outbox WHERE lane = %s AND seq > %s ORDER BY seq LIMIT %s", [lane, after, limit])
    return [Envelope(source=source, **{k: v for k, v in row.items() if k != "position"}) for row in rows]
