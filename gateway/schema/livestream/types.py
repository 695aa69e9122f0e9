from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.catalog.types import Product
from gateway.schema.fields import Node, image_url, linked, money, node_id, node_type, ref_id
from gateway.schema.scalars import Day, Instant, Quantity


class Streamer(graphene.ObjectType):
    """Who sells live, approved by a county."""

    id = node_id("Streamer", "streamer_id")
    handle = graphene.String(required=True)
    county_code = graphene.String()
    state = graphene.String()
    reason = graphene.String()


class Sold(graphene.ObjectType):
    """What a session has sold of a product."""

    quantity = graphene.Field(Quantity, required=True)
    unit = graphene.String(required=True)
    lines = graphene.Int(required=True)


class LinkedProduct(graphene.ObjectType):
    """A product of a session, certified and sellable now."""

    product_id = ref_id("Product", "product_id")
    product = linked(lambda: Product, "product_id", "products")
    name = graphene.String(required=True)
    unit = graphene.String()
    price = money("price_fen")
    image = graphene.String(resolver=image_url)
    pinned = graphene.Boolean(required=True)
    sold = graphene.List(graphene.NonNull(Sold), required=True)

    @staticmethod
    def resolve_sold(row: dict[str, Any], _info: Any) -> Any:
        return row.get("sold") or []


class SessionResults(graphene.ObjectType):
    """Money of a session, for its host and officers."""

    gross = money("gross_fen")
    refunds = money("refund_fen")
    net = money("net_fen")


@node_type
class LiveSession(graphene.ObjectType):
    """One scheduled broadcast."""

    class Meta:
        interfaces = (Node,)

    id = node_id("LiveSession", "session_id")
    session_no = graphene.String(required=True)
    title = graphene.String(required=True)
    county_code = graphene.String()
    streamer_id = ref_id("Streamer", "streamer_id")
    handle = graphene.String()
    state = graphene.String(required=True, description="scheduled, live or ended")
    starts_at = graphene.Field(Instant)
    started_at = graphene.Field(Instant)
    ended_at = graphene.Field(Instant)
    business_date = graphene.Field(Day)
    stream_url = graphene.String(description="Of an outside stream")
    pinned_product_id = ref_id("Product", "pinned_product_id")
    watching = graphene.Int()
    participants = graphene.Int(description="Distinct viewers of this session, hosts not counted")
    peak = graphene.Int()
    products = graphene.List(graphene.NonNull(LinkedProduct), required=True)
    results = graphene.Field(SessionResults)

    @staticmethod
    def resolve_products(row: dict[str, Any], _info: Any) -> Any:
        return row.get("products") or []


class Attendance(graphene.ObjectType):
    """One's place in a room."""

    session_id = ref_id("LiveSession", "session_id")
    watching = graphene.Int()
    participants = graphene.Int()
    heartbeat_seconds = graphene.Int()
    counted = graphene.Boolean()


class Attribution(graphene.ObjectType):
    """Goes into the cart line as `attributionToken`; the sale is then the session's."""

    token = graphene.String(required=True)
    expires_at = graphene.Field(Instant, required=True)


class OutsideLine(graphene.ObjectType):
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    quantity = graphene.Field(Quantity)
    unit = graphene.String()
    gross = money("gross_fen")
    refunds = money("refund_fen")


class OutsideSession(graphene.ObjectType):
    """A session held on another platform, reported with evidence and confirmed by the county."""

    id = node_id("OutsideSession", "session_id")
    session_no = graphene.String()
    title = graphene.String(required=True)
    platform = graphene.String()
    county_code = graphene.String()
    state = graphene.String(required=True)
    reason = graphene.String()
    started_at = graphene.Field(Instant)
    ended_at = graphene.Field(Instant)
    participants = graphene.Int()
    peak = graphene.Int()
    paid = money("paid_fen")
    refunds = money("refund_fen")
    evidence = graphene.String()
    lines = graphene.List(graphene.NonNull(OutsideLine))

    @staticmethod
    def resolve_reason(row: dict[str, Any], _info: Any) -> Any:
        return row.get("return_reason")


class SessionFrame(graphene.ObjectType):
    """What happened in a room a moment ago. A hint: the state is always to be read in `liveSession`."""

    type = graphene.String(required=True, description="started, pinned, unpinned, linked, unlinked, sold, product_gone, viewers, ended")
    session_id = ref_id("LiveSession", "session_id")
    product_id = ref_id("Product", "product_id")
    quantity = graphene.Field(Quantity)
    unit = graphene.String()
    lines = graphene.Int()
    watching = graphene.Int()
    participants = graphene.Int()
    reason = graphene.String()
    message = graphene.String()

    @staticmethod
    def resolve_message(row: dict[str, Any], info: Any) -> str | None:
        return row.get("message_en" if info.context.language.startswith("en") else "message_zh")
