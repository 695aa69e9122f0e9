"""An account asks to become a streamer."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit
from services.kit.db import Database
from services.kit.errors import Unauthenticated
from services.kit.ids import new_id
from services.kit.principal import Principal
from services.livestream.domain.errors import AlreadyApplied
from services.livestream.store import streamers


def apply_streamer(db: Database, who: Principal, handle: str, county_code: str) -> UUID:
    """→ streamer_id. Raises AlreadyApplied, Unauthenticated (a guest, a service)."""
    try:
        account_id = UUID(who.subject)
    except ValueError:
        raise Unauthenticated() from None
    streamer_id = new_id()
    with db.transaction() as conn:
        if not streamers.insert(conn, streamer_id, account_id, county_code, handle):
            raise AlreadyApplied()
        audit.record(conn, who, "streamer:apply", f"streamer:{streamer_id}", after={"county_code": county_code})
    return streamer_id
