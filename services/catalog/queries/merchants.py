from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.catalog.queries.directory import CLOCK, SELLABLE
from services.catalog.queries.products import withdrawals_of
from services.catalog.store import certificates
from services.kit.db import Conn, Row, every, one
from services.kit.paging import Page, decode_cursor, page_of

ROWS = f"""
WITH {CLOCK}, rows AS (
    SELECT m.merchant_id, m.credit_code, m.name, m.kind, m.county_code, coalesce(c.name_zh,
        m.county_code) AS county_name, m.township, m.founded_on,
        CASE WHEN m.state NOT IN ('certified', 'expired') THEN m.state WHEN v.valid_until >= (SELECT today FROM t) THEN 'certified'
            ELSE 'expired' END AS state,
        m.state IN ('certified', 'expired') AND EXISTS (SELECT 1 FROM certificates x WHERE x.merchant_id = m.merchant_id
            AND x.subject_id = m.merchant_id AND (SELECT today FROM t) BETWEEN x.valid_from AND x.valid_until) AS sellable,
        v.valid_until, m.published,
        (SELECT count(*) FROM listing l WHERE l.merchant_id = m.merchant_id AND {SELLABLE}) AS products
    FROM merchants m LEFT JOIN counties c ON c.code = m.county_code
    LEFT JOIN LATERAL (SELECT max(valid_until) AS valid_until FROM certificates x
        WHERE x.merchant_id = m.merchant_id AND x.subject_id = m.merchant_id) v ON true
    WHERE %(where)s
)
SELECT * FROM rows
"""  # noqa: S608 – constants only


def merchants_by_ids(conn: Conn, merchant_ids: Sequence[UUID]) -> list[Row]:
    """In the order asked, in any state; with ``published``."""
    rows = every(conn, ROWS.replace("%(where)s", "m.merchant_id = ANY(%(ids)s)"), {"ids": list(merchant_ids)})
    found = {row["merchant_id"]: row for row in rows}
    return [found[m] for m in merchant_ids if m in found]


def merchants_page(
    conn: Conn,
    *,
    county_code: str | None,
    kind: str | None,
    q: str | None,
    state: str | None,
    sellable_only: bool,
    within: Sequence[str] | None,
    first: int,
    after: str | None,
) -> Page[Row]:
    """By name. ``within``: only these counties."""
    cursor = decode_cursor(after, 2)
    escaped = (q or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    where = (
        "(%(county)s::text IS NULL OR m.county_code = %(county)s) AND (%(kind)s::text IS NULL OR m.kind = %(kind)s) "
        "AND (%(q)s = '' OR m.name LIKE '%%' || %(q)s || '%%' OR m.credit_code = %(q)s) "
        "AND (%(within)s::text[] IS NULL OR m.county_code = ANY(%(within)s)) "
        "AND (%(name)s::text IS NULL OR (m.name, m.merchant_id) > (%(name)s, %(id)s::uuid))"
    )
    sql = (
        ROWS.replace("%(where)s", where) + "WHERE (%(state)s::text IS NULL OR state = %(state)s) AND (NOT %(sellable)s OR sellable) "
        "ORDER BY name, merchant_id LIMIT %(limit)s"
    )
    rows = every(
        conn,
        sql,
        {
            "county": county_code,
            "kind": kind,
            "q": escaped,
            "state": state,
            "sellable": sellable_only,
            "within": within and list(within),
            "name": cursor and cursor[0],
            "id": cursor and cursor[1],
            "limit": first + 1,
        },
    )
    return page_of(rows, first, lambda row: (row["name"], row["merchant_id"]))


def merchant_detail(conn: Conn, merchant_id: UUID) -> Row | None:
    rows = merchants_by_ids(conn, [merchant_id])
    if not rows:
        return None
    covered = one(
        conn,
        f"WITH {CLOCK} SELECT coalesce(sum(households), 0)::int AS households, coalesce(sum(persons), 0)::int AS persons "  # noqa: S608
        "FROM mechanisms, t WHERE merchant_id = %s AND t.today >= valid_from AND (valid_until IS NULL OR t.today <= valid_until)",
        [merchant_id],
    )
    assert covered is not None
    held = certificates.of(conn, [merchant_id])[merchant_id]
    return (
        rows[0]
        | dict(covered)
        | {
            "certificates": [
                {k: c[k] for k in ("certificate_id", "certificate_no", "document_no", "valid_from", "valid_until")} for c in held
            ],
            "withdrawals": withdrawals_of(conn, merchant_id),
        }
    )
