"""Outgoing webhooks: which events, whose, how signed, how often tried. Pure.

Signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature ``v1,<base64 HMAC-SHA256>``), so that a partner
verifies with a library of its own language. Payloads carry ids and amounts, never a person's data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from gateway.global_id import to_global_id
from services.events.catalog import ProductWithdrawn
from services.events.orders import CallOffPlaced, SaleRecorded
from services.events.others import BulletinPublished
from services.kit import json
from services.kit.money import to_yuan
from services.kit.principal import Principal, Role

# Eight tries within some 24 hours: at once, then after each of these.
DELAYS = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21_600, 54_000))
TRIES = len(DELAYS) + 1
FAILURES_TO_PAUSE = 20
LONGEST_REST = timedelta(minutes=10)
MOST_ENDPOINTS = 10
OLD_SECRET_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)


class EventKind(StrEnum):
    ORDER_PAID = "order.paid"
    CALL_OFF_PLACED = "call_off.placed"
    PRODUCT_WITHDRAWN = "product.withdrawn"
    STATEMENT_READY = "statement.ready"


PING = "ping"


class ScopeKind(StrEnum):
    MERCHANT = "merchant"
    INSTITUTION = "institution"
    CITY = "city"


MEMBERS: Mapping[ScopeKind, tuple[Role, ...]] = {
    ScopeKind.MERCHANT: (Role.MERCHANT,),
    ScopeKind.INSTITUTION: (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER),
    ScopeKind.CITY: (Role.BUREAU,),
}


@dataclass(frozen=True)
class Scope:
    """For whom an endpoint is registered; ``id`` is a merchant's or institution's, empty for the city."""

    kind: ScopeKind
    id: str = ""

    def is_of(self, who: Principal) -> bool:
        return any(who.has(role, None if self.kind is ScopeKind.CITY else self.id) for role in MEMBERS[self.kind])


CITY = Scope(ScopeKind.CITY)


def scopes_of(who: Principal) -> list[Scope]:
    """Every scope whose endpoints this person may see and change."""
    return [
        Scope(kind, scope)
        for kind, roles in MEMBERS.items()
        for scope in sorted({"" if kind is ScopeKind.CITY else s for role in roles for s in who.scopes(role)})
    ]


@dataclass(frozen=True)
class Notice:
    """What one event means to those whose it is. ``data`` is the payload's."""

    kind: EventKind
    scopes: tuple[Scope, ...]
    data: dict[str, Any]


def _money(fen: int) -> dict[str, str]:
    return {"amount": to_yuan(fen), "currency": "CNY"}


def order_paid(event: SaleRecorded) -> Notice | None:
    """A shopper's order became a sale. Other sales (deliveries, slips, campaigns, imports) are no orders."""
    first = event.lines[0] if event.lines else None
    if first is None or first.document_kind != "order" or first.origin != "native":
        return None
    data = {
        "orderId": to_global_id("Order", first.document_id),
        "orderNo": first.document_no,
        "merchantId": to_global_id("Merchant", first.merchant_id),
        "channel": first.channel,
        "paidAt": first.sold_at,
        "amount": _money(sum(line.amount_fen for line in event.lines)),
        "lines": [
            {
                "productId": to_global_id("Product", line.product_id),
                "quantity": line.quantity,
                "unit": line.unit,
                "amount": _money(line.amount_fen),
            }
            for line in event.lines
        ],
    }
    return Notice(EventKind.ORDER_PAID, (Scope(ScopeKind.MERCHANT, str(first.merchant_id)), CITY), data)


def call_off_placed(event: CallOffPlaced) -> Notice:
    scopes = (Scope(ScopeKind.MERCHANT, str(event.merchant_id)), Scope(ScopeKind.INSTITUTION, str(event.institution_id)), CITY)
    data = {
        "callOffId": to_global_id("CallOff", event.call_off_id),
        "callOffNo": event.call_off_no,
        "contractId": to_global_id("Contract", event.contract_id),
        "institutionId": to_global_id("Institution", event.institution_id),
        "merchantId": to_global_id("Merchant", event.merchant_id),
        "amount": _money(event.amount_fen),
        "deliverOn": event.deliver_on,
        "placedAt": event.placed_at,
    }
    return Notice(EventKind.CALL_OFF_PLACED, scopes, data)


def product_withdrawn(event: ProductWithdrawn) -> Notice:
    data = {
        "productId": to_global_id("Product", event.product.product_id),
        "productNo": event.product.product_no,
        "merchantId": to_global_id("Merchant", event.product.merchant_id),
        "kind": event.kind,
        "decidedAt": event.decided_at,
    }
    return Notice(EventKind.PRODUCT_WITHDRAWN, (Scope(ScopeKind.MERCHANT, str(event.product.merchant_id)), CITY), data)


def statement_ready(event: BulletinPublished) -> Notice:
    start, _, end = event.period.partition("/")
    data = {"reportId": to_global_id("Report", event.report_id), "from": start, "until": end, "countyCode": event.county_code}
    return Notice(EventKind.STATEMENT_READY, (CITY,), data)


# ----------------------------------------------------------------------------------------------- signing


def secret_of(master: str, endpoint_id: UUID, generation: int) -> bytes:
    """32 bytes, stored nowhere: nobody reads them in the database, and a new generation is a new secret."""
    return hmac.digest(master.encode(), f"webhook:{endpoint_id}:{generation}".encode(), hashlib.sha256)


def shown(secret: bytes) -> str:
    return "whsec_" + base64.b64encode(secret).decode()


def message_id(delivery_id: UUID) -> str:
    """The same at every try and at a replay, so that a receiver knows what it has had."""
    return f"msg_{delivery_id.hex}"


def body_of(kind: str, occurred_at: datetime, data: Mapping[str, Any]) -> bytes:
    return json.dumps_bytes({"type": kind, "timestamp": occurred_at, "data": data})


def signed_headers(secrets: Iterable[bytes], delivery_id: UUID, seconds: int, body: bytes) -> dict[str, str]:
    """One signature a secret: a receiver that knows any of them is content."""
    name = message_id(delivery_id)
    content = b".".join((name.encode(), str(seconds).encode(), body))
    marks = ("v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(marks),
        "content-type": "application/json",
        "user-agent": "Bangfu-Webhooks/1",
    }


# ----------------------------------------------------------------------------------------------- outcomes


def is_accepted(status: int) -> bool:
    return 200 <= status < 300


def next_try(attempts: int) -> timedelta | None:
    """After so many failed tries of one notice; None: given up."""
    return DELAYS[attempts - 1] if attempts < TRIES else None


def rest(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row, whatever is due to it."""
    return min(LONGEST_REST, timedelta(seconds=5) * 2 ** min(failures - 1, 10))


def pause_reason(failures: int, *, given_up: bool, gone: bool) -> str | None:
    """Why the endpoint is paused now, if it is: it says to be gone, fails on and on, or has used up all tries without one success."""
    if gone:
        return "gone"
    if failures >= FAILURES_TO_PAUSE or (given_up and failures >= TRIES):
        return "failing"
    return None
