"""Our side of the reconciliation, and the runs that compared both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every, one
from services.kit.ids import new_id
from services.reporting.domain.balance import Balance, Difference

KEYS = {"day": "business_date::text", "channel": "channel", "merchant": "merchant_id::text"}


@dataclass(frozen=True)
class Run:
    run_id: UUID
    checked_at: datetime
    state: str
    compared: int
    differing: int
    moving: int


def fact_balances(conn: Conn, by: str, start: date, end: date) -> dict[str, Balance]:
    return {
        row["key"]: Balance(row["gross"], row["refund"], row["lines"])
        for row in every(
            conn,
            f"SELECT {KEYS[by]} AS key, coalesce(sum(amount_fen) FILTER (WHERE kind = 'sale'), 0)::bigint AS gross, "  # noqa: S608
            "coalesce(-sum(amount_fen) FILTER (WHERE kind = 'refund'), 0)::bigint AS refund, count(*) AS lines "
            "FROM sales_facts WHERE business_date BETWEEN %s AND %s GROUP BY 1",
            [start, end],
        )
    }


def rollup_differences(conn: Conn) -> list[Difference]:
    """Rollups against facts, by dimension and month, in one snapshot; the ``ledger`` side holds the facts here."""
    rows = every(
        conn,
        """
        WITH facts AS (
            SELECT dim, to_char(business_date, 'YYYY-MM') AS month, sum(amount_fen) FILTER (WHERE kind = 'sale') AS gross,
                   -sum(amount_fen) FILTER (WHERE kind = 'refund') AS refund, count(*) AS lines
            FROM sales_facts CROSS JOIN LATERAL (VALUES ('all', true), ('merchant', true), ('product', true),
                ('institution', institution_id IS NOT NULL), ('session', session_id IS NOT NULL), ('outlet', outlet_id IS NOT NULL),
                ('contract', contract_id IS NOT NULL), ('campaign', campaign_id IS NOT NULL)) d (dim, has) WHERE has GROUP BY 1, 2),
        sums AS (
            SELECT dim, to_char(month, 'YYYY-MM') AS month, sum(gross_fen) AS gross, sum(refund_fen) AS refund, sum(lines) AS lines
            FROM rollups GROUP BY 1, 2)
        SELECT dim, month, coalesce(f.gross, 0)::bigint AS fact_gross, coalesce(f.refund, 0)::bigint AS fact_refund,
               coalesce(f.lines, 0)::bigint AS fact_lines, coalesce(s.gross, 0)::bigint AS gross, coalesce(s.refund, 0)::bigint AS refund,
               coalesce(s.lines, 0)::bigint AS lines
        FROM facts f FULL JOIN sums s USING (dim, month)
        WHERE (coalesce(f.gross, 0), coalesce(f.refund, 0), coalesce(f.lines, 0))
              IS DISTINCT FROM (coalesce(s.gross, 0), coalesce(s.refund, 0), coalesce(s.lines, 0))""",
    )
    return [
        Difference(
            f"rollup_{r['dim']}",
            r["month"],
            Balance(r["fact_gross"], r["fact_refund"], r["fact_lines"]),
            Balance(r["gross"], r["refund"], r["lines"]),
        )
        for r in rows
    ]


def record_run(conn: Conn, state: str, compared: int, moving: int, differences: Sequence[Difference]) -> UUID:
    run_id = new_id()
    conn.execute(
        "INSERT INTO reconciliation_runs (run_id, state, compared, differing, moving) VALUES (%s, %s, %s, %s, %s)",
        [run_id, state, compared, len(differences), moving],
    )
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reconciliation_differences (run_id, by, key, ledger_gross_fen, ledger_refund_fen, ledger_lines, facts_gross_fen, "
            "facts_refund_fen, facts_lines) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                [
                    run_id,
                    d.by,
                    d.key,
                    d.ledger.gross_fen,
                    d.ledger.refund_fen,
                    d.ledger.lines,
                    d.facts.gross_fen,
                    d.facts.refund_fen,
                    d.facts.lines,
                ]
                for d in differences
            ],
        )
    conn.execute("DELETE FROM reconciliation_runs WHERE checked_at < bangfu_now() - interval '30 days' AND run_id <> %s", [run_id])
    return run_id


def last_run(conn: Conn) -> Run | None:
    row = one(conn, "SELECT * FROM reconciliation_runs ORDER BY checked_at DESC, run_id DESC LIMIT 1")
    return None if row is None else Run(**row)


def differences(conn: Conn, run_id: UUID, after: list[Any] | None, limit: int) -> list[Difference]:
    rows = every(
        conn,
        "SELECT * FROM reconciliation_differences WHERE run_id = %(run)s "
        "AND (%(by)s::text IS NULL OR (by, key) > (%(by)s, %(key)s)) ORDER BY by, key LIMIT %(limit)s",
        {"run": run_id, "by": after and after[0], "key": after and after[1], "limit": limit},
    )
    return [
        Difference(
            r["by"],
            r["key"],
            Balance(r["ledger_gross_fen"], r["ledger_refund_fen"], r["ledger_lines"]),
            Balance(r["facts_gross_fen"], r["facts_refund_fen"], r["facts_lines"]),
        )
        for r in rows
    ]
