from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import Node, connection_of, image_url, linked, money, node_id, node_type, ref_id
from gateway.schema.scalars import Day, Instant
from services.kit.telemetry import language


class Label(graphene.Enum):
    """Quality labels from the register; a label that has ended is not shown."""

    GREEN = "green"
    ORGANIC = "organic"
    GEOGRAPHICAL_INDICATION = "gi"
    QUALITY_TESTED = "quality_tested"


class CertificationState(graphene.Enum):
    APPLIED = "applied"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    RECALLED = "recalled"
    EXPIRED = "expired"


class Certificate(graphene.ObjectType):
    """A decision of the program, valid through its last day."""

    number = graphene.String(required=True, name="number")
    document_no = graphene.String()
    valid_from = graphene.Field(Day, required=True)
    valid_until = graphene.Field(Day, required=True)

    @staticmethod
    def resolve_number(row: dict[str, Any], _info: Any) -> str:
        return str(row["certificate_no"])


class LabelCertificate(graphene.ObjectType):
    """What stands behind a label."""

    id = node_id("Label", "label_id")
    label = graphene.Field(Label, required=True)
    certificate_no = graphene.String(required=True)
    valid_from = graphene.Field(Day, required=True)
    valid_until = graphene.Field(Day)


class Withdrawal(graphene.ObjectType):
    """A suspension, revocation or recall; in force from ``fromInstant`` (null: decided, not yet in force)."""

    id = node_id("Withdrawal", "withdrawal_id")
    kind = graphene.String(required=True)
    document_no = graphene.String()
    decided_at = graphene.Field(Instant)
    from_instant = graphene.Field(Instant)
    until_instant = graphene.Field(Instant)
    reason = graphene.String(description="Shown to the merchant and to officers")


class Availability(graphene.Enum):
    AVAILABLE = "available"
    LOW = "low"
    SOLD_OUT = "sold_out"


class Image(graphene.ObjectType):
    """A picture in two sizes."""

    card = graphene.String(required=True, description="480 px")
    large = graphene.String(required=True, description="1200 px")

    @staticmethod
    def resolve_card(row: dict[str, Any], info: Any) -> str:
        return f"{info.context.edge.settings.public_url}/media/{row['card']}"

    @staticmethod
    def resolve_large(row: dict[str, Any], info: Any) -> str:
        return f"{info.context.edge.settings.public_url}/media/{row['large']}"


class Contact(graphene.ObjectType):
    """Whom to call at a merchant: for its own people and the officers who look after it."""

    name = graphene.String()
    phone = graphene.String()


@node_type
class Merchant(graphene.ObjectType):
    """Who grows, processes or sells; certified by the bureau."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Merchant", "merchant_id")
    name = graphene.String(required=True)
    credit_code = graphene.String(description="Unified social credit code")
    kind = graphene.String()
    county_code = graphene.String()
    county_name = graphene.String()
    township = graphene.String()
    state = graphene.Field(CertificationState)
    sellable = graphene.Boolean()
    valid_until = graphene.Field(Day)
    products_on_sale = graphene.Int()
    households = graphene.Int(description="Households its assistance mechanisms reach")
    persons = graphene.Int(description="Persons its assistance mechanisms reach; never a person's name")
    contact = graphene.Field(Contact, description="For its members, its county and the city's offices; in `merchant`, not in lists")
    certificates = graphene.List(graphene.NonNull(Certificate), required=True)
    withdrawals = graphene.List(graphene.NonNull(Withdrawal), required=True)

    @staticmethod
    def resolve_products_on_sale(row: dict[str, Any], _info: Any) -> Any:
        return row.get("products")

    @staticmethod
    def resolve_certificates(row: dict[str, Any], _info: Any) -> Any:
        return row.get("certificates") or []

    @staticmethod
    def resolve_withdrawals(row: dict[str, Any], _info: Any) -> Any:
        return row.get("withdrawals") or []


@node_type
class Product(graphene.ObjectType):
    """A product of the directory. In lists the card's fields are at hand; the rest is fetched with `product`."""

    class Meta:
        interfaces = (Node,)

    id = node_id("Product", "product_id")
    product_no = graphene.String(required=True)
    name = graphene.String(required=True)
    category = graphene.String(required=True)
    family = graphene.String()
    county_code = graphene.String(required=True)
    county_name = graphene.String()
    image = graphene.String(resolver=image_url, description="Address of the picture on cards")
    price = money("price_fen", required=True, description="Per unit, tax included")
    bulk_price_per_kg = money("bulk_price_fen_per_kg", description="For canteens, per kg")
    unit = graphene.String(required=True)
    pack = graphene.String()
    net_weight_g = graphene.Int()
    offer_version = graphene.Int(required=True, description="What a shopper agrees to; rises with price, unit or pack")
    season_months = graphene.List(graphene.NonNull(graphene.Int))
    labels = graphene.List(graphene.NonNull(Label), required=True, description="In force now")
    label_certificates = graphene.List(graphene.NonNull(LabelCertificate), required=True)
    availability = graphene.Field(Availability)
    state = graphene.Field(CertificationState)
    sellable = graphene.Boolean(required=True)
    valid_until = graphene.Field(Day)
    merchant_id = ref_id("Merchant", "merchant_id")
    merchant_name = graphene.String()
    merchant = linked(lambda: Merchant, "merchant_id", "merchants")
    offer = linked(lambda: _offer(), "product_id", "offers", "Price and stock as orders has them")
    description = graphene.String()
    storage = graphene.String()
    images = graphene.List(graphene.NonNull(Image), required=True)
    certificates = graphene.List(graphene.NonNull(Certificate), required=True)
    withdrawals = graphene.List(graphene.NonNull(Withdrawal), required=True)

    @staticmethod
    def resolve_labels(row: dict[str, Any], _info: Any) -> list[str]:
        return [one if isinstance(one, str) else one["label"] for one in row.get("labels") or []]

    @staticmethod
    def resolve_label_certificates(row: dict[str, Any], _info: Any) -> list[dict[str, Any]]:
        return [one for one in row.get("labels") or [] if isinstance(one, dict)]

    @staticmethod
    def resolve_images(row: dict[str, Any], _info: Any) -> Any:
        return row.get("images") or []

    @staticmethod
    def resolve_certificates(row: dict[str, Any], _info: Any) -> Any:
        return row.get("certificates") or []

    @staticmethod
    def resolve_withdrawals(row: dict[str, Any], _info: Any) -> Any:
        return row.get("withdrawals") or []


def _offer() -> Any:
    from gateway.schema.orders.types import Offer

    return Offer


class FacetValue(graphene.ObjectType):
    key = graphene.String(required=True)
    name = graphene.String()
    count = graphene.Int(required=True)


class Facet(graphene.ObjectType):
    """How many of the results have which value."""

    name = graphene.String(required=True, description="county_code, category or label")
    values = graphene.List(graphene.NonNull(FacetValue), required=True)


class SearchResult(connection_of(Product)):  # type: ignore[misc]
    """A page of products with facets over all results."""

    facets = graphene.List(graphene.NonNull(Facet), required=True)
    total = graphene.Int(required=True)
    corrected_query = graphene.String(description="What was searched for instead of a mistyped word")

    @staticmethod
    def resolve_facets(row: dict[str, Any], _info: Any) -> list[dict[str, Any]]:
        return [{"name": name, "values": values} for name, values in row["facets"].items()]


class CertificateCheck(graphene.ObjectType):
    """What anybody may know about a certificate number, as of now."""

    certificate_no = graphene.String(required=True)
    status = graphene.String(required=True, description="valid, expired, not_yet_valid, suspended, revoked or recalled")
    subject = graphene.String(required=True, description="product or merchant")
    name = graphene.String(required=True)
    merchant_name = graphene.String()
    county_code = graphene.String()
    document_no = graphene.String()
    valid_from = graphene.Field(Day, required=True)
    valid_until = graphene.Field(Day, required=True)
    as_of = graphene.Field(Instant)


class ReviewStep(graphene.ObjectType):
    """One duty of the path an application goes."""

    duty = graphene.String(required=True)
    name = graphene.String(required=True)
    position = graphene.Int(required=True)
    by = graphene.String(required=True, description="county or department")
    open = graphene.Boolean(required=True)
    verdict = graphene.String()
    reason = graphene.String()
    decided_at = graphene.Field(Instant)

    @staticmethod
    def resolve_name(row: dict[str, Any], _info: Any) -> str:
        return str(row["name_en" if language().startswith("en") else "name_zh"])


class Application(graphene.ObjectType):
    """A merchant or product on its way to certification."""

    id = node_id("Application", "application_id")
    subject = graphene.String(required=True, description="merchant or product")
    name = graphene.String(required=True)
    state = graphene.String(required=True)
    round = graphene.Int()
    county_code = graphene.String()
    category = graphene.String()
    submitted_at = graphene.Field(Instant)
    certificate_no = graphene.String()
    merchant_id = ref_id("Merchant", "merchant_id")
    product_id = graphene.ID(description="Of a product's application")
    merchant_name = graphene.String()
    steps = graphene.List(graphene.NonNull(ReviewStep), required=True)

    @staticmethod
    def resolve_product_id(row: dict[str, Any], _info: Any) -> str | None:
        from gateway.schema.fields import to_global_id

        return to_global_id("Product", row["subject_id"]) if row["subject"] == "product" else None


class IssuedCertificate(graphene.ObjectType):
    """What a certification gave."""

    application_id = ref_id("Application", "application_id")
    subject = graphene.String(required=True)
    certificate_no = graphene.String(required=True)
    valid_from = graphene.Field(Day, required=True)
    valid_until = graphene.Field(Day, required=True)


class Mechanism(graphene.ObjectType):
    """How a merchant shares income with covered households: numbers and evidence."""

    id = node_id("Mechanism", "mechanism_id")
    mechanism_no = graphene.String()
    kind = graphene.String(required=True)
    households = graphene.Int(required=True)
    persons = graphene.Int(required=True)
    valid_from = graphene.Field(Day)
    valid_until = graphene.Field(Day)


class PlaceName(graphene.ObjectType):
    """A county or category with its names."""

    code = graphene.String(required=True)
    name = graphene.String(required=True)

    @staticmethod
    def resolve_code(row: dict[str, Any], _info: Any) -> str:
        return str(row.get("code") or row.get("slug"))

    @staticmethod
    def resolve_name(row: dict[str, Any], _info: Any) -> str:
        return str(row["name_en" if language().startswith("en") else "name_zh"])


class UploadedImage(graphene.ObjectType):
    """A picture, checked and re-encoded; its key goes into `setProductImages`."""

    image_key = graphene.String(required=True)
    card = graphene.String()
    large = graphene.String()
