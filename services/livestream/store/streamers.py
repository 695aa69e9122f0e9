"""Streamers; what they are called stands in `handles` alone."""

from __future__ import annotations

from uuid import UUID

from services.kit.db import Conn, Row, one, value


def insert(conn: Conn, streamer_id: UUID, account_id: UUID, county_code: str, handle: str) -> bool:
    """False when the account has an application that was not rejected."""
    done = value(conn, "INSERT INTO streamers (streamer_id, account_id, county_code, state) VALUES (%s, %s, %s, 'applied') "
                 "ON CONFLICT (account_id) WHERE state <> 'rejected' DO NOTHING RETURNING true", [streamer_id, account_id, county_code])
    if done:
        save_handle(conn, streamer_id, "streamer", handle)
    return done is True


def save_handle(conn: Conn, owner_id: UUID, owner_kind: str, handle: str) -> None:
    conn.execute("INSERT INTO handles (owner_id, owner_kind, handle) VALUES (%s, %s, %s) "
                 "ON CONFLICT (owner_id) DO UPDATE SET handle = excluded.handle", [owner_id, owner_kind, handle])


def lock(conn: Conn, streamer_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM streamers WHERE streamer_id = %s FOR NO KEY UPDATE", [streamer_id])


def find(conn: Conn, streamer_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM streamers WHERE streamer_id = %s", [streamer_id])


def decide(conn: Conn, streamer_id: UUID, state: str, by: str, reason: str | None = None) -> int:
    """→ the new version."""
    version: int = value(conn, "UPDATE streamers SET state = %s, reason = %s, decided_by = %s, decided_at = bangfu_now(), "
                         "version = version + 1 WHERE streamer_id = %s RETURNING version", [state, reason, by, streamer_id])
    return version
