"""The session ends: its participants are counted once and for all, and attribution closes after the grace."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.events.livestream import SessionEnded
from services.kit import audit, clock
from services.kit.db import Conn, Database, every
from services.kit.errors import WrongState
from services.kit.outbox import publish
from services.kit.principal import Grant, Principal, Role
from services.livestream.domain.session import MAX_HOURS, Session
from services.livestream.store import frames, sessions, viewers
from services.livestream.usecases.access import require_host

ITSELF = Principal("service:livestream", (Grant(Role.SERVICE, "livestream"),))


def end_session(db: Database, who: Principal, session_id: UUID) -> None:
    """By its host or an officer of its county. Raises WrongState when it is not live."""
    with db.transaction() as conn:
        viewers.close_door(conn, session_id)
        session = sessions.lock(conn, session_id)
        if not who.has(Role.COUNTY_OFFICER, session.county_code):
            require_host(conn, who, session)
        _end(conn, who, session, None)


def end_forgotten(db: Database) -> int:
    """Sessions whose host went away end by themselves after a day, at that moment. → how many."""
    with db.reading() as conn:
        rows = every(conn, "SELECT session_id FROM live_sessions WHERE state = 'live' AND started_at < bangfu_now() - %s * interval '1 h'",
                     [MAX_HOURS])
    for row in rows:
        with db.transaction() as conn:
            viewers.close_door(conn, row["session_id"])
            session = sessions.lock(conn, row["session_id"])
            if session.state == "live" and session.started_at is not None:
                _end(conn, ITSELF, session, session.started_at + timedelta(hours=MAX_HOURS))
    return len(rows)


def _end(conn: Conn, who: Principal, session: Session, at: datetime | None) -> None:
    state = session.after("end")
    if session.started_at is None or session.business_date is None:
        raise WrongState(state=session.state)
    now = clock.now(conn)
    ended_at = at or now
    sessions.unpin(conn, session.session_id, ended_at)
    counts = viewers.count(conn, session.session_id, now)
    version = sessions.end(conn, session.session_id, state, ended_at, counts.participants)
    publish(conn, SessionEnded(
        session_id=session.session_id, session_no=session.session_no, title=session.title, county_code=session.county_code,
        started_at=session.started_at, ended_at=ended_at, business_date=session.business_date, participants=counts.participants,
        peak=counts.peak), version)
    frames.leave(conn, session.session_id, "ended", now, participants=counts.participants, peak=counts.peak)
    audit.record(conn, who, "session:end", f"session:{session.session_id}",
                 after={"participants": counts.participants, "peak": counts.peak})
