"""The papers behind sale lines of institutions, outlets, groups and reports: what a drill-down ends at.

The lines are the ledger's own, so that a document never says another amount than the figure it is counted in. Who asks
sees the lines of his scope only; nobody sees an account, a name, a phone or an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, LiteralString
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.principal import Principal
from services.orders.access import Scope, scope_of

HEADERS: Mapping[str, LiteralString] = {
    "delivery": "SELECT delivery_no AS document_no, state, contract_id, call_off_id, institution_id, merchant_id, sent_at, accepted_at, "
                "recorded_at, amount_fen FROM deliveries WHERE delivery_id = %s",
    "slip": "SELECT slip_no AS document_no, state, outlet_id, sold_at, recorded_at, business_date, pay_type, rounding_fen, amount_fen "
            "FROM slips WHERE slip_id = %s",
    "day_sheet": "SELECT sheet_no AS document_no, state, outlet_id, stand, period_from, period_until, paper, recorded_at, amount_fen "
                 "FROM sheets WHERE sheet_id = %s AND kind = 'day'",
    "month_sheet": "SELECT sheet_no AS document_no, state, outlet_id, stand, period_from, period_until, paper, recorded_at, amount_fen "
                   "FROM sheets WHERE sheet_id = %s AND kind = 'month'",
    "fair_order": "SELECT order_no AS document_no, state, outlet_id, fulfilled_on, buyer_kind, consumption_county, paper, recorded_at, "
                  "amount_fen FROM fair_orders WHERE fair_order_id = %s",
    "campaign": "SELECT campaign_no AS document_no, state, kind AS campaign_kind, title, institution_id, consumption_county, festival, "
                "funding, opened_on, closed_on, paid_on, members, transfer_reference, fapiao_no, paid_fen AS amount_fen FROM campaigns "
                "WHERE campaign_id = %s",
    "external_report": "SELECT report_no AS document_no, state, merchant_id, county_code, month, paper, returned_once, submitted_at, "
                       "checked_at, amount_fen FROM external_reports WHERE report_id = %s",
}
LINE_FIELDS = ("line_id", "kind", "reverses", "merchant_id", "product_id", "product_name", "channel", "evidence", "sold_at", "recorded_at",
               "business_date", "origin_county", "consumption_county", "quantity", "unit", "quantity_kg", "amount_fen", "paper")


def document_reader(kind: str) -> Callable[[Conn, Principal, UUID], dict[str, Any]]:
    def read(conn: Conn, who: Principal, document_id: UUID) -> dict[str, Any]:
        return read_document(conn, who, kind, document_id)
    return read


def read_document(conn: Conn, who: Principal, kind: str, document_id: UUID) -> dict[str, Any]:
    """``amount_fen`` is the document's whole; ``seen_fen`` the sum of the lines shown. Raises NotFound."""
    scope = scope_of(who)
    lines = every(
        conn, "SELECT s.*, o.name AS product_name FROM sale_lines s LEFT JOIN offers o USING (merchant_id, product_id) "
        "WHERE s.document_kind = %s AND s.document_id = %s ORDER BY s.recorded_at, s.import_line, s.line_id", [kind, document_id])
    seen = [line for line in lines if _sees(scope, line)]
    header = one(conn, HEADERS[kind], [document_id])
    if header is None or not seen:
        raise NotFound()
    if len(seen) < len(lines):
        header.pop("amount_fen")
    return {"kind": kind, "document_id": document_id, **header, "complete": len(seen) == len(lines),
            "seen_fen": sum(line["amount_fen"] for line in seen),
            "lines": [{name: line[name] for name in LINE_FIELDS} for line in seen]}


def _sees(scope: Scope, line: Row) -> bool:
    return scope.sees(merchant=line["merchant_id"], institution=line["buyer_org_id"], outlet=line["outlet_id"],
                      counties=(line["origin_county"], line["consumption_county"]))
