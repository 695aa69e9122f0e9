"""The host goes live."""

from __future__ import annotations

from uuid import UUID

from services.events.livestream import SessionStarted
from services.kit import audit, clock
from services.kit.db import Database
from services.kit.outbox import publish
from services.kit.principal import Principal
from services.kit.time import business_date
from services.livestream.domain.errors import StreamerNotApproved
from services.livestream.store import frames, sessions, streamers
from services.livestream.usecases.access import require_host


def start_session(db: Database, who: Principal, session_id: UUID) -> None:
    """Raises WrongState, AlreadyLive (one live session a streamer), StreamerNotApproved."""
    with db.transaction() as conn:
        session = sessions.lock(conn, session_id)
        require_host(conn, who, session)
        state = session.after("start")
        streamer = streamers.find(conn, session.streamer_id)
        if streamer is None or streamer["state"] != "approved":
            raise StreamerNotApproved()
        now = clock.now(conn)
        version = sessions.start(conn, session_id, state, now, business_date(now))
        publish(conn, SessionStarted(
            session_id=session_id, session_no=session.session_no, title=session.title, streamer_id=session.streamer_id,
            county_code=session.county_code, started_at=now), version)
        frames.leave(conn, session_id, "started", now)
        audit.record(conn, who, "session:start", f"session:{session_id}")
