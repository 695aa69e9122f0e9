"""Sessions held elsewhere and their product totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.kit.db import Conn, Row, every, one, value
from services.kit.errors import NotFound
from services.livestream.domain.outside import Draft, Line

CONTENT = ("title", "platform", "started_at", "ended_at", "participants", "peak", "paid_fen", "refund_fen", "evidence")
INSERT = ("INSERT INTO outside_sessions (session_id, session_no, state, recorder_role, recorder_scope, recorded_by, county_code, "  # noqa: S608
          f"business_date, {', '.join(CONTENT)}) VALUES (%s, %s, 'submitted', %s, %s, %s, %s, %s, {', '.join(['%s'] * len(CONTENT))})")
REPLACE = ("UPDATE outside_sessions SET state = %s, return_reason = NULL, business_date = %s, version = version + 1, "  # noqa: S608
           f"{', '.join(f'{name} = %s' for name in CONTENT)} WHERE session_id = %s")


def next_number(conn: Conn, day: date) -> str:
    return f"ZW-{day:%Y%m%d}-{value(conn, 'SELECT nextval(%s)', ['session_numbers']):05d}"


def earlier(conn: Conn, role: str, scope: str, platform: str, started_at: datetime, besides: UUID | None = None) -> str | None:
    """The number under which this recorder has recorded the session already."""
    found: str | None = value(
        conn, "SELECT session_no FROM outside_sessions WHERE (recorder_role, recorder_scope, platform, started_at) = (%s, %s, %s, %s) "
        "AND import_id IS NULL AND state <> 'void' AND session_id IS DISTINCT FROM %s", [role, scope, platform, started_at, besides])
    return found


def insert(conn: Conn, session_id: UUID, session_no: str, role: str, scope: str, by: str, county_code: str, day: date,
           draft: Draft) -> None:
    conn.execute(INSERT, [session_id, session_no, role, scope, by, county_code, day, *(getattr(draft, name) for name in CONTENT)])
    insert_lines(conn, session_id, draft.lines)


def replace(conn: Conn, session_id: UUID, day: date, draft: Draft, state: str) -> None:
    conn.execute(REPLACE, [state, day, *(getattr(draft, name) for name in CONTENT), session_id])
    conn.execute("DELETE FROM outside_lines WHERE session_id = %s", [session_id])
    insert_lines(conn, session_id, draft.lines)


def insert_lines(conn: Conn, session_id: UUID, lines: Sequence[Line]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO outside_lines (session_id, line_no, product_id, quantity, unit, gross_fen, refund_fen) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [(session_id, x.line_no, x.product_id, x.quantity, x.unit, x.gross_fen, x.refund_fen) for x in lines])


def find(conn: Conn, session_id: UUID) -> Row:
    """Raises NotFound."""
    row = one(conn, "SELECT * FROM outside_sessions WHERE session_id = %s", [session_id])
    if row is None:
        raise NotFound()
    return row


def lock(conn: Conn, session_id: UUID) -> Row:
    row = one(conn, "SELECT * FROM outside_sessions WHERE session_id = %s FOR NO KEY UPDATE", [session_id])
    if row is None:
        raise NotFound()
    return row


def lines(conn: Conn, session_id: UUID) -> list[Line]:
    return [Line(**row) for row in every(
        conn, "SELECT line_no, product_id, quantity, unit, gross_fen, refund_fen FROM outside_lines WHERE session_id = %s ORDER BY line_no",
        [session_id])]


def decide(conn: Conn, session_id: UUID, state: str, by: str, *, confirmed_on: date | None = None, reason: str | None = None) -> int:
    """→ the new version."""
    version: int = value(
        conn, "UPDATE outside_sessions SET state = %s, decided_by = %s, decided_at = bangfu_now(), confirmed_on = %s, return_reason = %s, "
        "version = version + 1 WHERE session_id = %s RETURNING version", [state, by, confirmed_on, reason, session_id])
    return version
