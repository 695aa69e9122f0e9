"""Certificates, withdrawals, mechanisms, counts: what the public and the offices look up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.catalog.queries.directory import CLOCK
from services.catalog.queries.products import PUBLIC_WITHDRAWAL
from services.catalog.store import applications, listing
from services.kit.db import Conn, Row, every, one
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.time import business_date

# A withdrawal holds from its decision (hidden at once) until it is ended by orders; what stands now decides the answer.
CERTIFICATE = f"""
WITH {CLOCK}
SELECT c.certificate_no, c.subject, c.subject_id, c.merchant_id, m.name AS merchant_name, coalesce(p.name, m.name) AS name,
    coalesce(p.county_code, m.county_code) AS county_code, c.document_no, c.valid_from, c.valid_until, t.now AS as_of,
    w.kind AS withdrawn, w.document_no AS withdrawal_document_no, w.from_instant,
    CASE WHEN w.kind IS NOT NULL THEN w.kind WHEN t.today < c.valid_from THEN 'not_yet_valid' WHEN t.today > c.valid_until THEN 'expired'
        ELSE 'valid' END AS status
FROM codes k JOIN certificates c ON c.merchant_id = k.merchant_id AND c.certificate_id = k.subject_id
JOIN merchants m ON m.merchant_id = c.merchant_id LEFT JOIN products p ON p.merchant_id = c.merchant_id AND p.product_id = c.subject_id
CROSS JOIN t
LEFT JOIN LATERAL (SELECT kind, document_no, from_instant FROM withdrawals x WHERE x.merchant_id = c.merchant_id
    AND x.subject_id IN (c.subject_id, c.merchant_id) AND x.lift_decided_at IS NULL AND x.until_instant IS NULL
    ORDER BY x.kind = 'revoked' DESC, x.decided_at DESC LIMIT 1) w ON true
WHERE k.kind = 'certificate_no' AND k.code = %s
"""  # noqa: S608 – constants only


def certificate(conn: Conn, certificate_no: str) -> Row | None:
    row = one(conn, CERTIFICATE, [certificate_no])
    if row is None:
        return None
    withdrawn = row.pop("withdrawn")
    paper, instant = row.pop("withdrawal_document_no"), row.pop("from_instant")
    return row | {"withdrawal": {"kind": withdrawn, "document_no": paper, "from_instant": instant} if withdrawn else None}


def withdrawals_page(
    conn: Conn, *, subject: str | None, subject_id: UUID | None, with_reasons_of: Any, first: int, after: str | None
) -> Page[Row]:
    """Newest first. ``with_reasons_of(row)``: whether the asker reads reasons."""
    cursor = decode_cursor(after, 2)
    rows = every(
        conn,
        f"SELECT {PUBLIC_WITHDRAWAL}, reason, lift_reason, coalesce(p.county_code, m.county_code) AS county_code FROM withdrawals w "  # noqa: S608
        "JOIN (SELECT merchant_id AS mid, county_code FROM merchants) m ON m.mid = w.merchant_id "
        "LEFT JOIN (SELECT product_id AS pid, county_code FROM products) p ON p.pid = w.subject_id "
        "WHERE (%(subject)s::text IS NULL OR subject = %(subject)s) AND (%(id)s::uuid IS NULL OR subject_id = %(id)s) "
        "AND (%(at)s::timestamptz IS NULL OR (decided_at, withdrawal_id) < (%(at)s, %(wid)s::uuid)) "
        "ORDER BY decided_at DESC, withdrawal_id DESC LIMIT %(limit)s",
        {"subject": subject, "id": subject_id, "at": cursor and cursor[0], "wid": cursor and cursor[1], "limit": first + 1},
    )
    page = page_of(rows, first, lambda row: (row["decided_at"], row["withdrawal_id"]))
    for row in page.items:
        if not with_reasons_of(row):
            row["reason"] = row["lift_reason"] = None
    return page


def mechanisms_page(
    conn: Conn, *, merchant_ids: Sequence[UUID] | None, counties: Sequence[str] | None, first: int, after: str | None
) -> Page[Row]:
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        "SELECT x.mechanism_id, x.mechanism_no, x.merchant_id, m.name AS merchant_name, m.county_code, x.kind, x.households, x.persons, "
        "x.valid_from, x.valid_until, x.evidence FROM mechanisms x JOIN merchants m USING (merchant_id) "
        "WHERE (%(merchants)s::uuid[] IS NULL OR x.merchant_id = ANY(%(merchants)s)) "
        "AND (%(counties)s::text[] IS NULL OR m.county_code = ANY(%(counties)s)) "
        "AND (%(after)s::uuid IS NULL OR x.mechanism_id < %(after)s) "
        "ORDER BY x.mechanism_id DESC LIMIT %(limit)s",
        {
            "merchants": None if merchant_ids is None else list(merchant_ids),
            "counties": None if counties is None else list(counties),
            "after": cursor and cursor[0],
            "limit": first + 1,
        },
    )
    return page_of(rows, first, lambda row: (row["mechanism_id"],))


COUNTS = """
WITH valid AS (
    SELECT c.merchant_id, c.subject, c.subject_id, coalesce(p.county_code, m.county_code) AS county,
        bool_or(%(day)s BETWEEN c.valid_from AND c.valid_until) AND NOT EXISTS (SELECT 1 FROM withdrawals w
            WHERE w.merchant_id = c.merchant_id AND w.subject_id = c.subject_id
            AND coalesce(w.from_instant, w.decided_at) <= %(at)s AND (w.until_instant IS NULL OR w.until_instant > %(at)s)) AS holds
    FROM certificates c JOIN merchants m USING (merchant_id) LEFT JOIN products p ON p.merchant_id = c.merchant_id
        AND p.product_id = c.subject_id
    WHERE c.valid_from <= %(day)s AND (%(county)s::text IS NULL OR coalesce(p.county_code, m.county_code) = %(county)s)
    GROUP BY c.merchant_id, c.subject, c.subject_id, coalesce(p.county_code, m.county_code)
)
SELECT count(*) FILTER (WHERE subject = 'product' AND holds) AS products, count(*) FILTER (WHERE subject = 'product') AS products_ever,
    count(*) FILTER (WHERE subject = 'merchant' AND holds) AS merchants FROM valid
"""
LABELS = """
SELECT l.label, count(DISTINCT l.product_id) AS n, l.product_id FROM labels l JOIN products p USING (merchant_id, product_id)
WHERE %(day)s >= l.valid_from AND (l.valid_until IS NULL OR %(day)s <= l.valid_until)
    AND (%(county)s::text IS NULL OR p.county_code = %(county)s)
GROUP BY l.label, l.product_id
"""


def counts(conn: Conn, at: datetime | None, county_code: str | None) -> dict[str, Any]:
    """Dated intervals, so any past instant can be asked."""
    instant = at or listing.now_and_today(conn)[0]
    params = {"at": instant, "day": business_date(instant), "county": county_code}
    subjects = one(conn, COUNTS, params)
    covered = one(
        conn,
        "SELECT coalesce(sum(households), 0)::bigint AS households, coalesce(sum(persons), 0)::bigint AS persons FROM mechanisms x "
        "JOIN merchants m USING (merchant_id) WHERE %(day)s >= x.valid_from AND (x.valid_until IS NULL OR %(day)s <= x.valid_until) "
        "AND (%(county)s::text IS NULL OR m.county_code = %(county)s)",
        params,
    )
    labelled = every(conn, LABELS, params)
    by_label: dict[str, int] = {}
    for row in labelled:
        by_label[row["label"]] = by_label.get(row["label"], 0) + 1
    assert subjects is not None
    assert covered is not None
    return {"as_of": instant, **subjects, "labelled_products": len({row["product_id"] for row in labelled}), "labels": by_label, **covered}


def review_paths(conn: Conn, today: date) -> dict[str, Any]:
    paths = every(
        conn,
        "SELECT path_id, subject, product_kind, notice_days FROM review_paths WHERE valid_from <= %s "
        "AND (valid_until IS NULL OR valid_until >= %s) "
        "ORDER BY subject, product_kind",
        [today, today],
    )
    return {
        "paths": [
            p | {"steps": [{"duty": s.duty, "position": s.position, "by": s.by} for s in applications.path_steps(conn, p["path_id"])]}
            for p in paths
        ],
        "holders": every(conn, "SELECT duty, department, valid_from, valid_until FROM duty_holders ORDER BY duty, valid_from"),
    }


def digest(conn: Conn, subject: str, after: UUID | None, first: int) -> list[Row]:
    """Versions of what was published, in id order: a copy asks page by page what it lacks."""
    table, column = ("products", "product_id") if subject == "product" else ("merchants", "merchant_id")
    return every(
        conn,
        f"SELECT {column} AS id, version FROM {table} WHERE published AND (%s::uuid IS NULL OR {column} > %s) "  # noqa: S608 – own names
        f"ORDER BY {column} LIMIT %s",
        [after, after, first],
    )
