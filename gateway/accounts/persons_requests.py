"""A person asks for his data, or for its end. The request is a row; a job of the gateway's worker carries it out (`persons_jobs`).

Deletion closes the account in the same transaction: nobody signs in any more, sessions and keys end, orders is told by event.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation

from gateway.accounts import sessions, store, store_factors
from gateway.accounts.domain import parse_login
from services.events.others import AccountChanged
from services.kit import audit, jobs
from services.kit.db import Conn, Database, Row, every, one
from services.kit.errors import DomainError, InvalidInput, Kind
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal

EXPORT, DELETION = "export", "deletion"
JOBS = {EXPORT: "export_person", DELETION: "delete_person"}
EXPORT_LIFE = timedelta(days=7)
"""How long a made export can be fetched."""


class AlreadyAsked(DomainError):
    code, kind = "ALREADY_ASKED", Kind.CONFLICT
    zh, en = "上一次相同的申请仍在处理", "The same request is still being worked on"


def request_export(db: Database, who: Principal, session_id: UUID | None) -> Row:
    """Raises ProofNeeded (the session is not fresh), AlreadyAsked."""
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, UUID(who.subject), session_id)
        return _request(conn, who, EXPORT)


def request_deletion(db: Database, who: Principal, session_id: UUID | None, login: str) -> Row:
    """``login``: the person's own, typed again, so that nobody closes an account by a slip. Raises InvalidInput, ProofNeeded."""
    account_id = UUID(who.subject)
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id, second_factor=store_factors.has_totp(conn, account_id))
        logins = {(row["kind"], row["value"]) for row in store.logins(conn, account_id)}
        if parse_login(login) not in logins:
            raise InvalidInput("login", "≠")
        row = _request(conn, who, DELETION)
        conn.execute("UPDATE accounts SET closed_at = coalesce(closed_at, bangfu_now()) WHERE account_id = %s", [account_id])
        sessions.end_other_sessions(conn, account_id, None, "account closed")
        conn.execute("UPDATE api_keys SET revoked_at = coalesce(revoked_at, bangfu_now()) WHERE account_id = %s", [account_id])
        publish(conn, AccountChanged(account_id=account_id, closed=True), store.raise_version(conn, account_id))
    return row


def _request(conn: Conn, who: Principal, kind: str) -> Row:
    account_id, request_id = UUID(who.subject), new_id()
    try:
        with conn.transaction():
            conn.execute("INSERT INTO person_requests (account_id, request_id, kind) VALUES (%s, %s, %s)", [account_id, request_id, kind])
    except UniqueViolation as error:
        raise AlreadyAsked() from error
    audit.record(
        conn, who, "person:export" if kind == EXPORT else "person:delete", f"account:{account_id}", after={"request_id": str(request_id)}
    )
    enqueue(conn, kind, account_id, request_id)
    row = find(conn, account_id, request_id)
    assert row is not None
    return row


def enqueue(conn: Conn, kind: str, account_id: UUID, request_id: UUID) -> None:
    """Ids only: a job's row is kept for months."""
    args: dict[str, Any] = {"account_id": str(account_id), "request_id": str(request_id)}
    jobs.enqueue(conn, JOBS[kind], args, unique_key=f"person:{request_id}", max_attempts=3)


COLUMNS = "account_id, request_id, kind, state, object_key, size, sha256, requested_at, finished_at, expires_at"
SELECT = f"SELECT {COLUMNS} FROM person_requests WHERE "  # noqa: S608 – constants


def object_key_of(account_id: UUID, request_id: UUID) -> str:
    return f"persons/{account_id}/{request_id}.json"


def find(conn: Conn, account_id: UUID, request_id: UUID) -> Row | None:
    return one(conn, SELECT + "(account_id, request_id) = (%s, %s)", [account_id, request_id])


def requests_page(conn: Conn, account_id: UUID, first: int, after: str | None) -> Page[Row]:
    cursor = decode_cursor(after, 1)
    found = every(
        conn,
        SELECT + "account_id = %(account)s AND (%(after)s::uuid IS NULL OR request_id < %(after)s::uuid) "
        "ORDER BY request_id DESC LIMIT %(limit)s",
        {"account": account_id, "after": cursor[0] if cursor else None, "limit": first + 1},
    )
    return page_of(found, first, lambda row: (str(row["request_id"]),))
