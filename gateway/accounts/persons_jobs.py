"""Export and deletion across the services, by the gateway's worker. Killed anywhere, it goes on where it stopped.

Each service is asked by its own internal route, as the gateway itself; its answer is a row, so that one that has answered is not asked
again and one that is away is asked until it has. The gateway's own rows go last, because by them the others know who is meant.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.accounts import persons, persons_requests
from gateway.accounts.persons_requests import EXPORT, EXPORT_LIFE
from services.kit import audit, clock, json
from services.kit.db import Conn, every, one
from services.kit.errors import DomainError
from services.kit.jobs import Job, JobKind
from services.kit.persons import Person
from services.kit.principal import Grant, Principal, Role
from services.kit.telemetry import log

ITSELF = Principal("service:gateway", (Grant(Role.SERVICE, "gateway"),))
SWEEP_SECONDS = 15.0


def export_person(job: Job) -> dict[str, Any]:
    account_id, request_id = _ids(job)
    with job.db.reading() as conn:
        row = persons_requests.find(conn, account_id, request_id)
        if row is None or row["state"] == "done":
            return {"state": row and row["state"]}
        if row["state"] == "expired":
            return _withdrawn(job, account_id, request_id)
        person = persons.person_of(conn, account_id)
        own = persons.find(conn, job.context.settings.session_secret, person)
        made_at = clock.now(conn)
    found: dict[str, Any] = {"gateway": own}
    kept = {"gateway": [vars(k) for k in persons.KEPT]}
    for service in persons.SERVICES:
        answer = job.context.clients[service].call("POST", "/internal/persons/export", _body(person))
        found[service], kept[service] = answer["tables"], answer["kept"]
    content = json.dumps_bytes(
        {"account_id": account_id, "made_at": made_at, "data": found, "kept_after_deletion": kept, "law": "《个人信息保护法》第四十五条"}
    )
    object_key = persons_requests.object_key_of(account_id, request_id)
    job.context.objects.put(object_key, content, "application/json")
    with job.db.transaction() as conn:
        done = conn.execute(
            "UPDATE person_requests SET state = 'done', object_key = %s, size = %s, sha256 = %s, finished_at = bangfu_now(), "
            "expires_at = bangfu_now() + %s WHERE (account_id, request_id) = (%s, %s) AND state = 'open'",
            [object_key, len(content), hashlib.sha256(content).hexdigest(), EXPORT_LIFE, account_id, request_id],
        ).rowcount
    return {"state": "done"} if done else _withdrawn(job, account_id, request_id)


def _withdrawn(job: Job, account_id: UUID, request_id: UUID) -> dict[str, Any]:
    """The person was deleted meanwhile: no file of him may stay."""
    job.context.objects.remove(persons_requests.object_key_of(account_id, request_id))
    return {"state": "expired"}


def delete_person(job: Job) -> dict[str, Any]:
    """→ which services are still waited for. The sweep asks again until none is."""
    account_id, request_id = _ids(job)
    with job.db.reading() as conn:
        row = persons_requests.find(conn, account_id, request_id)
        if row is None or row["state"] != "open":
            return {"state": row and row["state"]}
        person = persons.person_of(conn, account_id)
        answered = _answered(conn, account_id, request_id)
    for service in persons.SERVICES:
        if service not in answered and _ask(job, person, request_id, service):
            answered.add(service)
    waiting = sorted(set(persons.SERVICES) - answered)
    if not waiting:
        _finish(job, person, request_id)
    return {"waiting": waiting}


def _ask(job: Job, person: Person, request_id: UUID, service: str) -> bool:
    try:
        answer = job.context.clients[service].call("POST", "/internal/persons/erase", _body(person))
    except DomainError as error:
        log.warning("person_not_erased_yet", service=service, request=str(request_id), code=error.code)
        return False
    with job.db.transaction() as conn:
        conn.execute(
            "INSERT INTO person_answers (account_id, request_id, service, done, erased, waiting) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (account_id, request_id, service) DO UPDATE SET done = excluded.done, erased = excluded.erased, "
            "waiting = excluded.waiting, answered_at = bangfu_now()",
            [person.account_id, request_id, service, answer["done"], Jsonb(answer["erased"]), Jsonb(answer["waiting"])],
        )
    return bool(answer["done"])


def _finish(job: Job, person: Person, request_id: UUID) -> None:
    """The files first, while their keys are known; then everything of the gateway in one transaction."""
    with job.db.reading() as conn:
        exports = every(conn, "SELECT request_id FROM person_requests WHERE (account_id, kind) = (%s, %s)", [person.account_id, EXPORT])
    for export in exports:
        job.context.objects.remove(persons_requests.object_key_of(person.account_id, export["request_id"]))
    with job.db.transaction() as conn:
        row = one(
            conn,
            "SELECT state FROM person_requests WHERE (account_id, request_id) = (%s, %s) FOR UPDATE",
            [person.account_id, request_id],
        )
        if row is None or row["state"] != "open":
            return
        erased = persons.erase(conn, job.context.settings.session_secret, person)
        conn.execute(
            "UPDATE person_requests SET state = 'expired', object_key = NULL, finished_at = coalesce(finished_at, bangfu_now()) "
            "WHERE account_id = %s AND kind = %s",
            [person.account_id, EXPORT],
        )
        conn.execute(
            "UPDATE person_requests SET state = 'done', finished_at = bangfu_now() WHERE (account_id, request_id) = (%s, %s)",
            [person.account_id, request_id],
        )
        audit.record(conn, ITSELF, "person:erase", f"account:{person.account_id}", after={"rows": erased.rows})


def sweep_persons(job: Job) -> dict[str, int]:
    """Requests that are open and have no job are given one; exports that ran out are removed, and hints of invitations that did."""
    with job.db.transaction() as conn:
        conn.execute("UPDATE invitations SET invitee_hint = '' WHERE invitee_hint <> '' AND expires_at < bangfu_now()")
        waiting = every(
            conn, "SELECT kind, account_id, request_id FROM person_requests WHERE state = 'open' ORDER BY requested_at LIMIT 100"
        )
        for row in waiting:
            persons_requests.enqueue(conn, row["kind"], row["account_id"], row["request_id"])
        old = every(
            conn,
            "SELECT account_id, request_id, object_key FROM person_requests WHERE state = 'done' AND expires_at < bangfu_now() LIMIT 100",
        )
    for row in old:
        job.context.objects.remove(row["object_key"])
        with job.db.transaction() as conn:
            conn.execute(
                "UPDATE person_requests SET state = 'expired', object_key = NULL WHERE (account_id, request_id) = (%s, %s)",
                [row["account_id"], row["request_id"]],
            )
    return {"open": len(waiting), "removed": len(old)}


PERSON_JOBS = (
    JobKind("export_person", export_person, "writes the same object again, and only an open request is finished", max_attempts=3),
    JobKind(
        "delete_person",
        delete_person,
        "a service that has answered is not asked again, erasing what is erased changes nothing, and the request is finished once",
        max_attempts=3,
    ),
    JobKind(
        "sweep_persons",
        sweep_persons,
        "a request has one open job at most; a removed object is gone the second time",
        every_seconds=SWEEP_SECONDS,
    ),
)


def _ids(job: Job) -> tuple[UUID, UUID]:
    return UUID(job.args["account_id"]), UUID(job.args["request_id"])


def _body(person: Person) -> dict[str, Any]:
    return {
        "account_id": person.subject,
        "phones": person.phones,
        "emails": person.emails,
        "names": person.names,
        "scopes": person.scopes,
    }


def _answered(conn: Conn, account_id: UUID, request_id: UUID) -> set[str]:
    found = every(conn, "SELECT service FROM person_answers WHERE (account_id, request_id) = (%s, %s) AND done", [account_id, request_id])
    return {row["service"] for row in found}
