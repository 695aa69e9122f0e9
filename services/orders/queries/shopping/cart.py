"""The cart priced anew each time it is looked at: what has changed since a line was put in is said."""

from __future__ import annotations

from typing import Any

from services.kit import clock
from services.kit.db import Conn, every
from services.kit.money import line_amount
from services.orders.queries.offers.offers import offer_view, shelves


def show_cart(conn: Conn, buyer: str) -> dict[str, Any]:
    lines = every(conn, "SELECT * FROM carts WHERE buyer = %s ORDER BY changed_at, product_id", [buyer])
    found, now = shelves(conn, [line["product_id"] for line in lines]), clock.now(conn)
    shown = []
    for line in lines:
        row = found[line["product_id"]]
        view = offer_view(row, now)
        shown.append({
            "product_id": line["product_id"], "merchant_id": line["merchant_id"], "merchant_name": view["merchant_name"],
            "name": view["name"], "image": view["image"], "quantity": line["quantity"], "unit": view["unit"], "pack": view["pack"],
            "offer_version": line["offer_version"], "current_offer_version": view["offer_version"], "price_fen": view["price_fen"],
            "price_changed": line["offer_version"] != view["offer_version"], "available": view["available"],
            "sellable": view["sellable"], "reason": view["reason"], "attributed": line["attribution_token"] is not None,
            "amount_fen": line_amount(view["price_fen"], line["quantity"]),
        })
    return {"lines": shown, "amount_fen": sum(x["amount_fen"] for x in shown if x["sellable"])}
