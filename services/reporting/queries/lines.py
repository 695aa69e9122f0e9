"""Sale lines one by one, newest first: what every sum of money drills down to. Each names its document; none a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.paging import Page, decode_cursor, page_of
from services.reporting.domain.scope import Scope
from services.reporting.queries.lines_of import Filters, fact_conditions
from services.reporting.store.rollups import NIL


@dataclass(frozen=True)
class Line:
    line_id: UUID
    kind: str
    reverses: UUID | None
    channel: str
    evidence: str
    origin: str
    sold_at: datetime
    recorded_at: datetime
    business_date: date
    merchant_id: UUID | None
    merchant_name: str | None
    product_id: UUID | None
    product_name: str | None
    category: str | None
    labels: list[str]
    origin_county: str
    consumption_county: str
    institution_id: UUID | None
    institution_name: str | None
    organised_by: str | None
    session_id: UUID | None
    outlet_id: UUID | None
    contract_id: UUID | None
    campaign_id: UUID | None
    document_kind: str
    document_id: UUID
    document_no: str
    quantity: Decimal
    unit: str
    quantity_kg: Decimal | None
    amount_fen: int
    paper: str | None
    import_id: UUID | None
    import_line: int | None


_SELECT = """
SELECT f.line_id, f.kind, f.reverses, f.channel, f.evidence, f.origin, f.sold_at, f.recorded_at, f.business_date,
       nullif(f.merchant_id, '{nil}') AS merchant_id, m.name AS merchant_name, f.product_id, p.name AS product_name, f.category, f.labels,
       f.origin_county, f.consumption_county, f.institution_id, i.name AS institution_name, f.organised_by, f.session_id, f.outlet_id,
       f.contract_id, f.campaign_id, f.document_kind, f.document_id, f.document_no, f.quantity, f.unit, f.quantity_kg, f.amount_fen,
       f.paper, f.import_id, f.import_line
FROM ({facts}) f
LEFT JOIN merchants m ON m.merchant_id = f.merchant_id
LEFT JOIN products p ON p.product_id = f.product_id
LEFT JOIN institutions i ON i.institution_id = f.institution_id
ORDER BY {order}
"""


def lines(conn: Conn, filters: Filters, scope: Scope, first: int, after: str | None) -> Page[Line]:
    params: dict[str, Any] = {"limit": first + 1}
    conditions = fact_conditions(filters, scope, params)
    cursor = decode_cursor(after, 2)
    if cursor is not None:
        params |= {"after_day": cursor[0], "after_line": cursor[1]}
        conditions += " AND (business_date, line_id) < (%(after_day)s::date, %(after_line)s::uuid)"
    facts = f"SELECT * FROM sales_facts WHERE {conditions} ORDER BY business_date DESC, line_id DESC LIMIT %(limit)s"  # noqa: S608
    rows = every(conn, _SELECT.format(nil=NIL, facts=facts, order="f.business_date DESC, f.line_id DESC"), params)
    return page_of([Line(**row) for row in rows], first, lambda line: [line.business_date, line.line_id])


def every_line(conn: Conn, filters: Filters, scope: Scope) -> Iterator[Line]:
    """All lines of a period, oldest first, streamed; ``conn`` is inside a transaction that lasts as long."""
    params: dict[str, Any] = {}
    facts = f"SELECT * FROM sales_facts WHERE {fact_conditions(filters, scope, params)}"  # noqa: S608
    with conn.cursor(name="report_lines") as cursor:
        cursor.itersize = 5000
        cursor.execute(_SELECT.format(nil=NIL, facts=facts, order="f.business_date, f.line_id"), params)
        for row in cursor:
            yield Line(**row)
