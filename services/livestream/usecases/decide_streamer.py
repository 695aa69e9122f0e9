"""The county approves or rejects an application; approval grants the role."""

from __future__ import annotations

from uuid import UUID

from services.events.livestream import LiveMembershipGranted
from services.kit import audit
from services.kit.db import Conn, Database, Row
from services.kit.errors import NotFound, WrongState
from services.kit.outbox import publish
from services.kit.principal import Principal, Role
from services.livestream.store import streamers
from services.livestream.usecases.access import require_county


def approve_streamer(db: Database, who: Principal, streamer_id: UUID) -> None:
    """The membership goes out with the approval, so a crash between the two loses nobody."""
    with db.transaction() as conn:
        row = _open(conn, who, streamer_id)
        version = streamers.decide(conn, streamer_id, "approved", who.subject)
        publish(conn, LiveMembershipGranted(account_id=row["account_id"], role=Role.STREAMER.value, scope=str(streamer_id)), version)
        audit.record(conn, who, "streamer:approve", f"streamer:{streamer_id}")


def reject_streamer(db: Database, who: Principal, streamer_id: UUID, reason: str) -> None:
    with db.transaction() as conn:
        _open(conn, who, streamer_id)
        streamers.decide(conn, streamer_id, "rejected", who.subject, reason)
        audit.record(conn, who, "streamer:reject", f"streamer:{streamer_id}", reason=reason)


def _open(conn: Conn, who: Principal, streamer_id: UUID) -> Row:
    row = streamers.lock(conn, streamer_id)
    if row is None:
        raise NotFound()
    require_county(who, row["county_code"])
    if row["state"] != "applied":
        raise WrongState(state=row["state"])
    return row
