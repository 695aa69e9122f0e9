"""The life of a live session: scheduled → live → ended, and what may be done in each state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from services.kit.errors import PastDate, WrongState
from services.livestream.domain.errors import SessionNotLive, StreamLinkRefused

SCHEDULED, LIVE, ENDED = "scheduled", "live", "ended"
NEXT = {(SCHEDULED, "start"): LIVE, (LIVE, "end"): ENDED}
NEEDS_LIVE = frozenset({"pin", "unpin", "join", "heartbeat", "attribution"})
NEEDS_OPEN = frozenset({"link", "unlink", "name_controller"})
MAX_PRODUCTS = 200
MAX_HOURS = 24


@dataclass(frozen=True)
class Session:
    session_id: UUID
    session_no: str
    streamer_id: UUID
    county_code: str
    title: str
    state: str
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    business_date: date | None
    stream_url: str | None
    participants: int
    version: int

    def require(self, act: str) -> None:
        """Raises SessionNotLive or WrongState when ``act`` is not possible in this state."""
        if act in NEEDS_LIVE and self.state != LIVE:
            raise SessionNotLive(state=self.state)
        if act in NEEDS_OPEN and self.state == ENDED:
            raise WrongState(state=self.state)

    def after(self, act: str) -> str:
        """The state that ``start`` or ``end`` leads to. Raises WrongState."""
        try:
            return NEXT[self.state, act]
        except KeyError:
            raise WrongState(state=self.state) from None


def check_starts_at(starts_at: datetime, now: datetime) -> None:
    """A session is scheduled ahead; what is past was held elsewhere and enters as an outside session."""
    if starts_at < now:
        raise PastDate("starts_at", value=starts_at.isoformat())


def check_stream_url(url: str) -> str:
    """A link that viewers follow: https, a host, no password in it, nothing invisible."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or len(url) > 500:
        raise StreamLinkRefused("stream_url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise StreamLinkRefused("stream_url") from None
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or "@" in parts.netloc or port == 0:
        raise StreamLinkRefused("stream_url")
    return url
