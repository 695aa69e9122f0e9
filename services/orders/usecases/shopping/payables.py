"""What a payment may be for, beside a checkout. The noun that owns it says what being paid and being closed mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.kit.db import Conn, Row


@dataclass(frozen=True)
class Owed:
    """Money taken for what can no longer be sold: given back by itself."""

    merchant_id: UUID
    reference_id: UUID
    amount_fen: int
    reason: str


@dataclass(frozen=True)
class Payable:
    """``paid(conn, payment)``: the whole amount has arrived; the payment row is locked. Lock what is sold, read the clock,
    write the sale (its first move debits `Account.PROVIDER_CLEARING`), return what is to be refunded (those postings, clearing
    to `Account.REFUNDS_DUE`, are written by the caller). ``closed(conn, payment, reason)``: it will never be paid
    (``lapsed``, ``cancelled``)."""

    purpose: str
    paid: Callable[[Conn, Row], list[Owed]]
    closed: Callable[[Conn, Row, str], None]
