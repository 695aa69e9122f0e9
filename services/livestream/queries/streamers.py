"""Streamers: one's own, a county's queue, or all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.errors import NotFound
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role
from services.livestream.usecases.access import SEES_ALL

SELECT = ("SELECT s.streamer_id, s.account_id, h.handle, s.county_code, s.state, s.reason, s.applied_at, s.decided_at "
          "FROM streamers s LEFT JOIN handles h ON h.owner_id = s.streamer_id WHERE ")


@dataclass(frozen=True)
class StreamerView:
    streamer_id: UUID
    account_id: UUID
    handle: str | None
    county_code: str
    state: str
    reason: str | None
    applied_at: datetime
    decided_at: datetime | None


def _scope(who: Principal) -> tuple[str, dict[str, Any]]:
    if any(who.has(role) for role in SEES_ALL):
        return "true", {}
    return ("(s.account_id::text = %(subject)s OR s.county_code = ANY(%(counties)s))",
            {"subject": who.subject, "counties": who.scopes(Role.COUNTY_OFFICER)})


def get_streamer(conn: Conn, who: Principal, streamer_id: UUID) -> StreamerView:
    """Raises NotFound."""
    scope, params = _scope(who)
    rows = every(conn, f"{SELECT}{scope} AND s.streamer_id = %(id)s", {**params, "id": streamer_id})
    if not rows:
        raise NotFound()
    return StreamerView(**rows[0])


def list_streamers(conn: Conn, who: Principal, *, first: int, after: str | None, state: str | None) -> Page[StreamerView]:
    """Newest application first."""
    scope, params = _scope(who)
    conditions, key = [scope], decode_cursor(after, 2)
    if state is not None:
        conditions.append("s.state = %(state)s")
        params["state"] = state
    if key is not None:
        conditions.append("(s.applied_at, s.streamer_id) < (%(at)s::timestamptz, %(id)s::uuid)")
        params |= {"at": str(key[0]), "id": str(key[1])}
    rows = every(conn, f"{SELECT}{' AND '.join(conditions)} ORDER BY s.applied_at DESC, s.streamer_id DESC LIMIT %(limit)s",
                 {**params, "limit": first + 1})
    return page_of([StreamerView(**row) for row in rows], first, lambda view: [view.applied_at, view.streamer_id])
