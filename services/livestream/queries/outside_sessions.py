"""Outside sessions: the recorder's own, a county's, or all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.errors import NotFound
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role
from services.livestream.domain.outside import Line
from services.livestream.store import outside
from services.livestream.usecases.access import SEES_ALL

COLUMNS = ("session_id, session_no, state, recorder_role, recorder_scope, recorded_at, title, platform, county_code, started_at, ended_at, "
           "business_date, participants, peak, paid_fen, refund_fen, evidence, return_reason, confirmed_on, decided_at, import_id, "
           "import_line, version")
SELECT = f"SELECT {COLUMNS}, handle AS host FROM outside_sessions LEFT JOIN handles ON owner_id = session_id WHERE "  # noqa: S608 – constants


@dataclass(frozen=True)
class OutsideSessionView:
    """``recorder_scope``: merchant id, streamer id, county, or the import. ``lines`` None in lists."""

    session_id: UUID
    session_no: str
    state: str
    recorder_role: str
    recorder_scope: str
    recorded_at: datetime
    title: str
    platform: str
    county_code: str
    started_at: datetime
    ended_at: datetime
    business_date: date
    participants: int
    peak: int | None
    paid_fen: int
    refund_fen: int
    evidence: str
    return_reason: str | None
    confirmed_on: date | None
    decided_at: datetime | None
    import_id: UUID | None
    import_line: int | None
    version: int
    host: str | None
    lines: list[Line] | None = None


def _scope(who: Principal) -> tuple[str, dict[str, Any]]:
    if any(who.has(role) for role in SEES_ALL):
        return "true", {}
    return ("((recorder_role = 'merchant' AND recorder_scope = ANY(%(merchants)s)) "
            "OR (recorder_role = 'streamer' AND recorder_scope = ANY(%(streamers)s)) OR county_code = ANY(%(counties)s))",
            {"merchants": who.scopes(Role.MERCHANT), "streamers": who.scopes(Role.STREAMER), "counties": who.scopes(Role.COUNTY_OFFICER)})


def get_outside_session(conn: Conn, who: Principal, session_id: UUID) -> OutsideSessionView:
    """With its lines. Raises NotFound."""
    scope, params = _scope(who)
    rows = every(conn, f"{SELECT}{scope} AND session_id = %(id)s", {**params, "id": session_id})
    if not rows:
        raise NotFound()
    return OutsideSessionView(**rows[0], lines=outside.lines(conn, session_id))


def list_outside_sessions(conn: Conn, who: Principal, *, first: int, after: str | None, state: str | None) -> Page[OutsideSessionView]:
    """Newest first, without lines."""
    scope, params = _scope(who)
    conditions, key = [scope], decode_cursor(after, 2)
    if state is not None:
        conditions.append("state = %(state)s")
        params["state"] = state
    if key is not None:
        conditions.append("(started_at, session_id) < (%(at)s::timestamptz, %(id)s::uuid)")
        params |= {"at": str(key[0]), "id": str(key[1])}
    rows = every(conn, f"{SELECT}{' AND '.join(conditions)} ORDER BY started_at DESC, session_id DESC LIMIT %(limit)s",
                 {**params, "limit": first + 1})
    return page_of([OutsideSessionView(**row) for row in rows], first, lambda view: [view.started_at, view.session_id])
