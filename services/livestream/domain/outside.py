"""A session held on another platform: what its record must say before a county looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.kit.errors import DomainError, InvalidQuantity, WrongState
from services.kit.time import business_date, start_of_day
from services.kit.units import WEIGHED, QuantityError, decimals_of, parse_quantity, stored
from services.livestream.domain.certified import Product
from services.livestream.domain.errors import (
    BadPeriod,
    DoubleProduct,
    InTheFuture,
    NotCertifiedThen,
    NotYourProduct,
    PeriodClosed,
    TotalsDiffer,
    WrongUnit,
)

MAX_LINES = 500
MAX_HOURS = 24
OPEN_DAYS = 92  # how far back a session may still be recorded by hand

NEXT = {("submitted", "confirm"): "confirmed", ("submitted", "return"): "returned", ("returned", "resubmit"): "submitted"}


@dataclass(frozen=True)
class Line:
    """``quantity`` as paid, before refunds, in ``unit``; kg for anything weighed. ``refund_fen`` is positive."""

    line_no: int
    product_id: UUID
    quantity: Decimal
    unit: str
    gross_fen: int
    refund_fen: int = 0


@dataclass(frozen=True)
class Draft:
    title: str
    platform: str
    started_at: datetime
    ended_at: datetime
    participants: int
    peak: int | None
    paid_fen: int
    refund_fen: int
    evidence: str
    lines: tuple[Line, ...]


def after(state: str, act: str) -> str:
    """Raises WrongState."""
    try:
        return NEXT[state, act]
    except KeyError:
        raise WrongState(state=state) from None


def read_line(line_no: int, product_id: UUID, quantity: str, unit: str, gross_fen: int, refund_fen: int, field: str) -> Line:
    """Raises InvalidQuantity."""
    try:
        amount, kept_unit = stored(parse_quantity(quantity, unit), unit)
    except QuantityError as error:
        raise InvalidQuantity(f"{field}.quantity", value=quantity, unit=unit, reason=error.reason) from error
    return Line(line_no, product_id, round(amount, decimals_of(kept_unit)), kept_unit, gross_fen, refund_fen)


def earliest_open(now: datetime, cutover: datetime | None) -> datetime:
    """History before the cutover enters by importers only; after it, what is too old is closed."""
    window = start_of_day(business_date(now) - timedelta(days=OPEN_DAYS))
    return window if cutover is None else max(window, cutover)


def check_period(started_at: datetime, ended_at: datetime) -> DomainError | None:
    if not timedelta(0) < ended_at - started_at <= timedelta(hours=MAX_HOURS):
        return BadPeriod("ended_at", hours=MAX_HOURS)
    return None


def mistakes(draft: Draft, products: Mapping[UUID, Product], now: datetime, cutover: datetime | None,
             merchant_id: UUID | None = None) -> list[DomainError]:
    """Everything that is wrong with the record, in its order. ``merchant_id``: the merchant that records its own goods."""
    found: list[DomainError] = []
    period = check_period(draft.started_at, draft.ended_at)
    if period is not None:
        found.append(period)
    if draft.ended_at > now:
        found.append(InTheFuture("ended_at", value=draft.ended_at.isoformat()))
    earliest = earliest_open(now, cutover)
    if draft.started_at < earliest:
        found.append(PeriodClosed("started_at", value=draft.started_at.isoformat(), earliest=earliest.isoformat()))
    for field, stated, summed in (("paid_fen", draft.paid_fen, sum(line.gross_fen for line in draft.lines)),
                                  ("refund_fen", draft.refund_fen, sum(line.refund_fen for line in draft.lines))):
        if stated != summed:
            found.append(TotalsDiffer(field, stated=stated, summed=summed))
    found += line_mistakes(draft.lines, products, business_date(draft.started_at), business_date(draft.ended_at), merchant_id)
    return found


def line_mistakes(lines: Sequence[Line], products: Mapping[UUID, Product], first: date, last: date,
                  merchant_id: UUID | None = None) -> list[DomainError]:
    found: list[DomainError] = []
    seen: set[UUID] = set()
    for line in lines:
        field = f"lines.{line.line_no - 1}.product_id"
        product = products.get(line.product_id)
        if product is None:
            found.append(NotCertifiedThen(field, product=line.product_id, day=first))
            continue
        if line.product_id in seen:
            found.append(DoubleProduct(field, product=product.product_no))
        seen.add(line.product_id)
        error = product_mistake(product, line.unit, first, last, field)
        if merchant_id is not None and product.merchant_id != merchant_id:
            error = NotYourProduct(field, product=product.product_no)
        if error is not None:
            found.append(error)
    return found


def product_mistake(product: Product, unit: str, first: date, last: date, field: str) -> DomainError | None:
    if unit not in WEIGHED and unit != product.unit:
        return WrongUnit(field, product=product.product_no, expected=product.unit, unit=unit)
    # The sale is dated the day of the start; a session past midnight counts its second day too.
    if not product.sellable_some_time_on(first, max(first, last)):
        return NotCertifiedThen(field, product=product.product_no, day=first)
    return None
