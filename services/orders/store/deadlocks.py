"""Sales lock in id order, so they never lock each other out. A reader applies decisions in the order of their events, which may
be another: then PostgreSQL ends one side, nothing has happened, and it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from psycopg.errors import DeadlockDetected

T = TypeVar("T")
TRIES = 4


def again_after_deadlock(work: Callable[[], T]) -> T:
    """``work`` is one whole transaction."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except DeadlockDetected:
            continue
    return work()
