"""Report rows and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every, one


@dataclass(frozen=True)
class File:
    name: str
    format: str
    object_key: str
    content_type: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True)
class Report:
    report_id: UUID
    state: str
    period_from: date
    period_until: date
    county_code: str | None
    formats: list[str]
    done: int
    total: int | None
    incomplete: bool | None
    reconciled: bool | None
    definitions_version: str | None
    error: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


def insert(conn: Conn, report_id: UUID, start: date, end: date, county_code: str | None, formats: list[str], created_by: str) -> None:
    conn.execute(
        "INSERT INTO reports (report_id, state, period_from, period_until, county_code, formats, created_by) "
        "VALUES (%s, 'queued', %s, %s, %s, %s, %s)",
        [report_id, start, end, county_code, formats, created_by],
    )


def find(conn: Conn, report_id: UUID) -> Report | None:
    row = one(conn, "SELECT * FROM reports WHERE report_id = %s", [report_id])
    return None if row is None else Report(**row)


def begin(conn: Conn, report_id: UUID) -> None:
    conn.execute("UPDATE reports SET state = 'running', done = 0, error = NULL WHERE report_id = %s AND state <> 'done'", [report_id])


def progress(conn: Conn, report_id: UUID, done: int, total: int) -> None:
    conn.execute("UPDATE reports SET done = %s, total = %s WHERE report_id = %s", [done, total, report_id])


def finish(conn: Conn, report_id: UUID, files: list[File], *, incomplete: bool, reconciled: bool | None, definitions_version: str) -> bool:
    """False when another run of the same job was first."""
    done = one(
        conn,
        "UPDATE reports SET state = 'done', done = coalesce(total, done), incomplete = %s, reconciled = %s, "
        "definitions_version = %s, finished_at = bangfu_now() WHERE report_id = %s AND state <> 'done' RETURNING report_id",
        [incomplete, reconciled, definitions_version, report_id],
    )
    if done is None:
        return False
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO report_files (report_id, name, format, object_key, content_type, size, sha256, rows) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [[report_id, f.name, f.format, f.object_key, f.content_type, f.size, f.sha256, f.rows] for f in files],
        )
    return True


def fail(conn: Conn, report_id: UUID, error: str) -> None:
    conn.execute(
        "UPDATE reports SET state = 'failed', error = %s, finished_at = bangfu_now() WHERE report_id = %s AND state <> 'done'",
        [error[:500], report_id],
    )


def files(conn: Conn, report_ids: list[UUID]) -> dict[UUID, list[File]]:
    found: dict[UUID, list[File]] = {}
    rows = every(conn, "SELECT * FROM report_files WHERE report_id = ANY(%s) ORDER BY report_id, name", [report_ids])
    for row in rows:
        found.setdefault(row.pop("report_id"), []).append(File(**row))
    return found


def recent(conn: Conn, counties: list[str] | None, after: list[Any] | None, limit: int) -> list[Report]:
    """``counties`` None: all reports; else those of these counties."""
    return [
        Report(**row)
        for row in every(
            conn,
            "SELECT * FROM reports WHERE (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s)) "
            "AND (%(after_at)s::timestamptz IS NULL OR (created_at, report_id) < (%(after_at)s, %(after_id)s::uuid)) "
            "ORDER BY created_at DESC, report_id DESC LIMIT %(limit)s",
            {"counties": counties, "after_at": after and after[0], "after_id": after and after[1], "limit": limit},
        )
    ]
