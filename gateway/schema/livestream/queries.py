from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import by_id, listing, raw_id
from gateway.schema.livestream.types import LiveSession, OutsideSession, Streamer


def _list(path: str) -> Any:
    def fetch(context: Any, page: dict[str, Any], **given: Any) -> Any:
        filters = {k: raw_id(v, "Streamer") if k == "streamer_id" else v for k, v in given.items() if v is not None}
        return context.clients.livestream.get(path, {**page, **filters}, context.principal)

    return fetch


QUERIES = {
    "live_sessions": listing(
        LiveSession,
        _list("/sessions"),
        "Sessions, newest start first",
        state=graphene.String(),
        county_code=graphene.String(),
        streamer_id=graphene.ID(),
    ),
    "live_session": by_id(LiveSession, "LiveSession", "/sessions/{}", "livestream", "A session with its products"),
    "streamers": listing(Streamer, _list("/streamers"), "One's own applications; officers see theirs", state=graphene.String()),
    "outside_sessions": listing(OutsideSession, _list("/outside-sessions"), "Sessions on other platforms", state=graphene.String()),
    "outside_session": by_id(OutsideSession, "OutsideSession", "/outside-sessions/{}", "livestream", "With its lines"),
}
