"""The cart of an account or of a guest's device: what was wanted, at which version of the offer. It holds no stock."""

from __future__ import annotations

from uuid import UUID

from services.kit.db import Database, one
from services.kit.errors import InvalidQuantity, TooMany
from services.kit.units import QuantityError, parse_quantity
from services.orders.domain.errors import UnknownProduct

MOST_LINES = 100


def put_line(db: Database, buyer: str, product_id: UUID, quantity: str, offer_version: int, token: str | None) -> None:
    """``quantity`` 0 removes the line. The last attribution token of a product is the one that counts."""
    with db.transaction() as conn:
        offer = one(conn, "SELECT merchant_id, unit FROM offers WHERE product_id = %s", [product_id])
        if offer is None:
            raise UnknownProduct("product_id", product_id=product_id)
        try:
            amount = parse_quantity(quantity, offer["unit"], allow_zero=True)
        except QuantityError as error:
            raise InvalidQuantity("quantity", value=quantity, unit=offer["unit"], reason=error.reason) from error
        if amount == 0:
            conn.execute("DELETE FROM carts WHERE buyer = %s AND product_id = %s", [buyer, product_id])
            return
        conn.execute(
            "INSERT INTO carts (buyer, product_id, merchant_id, quantity, offer_version, attribution_token) "
            "VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (buyer, product_id) DO UPDATE SET quantity = excluded.quantity, offer_version = excluded.offer_version, "
            "attribution_token = coalesce(excluded.attribution_token, carts.attribution_token), changed_at = bangfu_now()",
            [buyer, product_id, offer["merchant_id"], amount, offer_version, token])
        count = one(conn, "SELECT count(*) AS n FROM carts WHERE buyer = %s", [buyer])
        if count and count["n"] > MOST_LINES:
            raise TooMany("lines", limit=MOST_LINES, count=count["n"])


def adopt_cart(db: Database, buyer: str, guest: str) -> None:
    """Signing in keeps what the device had gathered; lines that the account has already stay as they are."""
    with db.transaction() as conn:
        conn.execute("INSERT INTO carts SELECT %s, product_id, merchant_id, quantity, offer_version, attribution_token, changed_at "
                     "FROM carts WHERE buyer = %s ON CONFLICT (buyer, product_id) DO NOTHING", [buyer, guest])
        conn.execute("DELETE FROM carts WHERE buyer = %s", [guest])
