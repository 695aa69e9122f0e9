"""The columns of sale_lines in their one order, for INSERT and COPY alike."""

from __future__ import annotations

SALE_LINE_COLUMNS = (
    ("merchant_id", "uuid"), ("line_id", "uuid"), ("kind", "text"), ("reverses", "uuid"), ("entry_id", "uuid"), ("channel", "text"),
    ("evidence", "text"), ("origin", "text"), ("sold_at", "timestamptz"), ("recorded_at", "timestamptz"), ("business_date", "date"),
    ("product_id", "uuid"), ("category", "text"), ("labels", "text[]"), ("origin_county", "text"), ("consumption_county", "text"),
    ("buyer_org_id", "uuid"), ("organised_by", "text"), ("session_id", "uuid"), ("outlet_id", "uuid"), ("contract_id", "uuid"),
    ("campaign_id", "uuid"), ("document_kind", "text"), ("document_id", "uuid"), ("document_no", "text"), ("quantity", "numeric"),
    ("unit", "text"), ("quantity_kg", "numeric"), ("amount_fen", "int8"), ("paper", "text"), ("import_id", "uuid"), ("import_line", "int4"),
)
SALE_LINE_NAMES = tuple(name for name, _ in SALE_LINE_COLUMNS)
ENTRY_COLUMNS = (
    ("merchant_id", "uuid"), ("entry_id", "uuid"), ("kind", "text"), ("document_kind", "text"), ("document_id", "uuid"),
    ("business_date", "date"), ("posted_at", "timestamptz"), ("import_id", "uuid"),
)
POSTING_COLUMNS = (
    ("merchant_id", "uuid"), ("entry_id", "uuid"), ("posting_no", "int4"), ("account", "text"), ("party", "text"), ("amount_fen", "int8"),
)
