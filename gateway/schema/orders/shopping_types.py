from __future__ import annotations

from decimal import Decimal
from typing import Any

import graphene

from gateway.schema.catalog.types import Product
from gateway.schema.fields import Node, linked, money, node_id, node_type, ref_id
from gateway.schema.scalars import Day, Instant, Money, Quantity


class Offer(graphene.ObjectType):
    """What orders sells: its price, its version and what is left, as of now."""

    product_id = ref_id("Product", "product_id")
    price = money("price_fen", required=True)
    offer_version = graphene.Int(required=True)
    unit = graphene.String(required=True)
    available = graphene.Field(Quantity)
    level = graphene.String(description="available, low or sold_out")
    sellable = graphene.Boolean(required=True)
    reason = graphene.String(description="Why it is not to be sold")


class CartLine(graphene.ObjectType):
    product_id = ref_id("Product", "product_id")
    product = linked(lambda: Product, "product_id", "products")
    quantity = graphene.Field(Quantity, required=True)
    unit = graphene.String()
    price = money("price_fen", description="As of now")
    amount = money("amount_fen")
    offer_version = graphene.Int(description="As of now; send it with the checkout")
    problem = graphene.String(description="PRICE_CHANGED, OUT_OF_STOCK, NOT_SELLABLE … or null")

    @staticmethod
    def resolve_offer_version(row: dict[str, Any], _info: Any) -> Any:
        return row["current_offer_version"]

    @staticmethod
    def resolve_problem(row: dict[str, Any], _info: Any) -> str | None:
        if not row["sellable"]:
            return "OUT_OF_STOCK" if row["reason"] == "sold_out" else "NOT_SELLABLE"
        if Decimal(row["available"]) < Decimal(row["quantity"]):
            return "OUT_OF_STOCK"
        return "PRICE_CHANGED" if row["price_changed"] else None


class Cart(graphene.ObjectType):
    """A cart of one's own, over several merchants."""

    lines = graphene.List(graphene.NonNull(CartLine), required=True)
    amount = money("amount_fen")


class OrderLine(graphene.ObjectType):
    id = node_id("OrderLine", "line_id")
    product_id = ref_id("Product", "product_id")
    product = linked(lambda: Product, "product_id", "products")
    product_name = graphene.String()
    quantity = graphene.Field(Quantity, required=True)
    unit = graphene.String()
    price = money("price_fen")
    amount = money("amount_fen", required=True)
    refunded_quantity = graphene.Field(Quantity)
    refunded = money("refunded_fen")
    session_id = ref_id("LiveSession", "session_id")

    @staticmethod
    def resolve_product_name(row: dict[str, Any], _info: Any) -> Any:
        return row.get("name")


class Recipient(graphene.ObjectType):
    """Where the goods go; for the buyer and the packing merchant only."""

    name = graphene.String()
    phone = graphene.String()
    address = graphene.String()
    county_code = graphene.String()


@node_type
class Order(graphene.ObjectType):
    """What one merchant delivers of a checkout."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Order", "order_id")
    order_no = graphene.String(required=True)
    state = graphene.String(required=True)
    placed_at = graphene.Field(Instant)
    paid_at = graphene.Field(Instant)
    reserved_until = graphene.Field(Instant)
    amount = money("amount_fen", required=True)
    refunded = money("refunded_fen")
    merchant_id = ref_id("Merchant", "merchant_id")
    payment_id = ref_id("Payment", "payment_id")
    recipient = graphene.Field(Recipient)
    lines = graphene.List(graphene.NonNull(OrderLine), description="In `order`, not in lists")

    @staticmethod
    def resolve_reserved_until(row: dict[str, Any], _info: Any) -> Any:
        return row.get("expires_at")

    @staticmethod
    def resolve_recipient(row: dict[str, Any], _info: Any) -> Any:
        given = row.get("recipient")
        return {**given, "county_code": row.get("consumption_county")} if given else None


class Payment(graphene.ObjectType):
    """A payment of a checkout or of one's part of a campaign."""

    id = node_id("Payment", "payment_id")
    state = graphene.String(required=True, description="While unknown: processing, never failed")
    amount = money("amount_fen", required=True)
    client_secret = graphene.String(description="For Stripe's elements")
    pay_url = graphene.String(description="A hosted page to pay on")
    refunded = money("refunded_fen")

    @staticmethod
    def resolve_state(row: dict[str, Any], _info: Any) -> Any:
        return row["status"]


class Checkout(graphene.ObjectType):
    """A placed checkout: its orders exist and can be paid."""

    checkout_id = graphene.String(required=True)
    payment_id = ref_id("Payment", "payment_id")
    amount = money("amount_fen", required=True)
    orders = graphene.List(graphene.NonNull(Order), required=True)


class Stock(graphene.ObjectType):
    product_id = ref_id("Product", "product_id")
    available = graphene.Field(Quantity)
    reserved = graphene.Field(Quantity)
    unit = graphene.String()


class DocumentLine(graphene.ObjectType):
    """A line of the source of a figure."""

    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    quantity = graphene.Field(Quantity)
    unit = graphene.String()
    amount = money("amount_fen")
    kind = graphene.String()
    business_date = graphene.Field(Day)

    @staticmethod
    def resolve_product_name(row: dict[str, Any], _info: Any) -> Any:
        return row.get("product_name") or row.get("name")


class Document(graphene.ObjectType):
    """The order, delivery, session, slip, sheet, campaign or report that a sale line came from; never who bought."""

    kind = graphene.String(required=True)
    number = graphene.String(required=True)
    business_date = graphene.Field(Day)
    amount = graphene.Field(Money, description="Of the whole document, or of the lines that the asker may see")
    paper = graphene.String()
    evidence = graphene.String()
    lines = graphene.List(graphene.NonNull(DocumentLine))

    @staticmethod
    def resolve_number(row: dict[str, Any], _info: Any) -> str:
        return str(row.get("document_no") or row.get("no"))

    @staticmethod
    def resolve_amount(row: dict[str, Any], _info: Any) -> Any:
        return row.get("amount_fen", row.get("seen_fen"))

    @staticmethod
    def resolve_business_date(row: dict[str, Any], _info: Any) -> Any:
        return row.get("business_date") or row["lines"][0]["business_date"]

    @staticmethod
    def resolve_evidence(row: dict[str, Any], _info: Any) -> Any:
        return row.get("evidence") or row["lines"][0]["evidence"]


class ProofLine(graphene.ObjectType):
    """A sale line that breaks the promise; there must be none."""

    line_id = graphene.String(required=True)
    product_id = ref_id("Product", "product_id")
    sold_at = graphene.Field(Instant)
    reason = graphene.String()

    @staticmethod
    def resolve_reason(row: dict[str, Any], _info: Any) -> Any:
        return row["why"]
