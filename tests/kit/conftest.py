"""Two databases with the kit's tables only: a writer and a reader of its events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from services.events.base import Event
from services.kit.db import Database
from services.kit.outbox import publish, replay
from services.kit.schema import AUDIT_V2, BASE_V1
from services.kit.stream import RedisStream


class Counted(Event):
    owner: ClassVar[str] = "writer"
    readers: ClassVar[tuple[str, ...]] = ("reader",)
    thing: str
    number: int

    def key(self) -> str:
        return self.thing


class OwnerOverHttp:
    """What the reader's client does, without the wire: the owner's replay route."""

    def __init__(self, db: Database) -> None:
        self.db, self.calls = db, 0

    def get(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        with self.db.reading() as conn:
            return {"events": [e.model_dump() for e in replay(conn, "writer", params["lane"], params["after"], params["limit"])]}


@pytest.fixture
def databases(make_database: Callable[[str], str]) -> Iterator[tuple[Database, Database]]:
    made = []
    for name in ("orders", "reporting"):
        db = Database(make_database(name), size=10).open()
        with db.transaction() as conn:
            conn.execute(BASE_V1)
            conn.execute(AUDIT_V2)
            conn.execute("CREATE TABLE seen (thing text, number int, seq bigint)")
        made.append(db)
    yield made[0], made[1]
    for db in made:
        db.close()


@pytest.fixture
def writer(databases: tuple[Database, Database]) -> Database:
    return databases[0]


@pytest.fixture
def reader_db(databases: tuple[Database, Database]) -> Database:
    return databases[1]


@pytest.fixture
def stream(redis_url: str) -> RedisStream:
    return RedisStream(redis_url)


def write(db: Database, thing: str, number: int) -> None:
    with db.transaction() as conn:
        publish(conn, Counted(thing=thing, number=number), number)
