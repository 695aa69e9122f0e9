"""A streamer and her viewers: rooms, pins and sold counts pushed over the socket, participants counted once, a session that ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.journeys.client import Refused, wait_for
from tests.journeys.world import World, channels, linked, unique

pytestmark = pytest.mark.system

FRAME = "type productId quantity unit lines watching participants reason message"


class Room:
    """A subscription to a session's frames."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self._socket, self.seen = socket, list[dict[str, Any]]()
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv(timeout=10))["type"] == "connection_ack"
        query = f"subscription($id: ID!) {{ sessionFrames(id: $id) {{ {FRAME} }} }}"
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query, "variables": {"id": session_id}}}))

    def wait(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next frame of that kind with these values."""
        while True:
            message = json.loads(self._socket.recv(timeout=30))
            if message["type"] != "next":
                assert message["type"] in ("ping", "pong"), message
                continue
            frame: dict[str, Any] = message["payload"]["data"]["sessionFrames"]
            self.seen.append(frame)
            if frame["type"] == kind and all(frame[k] == v for k, v in fields.items()):
                return frame


@contextmanager
def watching(world: World, session_id: str) -> Iterator[Room]:
    url = world.system.live_url.replace("http://", "ws://") + "/graphql"
    with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        yield Room(socket, session_id)


def test_viewers_see_pins_and_sold_counts_as_they_happen(world: World) -> None:
    merchant = world.merchant()
    first, second = world.product(merchant), world.product(merchant)
    streamer = world.streamer()
    session_id = world.live_session(streamer, first, second)
    with watching(world, session_id) as room:
        viewer = world.shopper()
        token = world.attribution(viewer, session_id, second)
        room.wait("viewers")
        streamer.host.do("pinProduct", "id", id=session_id, productId=second.id)
        room.wait("pinned", productId=second.id)
        world.buy((second, "2", token), shopper=viewer)
        sold = room.wait("sold", productId=second.id)
        assert (float(sold["quantity"]), sold["unit"], sold["lines"]) == (2, "袋", 1)
        world.bureau.do("suspendProduct", "id", id=second.id, reason="抽检不合格")
        gone = room.wait("product_gone", productId=second.id)
        assert gone["message"]
        streamer.host.do("endSessionBroadcast", "state", id=session_id)
        room.wait("ended")

    shown = streamer.host.ask(
        """query($id: ID!) { liveSession(id: $id) { state participants pinnedProductId
            products { productId sold { quantity lines } } results { gross { amount } net { amount } } } }""",
        id=session_id,
    )
    assert (shown["state"], shown["participants"]) == ("ended", 1)
    assert shown["results"]["net"]["amount"] == "25.00"


def test_a_viewer_counts_once_and_a_host_never(world: World) -> None:
    product = world.product(world.merchant())
    streamer = world.streamer()
    session_id = world.live_session(streamer, product)
    viewers = [world.account() for _ in range(3)]
    for viewer in (*viewers, viewers[0], streamer.host):
        viewer.do("joinSession", "counted participants heartbeatSeconds", id=session_id)
    viewers[0].do("heartbeat", "watching", id=session_id)
    wait_for(lambda: world.bureau.ask("query($id: ID!) { liveSession(id: $id) { participants } }", id=session_id)["participants"] == 3)
    with pytest.raises(Refused, match="OWN_PURCHASE"):
        streamer.host.do("attributePurchase", "token", id=session_id, productId=product.id)


def test_bought_within_the_grace_after_the_end_it_is_still_the_sessions(world: World) -> None:
    product = world.product(world.merchant())
    streamer = world.streamer()
    session_id = world.live_session(streamer, product)
    viewer = world.shopper()
    token = world.attribution(viewer, session_id, product)
    streamer.host.do("endSessionBroadcast", "state", id=session_id)
    with pytest.raises(Refused, match="SESSION_NOT_LIVE"):
        viewer.do("attributePurchase", "token", id=session_id, productId=product.id)
    world.buy((product, "1", token), shopper=viewer)  # within the grace that the rule gives
    assert wait_for(lambda: channels(world, product)) == [("live", session_id)]


def test_only_the_host_and_whom_she_named_move_the_room(world: World) -> None:
    product = world.product(world.merchant())
    streamer, helper, stranger = world.streamer(), world.account(), world.streamer()
    session_id = streamer.host.do("scheduleSession", "id", title=unique("专场"))["id"]
    wait_for(lambda: linked(streamer.host, session_id, product))
    for act in ("startSession", "endSessionBroadcast"):
        with pytest.raises(Refused):
            stranger.host.do(act, "id", id=session_id)
    streamer.host.do("addController", "id", id=session_id, accountId=helper.account_id)
    assert streamer.host.do("startSession", "state", id=session_id)["state"] == "live"
    with pytest.raises(Refused, match="ALREADY_LIVE"):
        other = streamer.host.do("scheduleSession", "id", title=unique("专场"))["id"]
        streamer.host.do("startSession", "state", id=other)


def test_a_streamer_applies_and_the_county_decides(world: World) -> None:
    applicant = world.account()
    applied = applicant.do("applyStreamer", "id state", handle=unique("主播"), countyCode="371524")
    with pytest.raises(Refused):
        world.county("371502").do("approveStreamer", "state", id=applied["id"])
    assert world.county("371524").do("rejectStreamer", "state reason", id=applied["id"], reason="资料不全")["state"] == "rejected"
    with pytest.raises(Refused):
        applicant.do("scheduleSession", "id", title="专场")
