"""The streamer names who may pin and link on a second device."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit
from services.kit.db import Database
from services.kit.principal import Principal
from services.livestream.store import sessions
from services.livestream.usecases.access import require_streamer


def name_controller(db: Database, who: Principal, session_id: UUID, account_id: UUID) -> None:
    with db.transaction() as conn:
        session = sessions.lock(conn, session_id)
        require_streamer(who, session)
        session.require("name_controller")
        sessions.add_controller(conn, session_id, account_id)
        audit.record(conn, who, "session:name_controller", f"session:{session_id}", after={"account_id": account_id})
