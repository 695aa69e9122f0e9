from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain import reviews
from services.catalog.domain.reviews import Step
from services.catalog.store import applications, listing
from services.kit.db import Conn, Row, every
from services.kit.paging import Page, decode_cursor, page_of

SELECT = """
SELECT a.*, m.name AS merchant_name, coalesce(p.name, m.name) AS name, c.certificate_no
FROM applications a JOIN merchants m USING (merchant_id)
LEFT JOIN products p ON p.merchant_id = a.merchant_id AND p.product_id = a.subject_id
LEFT JOIN certificates c ON c.merchant_id = a.merchant_id AND c.application_id = a.application_id
"""
# What a reviewer can act on now: the lowest position of the current round that still waits for verdicts.
OPEN = """
EXISTS (SELECT 1 FROM application_steps s WHERE (s.merchant_id, s.application_id, s.round) = (a.merchant_id, a.application_id, a.round)
    AND s.verdict IS NULL AND s.by = %(by)s AND (%(duties)s::text[] IS NULL OR s.duty = ANY(%(duties)s))
    AND s.position = (SELECT min(x.position) FROM application_steps x WHERE (x.merchant_id, x.application_id, x.round)
        = (a.merchant_id, a.application_id, a.round) AND x.verdict IS NULL))
"""


def find_application(conn: Conn, application_id: UUID) -> Row | None:
    rows = every(conn, SELECT + "WHERE a.application_id = %s", [application_id])
    return _shown(conn, rows)[0] if rows else None


def applications_of(
    conn: Conn,
    *,
    merchant_ids: Sequence[UUID] | None,
    counties: Sequence[str] | None,
    state: str | None,
    subject: str | None,
    first: int,
    after: str | None,
) -> Page[Row]:
    """Newest first. None: all merchants, all counties."""
    where = (
        "(%(merchants)s::uuid[] IS NULL OR a.merchant_id = ANY(%(merchants)s)) "
        "AND (%(counties)s::text[] IS NULL OR a.county_code = ANY(%(counties)s))"
    )
    return _page(
        conn,
        where,
        {"merchants": None if merchant_ids is None else list(merchant_ids), "counties": None if counties is None else list(counties)},
        state,
        subject,
        first,
        after,
    )


def review_queue(
    conn: Conn, *, by: str, duties: Sequence[str] | None, counties: Sequence[str] | None, subject: str | None, first: int, after: str | None
) -> Page[Row]:
    """What waits for a county's or a department's verdict."""
    where = f"a.state = 'in_review' AND (%(counties)s::text[] IS NULL OR a.county_code = ANY(%(counties)s)) AND {OPEN}"
    return _page(
        conn,
        where,
        {"by": by, "duties": None if duties is None else list(duties), "counties": None if counties is None else list(counties)},
        None,
        subject,
        first,
        after,
    )


def certification_queue(conn: Conn, *, subject: str | None, first: int, after: str | None) -> Page[Row]:
    """What the bureau can certify today: passed, its public notice over."""
    _, today = listing.now_and_today(conn)
    where = "(a.state = 'passed' OR (a.state = 'notice' AND a.notice_until < %(today)s))"
    return _page(conn, where, {"today": today}, None, subject, first, after)


def _page(
    conn: Conn, where: str, params: dict[str, Any], state: str | None, subject: str | None, first: int, after: str | None
) -> Page[Row]:
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        f"{SELECT} WHERE {where} AND (%(state)s::text IS NULL OR a.state = %(state)s) "
        "AND (%(subject)s::text IS NULL OR a.subject = %(subject)s) AND (%(after)s::uuid IS NULL OR a.application_id < %(after)s) "
        "ORDER BY a.application_id DESC LIMIT %(limit)s",
        {**params, "state": state, "subject": subject, "after": cursor and cursor[0], "limit": first + 1},
    )
    page = page_of(rows, first, lambda row: (row["application_id"],))
    return Page(_shown(conn, page.items), page.next_cursor)


def _shown(conn: Conn, rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    _, today = listing.now_and_today(conn)
    holders = applications.holders(conn, today)
    steps: dict[UUID, list[Row]] = defaultdict(list)
    for step in every(
        conn,
        "SELECT s.*, d.name_zh, d.name_en FROM application_steps s JOIN duties d ON d.slug = s.duty WHERE s.merchant_id = ANY(%s) "
        "AND s.application_id = ANY(%s) ORDER BY s.round, s.position, s.duty",
        [sorted({r["merchant_id"] for r in rows}), [r["application_id"] for r in rows]],
    ):
        steps[step["application_id"]].append(step)
    return [_application(row, steps[row["application_id"]], holders, today) for row in rows]


def _application(row: Row, steps: Sequence[Row], holders: dict[str, set[str]], today: Any) -> Row:
    current = [Step(s["duty"], s["position"], s["by"], s["verdict"]) for s in steps if s["round"] == row["round"]]
    keys = (
        "application_id",
        "subject",
        "subject_id",
        "merchant_id",
        "merchant_name",
        "name",
        "county_code",
        "category",
        "round",
        "submitted_at",
        "notice_until",
        "decided_at",
        "certificate_no",
    )
    return {k: row[k] for k in keys} | {
        "state": reviews.as_of_today(row["state"], row["notice_until"], today),
        "steps": [
            {k: s[k] for k in ("duty", "name_zh", "name_en", "position", "by", "verdict", "reason", "decided_at", "round")}
            | {
                "departments": sorted(holders.get(s["duty"], ())) if s["by"] == "department" else [],
                "open": s["round"] == row["round"] and reviews.is_open(row["state"], current, s["duty"]),
            }
            for s in steps
        ],
    }
