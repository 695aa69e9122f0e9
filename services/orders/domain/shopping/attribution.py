"""When a purchase is credited to a live session, and why not. A genuine token that does not fit is no fault of the shopper's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Attribution(StrEnum):
    """Kept on the order line."""

    LIVE = "live"
    EXPIRED = "expired"
    OTHER_PRODUCT = "other_product"
    OTHER_PERSON = "other_person"
    SESSION_ENDED = "session_ended"


@dataclass(frozen=True)
class Claims:
    """Of a token whose signature holds. ``subject``: the account, or ``guest:…`` of the device's cart."""

    subject: str
    session_id: UUID
    product_id: UUID
    expires: datetime
    grace: timedelta


def attribute(claims: Claims, buyer: str, product_id: UUID, session_ended_at: datetime | None, now: datetime) -> Attribution:
    if claims.product_id != product_id:
        return Attribution.OTHER_PRODUCT
    if claims.subject != buyer:
        return Attribution.OTHER_PERSON
    if session_ended_at is not None and now > session_ended_at + claims.grace:
        return Attribution.SESSION_ENDED
    if now >= claims.expires:
        return Attribution.EXPIRED
    return Attribution.LIVE
