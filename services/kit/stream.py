"""The event stream port. One machine: Redis Streams, read by plain XREAD after the reader's own number.

Consumer groups are not used: they break order when one reader dies. Nothing here is the truth: what Redis loses, the
owner's outbox gives again.
"""

from __future__ import annotations

from typing import Any, Protocol

import redis

# Live events are small and readers are close behind; an import's event carries up to 500 lines, and whoever is late asks the owner.
KEEP = {"live": 20_000, "import": 64}


class EventStream(Protocol):
    def add(self, source: str, lane: str, seq: int, data: bytes) -> bool:
        """False when this or a later number is there already."""

    def read(self, source: str, lane: str, after: int, count: int, block_ms: int) -> list[tuple[int, bytes]]: ...

    def last(self, source: str, lane: str) -> int:
        """The highest number in the stream; 0 when it is empty or gone."""

    def set_head(self, source: str, lane: str, seq: int) -> None: ...

    def head(self, source: str, lane: str) -> int | None: ...


class RedisStream:
    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=2, health_check_interval=15)

    @staticmethod
    def _key(source: str, lane: str) -> str:
        return f"stream:{source}:{lane}"

    def add(self, source: str, lane: str, seq: int, data: bytes) -> bool:
        try:
            self._redis.xadd(self._key(source, lane), {"e": data}, id=f"{seq}-0", maxlen=KEEP[lane], approximate=True)
        except redis.ResponseError as error:
            if "equal or smaller" in str(error):
                return False
            raise
        return True

    def add_many(self, source: str, lane: str, entries: list[tuple[int, bytes]]) -> None:
        """In order, in one round trip; numbers that are there already are passed over."""
        with self._redis.pipeline(transaction=False) as pipe:
            for seq, data in entries:
                pipe.xadd(self._key(source, lane), {"e": data}, id=f"{seq}-0", maxlen=KEEP[lane], approximate=True)
            for answer in pipe.execute(raise_on_error=False):
                if isinstance(answer, Exception) and "equal or smaller" not in str(answer):
                    raise answer

    def read(self, source: str, lane: str, after: int, count: int, block_ms: int) -> list[tuple[int, bytes]]:
        answer: Any = self._redis.xread({self._key(source, lane): f"{after}-0"}, count=count, block=block_ms or None)
        if not answer:
            return []
        entries = next(iter(answer.values()))[0] if isinstance(answer, dict) else answer[0][1]
        return [(int(entry_id.split(b"-")[0]), fields[b"e"]) for entry_id, fields in entries]

    def last(self, source: str, lane: str) -> int:
        entries: Any = self._redis.xrevrange(self._key(source, lane), count=1)
        return int(entries[0][0].split(b"-")[0]) if entries else 0

    def set_head(self, source: str, lane: str, seq: int) -> None:
        self._redis.set(f"{self._key(source, lane)}:head", seq)

    def head(self, source: str, lane: str) -> int | None:
        value: Any = self._redis.get(f"{self._key(source, lane)}:head")
        return int(value) if value is not None else None
