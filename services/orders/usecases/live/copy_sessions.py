"""Sessions as far as attribution needs them: when they began and ended."""

from __future__ import annotations

from services.events.livestream import SessionEnded, SessionStarted
from services.kit.db import Conn
from services.kit.outbox import Envelope

_UPSERT = """
    INSERT INTO live_sessions AS s (session_id, version, session_no, title, county_code, started_at, ended_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (session_id) DO UPDATE SET version = excluded.version, session_no = excluded.session_no, title = excluded.title,
        county_code = excluded.county_code, started_at = excluded.started_at, ended_at = excluded.ended_at
    WHERE s.version < excluded.version"""


def session_started(conn: Conn, event: SessionStarted, envelope: Envelope) -> None:
    conn.execute(_UPSERT, [event.session_id, envelope.aggregate_version, event.session_no, event.title, event.county_code,
                           event.started_at, None])


def session_ended(conn: Conn, event: SessionEnded, envelope: Envelope) -> None:
    conn.execute(_UPSERT, [event.session_id, envelope.aggregate_version, event.session_no, event.title, event.county_code,
                           event.started_at, event.ended_at])
