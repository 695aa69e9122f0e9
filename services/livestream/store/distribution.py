"""Where each table's rows would live on many machines: by the first column of its primary key, or whole on each."""

DISTRIBUTION = {
    "streamers": "streamer_id",
    "handles": "owner_id",
    "live_sessions": "session_id",
    "session_controllers": "session_id",
    "session_products": "session_id",
    "session_pins": "session_id",
    "session_viewers": "session_id",
    "session_counts": "session_id",
    "session_sale_lines": "session_id",
    "session_sales": "session_id",
    "attribution_rules": "local",
    "outside_sessions": "session_id",
    "outside_lines": "session_id",
    "products": "product_id",
    "merchants": "merchant_id",
    "withdrawals_in_force": "subject_id",
}
