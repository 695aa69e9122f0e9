"""Viewers, attribution tokens and frames."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import redis
from joserfc import jwt
from joserfc.errors import JoseError

from services.events.catalog import ProductWithdrawn
from services.events.livestream import ProductUnlinked, SessionEnded
from services.kit import json
from services.kit.db import connect
from services.kit.principal import ALGORITHM, Grant, Principal, Role, jwt_header, verifying_key
from services.livestream.adapters.frames import channel_of, forward, publish
from services.livestream.jobs import tend_once, tend_rooms
from services.livestream.store.frames import CHANNEL
from tests.livestream.support import GUEST, VIEWER, World, sale
from tests.support.service import BUREAU, PUBLIC_KEYS, SEEDS, principal

LIVE_PROCESS = Principal("service:gateway", (Grant(Role.SERVICE, "gateway"),))


# ------------------------------------------------------------------ viewers


def test_a_viewer_counts_once_however_often_and_in_parallel_he_joins(world: World) -> None:
    session_id = world.live()
    people = [principal() for _ in range(12)] + [Principal(f"guest:device-{i:04d}") for i in range(12)]

    def join(who: Principal) -> int:
        return world.act(session_id, "join", {}, who).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(join, people * 5)) == {200}
    world.act(session_id, "end").ok()
    (event,) = world.h.published(SessionEnded)
    assert (event["participants"], event["peak"]) == (24, 24)
    assert world.shown(session_id)["participants"] == 24


def test_the_participants_of_an_ending_session_are_exactly_those_who_were_let_in(world: World) -> None:
    session_id, barrier = world.live(), threading.Barrier(9)

    def join(number: int) -> int:
        barrier.wait()
        return sum(world.act(session_id, "join", {}, Principal(f"guest:device-{number}-{i}")).status == 200 for i in range(12))

    with ThreadPoolExecutor(9) as pool:
        joins = [pool.submit(join, n) for n in range(8)]
        barrier.wait()
        world.act(session_id, "end").ok()
        let_in = sum(j.result() for j in joins)
    assert world.h.published(SessionEnded)[0]["participants"] == let_in == world.shown(session_id)["participants"]


def test_hosts_are_not_counted(world: World) -> None:
    controller, session_id = principal(), world.live()
    world.act(session_id, "controllers", {"account_id": controller.subject}).ok()
    for who in (world.streamer, controller):
        assert world.act(session_id, "join", {}, who).ok()["counted"] is False
        assert world.act(session_id, "heartbeat", {}, who).ok()["counted"] is False
    assert world.act(session_id, "join", {}, VIEWER).ok()["counted"] is True
    world.act(session_id, "end").ok()
    assert world.h.published(SessionEnded)[0]["participants"] == 1


def test_who_is_heard_of_no_more_is_not_watching_and_the_peak_stays(world: World) -> None:
    session_id = world.live()
    for who in (VIEWER, GUEST):
        world.act(session_id, "join", {}, who).ok()
    world.h.shift_clock(timedelta(seconds=2))
    assert world.act(session_id, "heartbeat", {}, VIEWER).ok()["watching"] == 2
    world.h.shift_clock(timedelta(seconds=44))
    answer = world.act(session_id, "heartbeat", {}, VIEWER).ok()
    assert (answer["watching"], answer["participants"]) == (1, 2)
    world.h.shift_clock(timedelta(seconds=46))
    tend_once(world.h.db)
    shown = world.shown(session_id)
    assert (shown["watching"], shown["participants"], shown["peak"]) == (0, 2, 2)


def test_a_heartbeat_without_joining_is_refused(world: World) -> None:
    world.act(world.live(), "heartbeat", {}, VIEWER).refused("NOT_JOINED")


def test_only_the_gateway_s_own_process_speaks_for_a_viewer(world: World) -> None:
    session_id = world.live()
    assert world.act(session_id, "join", {"viewer": "guest:device-77"}, LIVE_PROCESS).ok()["participants"] == 1
    world.act(session_id, "join", {}, LIVE_PROCESS).refused("UNAUTHENTICATED")
    world.act(session_id, "join", {"viewer": "guest:device-78"}, VIEWER).refused("FORBIDDEN")
    world.act(session_id, "join", {"viewer": VIEWER.subject}, VIEWER).ok()
    world.act(session_id, "join", {}, Principal("anonymous")).refused("UNAUTHENTICATED")
    world.act(session_id, "join", {"viewer": "service:orders"}, LIVE_PROCESS).refused("UNAUTHENTICATED")


# ------------------------------------------------------------------ attribution


def verify(token: str, key: str = PUBLIC_KEYS["livestream"]) -> dict[str, Any]:
    """As orders does: one key id, one algorithm."""
    assert jwt_header(token)["kid"] == "livestream"
    return dict(jwt.decode(token, verifying_key(key), algorithms=[ALGORITHM]).claims)


def test_a_token_says_who_saw_what_where_and_until_when(world: World) -> None:
    session_id, product_id = world.live(), world.products[0]
    for who in (VIEWER, GUEST):
        answer = world.act(session_id, "attribution", {"product_id": product_id}, who).ok()
        claims = verify(answer["token"])
        assert claims == {
            "iss": "livestream",
            "aud": "orders-attribution",
            "sub": who.subject,
            "session_id": session_id,
            "product_id": str(product_id),
            "iat": claims["iat"],
            "exp": claims["iat"] + 1800,
            "rule": 1,
            "grace_seconds": 1800,
        }
        assert abs(claims["iat"] - world.h.now().timestamp()) < 5
        assert jwt_header(answer["token"]) == {"alg": "Ed25519", "kid": "livestream", "typ": "JWT"}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_token_altered_by_one_byte_or_signed_otherwise_does_not_verify(world: World) -> None:
    token = world.act(world.live(), "attribution", {"product_id": world.products[0]}, VIEWER).ok()["token"]
    head, body, mark = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other_body = b64(json.dumps_bytes({**claims, "sub": str(uuid4())}))
    none_head, hs_head = (b64(json.dumps_bytes({"alg": alg, "kid": "livestream"})) for alg in ("none", "HS256"))
    public = PUBLIC_KEYS["livestream"]
    forged = [
        f"{head}.{other_body}.{mark}",
        f"{none_head}.{body}.",
        f"{head}.{body}.{'A' if mark[0] != 'A' else 'B'}{mark[1:]}",
        f"{head}.{body}.",
        f"{hs_head}.{body}.{b64(hmac.new(public.encode(), f'{hs_head}.{body}'.encode(), hashlib.sha256).digest())}",
    ]
    for fake in forged:
        with pytest.raises((JoseError, ValueError)):
            verify(fake)
    with pytest.raises(JoseError):
        verify(token, PUBLIC_KEYS["gateway"])
    assert SEEDS["livestream"] not in token


def test_a_token_is_given_only_while_live_for_what_is_linked_and_not_to_hosts(world: World) -> None:
    session_id, (first, _) = world.schedule()["session_id"], world.products
    ask = {"product_id": first}
    world.act(session_id, "attribution", ask, VIEWER).refused("SESSION_NOT_LIVE")
    world.act(session_id, "start").ok()
    world.act(session_id, "attribution", {"product_id": world.certify()}, VIEWER).refused("NOT_LINKED")
    world.act(session_id, "attribution", ask, world.streamer).refused("OWN_PURCHASE")
    world.act(session_id, "attribution", ask, Principal("anonymous")).refused("UNAUTHENTICATED")
    world.act(session_id, "attribution", {**ask, "viewer": "guest:device-9"}, VIEWER).refused("INVALID_INPUT")
    world.act(session_id, "attribution", ask, VIEWER).ok()
    world.act(session_id, "end").ok()
    world.act(session_id, "attribution", ask, VIEWER).refused("SESSION_NOT_LIVE")


def test_the_window_is_data_that_the_bureau_sets(world: World) -> None:
    rule = {"window_minutes": 10, "grace_minutes": 5}
    world.h.post("/attribution-rules", VIEWER, rule).refused("FORBIDDEN")
    world.h.post("/attribution-rules", BUREAU, {**rule, "window_minutes": 0}).refused("INVALID_INPUT")
    assert world.h.post("/attribution-rules", BUREAU, rule).ok()["version"] == 2
    assert world.h.get("/attribution-rules", VIEWER).ok()["window_minutes"] == 10
    claims = verify(world.act(world.live(), "attribution", {"product_id": world.products[0]}, VIEWER).ok()["token"])
    assert (claims["exp"] - claims["iat"], claims["rule"], claims["grace_seconds"]) == (600, 2, 300)


# ------------------------------------------------------------------ frames


@contextmanager
def frames(world: World) -> Iterator[list[dict[str, Any]]]:
    """What PostgreSQL tells the forwarder while the block runs."""
    found: list[dict[str, Any]] = []
    with connect(world.h.context.settings.database_url) as conn:
        conn.execute(f"LISTEN {CHANNEL}")
        yield found
        found += [json.loads(n.payload) for n in conn.notifies(timeout=0.2)]


def test_frames_tell_what_happens_in_the_room(world: World) -> None:
    session_id, (first, second) = world.schedule()["session_id"], world.products
    with frames(world) as seen:
        world.act(session_id, "start").ok()
        world.act(session_id, "pin", {"product_id": first}).ok()
        world.act(session_id, "unpin").ok()
        world.act(session_id, "join", {}, VIEWER).ok()
        world.h.deliver(sale(world, session_id, second, 2, 9980))
        world.act(session_id, "pin", {"product_id": second}).ok()
        world.h.deliver(
            ProductWithdrawn(
                product=world.product(second, 2, state="recalled"), withdrawal_id=uuid4(), kind="recalled", decided_at=world.h.now()
            )
        )
        world.act(session_id, "end").ok()
    assert [f["type"] for f in seen] == ["started", "pinned", "unpinned", "viewers", "sold", "pinned", "product_gone", "ended"]
    assert {f["session_id"] for f in seen} == {session_id}
    by_type = {f["type"]: f for f in seen}
    assert by_type["sold"]["quantity"] == "2" and by_type["viewers"]["watching"] == 1 and by_type["ended"]["participants"] == 1
    assert (by_type["product_gone"]["reason"], by_type["product_gone"]["message_zh"]) == ("recalled", "已召回")


def test_viewers_are_told_of_at_most_once_a_second(world: World) -> None:
    session_id = world.live()
    with frames(world) as seen:
        for number in range(10):
            world.act(session_id, "join", {}, Principal(f"guest:device-{number:04d}")).ok()
    assert 1 <= len(seen) <= 2


def test_what_is_refused_leaves_no_frame(world: World) -> None:
    session_id = world.live()
    with frames(world) as seen:
        world.act(session_id, "pin", {"product_id": uuid4()}).refused("NOT_LINKED")
        world.act(session_id, "pin", {"product_id": world.products[0]}, VIEWER).refused("NOT_FOUND")
    assert seen == []


def test_frames_reach_the_room_s_channel_after_commit(world: World, redis_url: str) -> None:
    session_id = world.live()
    broker, stop = redis.Redis.from_url(redis_url), threading.Event()
    listening = broker.pubsub(ignore_subscribe_messages=True)
    listening.subscribe(channel_of(session_id), "probe")
    listening.get_message(timeout=5)
    forwarder = threading.Thread(target=forward, args=(world.h.context, stop))
    forwarder.start()
    try:
        # The forwarder listens a moment after it starts: pin in turn until one frame has come through.
        for turn in range(50):
            world.act(session_id, "pin", {"product_id": world.products[turn % 2]}).ok()
            message = listening.get_message(timeout=0.2)
            if message is not None:
                break
        assert message is not None
        assert json.loads(message["data"])["type"] == "pinned" and message["channel"].decode() == channel_of(session_id)
    finally:
        stop.set()
        forwarder.join(timeout=5)
        listening.close()
        broker.close()


def test_a_redis_that_is_away_costs_a_frame_and_nothing_else() -> None:
    publish(redis.Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2), json.dumps({"session_id": "x", "type": "pinned"}))


def test_the_keeper_of_rooms_takes_out_what_expires_without_being_asked(world: World) -> None:
    world.live()
    world.h.shift_clock(timedelta(days=201))
    stop = threading.Event()
    keeper = threading.Thread(target=tend_rooms, args=(world.h.context, stop))
    with frames(world) as seen:
        keeper.start()
        for _ in range(100):
            if len(world.h.published(ProductUnlinked)) == 2:
                break
            stop.wait(0.1)
        stop.set()
        keeper.join(timeout=5)
    assert [f["reason"] for f in seen if f["type"] == "product_gone"] == ["expired", "expired"]
