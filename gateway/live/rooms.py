"""Frames of rooms from Redis to the sockets of this process: one subscription a room, however many watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import redis.asyncio as redis

from services.kit.telemetry import log

WAITING_FRAMES = 200


class Rooms:
    """A slow viewer loses his oldest frames, not the room's; a frame is a hint and the state can be read."""

    def __init__(self, redis_url: str) -> None:
        self._redis = redis.Redis.from_url(redis_url)
        self._viewers: dict[str, set[asyncio.Queue[bytes]]] = {}
        self._wanted = asyncio.Event()
        self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)

    async def frames(self, session_id: str) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING_FRAMES)
        viewers = self._viewers.setdefault(session_id, set())
        viewers.add(queue)
        if len(viewers) == 1:
            await self._subscribe(session_id)
        try:
            while True:
                yield await queue.get()
        finally:
            viewers.discard(queue)
            if not viewers:
                self._viewers.pop(session_id, None)
                with suppress(redis.RedisError):
                    await self._pubsub.unsubscribe(f"live:{session_id}")

    async def _subscribe(self, session_id: str) -> None:
        with suppress(redis.RedisError):
            await self._pubsub.subscribe(f"live:{session_id}")
        self._wanted.set()

    async def run(self) -> None:
        """Until cancelled. After Redis was away every room is subscribed again."""
        while True:
            await self._wanted.wait()
            try:
                await self._listen()
            except redis.RedisError as error:
                log.warning("rooms_wait_for_redis", error=type(error).__name__)
                await asyncio.sleep(0.5)
                self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
                with suppress(redis.RedisError):
                    for session_id in self._viewers:
                        await self._pubsub.subscribe(f"live:{session_id}")

    async def _listen(self) -> None:
        while True:
            if not self._viewers:
                self._wanted.clear()
                await self._wanted.wait()
            message = await self._pubsub.get_message(timeout=1.0)
            if message is None:
                continue
            session_id = message["channel"].decode().removeprefix("live:")
            for queue in self._viewers.get(session_id, ()):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(message["data"])
