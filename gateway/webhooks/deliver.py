"""Sends what is owed: a loop of the gateway's worker over rows that wait, in threads of its own.

The rows are the queue, as with jobs; but a receiver that takes ten seconds to say nothing must not hold up the worker's one queue,
so endpoints are claimed and served beside each other, each by one thread at a time. A worker that is killed loses nothing: a notice
is marked when the answer is there and not before, the lease lapses, and it goes out again under the same id.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from gateway.settings import GatewaySettings
from gateway.webhooks import store
from gateway.webhooks.domain import body_of, is_accepted, next_try, pause_reason, rest, secret_of, signed_headers
from services.kit import outbound
from services.kit.db import Database, Row
from services.kit.jobs import Job, JobKind
from services.kit.outbound import Answer, Policy, Undeliverable, UrlNotAllowed
from services.kit.service import Context
from services.kit.telemetry import log

AT_ONCE = 4
TURN_SECONDS = 15.0
IDLE_SECONDS = 0.3
WEBHOOKS = Counter("bangfu_webhooks_total", "Notices sent to integrators by outcome", ["outcome"])

Post = Callable[[str, bytes, dict[str, str]], Answer]


@dataclass(frozen=True)
class Sender:
    """``post`` raises Undeliverable or UrlNotAllowed."""

    db: Database
    master: str
    post: Post

    def turn(self, endpoint_id: UUID) -> int:
        """One endpoint's due notices, oldest first, until one fails or its time is over. Returns how many were sent."""
        until, sent = time.monotonic() + TURN_SECONDS, 0
        try:
            while time.monotonic() < until:
                with self.db.reading() as conn:
                    row = store.next_due(conn, endpoint_id)
                if row is None or not self.send(row):
                    break
                sent += 1
        finally:
            with self.db.reading() as conn:
                store.release(conn, endpoint_id)
        return sent

    def send(self, row: Row) -> bool:
        """One try. False when it failed."""
        body = body_of(row["kind"], row["occurred_at"], row["data"])
        generations = (row["generation"], row["generation"] - 1) if row["has_previous"] else (row["generation"],)
        secrets = [secret_of(self.master, row["endpoint_id"], generation) for generation in generations]
        status, error = None, None
        try:
            status = self.post(row["url"], body, signed_headers(secrets, row["delivery_id"], int(time.time()), body)).status
            error = None if is_accepted(status) else "redirect" if 300 <= status < 400 else "refused"
        except Undeliverable as away:
            error = away.reason
        except UrlNotAllowed:
            error = "not_allowed"
        WEBHOOKS.labels(error or "delivered").inc()
        with self.db.transaction() as conn:
            if error is None and status is not None:
                store.delivered(conn, row, status)
                return True
            failures = store.count_failure(conn, row["endpoint_id"])
            again = next_try(row["attempts"] + 1)
            paused = pause_reason(failures, given_up=again is None, gone=status == 410)
            store.failed(conn, row, status, error or "", again)
            store.rest_endpoint(conn, row["endpoint_id"], rest(failures), paused)
        log.info("webhook_failed", endpoint_id=str(row["endpoint_id"]), error=error, status=status, failures=failures, paused=paused)
        return False


def policy_of(settings: GatewaySettings) -> Policy:
    return Policy(frozenset(part.strip() for part in settings.webhook_allow.split(",") if part.strip()))


def sender_of(db: Database, settings: GatewaySettings) -> Sender:
    policy = policy_of(settings)
    return Sender(db, settings.session_secret, lambda url, body, headers: outbound.post(url, body, headers, policy))


def deliver_forever(context: Context, stop: threading.Event) -> None:
    """The worker's loop. Raises nothing that passes by itself: PostgreSQL away is waited for."""
    sender = sender_of(context.db, context.settings)  # type: ignore[arg-type] – the gateway's worker has the gateway's settings
    free = threading.Semaphore(AT_ONCE)

    def serve(endpoint_id: UUID) -> None:
        try:
            sender.turn(endpoint_id)
        except Exception as error:
            log.warning("webhooks_wait", error=type(error).__name__, detail=str(error)[:200])
        finally:
            free.release()

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as pool:
        while not stop.is_set():
            if not free.acquire(timeout=1):
                continue
            endpoint_ids = _claim(context.db, stop)
            if not endpoint_ids:
                free.release()
                stop.wait(IDLE_SECONDS)
            for endpoint_id in endpoint_ids:
                pool.submit(serve, endpoint_id)


def _claim(db: Database, stop: threading.Event) -> list[UUID]:
    try:
        with db.transaction() as conn:
            return store.claim(conn, 1)
    except Exception as error:
        log.warning("webhooks_wait", error=type(error).__name__, detail=str(error)[:200])
        stop.wait(1)
        return []


def clean(job: Job) -> dict[str, Any]:
    with job.db.transaction() as conn:
        return {"deliveries": store.clean(conn)}


CLEAN = JobKind("clean_webhooks", clean, "deletes what is old; nothing is left the second time", every_seconds=6 * 3600)
