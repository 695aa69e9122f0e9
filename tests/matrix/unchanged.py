"""That nothing changed and nothing was published: all rows of all five databases that speak of the cast, and any with the test's mark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.journeys.client import raw, wait_for
from tests.matrix.cast import Cast

SERVICES = ("catalog", "orders", "livestream", "reporting", "gateway")
# What moves by itself or by the very asking: sign-ins and their limits, the relay's and the readers' own notes.
RESTLESS = {"sessions", "session_counts", "stream_heads", "reader_positions", "alembic_version"}
State = dict[tuple[str, str], tuple[int, int]]


def state_of(cast: Cast, mark: str) -> State:
    """(service, table) → (rows, sum of their hashes), of the rows that name an object or account of the cast, or the mark."""
    names = {raw(i) for s in cast.sides for i in s.ids.values()} | set(cast.accounts)
    patterns = [f"%{name.rpartition('.')[2]}%" for name in sorted(names)] + [f"%{mark}%"]
    found: State = {}
    for service in SERVICES:
        with psycopg.connect(cast.world.system.database_url(service)) as conn:
            tables = [
                row[0]
                for row in conn.execute(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
                )
            ]
            for table in sorted(set(tables) - RESTLESS):
                row = conn.execute(
                    sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t WHERE t::text LIKE ANY(%s)").format(
                        sql.Identifier(table)
                    ),
                    [patterns],
                ).fetchone()
                assert row is not None
                found[service, table] = (int(row[0]), int(row[1]))
    return found


def at_rest(cast: Cast, mark: str) -> State:
    """Once the events and jobs of what was made before are through."""
    last: list[State] = [{}]

    def same() -> bool:
        now = state_of(cast, mark)
        moved = sorted(k for k in now if now[k] != last[0].get(k))
        last[0] = now
        assert not moved, moved
        return True

    wait_for(same, what="the system is at rest")
    return last[0]


@contextmanager
def nothing_changes(cast: Cast, mark: str, faults: list[str]) -> Iterator[None]:
    """What changed is put to the ``faults`` that the block has found."""
    before = at_rest(cast, mark)
    yield
    after = state_of(cast, mark)
    faults += [f"changed: {key} {before[key]} → {after.get(key)}" for key in before if before[key] != after.get(key)]
