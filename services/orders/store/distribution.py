"""The distribution column of each table, first in its primary key, so that one machine can become many (Citus)."""

# Registers whose code is unique in the whole program (institutions, outlets, campaigns) are small and stand whole on every node.
DISTRIBUTION = {
    "merchants": "merchant_id", "offers": "merchant_id", "withdrawn_intervals": "local", "live_sessions": "local",
    "outside_sessions": "local", "stock": "merchant_id", "stock_movements": "merchant_id",
    "carts": "buyer", "recipients": "buyer", "closed_accounts": "buyer", "payments": "buyer", "refunds": "buyer", "payment_events": "local",
    "orders": "merchant_id", "order_lines": "merchant_id",
    "institution_kinds": "local", "kitchens": "local", "institutions": "local", "institution_members": "institution_id",
    "contracts": "merchant_id", "contract_lines": "merchant_id", "contract_payments": "merchant_id",
    "call_offs": "merchant_id", "call_off_lines": "merchant_id", "deliveries": "merchant_id", "delivery_lines": "merchant_id",
    "outlet_sub_kinds": "local", "outlets": "local", "slips": "outlet_id", "slip_lines": "outlet_id",
    "sheets": "outlet_id", "sheet_lines": "outlet_id", "fair_orders": "outlet_id", "fair_order_lines": "outlet_id",
    "campaigns": "local", "campaign_goods": "campaign_id", "campaign_members": "campaign_id", "campaign_choices": "campaign_id",
    "campaign_lines": "campaign_id", "external_reports": "merchant_id", "external_report_lines": "merchant_id",
    "sale_lines": "merchant_id", "journal_entries": "merchant_id", "postings": "merchant_id", "limits": "local",
}
