from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.catalog.types import Merchant, Product
from gateway.schema.fields import Node, linked, money, node_id, node_type, ref_id
from gateway.schema.scalars import Day, Instant, Quantity


class Member(graphene.ObjectType):
    """An account in a role; ids only."""

    account_id = ref_id("Account", "account_id")
    role = graphene.String(required=True)


@node_type
class Institution(graphene.ObjectType):
    """A hospital, school, enterprise or other unit that buys."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Institution", "institution_id")
    code = graphene.String()
    name = graphene.String(required=True)
    kind = graphene.String()
    county_code = graphene.String()
    meals_per_day = graphene.Int()
    kitchen = graphene.String()
    members = graphene.List(graphene.NonNull(Member), description="For its members and officers")

    @staticmethod
    def resolve_code(row: dict[str, Any], _info: Any) -> Any:
        return row.get("institution_code")


class ContractLine(graphene.ObjectType):
    """One product of a contract, with what is left of it."""

    line_no = graphene.Int(required=True)
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    product = linked(lambda: Product, "product_id", "products")
    unit = graphene.String(required=True)
    price = money("price_fen", description="Per unit; null in a framework contract, priced weekly")
    max_quantity = graphene.Field(Quantity)
    min_quantity = graphene.Field(Quantity)
    called_quantity = graphene.Field(Quantity)
    left_quantity = graphene.Field(Quantity, description="Null where the line has no limit")


class Credit(graphene.ObjectType):
    """Credit terms of an institution under a contract."""

    limit = money("limit_fen")
    used = money("used_fen")


@node_type
class Contract(graphene.ObjectType):
    """A supply contract between an institution and a merchant, confirmed by both over its hash."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Contract", "contract_id")
    contract_no = graphene.String(required=True)
    state = graphene.String(required=True, description="proposed, signed, ended or expired")
    hash = graphene.String(description="Of the canonical content: what both parties confirm")
    institution = graphene.Field(Institution)
    merchant = graphene.Field(lambda: Merchant)
    valid_from = graphene.Field(Day)
    valid_until = graphene.Field(Day)
    signed_on = graphene.Field(Day)
    ended_on = graphene.Field(Day)
    acceptors_required = graphene.Int()
    tolerance = graphene.Field(Quantity, description="Per cent by which a weight may differ")
    credit = graphene.Field(Credit)
    institution_confirmed = graphene.Boolean()
    merchant_confirmed = graphene.Boolean()
    lines = graphene.List(graphene.NonNull(ContractLine), description="In `contract`, not in lists")

    @staticmethod
    def resolve_institution(row: dict[str, Any], info: Any) -> Any:
        return row.get("institution") or (
            info.context.loaders.institutions.load(row["institution_id"]) if row.get("institution_id") else None
        )

    @staticmethod
    def resolve_merchant(row: dict[str, Any], info: Any) -> Any:
        merchant_id = row.get("merchant_id") or (row.get("merchant") or {}).get("merchant_id")
        return info.context.loaders.merchants.load(merchant_id) if merchant_id else None


class CallOffLine(graphene.ObjectType):
    line_no = graphene.Int(required=True)
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    unit = graphene.String(required=True)
    price = money("price_fen")
    quantity = graphene.Field(Quantity, required=True)
    accepted = graphene.Field(Quantity)
    open = graphene.Field(Quantity)


class CallOff(graphene.ObjectType):
    """A bulk order under a contract: requested, approved by a second person, confirmed by the merchant."""

    id = node_id("CallOff", "call_off_id")
    call_off_no = graphene.String(required=True)
    contract_id = ref_id("Contract", "contract_id")
    state = graphene.String(required=True)
    deliver_on = graphene.Field(Day)
    welfare = graphene.Boolean()
    amount = money("amount_fen")
    requested_at = graphene.Field(Instant)
    approved_at = graphene.Field(Instant)
    confirmed_at = graphene.Field(Instant)
    lines = graphene.List(graphene.NonNull(CallOffLine), description="In `callOff`, not in lists")


class DeliveryLine(graphene.ObjectType):
    line_no = graphene.Int(required=True)
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    unit = graphene.String(required=True)
    price = money("price_fen")
    delivered_quantity = graphene.Field(Quantity)
    accepted_quantity = graphene.Field(Quantity)
    rejected_quantity = graphene.Field(Quantity)
    reject_reason = graphene.String()
    state = graphene.String()
    amount = money("amount_fen")


class Delivery(graphene.ObjectType):
    """Goods at the kitchen door; only what is accepted is a sale."""

    id = node_id("Delivery", "delivery_id")
    delivery_no = graphene.String(required=True)
    call_off_id = ref_id("CallOff", "call_off_id")
    contract_id = ref_id("Contract", "contract_id")
    state = graphene.String(required=True)
    sent_at = graphene.Field(Instant)
    accepted_at = graphene.Field(Instant)
    amount = money("amount_fen")
    acceptors_required = graphene.Int()
    waiting_for_second = graphene.Boolean()
    lines = graphene.List(graphene.NonNull(DeliveryLine), description="In `delivery`, not in lists")
