"""A viewer comes in, and says from time to time that he is still there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, Database
from services.kit.principal import Principal
from services.livestream.domain.errors import NotJoined
from services.livestream.domain.session import Session
from services.livestream.store import sessions, viewers
from services.livestream.usecases.access import viewer_of


@dataclass(frozen=True)
class Presence:
    """``counted`` False: a host, who is no participant."""

    session_id: UUID
    watching: int
    participants: int
    counted: bool
    heartbeat_seconds: int = viewers.HEARTBEAT_SECONDS


def join_session(db: Database, who: Principal, session_id: UUID, named: str | None = None) -> Presence:
    """Raises SessionNotLive. Joining again is the same viewer."""
    viewer = viewer_of(who, named)
    with db.transaction() as conn:
        session = _inside(conn, session_id, "join")
        counted = not sessions.is_host(conn, session, viewer)
        now = clock.now(conn)
        if counted:
            viewers.seen(conn, session_id, viewer, now)
        counts = viewers.look(conn, session_id, now)
    return Presence(session_id, counts.watching, counts.participants, counted)


def heartbeat(db: Database, who: Principal, session_id: UUID, named: str | None = None) -> Presence:
    """Raises SessionNotLive, NotJoined."""
    viewer = viewer_of(who, named)
    with db.transaction() as conn:
        session = _inside(conn, session_id, "heartbeat")
        now = clock.now(conn)
        counted = viewers.seen_again(conn, session_id, viewer, now)
        if not counted and not sessions.is_host(conn, session, viewer):
            raise NotJoined()
        counts = viewers.look(conn, session_id, now)
    return Presence(session_id, counts.watching, counts.participants, counted)


def _inside(conn: Conn, session_id: UUID, act: str) -> Session:
    """The session as it is behind the door: while we are in here, it does not end."""
    viewers.enter_door(conn, session_id)
    session = sessions.find(conn, session_id)
    session.require(act)
    return session
