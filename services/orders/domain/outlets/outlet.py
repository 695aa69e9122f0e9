"""What an outlet is, and which channel its sales belong to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.kit.errors import WrongState
from services.orders.domain.outlets.errors import OutletNotOpen, SubKindDiffers

KINDS = ("counter", "expo", "community_store")
SUB_KINDS: Mapping[str, str] = {
    "supermarket": "counter", "wholesale_market": "counter", "scenic_spot": "counter", "service_area": "counter",
    "post_or_bank": "counter", "fair": "expo", "store": "community_store",
}
PAY_TYPES = ("cash", "scan", "card", "voucher")


def channel_of(kind: str) -> str:
    """The channel of a sale is the kind of its outlet: one vocabulary."""
    if kind not in KINDS:
        raise ValueError(kind)
    return kind


def check_sub_kind(kind: str, sub_kind: str) -> None:
    """Raises SubKindDiffers."""
    if SUB_KINDS.get(sub_kind) != kind:
        raise SubKindDiffers("sub_kind", sub_kind=sub_kind, outlet_kind=kind)


def check_open(state: str, opened_on: date, closed_on: date | None, day: date, field: str | None = None) -> None:
    """Raises WrongState for an outlet that was never opened, OutletNotOpen on a day before it opened or after it closed."""
    if state not in ("open", "closed"):
        raise WrongState(state=state)
    if day < opened_on or (closed_on is not None and day > closed_on):
        raise OutletNotOpen(field, day=day)


def open_in(opened_on: date, closed_on: date | None, period_from: date, period_until: date) -> bool:
    """Whether it was open on at least one day of the period."""
    return opened_on <= period_until and (closed_on is None or closed_on >= period_from)
