"""Live sessions, their links and pins. `lock` a session after its products, never before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import psycopg

from services.kit.db import Conn, Row, every, one, value
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.livestream.domain.errors import AlreadyLive
from services.livestream.domain.session import Session

COLUMNS = ("session_id, session_no, streamer_id, county_code, title, state, starts_at, started_at, ended_at, business_date, "
           "stream_url, participants, version")
SELECT = f"SELECT {COLUMNS} FROM live_sessions WHERE session_id = %s"  # noqa: S608 – constants
LOCK = f"{SELECT} FOR NO KEY UPDATE"
INSERT = ("INSERT INTO live_sessions (session_id, session_no, streamer_id, county_code, title, starts_at, stream_url) "  # noqa: S608
          f"VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {COLUMNS}")


def insert(conn: Conn, session_id: UUID, streamer_id: UUID, county_code: str, title: str, starts_at: datetime, day: date,
           stream_url: str | None) -> Session:
    number = value(conn, "SELECT nextval('session_numbers')")
    row = one(conn, INSERT, [session_id, f"ZC-{day:%Y%m%d}-{number:05d}", streamer_id, county_code, title, starts_at, stream_url])
    conn.execute("INSERT INTO session_counts (session_id) VALUES (%s)", [session_id])
    return Session(**(row or {}))


def find(conn: Conn, session_id: UUID) -> Session:
    """Raises NotFound."""
    row = one(conn, SELECT, [session_id])
    if row is None:
        raise NotFound()
    return Session(**row)


def lock(conn: Conn, session_id: UUID) -> Session:
    """Raises NotFound."""
    row = one(conn, LOCK, [session_id])
    if row is None:
        raise NotFound()
    return Session(**row)


def raise_version(conn: Conn, session_id: UUID) -> int:
    """Under the session's lock, before an event is published."""
    version: int = value(conn, "UPDATE live_sessions SET version = version + 1 WHERE session_id = %s RETURNING version", [session_id])
    return version


def start(conn: Conn, session_id: UUID, state: str, now: datetime, day: date) -> int:
    """Raises AlreadyLive when the streamer has another session that is live."""
    try:
        with conn.transaction():
            version: int = value(conn, "UPDATE live_sessions SET state = %s, started_at = %s, business_date = %s, version = version + 1 "
                                 "WHERE session_id = %s RETURNING version", [state, now, day, session_id])
            return version
    except psycopg.errors.UniqueViolation as error:
        raise AlreadyLive() from error


def end(conn: Conn, session_id: UUID, state: str, now: datetime, participants: int) -> int:
    version: int = value(conn, "UPDATE live_sessions SET state = %s, ended_at = %s, participants = %s, version = version + 1 "
                         "WHERE session_id = %s RETURNING version", [state, now, participants, session_id])
    return version


def is_controller(conn: Conn, session_id: UUID, subject: str) -> bool:
    return value(conn, "SELECT true FROM session_controllers WHERE session_id = %s AND account_id::text = %s",
                 [session_id, subject]) is True


def add_controller(conn: Conn, session_id: UUID, account_id: UUID) -> None:
    conn.execute("INSERT INTO session_controllers (session_id, account_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                 [session_id, account_id])


def is_host(conn: Conn, session: Session, subject: str) -> bool:
    """The streamer's own account, or a room controller of this session."""
    return value(conn, "SELECT EXISTS (SELECT FROM streamers WHERE streamer_id = %s AND account_id::text = %s) "
                 "OR EXISTS (SELECT FROM session_controllers WHERE session_id = %s AND account_id::text = %s)",
                 [session.streamer_id, subject, session.session_id, subject]) is True


def linked(conn: Conn, session_id: UUID) -> list[UUID]:
    """In the host's order."""
    return [row["product_id"] for row in every(
        conn, "SELECT product_id FROM session_products WHERE session_id = %s AND unlinked_at IS NULL ORDER BY position", [session_id])]


def link(conn: Conn, session_id: UUID, product_ids: Sequence[UUID], now: datetime) -> None:
    position = value(conn, "SELECT coalesce(max(position), 0) FROM session_products WHERE session_id = %s", [session_id])
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO session_products (session_id, product_id, position, linked_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (session_id, product_id) DO UPDATE SET position = excluded.position, linked_at = excluded.linked_at, "
            "unlinked_at = NULL, reason = NULL",
            [(session_id, product_id, position + i, now) for i, product_id in enumerate(product_ids, start=1)])


def unlink(conn: Conn, session_id: UUID, product_id: UUID, reason: str, now: datetime) -> bool:
    """False when it was not linked. A pin on it ends with the link."""
    done = value(conn, "UPDATE session_products SET unlinked_at = %s, reason = %s WHERE (session_id, product_id) = (%s, %s) "
                 "AND unlinked_at IS NULL RETURNING true", [now, reason, session_id, product_id])
    conn.execute("UPDATE session_pins SET unpinned_at = %s WHERE session_id = %s AND product_id = %s AND unpinned_at IS NULL",
                 [now, session_id, product_id])
    return done is True


def pin(conn: Conn, session_id: UUID, product_id: UUID, now: datetime) -> None:
    unpin(conn, session_id, now)
    conn.execute("INSERT INTO session_pins (session_id, pin_id, product_id, pinned_at) VALUES (%s, %s, %s, %s)",
                 [session_id, new_id(), product_id, now])


def pinned(conn: Conn, session_id: UUID) -> UUID | None:
    found: UUID | None = value(conn, "SELECT product_id FROM session_pins WHERE session_id = %s AND unpinned_at IS NULL", [session_id])
    return found


def unpin(conn: Conn, session_id: UUID, now: datetime) -> UUID | None:
    """→ the product that was pinned."""
    found: UUID | None = value(conn, "UPDATE session_pins SET unpinned_at = %s WHERE session_id = %s AND unpinned_at IS NULL "
                               "RETURNING product_id", [now, session_id])
    return found


def open_links(conn: Conn, product_ids: Sequence[UUID] | None = None) -> list[Row]:
    """(session_id, product_id) of links in sessions that have not ended, of these products or of all; sessions in id order."""
    return every(conn, "SELECT session_id, product_id FROM session_products JOIN live_sessions USING (session_id) "
                 "WHERE unlinked_at IS NULL AND state <> 'ended' AND (%s::uuid[] IS NULL OR product_id = ANY(%s)) ORDER BY session_id",
                 [product_ids, product_ids])
