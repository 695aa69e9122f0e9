"""Frames of a room, pushed by the async process (`gateway.live`), which puts a redis client into the context."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import graphene

from gateway.http.refusals import SubscriptionsGoBySocket
from gateway.schema.fields import raw_id
from gateway.schema.livestream.types import SessionFrame
from services.kit import json


async def subscribe_frames(_root: Any, info: Any, id: str) -> AsyncIterator[dict[str, Any]]:
    session_id = raw_id(id, "LiveSession")
    rooms = getattr(info.context, "rooms", None)
    if rooms is None:
        raise SubscriptionsGoBySocket()
    async for data in rooms.frames(session_id):
        yield json.loads(data)


def resolve_frame(frame: dict[str, Any], _info: Any, id: str) -> dict[str, Any]:
    return frame


class _Subscribed(graphene.Field):
    """graphene finds a subscriber by method name only; schemas composed from dicts hand it over here."""

    def wrap_subscribe(self, parent_subscribe: Any) -> Any:
        return subscribe_frames


SUBSCRIPTIONS = {
    "session_frames": _Subscribed(
        graphene.NonNull(SessionFrame),
        id=graphene.ID(required=True),
        resolver=resolve_frame,
        description="Pins, sold counts, viewers and the end of a session",
    ),
}
