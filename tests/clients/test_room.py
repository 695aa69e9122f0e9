"""`graphql-ws` watches a live room."""

from __future__ import annotations

import itertools

import pytest

from tests.clients import node
from tests.journeys.client import wait_for
from tests.journeys.world import World

pytestmark = pytest.mark.system


def test_graphql_ws_gets_the_frames_of_a_room(world: World) -> None:
    merchant = world.merchant()
    products = [world.product(merchant), world.product(merchant)]
    streamer = world.streamer()
    session_id = world.live_session(streamer, *products)
    url = world.system.live_url.replace("http://", "ws://") + "/graphql"
    room = node.start("room.mjs", {"url": url, "session": session_id, "type": "pinned", "frames": 2})
    turn = itertools.cycle(products)

    def seen() -> bool:
        streamer.host.do("pinProduct", "id", id=session_id, productId=next(turn).id)
        return room.poll() is not None

    try:
        wait_for(seen, seconds=60, what="two pins are seen")
    finally:
        frames = node.result(room, seconds=5)
    pins = [f for f in frames if f["type"] == "pinned"]
    assert len(pins) == 2 and {p["productId"] for p in pins} == {p.id for p in products}
    assert all(f["sessionId"] == session_id for f in pins)
