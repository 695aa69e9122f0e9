"""Outbox, relay and reader: in order, without holes, exactly once in effect, whatever dies (kamu-data/kamu-cli#1398)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import redis

from services.kit import json
from services.kit.db import Conn, Database, connect, every, value
from services.kit.outbox import Envelope, publish
from services.kit.reader import Handler, Reader, each
from services.kit.relay import Relay, number_batch
from services.kit.stream import RedisStream
from tests.kit.conftest import Counted, OwnerOverHttp, write


def note(conn: Conn, event: Counted, envelope: Envelope) -> None:
    conn.execute("INSERT INTO seen VALUES (%s, %s, %s)", [event.thing, event.number, envelope.seq])


def make_reader(db: Database, stream: RedisStream, writer: Database, handler: Handler | None = None) -> Reader:
    return Reader("reader", "writer", "live", db, stream, OwnerOverHttp(writer), [handler or each(Counted, note)])  # type: ignore[arg-type]


@contextmanager
def running(*loops: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> None:
    tick = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        tick.wait(0.02)
    raise AssertionError("the condition did not come true")


def seen(db: Database) -> list[tuple[str, int]]:
    with db.reading() as conn:
        return [(r["thing"], r["number"]) for r in every(conn, "SELECT thing, number FROM seen ORDER BY seq")]


def drain(reader: Reader) -> None:
    while reader.step(block_ms=1):
        pass


def numbered(db: Database) -> list[int | None]:
    with db.reading() as conn:
        return [r["seq"] for r in every(conn, "SELECT seq FROM outbox ORDER BY position")]


def test_a_lower_position_that_commits_later_still_gets_a_number_and_no_hole_appears(writer: Database) -> None:
    with connect(writer.url) as first, connect(writer.url) as second:
        first.execute("BEGIN")
        publish(first, Counted(thing="a", number=1), 1)
        with second.transaction():
            publish(second, Counted(thing="b", number=1), 1)
        number_batch(second, "live")
        first.execute("COMMIT")
        number_batch(second, "live")
    assert numbered(writer) == [2, 1]


def test_a_rolled_back_event_leaves_no_hole(writer: Database) -> None:
    write(writer, "a", 1)
    with pytest.raises(RuntimeError), writer.transaction() as conn:
        publish(conn, Counted(thing="lost", number=1), 1)
        raise RuntimeError
    write(writer, "a", 2)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
    assert numbered(writer) == [1, 2]


def test_eight_writers_and_two_relays_give_each_event_once_and_in_order_of_its_key(
        writer: Database, reader_db: Database, stream: RedisStream) -> None:
    per_key, things = 60, [f"thing-{i}" for i in range(8)]
    relays = [Relay("writer", writer.url, stream) for _ in range(2)]
    reader = make_reader(reader_db, stream, writer)
    with running(*(r.run for r in relays), reader.run):
        threads = [threading.Thread(target=lambda t=t: [write(writer, t, n) for n in range(per_key)]) for t in things]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for(lambda: len(seen(reader_db)) >= per_key * len(things))
    got = seen(reader_db)
    assert len(got) == per_key * len(things)
    for thing in things:
        assert [n for t, n in got if t == thing] == list(range(per_key))


def test_a_crashed_relay_that_added_before_dying_adds_nothing_twice(writer: Database, stream: RedisStream) -> None:
    write(writer, "a", 1)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
        first, second = Relay("writer", writer.url, stream), Relay("writer", writer.url, stream)
        first._fill_stream(conn, "live", publish_head=True)
        second._fill_stream(conn, "live", publish_head=True)
    assert [seq for seq, _ in stream.read("writer", "live", 0, 10, 1)] == [1]


def test_an_emptied_redis_loses_no_event(writer: Database, reader_db: Database, stream: RedisStream, redis_url: str) -> None:
    reader = make_reader(reader_db, stream, writer)
    with running(Relay("writer", writer.url, stream).run, reader.run):
        for n in range(5):
            write(writer, "a", n)
        wait_for(lambda: len(seen(reader_db)) == 5)
        redis.Redis.from_url(redis_url).flushdb()
        for n in range(5, 10):
            write(writer, "a", n)
        wait_for(lambda: len(seen(reader_db)) == 10)
        redis.Redis.from_url(redis_url).flushdb()
        wait_for(lambda: stream.head("writer", "live") == 10)
    assert seen(reader_db) == [("a", n) for n in range(10)]


def test_a_gap_in_the_stream_is_filled_from_the_owner(writer: Database, reader_db: Database, stream: RedisStream) -> None:
    for n in range(4):
        write(writer, "a", n)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
    for seq in (3, 4):
        envelope = Envelope.model_validate(OwnerOverHttp(writer).get("", {"lane": "live", "after": seq - 1, "limit": 1})["events"][0])
        stream.add("writer", "live", seq, json.dumps_bytes(envelope.model_dump()))
    reader = make_reader(reader_db, stream, writer)
    drain(reader)
    assert seen(reader_db) == [("a", n) for n in range(4)]


def test_an_event_that_cannot_be_applied_holds_up_its_own_key_only_and_can_be_retried(
        writer: Database, reader_db: Database, stream: RedisStream) -> None:
    broken = threading.Event()
    broken.set()

    def fragile(conn: Conn, event: Counted, envelope: Envelope) -> None:
        if event.thing == "bad" and event.number == 1 and broken.is_set():
            raise ValueError("cannot apply")
        note(conn, event, envelope)

    for n in range(3):
        write(writer, "bad", n)
        write(writer, "good", n)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
    reader = make_reader(reader_db, stream, writer, each(Counted, fragile))
    stream.set_head("writer", "live", 6)
    drain(reader)
    assert seen(reader_db) == [("bad", 0), ("good", 0), ("good", 1), ("good", 2)]
    broken.clear()
    assert reader.retry_parked() == 0
    assert [n for t, n in sorted(seen(reader_db)) if t == "bad"] == [0, 1, 2]


def test_a_reader_that_lost_its_place_applies_nothing_twice(writer: Database, reader_db: Database, stream: RedisStream) -> None:
    write(writer, "a", 1)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
    stream.set_head("writer", "live", 1)
    old, new = make_reader(reader_db, stream, writer), make_reader(reader_db, stream, writer)
    events = old._replayed(0)
    drain(new)
    with pytest.raises(psycopg.OperationalError):
        old._apply(0, events)
    assert seen(reader_db) == [("a", 1)]


def test_the_effect_and_the_cursor_commit_together(writer: Database, reader_db: Database, stream: RedisStream) -> None:
    for n in range(3):
        write(writer, "a", n)
    with connect(writer.url) as conn:
        number_batch(conn, "live")
    stream.set_head("writer", "live", 3)
    drain(make_reader(reader_db, stream, writer))
    with reader_db.reading() as conn:
        assert value(conn, "SELECT last_seq FROM cursors") == 3
    drain(make_reader(reader_db, stream, writer))
    assert len(seen(reader_db)) == 3
