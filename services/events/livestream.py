"""Published by livestream."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.events.base import Event


class _LiveEvent(Event):
    owner: ClassVar[str] = "livestream"
    readers: ClassVar[tuple[str, ...]] = ("reporting",)
    session_id: UUID

    def key(self) -> str:
        return f"session:{self.session_id}"


class SessionScheduled(_LiveEvent):
    owner: ClassVar[str] = "livestream"
    session_no: str
    title: str
    streamer_id: UUID
    county_code: str
    starts_at: datetime


class SessionStarted(_LiveEvent):
    owner: ClassVar[str] = "livestream"
    readers: ClassVar[tuple[str, ...]] = ("reporting", "orders")
    session_no: str
    title: str
    streamer_id: UUID
    county_code: str
    started_at: datetime


class ProductLinked(_LiveEvent):
    owner: ClassVar[str] = "livestream"
    product_id: UUID


class ProductUnlinked(_LiveEvent):
    owner: ClassVar[str] = "livestream"
    product_id: UUID
    reason: str


class SessionEnded(_LiveEvent):
    """``participants``: distinct viewers of this session; ``peak`` at once. Orders closes attribution by ``ended_at``."""

    owner: ClassVar[str] = "livestream"
    readers: ClassVar[tuple[str, ...]] = ("reporting", "orders")
    session_no: str
    title: str
    county_code: str
    started_at: datetime
    ended_at: datetime
    business_date: date
    participants: int
    peak: int


class OutsideLine(BaseModel):
    """Totals of one product in one outside session. ``refund_fen`` and ``refund_quantity`` are positive."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    line_no: int
    product_id: UUID
    quantity: Decimal
    unit: str
    gross_fen: int
    refund_fen: int = 0


class OutsideSessionConfirmed(_LiveEvent):
    """Orders writes the sale lines from the product totals. ``import_id`` set: history. ``void``: the import was withdrawn."""

    owner: ClassVar[str] = "livestream"
    readers: ClassVar[tuple[str, ...]] = ("reporting", "orders")
    session_no: str
    title: str
    platform: str
    county_code: str
    started_at: datetime
    ended_at: datetime
    business_date: date
    participants: int
    peak: int | None = None
    evidence: str
    lines: tuple[OutsideLine, ...]
    import_id: UUID | None = None
    void: bool = False


class LiveMembershipGranted(Event):
    owner: ClassVar[str] = "livestream"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    account_id: UUID
    role: str
    scope: str

    def key(self) -> str:
        return f"membership:{self.account_id}"
