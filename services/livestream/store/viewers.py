"""Who watched. One row a viewer and session makes a viewer count once, however often and from however many threads he joins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit.db import Conn, one, value
from services.livestream.store import frames

PRESENT_SECONDS = 45
HEARTBEAT_SECONDS = 15
LOOK_SECONDS = 1


@dataclass(frozen=True)
class Counts:
    watching: int
    participants: int
    peak: int


def enter_door(conn: Conn, session_id: UUID) -> None:
    """Shared: joins do not wait for each other, only for the end of the session. PostgreSQL queues this lock fairly."""
    conn.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"door:{session_id}"])


def close_door(conn: Conn, session_id: UUID) -> None:
    """Waits for the joins under way: after it, the count of participants is final."""
    conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"door:{session_id}"])


def seen(conn: Conn, session_id: UUID, viewer: str, now: datetime) -> None:
    conn.execute("INSERT INTO session_viewers (session_id, viewer, joined_at, seen_at) VALUES (%s, %s, %s, %s) "
                 "ON CONFLICT (session_id, viewer) DO UPDATE SET seen_at = greatest(session_viewers.seen_at, excluded.seen_at)",
                 [session_id, viewer, now, now])


def seen_again(conn: Conn, session_id: UUID, viewer: str, now: datetime) -> bool:
    """False when the viewer never joined."""
    return value(conn, "UPDATE session_viewers SET seen_at = greatest(seen_at, %s) WHERE (session_id, viewer) = (%s, %s) RETURNING true",
                 [now, session_id, viewer]) is True


def look(conn: Conn, session_id: UUID, now: datetime) -> Counts:
    """The counts, taken anew at most once a second and by one caller; others read what he found."""
    due = one(conn, "SELECT watching, participants FROM session_counts WHERE session_id = %s "
              "AND counted_at < %s - %s * interval '1 s' FOR NO KEY UPDATE SKIP LOCKED", [session_id, now, LOOK_SECONDS])
    if due is not None:
        counts = count(conn, session_id, now)
        if (counts.watching, counts.participants) != (due["watching"], due["participants"]):
            frames.leave(conn, session_id, "viewers", now, watching=counts.watching, participants=counts.participants)
        return counts
    row = one(conn, "SELECT watching, participants, peak FROM session_counts WHERE session_id = %s", [session_id])
    return Counts(**(row or {"watching": 0, "participants": 0, "peak": 0}))


def count(conn: Conn, session_id: UUID, now: datetime) -> Counts:
    row = one(conn, """
        UPDATE session_counts c SET watching = f.watching, participants = f.participants, peak = greatest(c.peak, f.watching),
            counted_at = %s
        FROM (SELECT count(*) AS participants, count(*) FILTER (WHERE seen_at > %s - %s * interval '1 s') AS watching
              FROM session_viewers WHERE session_id = %s) f
        WHERE c.session_id = %s RETURNING c.watching, c.participants, c.peak""", [now, now, PRESENT_SECONDS, session_id, session_id])
    return Counts(**(row or {"watching": 0, "participants": 0, "peak": 0}))
