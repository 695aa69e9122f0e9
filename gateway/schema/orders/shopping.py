"""Cart, checkout, payment, orders, refunds, stock, and the source of a line."""

from __future__ import annotations

from typing import Any

import graphene

from gateway.permissions import ACCOUNT, CITY, PUBLIC, VISITOR, roles
from gateway.schema.fields import by_id, listing, raw_id
from gateway.schema.inputs import amount, flag, number, part, quantity, ref, rows, text
from gateway.schema.intentions import intention, send
from gateway.schema.orders.contracts import orders_list
from gateway.schema.orders.shopping_types import Cart, Checkout, Document, Offer, Order, Payment, ProofLine, Stock
from services.kit.principal import Role


def resolve_cart(_root: Any, info: Any) -> Any:
    return info.context.clients.orders.get("/cart", principal=info.context.principal)


def resolve_offers(_root: Any, info: Any, product_ids: list[str]) -> Any:
    ids = ",".join(raw_id(i, "Product") for i in product_ids[:100])
    return info.context.clients.orders.get("/offers", {"ids": ids}, info.context.principal)["items"]


def resolve_document(_root: Any, info: Any, kind: str, id: str) -> Any:
    if not kind.replace("_", "").isalnum() or not id.replace("-", "").isalnum():
        return None
    return info.context.clients.orders.get(f"/documents/{kind}/{id}", principal=info.context.principal)


def resolve_proof(_root: Any, info: Any) -> Any:
    return info.context.clients.orders.get("/proof/certified", principal=info.context.principal)["violations"]


QUERIES = {
    "cart": graphene.Field(Cart, resolver=resolve_cart, description="One's own cart with today's prices and its problems"),
    "offers": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(Offer))),
        resolver=resolve_offers,
        product_ids=graphene.List(graphene.NonNull(graphene.ID), required=True),
        description="Price and stock now",
    ),
    "orders": listing(
        Order,
        orders_list("/orders"),
        "One's own orders; with merchantId those the merchant packs",
        merchant_id=graphene.ID(),
        state=graphene.String(),
    ),
    "order": by_id(Order, "Order", "/orders/{}", "orders", "An order of one's own or of one's merchant"),
    "payment": by_id(Payment, "Payment", "/payments/{}", "orders", "A payment of one's own"),
    "stock": listing(Stock, orders_list("/stock"), "A merchant's stock", merchant_id=graphene.ID(required=True)),
    "document": graphene.Field(
        Document,
        kind=graphene.String(required=True),
        id=graphene.String(required=True),
        resolver=resolve_document,
        description="Where a figure's row came from",
    ),
    "certified_proof": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(ProofLine))),
        resolver=resolve_proof,
        description="Sale lines not certified at their moment: none",
    ),
}

_LINE = {
    "product_id": ref("Product", key="product_id"),
    "quantity": quantity(),
    "offer_version": number("The one the shopper saw"),
    "attribution_token": text("From `attributePurchase` of a live session", required=False),
}
_RECIPIENT = part(
    "RecipientInput", {"name": text(), "phone": text(), "address": text(), "county_code": text("Where the goods go, or outside")}
)
_ORDER = {"id": ref("Order", key="order_id")}
_PAYMENT = {"id": ref("Payment", key="payment_id")}

MUTATIONS = {
    "set_cart_line": intention(
        "setCartLine",
        "Put a quantity of a product into the cart; 0 takes it out",
        _LINE,
        ("cart", Cart),
        send("orders", "/cart/lines", method="PUT"),
    ),
    "place_order": intention(
        "placeOrder",
        "Check out: orders per merchant, stock reserved for 15 minutes; no price is ever sent",
        {"lines": rows("OrderLineInput", _LINE), "recipient": _RECIPIENT, "note": text(required=False)},
        ("checkout", Checkout),
        send("orders", "/checkout"),
        keyed=True,
    ),
    "start_payment": intention(
        "startPayment",
        "Begin or go on paying; may be repeated",
        {**_PAYMENT, "return_url": text(required=False), "payment_method": text("Of Stripe, to confirm at once", required=False)},
        ("payment", Payment),
        send("orders", "/payments/{}/start", "payment_id"),
    ),
    "refresh_payment": intention(
        "refreshPayment",
        "Ask the provider, e.g. on return from its page",
        _PAYMENT,
        ("payment", Payment),
        send("orders", "/payments/{}/refresh", "payment_id"),
    ),
    "cancel_order": intention(
        "cancelOrder", "Give up an unpaid order", _ORDER, ("order", Order), send("orders", "/orders/{}/cancel", "order_id")
    ),
    "ship_order": intention(
        "shipOrder",
        "Packed and sent",
        _ORDER,
        ("order", Order),
        send("orders", "/orders/{}/ship", "order_id"),
    ),
    "refund_order_line": intention(
        "refundOrderLine",
        "Give back a part or the whole of a paid line",
        {
            "order_id": ref("Order", key="order_id"),
            "line_id": ref("OrderLine", key="line_id"),
            "quantity": quantity(required=False),
            "amount": amount("amount_fen", required=False),
            "restock": flag("The goods came back and are sold again", required=True),
            "reason": text(),
        },
        ("order", Order),
        send("orders", "/orders/{}/lines/{}/refund", "order_id", "line_id"),
        keyed=True,
    ),
    "set_stock": intention(
        "setStock",
        "What lies in the store now",
        {"product_id": ref("Product", key="product_id"), "quantity": quantity()},
        ("stock", Stock),
        send("orders", "/stock/{}", "product_id", method="PUT"),
        keyed=True,
    ),
    "receive_stock": intention(
        "receiveStock",
        "Goods came in",
        {"product_id": ref("Product", key="product_id"), "quantity": quantity()},
        ("stock", Stock),
        send("orders", "/stock/{}/receive", "product_id"),
        keyed=True,
    ),
}

_SELLER = roles(Role.MERCHANT)
PERMISSIONS = {
    "Query.cart": VISITOR,
    "Query.offers": PUBLIC,
    "Query.orders": ACCOUNT,
    "Query.order": VISITOR,
    "Query.payment": VISITOR,
    "Query.stock": roles(Role.MERCHANT, *CITY, Role.OPERATOR),
    "Query.document": ACCOUNT,
    "Query.certifiedProof": roles(Role.BUREAU, Role.OPERATOR),
    "Mutation.setCartLine": VISITOR,
    "Mutation.placeOrder": VISITOR,
    "Mutation.startPayment": VISITOR,
    "Mutation.refreshPayment": VISITOR,
    "Mutation.cancelOrder": VISITOR,
    "Mutation.shipOrder": _SELLER,
    "Mutation.refundOrderLine": roles(Role.MERCHANT, Role.BUREAU),
    "Mutation.setStock": _SELLER,
    "Mutation.receiveStock": _SELLER,
}
