"""External reports and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.orders.domain.external.report import ReportLine


def insert(conn: Conn, head: dict[str, Any], lines: Sequence[ReportLine]) -> bool:
    """False when the merchant has reported this month already."""
    done = conn.execute(
        "INSERT INTO external_reports (merchant_id, report_id, report_no, month, county_code, paper, state, amount_fen, submitted_by, "
        "submitted_at) VALUES (%(merchant_id)s, %(report_id)s, %(report_no)s, %(month)s, %(county_code)s, %(paper)s, 'submitted', "
        "%(amount_fen)s, %(submitted_by)s, %(submitted_at)s) ON CONFLICT DO NOTHING", head).rowcount
    if done:
        _insert_lines(conn, head["merchant_id"], head["report_id"], lines)
    return bool(done)


def _insert_lines(conn: Conn, merchant_id: UUID, report_id: UUID, lines: Sequence[ReportLine]) -> None:
    conn.execute(
        "INSERT INTO external_report_lines (merchant_id, report_id, line_no, product_id, buyer_kind, consumption_county, quantity, unit, "
        "amount_fen) SELECT %s, %s, * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::bigint[])",
        [merchant_id, report_id, [x.line_no for x in lines], [x.product_id for x in lines], [x.buyer_kind for x in lines],
         [x.consumption_county for x in lines], [x.quantity for x in lines], [x.unit for x in lines], [x.amount_fen for x in lines]])


def of_month(conn: Conn, merchant_id: UUID, month: date) -> Row | None:
    return one(conn, "SELECT * FROM external_reports WHERE merchant_id = %s AND month = %s AND state <> 'void'", [merchant_id, month])


def find(conn: Conn, report_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM external_reports WHERE report_id = %s", [report_id])


def lock(conn: Conn, report_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM external_reports WHERE report_id = %s FOR UPDATE", [report_id])


def lines(conn: Conn, merchant_id: UUID, report_id: UUID) -> list[Row]:
    return every(conn, "SELECT * FROM external_report_lines WHERE merchant_id = %s AND report_id = %s ORDER BY line_no",
                 [merchant_id, report_id])


def resubmit(conn: Conn, row: Row, paper: str, new_lines: Sequence[ReportLine], by: str, at: datetime) -> None:
    key = [row["merchant_id"], row["report_id"]]
    conn.execute("DELETE FROM external_report_lines WHERE merchant_id = %s AND report_id = %s", key)
    _insert_lines(conn, row["merchant_id"], row["report_id"], new_lines)
    conn.execute("UPDATE external_reports SET state = 'submitted', paper = %s, amount_fen = %s, submitted_by = %s, submitted_at = %s, "
                 "version = version + 1 WHERE merchant_id = %s AND report_id = %s",
                 [paper, sum(line.amount_fen for line in new_lines), by, at, *key])


def send_back(conn: Conn, row: Row, reason: str, by: str, at: datetime) -> None:
    conn.execute("UPDATE external_reports SET state = 'returned', returned_once = true, reason = %s, checked_by = %s, checked_at = %s, "
                 "version = version + 1 WHERE merchant_id = %s AND report_id = %s", [reason, by, at, row["merchant_id"], row["report_id"]])


def confirm(conn: Conn, row: Row, sale_lines: Sequence[tuple[int, UUID]], by: str, at: datetime) -> int:
    """→ the report's new version."""
    conn.execute(
        "UPDATE external_report_lines l SET sale_line_id = w.sale FROM unnest(%s::int[], %s::uuid[]) AS w (line_no, sale) "
        "WHERE l.merchant_id = %s AND l.report_id = %s AND l.line_no = w.line_no",
        [[n for n, _ in sale_lines], [s for _, s in sale_lines], row["merchant_id"], row["report_id"]])
    changed = one(conn, "UPDATE external_reports SET state = 'confirmed', checked_by = %s, checked_at = %s, version = version + 1 "
                  "WHERE merchant_id = %s AND report_id = %s RETURNING version", [by, at, row["merchant_id"], row["report_id"]])
    assert changed is not None
    return int(changed["version"])
