"""One service in the test's process, on a real database, Redis and bucket: HTTP by Flask's client, events and jobs by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from services.events.base import Event
from services.kit import clock, jobs, json
from services.kit.db import Database, every, value
from services.kit.ids import new_id
from services.kit.outbox import Envelope
from services.kit.principal import Grant, Principal, Role, TokenIssuer, _b64, public_key_of
from services.kit.service import Context, Service
from services.kit.settings import SERVICES, load
from services.kit.worker import job_kinds


def new_seed() -> str:
    return _b64(Ed25519PrivateKey.generate().private_bytes_raw())


SEEDS = {name: new_seed() for name in SERVICES}
PUBLIC_KEYS = {name: public_key_of(seed) for name, seed in SEEDS.items()}
GATEWAY = TokenIssuer("gateway", SEEDS["gateway"])


def principal(role: Role | str | None = None, scope: object = "", account: UUID | str | None = None) -> Principal:
    """An account with one role; without a role a plain shopper."""
    subject = str(account or uuid4())
    return Principal(subject, (Grant(Role(role or Role.SHOPPER), str(scope)),))


OPERATOR = principal(Role.OPERATOR)
BUREAU = principal(Role.BUREAU)


@dataclass
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body.get("code", ""))

    def ok(self) -> Any:
        assert self.status < 300, (self.status, self.body)
        return self.body

    def refused(self, code: str) -> dict[str, Any]:
        """Asserts the stable code of the refusal."""
        assert self.status >= 400 and self.code == code, (self.status, self.body)
        return dict(self.body)


@dataclass
class Harness:
    service: Service
    app: Flask
    context: Context
    _seqs: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.context.db

    def call(
        self,
        method: str,
        path: str,
        who: Principal | None = None,
        body: Any = None,
        key: str | None = None,
        language: str = "zh-CN",
        **params: Any,
    ) -> Answer:
        headers = {"Accept-Language": language}
        if who is not None:
            headers["Authorization"] = f"Bearer {GATEWAY.token(who, self.service.name)}"
        if key:
            headers["Idempotency-Key"] = key
        answer = self.app.test_client().open(
            path,
            method=method,
            headers=headers,
            query_string={k: v for k, v in params.items() if v is not None},
            data=None if body is None else json.dumps_bytes(body),
            content_type="application/json" if body is not None else None,
        )
        return Answer(answer.status_code, json.loads(answer.data) if answer.data else None)

    def get(self, path: str, who: Principal | None = None, **params: Any) -> Answer:
        return self.call("GET", path, who, **params)

    def post(self, path: str, who: Principal | None = None, body: Any = None, key: str | None = None, **params: Any) -> Answer:
        return self.call("POST", path, who, {} if body is None else body, key, **params)

    def deliver(self, event: Event, *, version: int = 1, lane: str = "live") -> None:
        """As the reader would: the handler of the event's owner, in a transaction."""
        counter = self._seqs.setdefault((event.owner, lane), count(1))
        envelope = Envelope(
            source=event.owner,
            lane=lane,
            seq=next(counter),
            event_id=new_id(),
            name=event.event_name(),
            version=event.schema_version,
            key=event.key(),
            aggregate_version=version,
            occurred_at=self.now(),
            payload=json.loads(json.dumps_bytes(event.model_dump(mode="json"))),
        )
        for handler in self.service.handlers.get(event.owner, ()):
            if handler.event is type(event):
                with self.db.transaction() as conn:
                    handler.apply(conn, [envelope])

    def published(self, event: type[Event] | None = None) -> list[dict[str, Any]]:
        """Payloads in the outbox, oldest first."""
        with self.db.reading() as conn:
            rows = every(
                conn,
                "SELECT payload FROM outbox WHERE %s::text IS NULL OR name = %s ORDER BY position",
                [event and event.event_name(), event and event.event_name()],
            )
        return [row["payload"] for row in rows]

    def run_jobs(self, rounds: int = 20) -> int:
        """Every job that is due, and what those enqueue, in this thread."""
        runtime = jobs.Runtime(self.service.name, self.db, job_kinds(self.service), self.context)
        done = 0
        for _ in range(rounds):
            with self.db.reading() as conn:
                due = every(conn, "SELECT job_id FROM jobs WHERE state = 'queued' AND run_at <= bangfu_now() ORDER BY run_at")
            if not due:
                break
            for row in due:
                jobs.run_one(runtime, row["job_id"])
                done += 1
        return done

    def run_scheduled(self, name: str) -> Any:
        """A scheduled job, now."""
        with self.db.transaction() as conn:
            job_id = jobs.enqueue(conn, name)
        assert job_id is not None
        jobs.run_one(jobs.Runtime(self.service.name, self.db, job_kinds(self.service), self.context), job_id)
        with self.db.reading() as conn:
            row = jobs.find(conn, job_id)
        assert row is not None and row["state"] == "done", row
        return row["result"]

    def now(self) -> datetime:
        with self.db.reading() as conn:
            return clock.now(conn)

    def shift_clock(self, by: timedelta) -> None:
        """Moves the database's clock; adds to earlier moves."""
        with self.db.transaction() as conn:
            clock.set_offset(conn, value(conn, "SELECT shift FROM bangfu_clock") + by)

    def set_cutover(self, instant: datetime) -> None:
        with self.db.transaction() as conn:
            clock.set_cutover(conn, instant)

    def import_file(self, kind: str, content: bytes | str, filename: str = "file.csv", who: Principal = OPERATOR) -> dict[str, Any]:
        """Uploads, checks and applies; returns the import as its route shows it."""
        object_key = f"uploads/{uuid4()}"
        self.context.objects.put(object_key, content.encode() if isinstance(content, str) else content, "text/csv")
        started = self.post("/imports", who, {"kind": kind, "filename": filename, "object_key": object_key, "apply_when_clean": True}).ok()
        self.run_jobs()
        result: dict[str, Any] = self.get(f"/imports/{started['import_id']}", who).ok()
        return result


@pytest.fixture
def make_service(migrated_database: Callable[[str], str], redis_url: str, s3_url: str) -> Iterator[Callable[..., Harness]]:
    """Service → a running harness on a fresh database. Extra settings go by keyword as ``BANGFU_…``."""
    made: list[Harness] = []

    def make(service: Service, **environ: str) -> Harness:
        from services.kit.app import create_api

        own = service.name.upper()
        settings = load(
            service.settings,
            service.name,
            {
                "BANGFU_ENV": "test",
                f"BANGFU_{own}_DATABASE_URL": migrated_database(service.name),
                "BANGFU_REDIS_URL": redis_url,
                "BANGFU_S3_URL": s3_url,
                f"BANGFU_{own}_PRIVATE_KEY": SEEDS[service.name],
                "BANGFU_PUBLIC_KEYS": json.dumps(PUBLIC_KEYS),
                "BANGFU_MEDIA_SECRET": "test-media-secret-test",
                "BANGFU_LIVESTREAM_PUBLIC_KEY": PUBLIC_KEYS["livestream"],
                **{f"BANGFU_{s.upper()}_URL": "http://127.0.0.1:9" for s in SERVICES},
                **environ,
            },
        )
        app = create_api(service, settings)
        made.append(Harness(service, app, app.extensions["bangfu"]))
        return made[-1]

    yield make
    for harness in made:
        harness.db.close()
