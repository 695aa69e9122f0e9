"""The column by which each own table would be spread; its primary key starts with it. ``local``: the same on every node, small."""

DISTRIBUTION = {
    "counties": "local", "categories": "local", "label_kinds": "local", "duties": "local", "duty_holders": "local",
    "review_paths": "local", "review_steps": "local", "codes": "local", "number_series": "local", "images": "local",
    "search_words": "local",
    "merchants": "merchant_id", "contacts": "merchant_id", "members": "merchant_id", "products": "merchant_id", "sold": "merchant_id",
    "certificates": "merchant_id", "withdrawals": "merchant_id", "labels": "merchant_id", "mechanisms": "merchant_id",
    "applications": "merchant_id", "application_steps": "merchant_id", "listing": "merchant_id", "search_index": "merchant_id",
}
