"""Carries frames from PostgreSQL's notifications to Redis, where the gateway's live process listens. One forwarder is active."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import redis

from services.kit import json
from services.kit.db import connect, value
from services.kit.service import Context
from services.kit.telemetry import log
from services.livestream.store.frames import CHANNEL


def channel_of(session_id: object) -> str:
    return f"live:{session_id}"


def forward(context: Context, stop: threading.Event) -> None:
    """Until ``stop``. A frame that Redis does not take is dropped: frames are hints."""
    broker = redis.Redis.from_url(context.settings.redis_url, socket_timeout=5, socket_connect_timeout=2)
    while not stop.is_set():
        try:
            with connect(context.settings.database_url) as conn:
                if not value(conn, "SELECT pg_try_advisory_lock(hashtext('live-frames'))"):
                    stop.wait(0.5)
                    continue
                conn.execute(f"LISTEN {CHANNEL}")
                while not stop.is_set():
                    for notice in conn.notifies(timeout=0.5):
                        publish(broker, notice.payload)
        except (psycopg.Error, OSError) as error:
            log.warning("frames_wait", error=type(error).__name__, detail=str(error)[:200])
            stop.wait(0.3)


def publish(broker: Any, payload: str) -> None:
    try:
        broker.publish(channel_of(json.loads(payload)["session_id"]), payload)
    except redis.RedisError as error:
        log.warning("frame_dropped", error=type(error).__name__)
