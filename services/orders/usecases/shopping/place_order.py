"""A checkout of one or several merchants: prices from the offers, stock taken under lock, one order a merchant, once a key."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kit import idempotency
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, IdempotencyMismatch
from services.kit.ids import new_id
from services.kit.time import SHANGHAI
from services.orders.domain.errors import OutOfStock
from services.orders.domain.shopping.checkout import RESERVED_FOR, PricedLine, Shelf, Wanted, price_checkout
from services.orders.store.deadlocks import again_after_deadlock
from services.orders.store.shopping import placing
from services.orders.store.shopping.placing import Key, NewOrder, Placement, Recipient, Seen
from services.orders.usecases.offers.ensure_certified import raise_all

OPERATION = "checkout"


@dataclass(frozen=True)
class PlaceOrder:
    """``fingerprint`` is of the whole parsed command (the recipient too), so that one key means one checkout."""

    buyer: str
    key: str
    fingerprint: bytes
    lines: tuple[Wanted, ...]
    recipient: Recipient
    consumption_county: str


class StockHeldByOneself(Exception):
    """Out of stock, perhaps by the buyer's own abandoned checkout: ``product_ids`` are what was short."""

    def __init__(self, errors: list[DomainError], product_ids: list[UUID]) -> None:
        super().__init__("out of stock")
        self.errors, self.product_ids = errors, product_ids


def place_order(db: Database, command: PlaceOrder) -> UUID | Placement:
    """What was placed; for a key that was used before, the id of its payment. Raises the refusals (Several),
    StockHeldByOneself, IdempotencyMismatch, InProgress."""
    key = Key(command.buyer, OPERATION, command.key, command.fingerprint)
    placed = again_after_deadlock(lambda: _try(db, command, key))
    if placed is not None:
        return placed
    with db.transaction() as conn:  # the same key is being worked on elsewhere: wait for it as everywhere
        reference = idempotency.find(conn, key.principal, key.operation, key.key, key.print_)
    if reference is not None:
        return UUID(reference)
    return place_order(db, command)


def _try(db: Database, command: PlaceOrder, key: Key) -> UUID | Placement | None:
    with db.reading() as conn, conn.pipeline(), conn.transaction():
        return _attempt(conn, command, key)


def _attempt(conn: Conn, command: PlaceOrder, key: Key) -> UUID | Placement | None:
    """None: the key is held by another request."""
    sessions = [w.claims.session_id for w in command.lines if w.claims]
    seen = placing.look(conn, key, sorted({w.product_id for w in command.lines}), sessions)
    if seen.earlier is not None:
        if seen.earlier[0] != key.print_:
            raise IdempotencyMismatch("idempotencyKey")
        return UUID(seen.earlier[1])
    if not seen.held:
        return None
    shelves = {i: Shelf(s.offer, s.available) for i, s in seen.shelves.items()}
    lines, errors = price_checkout(command.lines, shelves, command.buyer, seen.session_ends, seen.now)
    short = [UUID(str(e.facts["product_id"])) for e in errors if isinstance(e, OutOfStock)]
    if short and len(short) == len(errors):
        raise StockHeldByOneself(errors, short)
    raise_all(errors)
    placement = _placement(command, lines, seen)
    placing.write(conn, placement, command.recipient, seen.shelves, key)
    return placement


def _placement(command: PlaceOrder, lines: Sequence[PricedLine], seen: Seen) -> Placement:
    by_merchant: dict[UUID, list[tuple[UUID, PricedLine]]] = {}
    for line in lines:
        by_merchant.setdefault(line.offer.merchant_id, []).append((new_id(), line))
    orders = []
    for merchant_id, own in by_merchant.items():
        order_id = new_id()
        number = f"DD{seen.now.astimezone(SHANGHAI):%y%m%d}{base64.b32encode(order_id.bytes[-5:]).decode()}"
        orders.append(NewOrder(order_id, number, merchant_id, tuple(own)))
    return Placement(command.buyer, new_id(), new_id(), new_id(), command.consumption_county, tuple(orders), seen.now,
                     seen.now + RESERVED_FOR)
