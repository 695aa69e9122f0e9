"""Published by catalog. Product and merchant events carry the whole public state at that version, so that a copy is an upsert."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.events.base import Event

SubjectState = Literal["certified", "suspended", "revoked", "recalled", "expired"]
WithdrawalKind = Literal["suspended", "revoked", "recalled"]
Label = Literal["green", "organic", "gi", "quality_tested"]
COPIES = ("orders", "livestream", "reporting")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CertificatePeriod(_Part):
    """Both days count. ``first`` marks the certification itself; renewals follow as rows of their own."""

    certificate_id: UUID
    certificate_no: str
    document_no: str | None = None
    valid_from: date
    valid_until: date


class WithdrawnPeriod(_Part):
    """``from_instant`` is the instant in force that orders set (imported history: the file's)."""

    kind: WithdrawalKind
    from_instant: datetime
    until_instant: datetime | None = None


class LabelPeriod(_Part):
    label_id: UUID
    label: Label
    certificate_no: str
    valid_from: date
    valid_until: date | None = None


class MerchantState(_Part):
    merchant_id: UUID
    version: int
    credit_code: str
    name: str
    kind: str
    county_code: str
    state: SubjectState
    certificates: tuple[CertificatePeriod, ...] = ()
    withdrawals: tuple[WithdrawnPeriod, ...] = ()


class ProductState(_Part):
    """``price_fen`` per ``unit`` at retail; ``bulk_price_fen_per_kg`` for canteens, None where not offered.

    ``offer_version`` rises with price, unit or pack only (the version a shopper agrees to). ``image`` is a key under
    the public part of the object store. ``stock`` is not here: orders holds it.
    """

    product_id: UUID
    version: int
    product_no: str
    merchant_id: UUID
    name: str
    category: str
    family: str
    county_code: str
    state: SubjectState
    unit: str
    pack: str
    net_weight_g: int | None = None
    price_fen: int
    bulk_price_fen_per_kg: int | None = None
    offer_version: int
    is_food: bool = True
    season_months: tuple[int, ...] = ()
    images: tuple[str, ...] = ()
    certificates: tuple[CertificatePeriod, ...] = ()
    withdrawals: tuple[WithdrawnPeriod, ...] = ()
    labels: tuple[LabelPeriod, ...] = ()


class _MerchantEvent(Event):
    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = COPIES
    merchant: MerchantState

    def key(self) -> str:
        return f"merchant:{self.merchant.merchant_id}"


class _ProductEvent(Event):
    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = COPIES
    product: ProductState

    def key(self) -> str:
        return f"product:{self.product.product_id}"


class MerchantCertified(_MerchantEvent):
    owner: ClassVar[str] = "catalog"


class MerchantWithdrawn(_MerchantEvent):
    """Suspended or revoked by decision at ``decided_at``; in force when orders says so."""

    owner: ClassVar[str] = "catalog"
    withdrawal_id: UUID
    kind: WithdrawalKind
    decided_at: datetime


class MerchantReinstated(_MerchantEvent):
    owner: ClassVar[str] = "catalog"
    withdrawal_id: UUID
    decided_at: datetime


class ProductCertified(_ProductEvent):
    """Certified or renewed, with number and expiry."""

    owner: ClassVar[str] = "catalog"


class ProductChanged(_ProductEvent):
    """Price, pack, images, description."""

    owner: ClassVar[str] = "catalog"


class ProductExpired(_ProductEvent):
    """Informs only: the offer's ``sellable_until`` already ended it by the clock."""

    owner: ClassVar[str] = "catalog"


class ProductWithdrawn(_ProductEvent):
    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = (*COPIES, "gateway")
    withdrawal_id: UUID
    kind: WithdrawalKind
    decided_at: datetime


class ProductReinstated(_ProductEvent):
    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = (*COPIES, "gateway")
    withdrawal_id: UUID
    decided_at: datetime


class LabelGranted(_ProductEvent):
    owner: ClassVar[str] = "catalog"


class LabelEnded(_ProductEvent):
    owner: ClassVar[str] = "catalog"


class MechanismRecorded(Event):
    """How a merchant shares income: numbers with evidence, never a person. ``valid_until`` None: still in force."""

    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = ("reporting",)
    mechanism_id: UUID
    mechanism_no: str
    merchant_id: UUID
    county_code: str
    kind: str
    households: int
    persons: int
    valid_from: date
    valid_until: date | None = None
    withdrawn: bool = False

    def key(self) -> str:
        return f"merchant:{self.merchant_id}"


class MembershipGranted(Event):
    """The gateway turns this into a grant of the account (`docs/events.md`)."""

    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    account_id: UUID
    role: str
    scope: str

    def key(self) -> str:
        return f"membership:{self.account_id}"


class MembershipEnded(Event):
    """A member was removed: the gateway takes the grant away."""

    owner: ClassVar[str] = "catalog"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    account_id: UUID
    role: str
    scope: str

    def key(self) -> str:
        return f"membership:{self.account_id}"
