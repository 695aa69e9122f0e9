"""Documents that clients name by their hash instead of sending them: automatic persisted queries (Apollo's protocol), and the
manifest of those that are trusted beforehand.

Only valid documents are stored, for a time, at most `ENTRIES`: the longest unused leave first, and their clients send the text again.
A Redis that is away costs the text, never the answer.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from gateway.documents import MAX_KEPT_BYTES, Prepared, hash_of
from services.kit import json
from services.kit.telemetry import log

ENTRIES = 4000
RETRY_SECONDS = 10.0
PREFIX = "gateway:apq:"
INDEX = "gateway:apq-index"
_STORE = """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], KEYS[1])
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if over > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[2], over)
  for i = 1, #gone, 2 do redis.call('DEL', gone[i]) end
end
"""


class PersistedQueries:
    def __init__(self, redis_url: str, seconds: int, entries: int = ENTRIES) -> None:
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 1))
        self._store = self._redis.register_script(_STORE)
        self._seconds, self._entries = seconds, entries

    def find(self, sha256: str) -> str | None:
        """The text; None as well while Redis is away."""
        try:
            found = cast("bytes | None", self._redis.get(PREFIX + sha256))
        except redis.RedisError as error:
            log.warning("persisted_queries_wait", error=type(error).__name__)
            return None
        text = None if found is None else found.decode()
        return text if text is not None and hash_of(text) == sha256 else None

    def store(self, prepared: Prepared) -> None:
        """A document that is asked for by its hash goes on living; it is written at most twice in its time."""
        now = time.monotonic()
        if len(prepared.source) > MAX_KEPT_BYTES or now < prepared.stored_until:
            return
        key = PREFIX + prepared.sha256
        try:
            self._store(keys=[key, INDEX], args=[prepared.source.encode(), int(time.time()), self._seconds, self._entries])
        except redis.RedisError as error:
            log.warning("persisted_queries_wait", error=type(error).__name__)
            prepared.stored_until = now + RETRY_SECONDS
            return
        prepared.stored_until = now + self._seconds / 2


def manifest(path: Path) -> dict[str, str]:
    """hash → document, as GraphQL code generators write it. Raises ValueError naming the file."""
    try:
        found: Any = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise ValueError(f"{path.name} is no object of hash → document")
    return {sha.removeprefix("sha256:").lower(): source for sha, source in found.items()}
