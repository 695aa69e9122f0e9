"""What goes on beside requests and events: rooms are looked after once a second by one worker."""

from __future__ import annotations

import threading

import psycopg

from services.kit import clock
from services.kit.db import Database, connect, every, value
from services.kit.errors import DomainError
from services.kit.service import Context
from services.kit.telemetry import log
from services.livestream.store import viewers
from services.livestream.usecases.end_session import end_forgotten
from services.livestream.usecases.unlink_gone import unlink_expired

EVERY_SECONDS = 1.0


def tend_rooms(context: Context, stop: threading.Event) -> None:
    """Until ``stop``; active in one process at a time, by a session lock."""
    while not stop.is_set():
        try:
            with connect(context.settings.database_url) as lock:
                if not value(lock, "SELECT pg_try_advisory_lock(hashtext('live-rooms'))"):
                    stop.wait(1)
                    continue
                while not stop.wait(EVERY_SECONDS):
                    value(lock, "SELECT 1")
                    tend_once(context.db)
        except (psycopg.Error, DomainError, OSError) as error:
            log.warning("rooms_wait", error=type(error).__name__, detail=str(error)[:200])
            stop.wait(1)


def tend_once(db: Database) -> None:
    """Expired products leave, viewers who went away are counted out, forgotten sessions end."""
    unlink_expired(db)
    with db.reading() as conn:
        live = [row["session_id"] for row in every(conn, "SELECT session_id FROM live_sessions WHERE state = 'live'")]
    for session_id in live:
        with db.transaction() as conn:
            viewers.look(conn, session_id, clock.now(conn))
    if live:
        end_forgotten(db)
