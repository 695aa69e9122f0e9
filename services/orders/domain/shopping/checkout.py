"""What a checkout asks for, judged against the shelf: every refusal at once, never a price from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.kit.errors import DomainError, InvalidQuantity
from services.kit.money import line_amount
from services.kit.units import QuantityError, parse_quantity
from services.orders.domain.errors import EmptyCheckout, NotCertified, OutOfStock, PriceChanged, RepeatedProduct, UnknownProduct
from services.orders.domain.offers.offer import Offer, is_sellable_at
from services.orders.domain.shopping.attribution import Attribution, Claims, attribute

RESERVED_FOR = timedelta(minutes=15)
"""How long a checkout holds its stock while nothing is paid."""
LONGEST = timedelta(hours=1)
"""However often the payment is started anew."""


@dataclass(frozen=True)
class Wanted:
    """``quantity`` as typed, in the offer's unit. ``offer_version`` is what the shopper saw and agrees to."""

    product_id: UUID
    quantity: str
    offer_version: int
    claims: Claims | None = None


@dataclass(frozen=True)
class Shelf:
    """An offer with what is free to sell, both read under the rows' locks."""

    offer: Offer
    available: Decimal


@dataclass(frozen=True)
class PricedLine:
    offer: Offer
    quantity: Decimal
    amount_fen: int
    session_id: UUID | None
    attribution: str | None


def price_checkout(
    wanted: Sequence[Wanted], shelves: Mapping[UUID, Shelf], buyer: str, session_ends: Mapping[UUID, datetime], now: datetime
) -> tuple[list[PricedLine], list[DomainError]]:
    """The lines that can be sold, and why the others cannot."""
    lines: list[PricedLine] = []
    errors: list[DomainError] = [] if wanted else [EmptyCheckout("lines")]
    seen: set[UUID] = set()
    for index, want in enumerate(wanted):
        field = f"lines.{index}"
        repeated = want.product_id in seen
        judged = RepeatedProduct(f"{field}.product_id") if repeated else _price(want, shelves.get(want.product_id), field, now)
        seen.add(want.product_id)
        if isinstance(judged, DomainError):
            errors.append(judged)
            continue
        offer, quantity = judged
        session_id, reason = _session(want, buyer, session_ends, now)
        lines.append(PricedLine(offer, quantity, line_amount(offer.price_fen, quantity), session_id, reason))
    return lines, errors


def _price(want: Wanted, shelf: Shelf | None, field: str, now: datetime) -> tuple[Offer, Decimal] | DomainError:
    if shelf is None:
        return UnknownProduct(f"{field}.product_id", product_id=want.product_id)
    offer = shelf.offer
    reason = is_sellable_at(offer, now)
    if reason is not None:
        return NotCertified(f"{field}.product_id", name=offer.name, reason=reason, product_id=offer.product_id)
    try:
        quantity = parse_quantity(want.quantity, offer.unit)
    except QuantityError as error:
        return InvalidQuantity(f"{field}.quantity", value=want.quantity, unit=offer.unit, reason=error.reason)
    if want.offer_version != offer.offer_version:
        return PriceChanged(f"{field}.offer_version", name=offer.name, old_version=want.offer_version, new_version=offer.offer_version,
                            new_price_fen=offer.price_fen, unit=offer.unit, product_id=offer.product_id)
    if quantity > shelf.available:
        return OutOfStock(f"{field}.quantity", name=offer.name, left=_plain(shelf.available), unit=offer.unit, product_id=offer.product_id)
    return offer, quantity


def _session(want: Wanted, buyer: str, ends: Mapping[UUID, datetime], now: datetime) -> tuple[UUID | None, str | None]:
    if want.claims is None:
        return None, None
    reason = attribute(want.claims, buyer, want.product_id, ends.get(want.claims.session_id), now)
    return (want.claims.session_id if reason is Attribution.LIVE else None), reason.value


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")
