from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.catalog.types import Merchant, Product
from gateway.schema.fields import Node, linked, money, node_id, node_type, ref_id
from gateway.schema.scalars import Day, Instant, Quantity


@node_type
class Outlet(graphene.ObjectType):
    """A counter, a fair or a community store."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Outlet", "outlet_id")
    code = graphene.String()
    name = graphene.String(required=True)
    kind = graphene.String(required=True, description="counter, expo or community_store")
    sub_kind = graphene.String()
    county_code = graphene.String()
    state = graphene.String()
    opened_on = graphene.Field(Day)
    closed_on = graphene.Field(Day)

    @staticmethod
    def resolve_code(row: dict[str, Any], _info: Any) -> Any:
        return row.get("outlet_code")


class SoldLine(graphene.ObjectType):
    """A product on a slip, sheet or report."""

    line_no = graphene.Int()
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    product = linked(lambda: Product, "product_id", "products")
    quantity = graphene.Field(Quantity, required=True)
    unit = graphene.String(required=True)
    price = money("price_fen")
    amount = money("amount_fen")
    buyer_kind = graphene.String()
    consumption_county = graphene.String()


class Slip(graphene.ObjectType):
    """One offline sale, at its own time."""

    id = node_id("Slip", "slip_id")
    slip_no = graphene.String(required=True)
    outlet_id = ref_id("Outlet", "outlet_id")
    sold_at = graphene.Field(Instant)
    business_date = graphene.Field(Day)
    pay_type = graphene.String()
    amount = money("amount_fen", required=True)
    rounding = money("rounding_fen")
    state = graphene.String()
    lines = graphene.List(graphene.NonNull(SoldLine))


class Sheet(graphene.ObjectType):
    """Totals by product of a day or month, with their paper."""

    id = node_id("Sheet", "sheet_id")
    sheet_no = graphene.String(required=True)
    kind = graphene.String(required=True)
    stand = graphene.String()
    period_from = graphene.Field(Day)
    period_until = graphene.Field(Day)
    paper = graphene.String()
    amount = money("amount_fen", required=True)
    state = graphene.String()
    lines = graphene.List(graphene.NonNull(SoldLine))


class FairOrder(graphene.ObjectType):
    """An order that followed from a fair and was fulfilled."""

    id = node_id("FairOrder", "fair_order_id")
    order_no = graphene.String(required=True)
    fulfilled_on = graphene.Field(Day)
    paper = graphene.String()
    amount = money("amount_fen", required=True)
    state = graphene.String()
    lines = graphene.List(graphene.NonNull(SoldLine))


class CampaignGoods(graphene.ObjectType):
    """A product of a campaign."""

    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    product = linked(lambda: Product, "product_id", "products")
    price = money("price_fen")
    unit = graphene.String()
    quota = graphene.Field(Quantity, description="A head")
    chosen = graphene.Field(Quantity)


class Budget(graphene.ObjectType):
    limit = money("limit_fen")
    used = money("used_fen")


class Choice(graphene.ObjectType):
    product_id = ref_id("Product", "product_id")
    quantity = graphene.Field(Quantity, required=True)


class Joined(graphene.ObjectType):
    """What the asker chose and pays."""

    state = graphene.String(required=True)
    union_part = money("union_fen")
    member_part = money("member_fen")
    payment_id = ref_id("Payment", "payment_id")
    choices = graphene.List(graphene.NonNull(Choice))


@node_type
class Campaign(graphene.ObjectType):
    """A group purchase by a union or by staff."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Campaign", "campaign_id")
    campaign_no = graphene.String(required=True)
    kind = graphene.String(required=True)
    title = graphene.String(required=True)
    funding = graphene.String(description="union, member or shared")
    state = graphene.String(required=True)
    code = graphene.String(description="To join by; for the organiser")
    deadline = graphene.Field(Day, description="The last day to join")
    opened_on = graphene.Field(Day)
    closed_on = graphene.Field(Day)
    paid_on = graphene.Field(Day)
    members = graphene.Int()
    min_members = graphene.Int()
    budget = graphene.Field(Budget)
    union_part = money("union_fen", description="Due from the union")
    member_part = money("member_fen", description="Due from the members")
    paid = money("paid_fen")
    goods = graphene.List(graphene.NonNull(CampaignGoods))
    joined = graphene.Field(Joined)


class CampaignPayment(graphene.ObjectType):
    """A member's part, to be paid with `startPayment`."""

    payment_id = ref_id("Payment", "payment_id")
    amount = money("amount_fen", required=True)


class ExternalReport(graphene.ObjectType):
    """A merchant's sales elsewhere in a month, checked by the county."""

    id = node_id("ExternalReport", "report_id")
    report_no = graphene.String(required=True)
    merchant = linked(lambda: Merchant, "merchant_id", "merchants")
    merchant_name = graphene.String()
    county_code = graphene.String()
    month = graphene.String(required=True)
    paper = graphene.String()
    state = graphene.String(required=True)
    reason = graphene.String(description="Of a return")
    amount = money("amount_fen")
    lines = graphene.List(graphene.NonNull(SoldLine))
