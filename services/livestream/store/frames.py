"""Frames for the viewers of a room. Left in the transaction as a NOTIFY, so that PostgreSQL sends them after commit, or never."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit import json
from services.kit.db import Conn

CHANNEL = "live_frames"


def leave(conn: Conn, session_id: UUID, kind: str, at: datetime, **facts: Any) -> None:
    """A hint, seldom over 300 bytes (PostgreSQL takes 8,000); the state itself is read by GET."""
    frame = {"type": kind, "session_id": session_id, "at": at, **facts}
    conn.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(frame)])
