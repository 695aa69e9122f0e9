"""Sale lines by filter, as they went out in the events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal
from services.orders.queries.ledger.scope import line_scope
from services.orders.store.ledger.columns import SALE_LINE_NAMES

SHOWN = ", ".join(f"l.{name}" for name in SALE_LINE_NAMES if name != "entry_id") + ", o.name AS product_name, o.product_no"


@dataclass(frozen=True)
class LineFilter:
    from_day: date | None = None
    until_day: date | None = None
    channel: str | None = None
    merchant_id: UUID | None = None
    product_id: UUID | None = None
    document_kind: str | None = None
    document_id: UUID | None = None
    import_id: UUID | None = None


def list_lines(conn: Conn, who: Principal, wanted: LineFilter, first: int, after: str | None) -> Page[dict[str, Any]]:
    scope, params = line_scope(who)
    conditions = [scope]
    for column, value in (
        ("l.business_date >=", wanted.from_day), ("l.business_date <=", wanted.until_day), ("l.channel =", wanted.channel),
        ("l.merchant_id =", wanted.merchant_id), ("l.product_id =", wanted.product_id), ("l.document_kind =", wanted.document_kind),
        ("l.document_id =", wanted.document_id), ("l.import_id =", wanted.import_id),
    ):
        if value is not None:
            conditions.append(f"{column} %s")
            params.append(value)
    cursor = decode_cursor(after, 2)
    if cursor:
        conditions.append("(l.business_date, l.line_id) < (%s, %s::uuid)")
        params += cursor
    rows = every(
        conn, f"SELECT {SHOWN} FROM sale_lines l LEFT JOIN offers o USING (merchant_id, product_id) "  # noqa: S608 – our own words
        f"WHERE {' AND '.join(conditions)} ORDER BY l.business_date DESC, l.line_id DESC LIMIT %s", [*params, first + 1])
    return page_of(rows, first, lambda r: (r["business_date"], r["line_id"]))
