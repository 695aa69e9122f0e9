"""What every change of a merchant or product ends with, in its transaction: version, ready rows, search, event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from services.catalog.adapters.search import postgres as search
from services.catalog.store import listing, merchants, products, states
from services.events.base import Event
from services.events.catalog import MerchantState, ProductState
from services.kit.db import Conn
from services.kit.outbox import Lane, publish_many

ProductEvent = Callable[[ProductState], Sequence[Event]]
MerchantEvent = Callable[[MerchantState], Sequence[Event]]


def product_changed(
    conn: Conn,
    merchant_ids: Sequence[UUID],
    product_ids: Sequence[UUID],
    event: ProductEvent,
    *,
    lane: Lane = "live",
    certified: bool = False,
    words: bool = False,
) -> None:
    """The products are locked. ``certified``: publish from now on. ``words``: what search reads has changed.

    ``event(state)`` gives the events of one product; a product that was never certified is nobody's business yet.
    """
    if not product_ids:
        return
    products.raise_versions(conn, product_ids, published=certified)
    listing.refresh(conn, merchant_ids, product_ids)
    if words:
        search.index_products(conn, product_ids)
    _, today = listing.now_and_today(conn)
    publish_many(conn, [(e, state.version) for state in states.product_states(conn, product_ids, today) for e in event(state)], lane)


def merchant_changed(
    conn: Conn, merchant_ids: Sequence[UUID], event: MerchantEvent, *, lane: Lane = "live", certified: bool = False
) -> None:
    """The merchants are locked. Their products' rows follow at once: a withdrawn merchant hides all of them."""
    if not merchant_ids:
        return
    merchants.raise_versions(conn, merchant_ids, published=certified)
    listing.refresh(conn, merchant_ids)
    _, today = listing.now_and_today(conn)
    publish_many(conn, [(e, state.version) for state in states.merchant_states(conn, merchant_ids, today) for e in event(state)], lane)
