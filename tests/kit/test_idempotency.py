from __future__ import annotations

import threading

import pytest

from services.kit import idempotency
from services.kit.db import Database, value
from services.kit.errors import IdempotencyMismatch, InProgress


def place(db: Database, principal: str, key: str, body: dict[str, int]) -> str:
    with db.transaction() as conn:
        print_ = idempotency.fingerprint(body)
        found = idempotency.find(conn, principal, "place", key, print_)
        if found is not None:
            return found
        reference = str(value(conn, "INSERT INTO seen (thing, number) VALUES ('order', %s) RETURNING number", [body["n"]]))
        idempotency.remember(conn, principal, "place", key, print_, reference)
        return reference


def count(db: Database) -> int:
    with db.reading() as conn:
        return int(value(conn, "SELECT count(*) FROM seen"))


def test_twenty_at_once_have_one_effect_and_one_answer(writer: Database) -> None:
    answers: list[str] = []

    def run() -> None:
        answers.append(place(writer, "ann", "key-1", {"n": 7}))

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["7"] * 20
    assert count(writer) == 1


def test_the_same_key_with_other_content_is_refused(writer: Database) -> None:
    place(writer, "ann", "key-1", {"n": 1})
    with pytest.raises(IdempotencyMismatch):
        place(writer, "ann", "key-1", {"n": 2})


def test_two_people_may_use_the_same_key(writer: Database) -> None:
    assert place(writer, "ann", "key-1", {"n": 1}) == "1"
    assert place(writer, "bob", "key-1", {"n": 2}) == "2"


def test_a_refusal_is_not_remembered(writer: Database) -> None:
    with pytest.raises(RuntimeError), writer.transaction() as conn:
        idempotency.find(conn, "ann", "place", "key-1", b"x")
        raise RuntimeError("out of stock")
    assert place(writer, "ann", "key-1", {"n": 3}) == "3"


def test_a_request_that_is_still_running_says_so(writer: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
    with writer.transaction() as holder:
        idempotency.find(holder, "ann", "place", "key-1", b"x")
        with pytest.raises(InProgress), writer.transaction() as conn:
            idempotency.find(conn, "ann", "place", "key-1", b"x")
