"""Who may act on what. Somebody else's row is not found, whether it exists or not."""

from __future__ import annotations

from services.kit.db import Conn
from services.kit.errors import Forbidden, NotFound, Unauthenticated
from services.kit.principal import Principal, Role
from services.livestream.domain.session import Session
from services.livestream.store import sessions

SEES_ALL = (Role.BUREAU, Role.DEPARTMENT_OFFICER)


def require_streamer(who: Principal, session: Session) -> None:
    if not who.has(Role.STREAMER, str(session.streamer_id)):
        raise NotFound()


def require_host(conn: Conn, who: Principal, session: Session) -> None:
    """The session's streamer or a room controller he named."""
    if not who.has(Role.STREAMER, str(session.streamer_id)) and not sessions.is_controller(conn, session.session_id, who.subject):
        raise NotFound()


def require_county(who: Principal, county_code: str) -> None:
    if not who.has(Role.COUNTY_OFFICER, county_code):
        raise NotFound()


def sees_inside(conn: Conn, who: Principal, session: Session) -> bool:
    """May see what a session earned and why products left it."""
    return (who.has(Role.STREAMER, str(session.streamer_id)) or who.has(Role.COUNTY_OFFICER, session.county_code)
            or any(who.has(role) for role in SEES_ALL) or sessions.is_controller(conn, session.session_id, who.subject))


def viewer_of(who: Principal, named: str | None) -> str:
    """The account or device that watches. Only the gateway's own process may speak for one.

    Raises Unauthenticated for a caller who is neither an account nor a guest device, Forbidden for one who names another.
    """
    if who.has(Role.SERVICE, "gateway"):
        if named is None or named.startswith("service:"):
            raise Unauthenticated()
        return named
    if who.has(Role.SERVICE) or who.subject == "anonymous":
        raise Unauthenticated()
    if named is not None and named != who.subject:
        raise Forbidden("viewer")
    return who.subject
