"""The registers as lists, newest first; departments by their code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.paging import Page, decode_cursor, page_of


@dataclass(frozen=True)
class Department:
    department_id: UUID
    code: str
    name: str
    duty: str
    lead: bool
    valid_from: date
    valid_until: date | None
    successor: str | None
    import_id: UUID | None


@dataclass(frozen=True)
class Activity:
    activity_id: UUID
    activity_no: str
    kind: str
    title: str
    held_on: date
    county_code: str | None
    department: str
    department_name: str | None
    session_id: UUID | None
    session_no: str | None
    outlet_id: UUID | None
    outlet_code: str | None
    contract_ids: list[UUID]
    contract_nos: list[str]
    import_id: UUID | None


@dataclass(frozen=True)
class Record:
    record_id: UUID
    record_no: str
    medium: str
    level: str | None
    media_kind: str
    title: str
    published_on: date
    aired: int | None
    import_id: UUID | None


def departments(conn: Conn, first: int, after: str | None, *, as_of: date | None = None, row_id: UUID | None = None) -> Page[Department]:
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        """
        SELECT department_id, code, name, duty, lead, valid_from, valid_until, successor, import_id FROM departments
        WHERE (%(row_id)s::uuid IS NULL OR department_id = %(row_id)s)
          AND (%(as_of)s::date IS NULL OR (valid_from <= %(as_of)s AND coalesce(valid_until, 'infinity') >= %(as_of)s))
          AND (%(after)s::text IS NULL OR code > %(after)s) ORDER BY code LIMIT %(limit)s""",
        {"row_id": row_id, "as_of": as_of, "after": cursor and cursor[0], "limit": first + 1},
    )
    return page_of([Department(**r) for r in rows], first, lambda d: [d.code])


def activities(
    conn: Conn,
    first: int,
    after: str | None,
    *,
    kind: str | None = None,
    start: date | None = None,
    end: date | None = None,
    counties: list[str] | None = None,
    row_id: UUID | None = None,
) -> Page[Activity]:
    rows = every(
        conn,
        """
        SELECT a.activity_id, a.activity_no, a.kind, a.title, a.held_on, a.county_code, a.department, d.name AS department_name,
               a.session_id, s.session_no, a.outlet_id, o.outlet_code, a.contract_ids,
               ARRAY(SELECT c.contract_no FROM contracts c WHERE c.contract_id = ANY(a.contract_ids) ORDER BY 1) AS contract_nos,
               a.import_id
        FROM activities a LEFT JOIN departments d ON d.code = a.department
        LEFT JOIN sessions s ON s.session_id = a.session_id LEFT JOIN outlets o ON o.outlet_id = a.outlet_id
        WHERE (%(row_id)s::uuid IS NULL OR a.activity_id = %(row_id)s)
          AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
          AND (%(start)s::date IS NULL OR a.held_on >= %(start)s) AND (%(end)s::date IS NULL OR a.held_on <= %(end)s)
          AND (%(counties)s::text[] IS NULL OR a.county_code = ANY(%(counties)s) OR a.county_code IS NULL)
          AND (%(after_day)s::date IS NULL OR (a.held_on, a.activity_id) < (%(after_day)s, %(after_id)s::uuid))
        ORDER BY a.held_on DESC, a.activity_id DESC LIMIT %(limit)s""",
        {"row_id": row_id, "kind": kind, "start": start, "end": end, "counties": counties} | _after(after, first),
    )
    return page_of([Activity(**r) for r in rows], first, lambda a: [a.held_on, a.activity_id])


def publicity(
    conn: Conn,
    first: int,
    after: str | None,
    *,
    medium: str | None = None,
    level: str | None = None,
    start: date | None = None,
    end: date | None = None,
    row_id: UUID | None = None,
) -> Page[Record]:
    rows = every(
        conn,
        """
        SELECT record_id, record_no, medium, level, media_kind, title, published_on, aired, import_id FROM publicity
        WHERE (%(row_id)s::uuid IS NULL OR record_id = %(row_id)s)
          AND (%(medium)s::text IS NULL OR medium = %(medium)s) AND (%(level)s::text IS NULL OR level = %(level)s)
          AND (%(start)s::date IS NULL OR published_on >= %(start)s) AND (%(end)s::date IS NULL OR published_on <= %(end)s)
          AND (%(after_day)s::date IS NULL OR (published_on, record_id) < (%(after_day)s, %(after_id)s::uuid))
        ORDER BY published_on DESC, record_id DESC LIMIT %(limit)s""",
        {"row_id": row_id, "medium": medium, "level": level, "start": start, "end": end} | _after(after, first),
    )
    return page_of([Record(**r) for r in rows], first, lambda r: [r.published_on, r.record_id])


def _after(after: str | None, first: int) -> dict[str, Any]:
    cursor = decode_cursor(after, 2)
    return {"after_day": cursor and cursor[0], "after_id": cursor and cursor[1], "limit": first + 1}
