"""Answers kept for others: at most a second old, asked for by one of all, gone with a withdrawal, never somebody's own."""

from __future__ import annotations

import threading
import time

import pytest

from gateway import cache as module
from gateway.cache import AnswerCache, Ticket, key_of
from tests.gateway.conftest import Caller


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment that the cache reads, to be moved."""
    now = [1000.0]

    class Time:
        monotonic = staticmethod(lambda: now[0])

    monkeypatch.setattr(module, "time", Time)
    return now


def fill(cache: AnswerCache, key: bytes, answer: bytes) -> None:
    ticket = cache.begin(key)
    assert isinstance(ticket, Ticket)
    cache.put(ticket, answer)


def test_an_answer_is_kept_for_its_second_and_dropped_by_a_purge(clock: list[float]) -> None:
    cache = AnswerCache(seconds=1)
    fill(cache, b"k", b"answer")
    assert cache.get(b"k") == b"answer"
    cache.purge()
    assert cache.get(b"k") is None
    fill(cache, b"k", b"answer")
    clock[0] += 1.01
    assert cache.get(b"k") is None


def test_an_answer_begun_before_a_purge_is_not_kept_after_it() -> None:
    cache = AnswerCache(seconds=60)
    ticket = cache.begin(b"k")
    assert isinstance(ticket, Ticket)
    cache.purge()
    cache.put(ticket, b"from before the withdrawal")
    assert cache.get(b"k") is None


def test_its_age_counts_from_the_moment_it_was_asked_for(clock: list[float]) -> None:
    cache = AnswerCache(seconds=1)
    ticket = cache.begin(b"k")
    assert isinstance(ticket, Ticket)
    clock[0] += 0.9
    cache.put(ticket, b"rows of 0.9 s ago")
    clock[0] += 0.2
    assert cache.get(b"k") is None


def test_while_one_refreshes_the_others_get_what_is_still_young_enough(clock: list[float]) -> None:
    cache = AnswerCache(seconds=1)
    fill(cache, b"k", b"old")
    clock[0] += 0.6
    assert cache.get(b"k") is None  # the one who is to ask anew
    ticket = cache.begin(b"k")
    assert isinstance(ticket, Ticket)
    assert cache.get(b"k") == b"old" and cache.begin(b"k") == b"old"  # nobody else asks, nobody waits
    cache.put(ticket, b"new")
    assert cache.get(b"k") == b"new"


def test_a_refresher_who_fails_leaves_the_work_to_the_next(clock: list[float]) -> None:
    cache = AnswerCache(seconds=1)
    fill(cache, b"k", b"old")
    clock[0] += 0.6
    ticket = cache.begin(b"k")
    assert isinstance(ticket, Ticket)
    cache.put(ticket, None)
    assert cache.get(b"k") is None and isinstance(cache.begin(b"k"), Ticket)


def test_where_there_is_no_answer_yet_all_wait_for_the_one_who_asks() -> None:
    cache, asked, got = AnswerCache(seconds=60), list[int](), list[bytes]()
    gate = threading.Event()

    def caller() -> None:
        found = cache.begin(b"k")
        if isinstance(found, bytes):
            got.append(found)
            return
        asked.append(1)
        gate.wait(5)
        cache.put(found, b"answer")

    threads = [threading.Thread(target=caller) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(asked) + len(got) == 8 and set(got) <= {b"answer"}
    assert cache.get(b"k") == b"answer"


def test_memory_is_bounded_by_number_and_by_bytes() -> None:
    few = AnswerCache(seconds=60, entries=10)
    small = AnswerCache(seconds=60, total_bytes=1000)
    for n in range(100):
        for cache in (few, small):
            fill(cache, b"%d" % n, b"x" * 100)
            cache.spell(b"spelling %d" % n, b"%d" % n)
    assert len(few) == 10 and len(small) == 10
    assert few.spelled(b"spelling 99") == b"x" * 100 and few.spelled(b"spelling 1") is None
    fill(few, b"long", b"x" * (module.MAX_ANSWER + 1))
    assert few.get(b"long") is None


def test_the_same_question_has_one_key_however_it_is_spelled() -> None:
    assert key_of("a", None, {"x": 1, "y": [2]}, "en") == key_of("a", None, {"y": [2], "x": 1}, "en")
    assert key_of("a", None, None, "en") == key_of("a", None, {}, "en")
    others = {key_of("a", None, {"x": 1}, "en"), key_of("a", None, {"x": "1"}, "en"), key_of("a", None, {"x": 1}, "zh-CN"),
              key_of("a", "B", {"x": 1}, "en"), key_of("b", None, {"x": 1}, "en")}  # fmt: skip
    assert len(others) == 5


COUNTIES = "{ counties { code name } }"


@pytest.fixture
def counted(visitor: Caller, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of catalog."""
    asked: list[str] = []

    def get(_self: object, path: str, params: object = None, principal: object = None) -> object:
        asked.append(path)
        return {"items": [{"code": "371502", "name_zh": str(len(asked)), "name_en": str(len(asked))}]}

    monkeypatch.setattr(type(visitor.edge.clients.catalog), "get", get)
    visitor.app.extensions["answers"]._seconds = 60
    return asked


def test_get_and_post_spaces_and_media_types_share_one_answer(visitor: Caller, counted: list[str]) -> None:
    first = visitor.http.post("/graphql", json={"query": COUNTIES})
    again = visitor.http.post("/graphql", json={"query": COUNTIES})
    by_get = visitor.http.get("/graphql", query_string={"query": COUNTIES}, headers={"Accept": "application/graphql-response+json"})
    with_nulls = visitor.http.post("/graphql", json={"variables": {}, "query": COUNTIES, "extensions": None})
    assert first.data == again.data == by_get.data == with_nulls.data and b"errors" not in first.data
    assert len(counted) == 1
    assert by_get.content_type == "application/graphql-response+json; charset=utf-8" and again.content_type.startswith("application/json")
    assert again.headers["Cache-Control"] == "no-store" and again.headers["X-Content-Type-Options"] == "nosniff"
    visitor.http.post("/graphql", json={"query": COUNTIES}, headers={"Accept-Language": "en-GB"})
    assert len(counted) == 2


def test_a_purge_asks_anew(visitor: Caller, counted: list[str]) -> None:
    visitor.data(COUNTIES)
    with visitor.edge.db.transaction() as conn:
        conn.execute("NOTIFY gateway_purge")
    until = time.monotonic() + 20
    while len(counted) == 1 and time.monotonic() < until:
        visitor.data(COUNTIES)
    assert len(counted) == 2


@pytest.mark.parametrize("headers", [{"X-Bangfu-Guest": "?"}, {"Cookie": "bangfu_session=x"}, {"Authorization": "Bearer x"}])
def test_who_says_who_he_is_neither_gets_nor_leaves_a_kept_answer(visitor: Caller, counted: list[str], headers: dict[str, str]) -> None:
    if "X-Bangfu-Guest" in headers:
        headers = {"X-Bangfu-Guest": visitor.perform("startGuest")["guestToken"]}
    for _ in range(2):
        visitor.app.test_client(use_cookies=False).post("/graphql", json={"query": COUNTIES}, headers=headers)
    asked_by_him = len(counted)
    assert asked_by_him == (0 if "Authorization" in headers else 2)
    visitor.data(COUNTIES)
    assert len(counted) == asked_by_him + 1


@pytest.mark.parametrize("query", ["{ counties { code } cart { lines { quantity } } }", "{ cart { lines { quantity } } }"])
def test_what_depends_on_who_asks_is_never_kept(visitor: Caller, counted: list[str], query: str) -> None:
    for _ in range(2):
        visitor.ask(query)
    assert len(visitor.app.extensions["answers"]) == 0
