"""The distribution column of each table, first in its primary key, so that one machine can become many (Citus)."""

DISTRIBUTION = {
    "merchants": "merchant_id", "offers": "merchant_id", "withdrawn_intervals": "local", "live_sessions": "local",
    "outside_sessions": "local", "stock": "merchant_id", "stock_movements": "merchant_id",
    "carts": "buyer", "recipients": "buyer", "payments": "buyer", "refunds": "buyer", "payment_events": "local",
    "orders": "merchant_id", "order_lines": "merchant_id",
    "sale_lines": "merchant_id", "journal_entries": "merchant_id", "postings": "merchant_id", "limits": "local",
}
