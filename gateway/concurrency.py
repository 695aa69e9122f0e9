"""How many requests of one client a process works on at once. Counted here and not in Redis: what it protects is this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.limits.errors import TooManyConcurrent
from gateway.limits.table import LIMITS


class Concurrency:
    def __init__(self, most: int = LIMITS.concurrent) -> None:
        self._most, self._now = most, dict[str, int]()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, client: str, times: float = 1.0) -> Iterator[None]:
        """Raises TooManyConcurrent."""
        most = max(1, int(self._most * times))
        with self._lock:
            found = self._now.get(client, 0)
            if found >= most:
                error = TooManyConcurrent(limit=most, found=found + 1)
                error.headers = {"Retry-After": "1"}
                raise error
            self._now[client] = found + 1
        try:
            yield
        finally:
            with self._lock:
                left = self._now[client] - 1
                if left:
                    self._now[client] = left
                else:
                    del self._now[client]
