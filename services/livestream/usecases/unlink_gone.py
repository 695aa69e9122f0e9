"""A product that may no longer be sold leaves every session that shows it, and the viewers are told why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from services.events.livestream import ProductUnlinked
from services.kit import clock
from services.kit.db import Conn, Database
from services.kit.outbox import publish
from services.livestream.domain.errors import words_of
from services.livestream.store import frames, products, sessions


def unlink_gone(conn: Conn, product_ids: Sequence[UUID]) -> int:
    """Of ``product_ids``, those that may not be sold now. → how many links ended.

    The products are locked first and the links read afterwards: a link being made at this moment is either seen here
    or sees what the products have become.
    """
    if not product_ids:
        return 0
    products.lock(conn, product_ids)
    now = clock.now(conn)
    gone = {product_id: reason for product_id, product in products.by_ids(conn, product_ids).items()
            if (reason := product.refusal_at(now)) is not None}
    if not gone:
        return 0
    ended = 0
    for session_id, rows in groupby(sessions.open_links(conn, list(gone)), key=lambda row: row["session_id"]):
        if sessions.lock(conn, session_id).state == "ended":
            continue
        for row in rows:
            product_id = row["product_id"]
            reason = gone[product_id]
            if not sessions.unlink(conn, session_id, product_id, reason, now):
                continue
            ended += 1
            publish(conn, ProductUnlinked(session_id=session_id, product_id=product_id, reason=reason),
                    sessions.raise_version(conn, session_id))
            zh, en = words_of(reason)
            frames.leave(conn, session_id, "product_gone", now, product_id=product_id, reason=reason, message_zh=zh, message_en=en)
    return ended


def unlink_expired(db: Database) -> int:
    """Expiry comes by the clock, without an event. Looks without locks; locks only what is over. → how many links ended."""
    with db.reading() as conn:
        linked = {row["product_id"] for row in sessions.open_links(conn)}
        if not linked:
            return 0
        now = clock.now(conn)
        over = [p.product_id for p in products.by_ids(conn, linked).values() if p.refusal_at(now) is not None]
    if not over:
        return 0
    with db.transaction() as conn:
        return unlink_gone(conn, over)
