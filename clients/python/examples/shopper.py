"""A shopper's path: sign in, find, look, check out, pay, follow.

Run, with this folder's parent on PYTHONPATH:

    python examples/shopper.py '{"url": "…/graphql", "login": "…", "password": "…", "words": "灵芝", "paymentMethod": "pm_card_visa"}'
"""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bangfu_client import Bangfu
from bangfu_client.input_types import OrderLineInput, PlaceOrderInput, RecipientInput, StartPaymentInput


def done(payload: Any) -> Any:
    """The payload, when nothing is to be mended."""
    if payload.user_errors:
        raise RuntimeError("; ".join(f"{e.code}: {e.message}" for e in payload.user_errors))
    return payload


async def buy(given: dict[str, str]) -> dict[str, Any]:
    visitor = Bangfu(url=given["url"], headers={"Accept-Language": "en"})
    tokens = done((await visitor.sign_in(given["login"], given["password"])).sign_in).tokens
    client = Bangfu(url=given["url"], headers={"Accept-Language": "en", "Authorization": f"Bearer {tokens.access_token}"})

    found = (await client.find_products(given["words"])).search
    product = (await client.product_page(found.nodes[0].id)).product
    if product is None or not product.sellable:
        raise RuntimeError("not on sale any more")

    order = PlaceOrderInput(
        idempotencyKey=str(uuid4()),
        lines=[OrderLineInput(productId=product.id, quantity=Decimal(2), offerVersion=product.offer_version)],
        recipient=RecipientInput(name="Li Lei", phone="13800138000", address="1 Dongchang Road", countyCode="371502"),
    )
    checkout = done((await client.place_order(order)).place_order).checkout
    again = done((await client.place_order(order)).place_order).checkout
    if again.checkout_id != checkout.checkout_id:
        raise RuntimeError("the same key had its effect twice")

    payment_id = checkout.payment_id
    done((await client.start_payment(StartPaymentInput(id=payment_id, paymentMethod=given["paymentMethod"]))).start_payment)
    for _ in range(200):
        payment = (await client.payment_state(payment_id)).payment
        if payment is not None and payment.state == "paid":
            break
        await asyncio.sleep(0.1)

    orders = (await client.own_orders()).orders.nodes
    return {"state": payment.state if payment else "", "orders": [{"state": o.state, "amount": o.amount.amount} for o in orders]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(buy(json.loads(sys.argv[1])))))
