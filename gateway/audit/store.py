"""The copy's SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.kit import json
from services.kit.audit import COLUMNS, genesis
from services.kit.db import Conn, Row, every, one
from services.kit.paging import Page, decode_cursor, page_of

_COLUMNS = ", ".join(COLUMNS)
SELECT_COPY = f"SELECT {_COLUMNS} FROM audit_trail WHERE service = %s ORDER BY seq"  # noqa: S608 – constants
_INSERT = (
    f"INSERT INTO audit_trail (service, pairs, {_COLUMNS}) VALUES (%s, %s, {', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608 – constants
)
_SHOWN = f"service, gathered_at, {_COLUMNS}"
SEARCHED_CHARACTERS = 2000


def head(conn: Conn, service: str) -> tuple[int, bytes]:
    """(number, hash) of the last row gathered of a service."""
    row = one(conn, "SELECT seq, hash FROM audit_trail WHERE service = %s ORDER BY seq DESC LIMIT 1", [service])
    return (int(row["seq"]), bytes(row["hash"])) if row else (0, genesis(service))


def insert_many(conn: Conn, service: str, rows: Iterable[Row]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            _INSERT,
            [
                [
                    service,
                    sorted(pairs(searched(row))),
                    *(Jsonb(row[c]) if c in ("before", "after") and row[c] is not None else row[c] for c in COLUMNS),
                ]
                for row in rows
            ],
        )


def searched(row: Row) -> str:
    """The words that ``text`` finds a row by: the reason and the values before and after."""
    values = [json.dumps(row[side]) for side in ("before", "after") if row[side] is not None]
    return " ".join([row["reason"] or "", *values])[:SEARCHED_CHARACTERS].lower()


def pairs(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1) if not words[n : n + 2].isspace()}


def search(
    conn: Conn,
    *,
    first: int,
    after: str | None,
    actor: str | None = None,
    acts: list[str] | None = None,
    subject: str | None = None,
    service: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    text: str | None = None,
    request_id: str | None = None,
) -> Page[Row]:
    """Newest first. ``subject`` is ``kind:id``, or ``kind:`` for all of a kind; ``until`` is left out itself. Raises InvalidInput."""
    given: list[tuple[str, list[Any]]] = []
    if actor:
        given.append(("actor = %s", [actor]))
    if acts:
        given.append(("act = ANY(%s)", [acts]))
    if subject:
        given.append(("starts_with(subject, %s)" if subject.endswith(":") else "subject = %s", [subject]))
    if service:
        given.append(("service = %s", [service]))
    if since:
        given.append(("at >= %s", [since]))
    if until:
        given.append(("at < %s", [until]))
    if request_id:
        given.append(("request_id = %s", [request_id]))
    if text:
        words = text.lower()
        found = "strpos(left(lower(concat_ws(' ', reason, before::text, after::text)), %s), %s) > 0"
        given.append((f"pairs @> %s AND {found}" if len(words) > 1 else found, [sorted(pairs(words))] if len(words) > 1 else []))
        given[-1][1].extend([SEARCHED_CHARACTERS * 2, words])
    start = decode_cursor(after, 3)
    if start:
        given.append(("(at, service, seq) < (%s::timestamptz, %s, %s)", start))
    where = " AND ".join(condition for condition, _ in given) or "true"
    rows = every(
        conn,
        f"SELECT {_SHOWN} FROM audit_trail WHERE {where} ORDER BY at DESC, service DESC, seq DESC LIMIT %s",  # noqa: S608 – conditions above
        [*(value for _, values in given for value in values), first + 1],
    )
    return page_of(rows, first, lambda r: (r["at"], r["service"], r["seq"]))


def entry(conn: Conn, service: str, seq: int) -> Row | None:
    return one(conn, f"SELECT {_SHOWN} FROM audit_trail WHERE (service, seq) = (%s, %s)", [service, seq])  # noqa: S608 – constants


def heads(conn: Conn) -> dict[str, dict[str, Any]]:
    """service → its last row gathered, as it is noted in the object store."""
    rows = every(conn, "SELECT DISTINCT ON (service) service, seq, hash FROM audit_trail ORDER BY service, seq DESC")
    return {row["service"]: {"seq": row["seq"], "hash": bytes(row["hash"]).hex()} for row in rows}


def noted(conn: Conn) -> list[Row]:
    return every(conn, "SELECT object_key, written_at, heads FROM audit_heads ORDER BY written_at")


def last_noted(conn: Conn) -> Row | None:
    return one(conn, "SELECT object_key, written_at, heads FROM audit_heads ORDER BY written_at DESC LIMIT 1")


def note(conn: Conn, object_key: str, written_at: datetime, value: dict[str, Any]) -> None:
    conn.execute("INSERT INTO audit_heads (object_key, written_at, heads) VALUES (%s, %s, %s)", [object_key, written_at, Jsonb(value)])
