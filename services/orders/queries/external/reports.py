"""External reports as merchants and officers see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.listing import newest_first, pick

SELECT = (
    "SELECT r.*, m.name AS merchant_name FROM external_reports r JOIN merchants m USING (merchant_id) WHERE r.state <> 'void' "
    "AND (%(everything)s OR r.merchant_id = ANY(%(merchants)s::uuid[]) OR r.county_code = ANY(%(counties)s::text[]))"
)
FIELDS = (
    "report_id",
    "report_no",
    "merchant_id",
    "merchant_name",
    "county_code",
    "paper",
    "state",
    "returned_once",
    "reason",
    "amount_fen",
    "submitted_at",
    "checked_at",
)
LINE_FIELDS = (
    "line_no",
    "product_id",
    "product_name",
    "buyer_kind",
    "consumption_county",
    "quantity",
    "unit",
    "amount_fen",
    "sale_line_id",
)


@dataclass(frozen=True)
class ReportLineShown:
    line_no: int
    product_id: UUID
    product_name: str | None
    buyer_kind: str
    consumption_county: str
    quantity: Decimal
    unit: str
    amount_fen: int
    sale_line_id: UUID | None


@dataclass(frozen=True)
class ReportShown:
    """``month`` as ``2026-10``."""

    report_id: UUID
    report_no: str
    merchant_id: UUID
    merchant_name: str
    county_code: str
    paper: str
    state: str
    returned_once: bool
    reason: str | None
    amount_fen: int
    submitted_at: datetime
    checked_at: datetime | None
    month: str
    lines: list[ReportLineShown] = field(default_factory=list)


def list_reports(
    conn: Conn, who: Principal, *, state: str | None, merchant_id: UUID | None, month: date | None, first: int, after: str | None
) -> Page[ReportShown]:
    return newest_first(
        conn,
        SELECT + " AND (%(state)s::text IS NULL OR r.state = %(state)s) AND (%(merchant)s::uuid IS NULL "
        "OR r.merchant_id = %(merchant)s) AND (%(month)s::date IS NULL OR r.month = %(month)s)",
        "r.report_id",
        {**scope_of(who).params, "state": state, "merchant": merchant_id, "month": month},
        first,
        after,
        _shown,
    )


def get_report(conn: Conn, who: Principal, report_id: UUID) -> ReportShown:
    """Raises NotFound, also for somebody else's."""
    row = one(conn, SELECT + " AND r.report_id = %(id)s", {**scope_of(who).params, "id": report_id})
    if row is None:
        raise NotFound()
    lines = every(
        conn,
        "SELECT l.*, o.name AS product_name FROM external_report_lines l LEFT JOIN offers o USING (merchant_id, product_id) "
        "WHERE l.merchant_id = %s AND l.report_id = %s ORDER BY l.line_no",
        [row["merchant_id"], report_id],
    )
    return _shown(row, [ReportLineShown(**pick(line, LINE_FIELDS)) for line in lines])


def _shown(row: Row, lines: list[ReportLineShown] | None = None) -> ReportShown:
    return ReportShown(**pick(row, FIELDS), month=f"{row['month']:%Y-%m}", lines=lines or [])
