"""Published by orders. Only sale lines become figures; they are written with their journal entry."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.events.base import Event

Channel = Literal["online", "live", "contract", "union", "employee", "counter", "expo", "community_store", "external"]
CHANNELS: tuple[Channel, ...] = (
    "online", "live", "contract", "union", "employee", "counter", "expo", "community_store", "external")
Evidence = Literal["transacted", "reported", "carried_forward"]
DocumentKind = Literal[
    "order", "delivery", "session", "slip", "day_sheet", "month_sheet", "fair_order", "campaign", "external_report",
    "carried_forward"]
OutletKind = Literal["counter", "expo", "community_store"]


class SaleLine(BaseModel):
    """One line of a sale (positive) or refund (negative quantity and amount, dimensions copied from its sale).

    ``amount_fen`` integer fen; ``quantity`` in ``unit``; ``quantity_kg`` None for counted goods without net weight;
    ``business_date`` is the day of ``sold_at`` in Asia/Shanghai, converted once by orders. ``consumption_county`` is a
    county code, ``outside`` or ``unknown``. ``paper`` is the evidence of a reported line.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    line_id: UUID
    kind: Literal["sale", "refund"]
    reverses: UUID | None = None
    channel: Channel
    evidence: Evidence
    origin: Literal["native", "import"] = "native"
    sold_at: datetime
    recorded_at: datetime
    business_date: date
    merchant_id: UUID
    product_id: UUID | None
    category: str | None = None
    labels: tuple[str, ...] = ()
    origin_county: str
    consumption_county: str
    buyer_org_id: UUID | None = None
    organised_by: str | None = None
    session_id: UUID | None = None
    outlet_id: UUID | None = None
    contract_id: UUID | None = None
    campaign_id: UUID | None = None
    document_kind: DocumentKind
    document_id: UUID
    document_no: str
    quantity: Decimal
    unit: str
    quantity_kg: Decimal | None = None
    amount_fen: int
    paper: str | None = None
    import_id: UUID | None = None
    import_line: int | None = None


class _OrdersEvent(Event):
    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("reporting",)


class SaleRecorded(_OrdersEvent):
    """At most 500 lines of one document or of one import's piece."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("reporting", "livestream", "catalog", "gateway")
    document: str
    lines: tuple[SaleLine, ...] = Field(max_length=500)

    def key(self) -> str:
        return f"document:{self.document}"


class RefundRecorded(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("reporting", "livestream", "catalog")
    document: str
    lines: tuple[SaleLine, ...] = Field(max_length=500)

    def key(self) -> str:
        return f"document:{self.document}"


class OrderPlaced(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    order_id: UUID
    order_no: str
    merchant_id: UUID
    amount_fen: int
    placed_at: datetime

    def key(self) -> str:
        return f"order:{self.order_id}"


class WithdrawalInForce(_OrdersEvent):
    """From ``from_instant`` on no sale of the subject exists; set under the offer's lock."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("catalog", "livestream", "gateway", "reporting")
    subject: Literal["product", "merchant"]
    subject_id: UUID
    withdrawal_id: UUID
    kind: Literal["suspended", "revoked", "recalled"]
    from_instant: datetime

    def key(self) -> str:
        return f"{self.subject}:{self.subject_id}"


class ReinstatementInForce(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("catalog", "livestream", "reporting")
    subject: Literal["product", "merchant"]
    subject_id: UUID
    withdrawal_id: UUID
    until_instant: datetime

    def key(self) -> str:
        return f"{self.subject}:{self.subject_id}"


class AvailabilityChanged(_OrdersEvent):
    """Sent when a threshold is crossed only: available, low, sold out."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("catalog",)
    product_id: UUID
    merchant_id: UUID
    level: Literal["available", "low", "sold_out"]

    def key(self) -> str:
        return f"product:{self.product_id}"


class InstitutionRegistered(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    institution_id: UUID
    version: int
    institution_code: str
    name: str
    kind: str
    county_code: str

    def key(self) -> str:
        return f"institution:{self.institution_id}"


class ContractSigned(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    contract_id: UUID
    contract_no: str
    institution_id: UUID
    institution_kind: str
    institution_county: str
    merchant_id: UUID
    signed_on: date
    valid_from: date
    valid_until: date
    signing: str | None = None

    def key(self) -> str:
        return f"contract:{self.contract_id}"


class ContractEnded(_OrdersEvent):
    """``void`` when an import that brought it was withdrawn: it then counts on no day."""

    owner: ClassVar[str] = "orders"
    contract_id: UUID
    ended_on: date
    void: bool = False

    def key(self) -> str:
        return f"contract:{self.contract_id}"


class CallOffPlaced(_OrdersEvent):
    """A canteen has ordered under its contract; the merchant may confirm it when a second person of the institution has approved."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    call_off_id: UUID
    call_off_no: str
    contract_id: UUID
    institution_id: UUID
    merchant_id: UUID
    amount_fen: int
    deliver_on: date
    placed_at: datetime

    def key(self) -> str:
        return f"call_off:{self.call_off_id}"


class DeliveryAccepted(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    delivery_id: UUID
    contract_id: UUID
    institution_id: UUID
    amount_fen: int
    accepted_at: datetime

    def key(self) -> str:
        return f"delivery:{self.delivery_id}"


class OutletOpened(_OrdersEvent):
    """A fair is an outlet of kind ``expo`` that is open for its days."""

    owner: ClassVar[str] = "orders"
    outlet_id: UUID
    version: int
    outlet_code: str
    name: str
    kind: OutletKind
    sub_kind: str
    county_code: str
    opened_on: date
    closed_on: date | None = None

    def key(self) -> str:
        return f"outlet:{self.outlet_id}"


class OutletClosed(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    outlet_id: UUID
    closed_on: date
    void: bool = False

    def key(self) -> str:
        return f"outlet:{self.outlet_id}"


class CampaignClosed(_OrdersEvent):
    owner: ClassVar[str] = "orders"
    campaign_id: UUID
    campaign_no: str
    title: str
    kind: Literal["union", "employee"]
    institution_id: UUID | None
    closed_on: date
    members: int

    def key(self) -> str:
        return f"campaign:{self.campaign_id}"


class OrdersMembershipGranted(_OrdersEvent):
    """Members of institutions and operators of outlets."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    account_id: UUID
    role: str
    scope: str

    def key(self) -> str:
        return f"membership:{self.account_id}"


class OrdersMembershipEnded(_OrdersEvent):
    """A member of an institution was removed: the gateway takes the grant away."""

    owner: ClassVar[str] = "orders"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    account_id: UUID
    role: str
    scope: str

    def key(self) -> str:
        return f"membership:{self.account_id}"
