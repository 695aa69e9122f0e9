"""A streamer announces a session, with the products he means to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.events.livestream import SessionScheduled
from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import Forbidden, InvalidInput, NotFound
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.livestream.domain.errors import StreamerNotApproved
from services.livestream.domain.session import check_starts_at, check_stream_url
from services.livestream.store import sessions, streamers
from services.livestream.usecases.link_products import link_into


def schedule_session(db: Database, who: Principal, *, title: str, starts_at: datetime | None = None, product_ids: Sequence[UUID] = (),
                     stream_url: str | None = None, streamer_id: UUID | None = None) -> UUID:
    """→ session_id. Raises PastDate, StreamLinkRefused, StreamerNotApproved, NotSellable."""
    if stream_url is not None:
        check_stream_url(stream_url)
    session_id = new_id()
    with db.transaction() as conn:
        streamer = _streamer(conn, who, streamer_id)
        now = clock.now(conn)
        if starts_at is not None:
            check_starts_at(starts_at, now)
        session = sessions.insert(conn, session_id, streamer["streamer_id"], streamer["county_code"], title, starts_at or now,
                                  business_date(now), stream_url)
        publish(conn, SessionScheduled(
            session_id=session_id, session_no=session.session_no, title=title, streamer_id=session.streamer_id,
            county_code=session.county_code, starts_at=session.starts_at), session.version)
        audit.record(conn, who, "session:schedule", f"session:{session_id}", after={"starts_at": session.starts_at})
        if product_ids:
            link_into(conn, who, session, product_ids)
    return session_id


def own_streamer(who: Principal, streamer_id: UUID | None) -> UUID:
    """The streamer that the caller speaks as. Raises Forbidden, NotFound (somebody else's), InvalidInput (several: say which)."""
    scopes = who.scopes(Role.STREAMER)
    if not scopes:
        raise Forbidden()
    if streamer_id is not None:
        if str(streamer_id) not in scopes:
            raise NotFound("streamer_id")
        return streamer_id
    if len(scopes) > 1:
        raise InvalidInput("streamer_id", ", ".join(scopes))
    return UUID(scopes[0])


def _streamer(conn: Conn, who: Principal, streamer_id: UUID | None) -> Row:
    row = streamers.find(conn, own_streamer(who, streamer_id))
    if row is None:
        raise NotFound("streamer_id")
    if row["state"] != "approved":
        raise StreamerNotApproved()
    return row
