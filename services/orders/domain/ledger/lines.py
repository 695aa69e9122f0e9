"""Sale lines before they are written, and what a part refund of one amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.kit.money import round_fen
from services.kit.time import business_date

NO_MERCHANT = UUID(int=0)
"""Carried-forward totals may belong to no single merchant."""


class Account(StrEnum):
    """Debits are positive postings, credits negative."""

    BUYER_RECEIVABLE = "buyer_receivable"
    DEFERRED_SALES = "deferred_sales"
    PROVIDER_CLEARING = "provider_clearing"
    MERCHANT_PAYABLE = "merchant_payable"
    REFUNDS_DUE = "refunds_due"
    ROUNDING = "rounding"
    INSTITUTION_RECEIVABLE = "institution_receivable"
    UNION_RECEIVABLE = "union_receivable"
    STAFF_RECEIVABLE = "staff_receivable"
    OUTLET_TAKINGS = "outlet_takings"
    SETTLED_OUTSIDE_RECEIPTS = "settled_outside_receipts"
    SETTLED_OUTSIDE_SALES = "settled_outside_sales"


@dataclass(frozen=True, slots=True)
class Document:
    """What a line comes from. ``version`` is the aggregate's after this change: events of one document are in its order."""

    kind: str
    id: UUID
    no: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class NewLine:
    """A sale line: positive quantity and amount (a rounding line may be negative). Stored units only (`Measure`).

    ``business_date`` is given only where the document names the day (a month sheet is dated its last day even when its
    product's certificate ended before); else it is the day of ``sold_at``.
    """

    line_id: UUID
    merchant_id: UUID
    product_id: UUID | None
    channel: str
    evidence: str
    sold_at: datetime
    origin_county: str
    consumption_county: str
    quantity: Decimal
    unit: str
    amount_fen: int
    quantity_kg: Decimal | None = None
    category: str | None = None
    labels: tuple[str, ...] = ()
    business_date: date | None = None
    buyer_org_id: UUID | None = None
    organised_by: str | None = None
    session_id: UUID | None = None
    outlet_id: UUID | None = None
    contract_id: UUID | None = None
    campaign_id: UUID | None = None
    paper: str | None = None
    import_line: int | None = None
    kind: str = "sale"
    reverses: UUID | None = None

    @property
    def day(self) -> date:
        return self.business_date or business_date(self.sold_at)


@dataclass(frozen=True, slots=True)
class Move:
    """The lines' amount goes from ``credit`` to ``debit``; ``party`` names the sub-account of each (order, institution …).

    A negative amount (a refund) moves the other way by itself: give the same move as the sale's.
    """

    debit: Account
    credit: Account
    debit_party: str = ""
    credit_party: str = ""


OUTSIDE = (Move(Account.SETTLED_OUTSIDE_RECEIPTS, Account.SETTLED_OUTSIDE_SALES),)
"""History and reports of sales that were settled without us: counted, owed to nobody."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """Of a sale line after its earlier refunds."""

    quantity: Decimal
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundPart:
    quantity: Decimal
    amount_fen: int


class RefundRefused(ValueError):
    """More than remains, or nothing at all."""


def part_refund(
    sold_quantity: Decimal, sold_fen: int, left: Remaining, *, quantity: Decimal | None = None, amount_fen: int | None = None
) -> RefundPart:
    """Positive quantity and amount of a refund. Neither given: all that is left. The last part takes the remainder, so
    that the parts of a line add up to it exactly. An amount alone refunds money without goods.

    Raises RefundRefused.
    """
    if quantity is None and amount_fen is None:
        quantity, amount_fen = left.quantity, left.amount_fen
    elif quantity is None:
        quantity = Decimal(0)
    elif amount_fen is None:
        amount_fen = left.amount_fen if quantity == left.quantity else min(
            left.amount_fen, round_fen(Decimal(sold_fen) * quantity / sold_quantity))
    assert amount_fen is not None
    if quantity < 0 or amount_fen < 0 or quantity > left.quantity or amount_fen > left.amount_fen or (quantity == 0 and amount_fen == 0):
        raise RefundRefused
    return RefundPart(quantity, amount_fen)
