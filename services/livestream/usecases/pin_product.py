"""Hold up one product. The one before goes back among the others."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Database
from services.kit.principal import Principal
from services.livestream.domain.errors import NotLinked
from services.livestream.store import frames, products, sessions
from services.livestream.usecases.access import require_host
from services.livestream.usecases.link_products import require_sellable


def pin_product(db: Database, who: Principal, session_id: UUID, product_id: UUID) -> None:
    """Raises SessionNotLive, NotLinked, NotSellable (it expired a moment ago). Pinning what is pinned changes nothing."""
    with db.transaction() as conn:
        products.lock(conn, [product_id])
        session = sessions.lock(conn, session_id)
        require_host(conn, who, session)
        session.require("pin")
        if product_id not in sessions.linked(conn, session_id):
            raise NotLinked("product_id")
        now = clock.now(conn)
        require_sellable(conn, [product_id], now)
        if sessions.pinned(conn, session_id) == product_id:
            return
        sessions.pin(conn, session_id, product_id, now)
        sessions.raise_version(conn, session_id)
        frames.leave(conn, session_id, "pinned", now, product_id=product_id)
        audit.record(conn, who, "session:pin", f"session:{session_id}", after={"product_id": product_id})


def unpin_product(db: Database, who: Principal, session_id: UUID) -> None:
    """Raises SessionNotLive. Without a pin it changes nothing."""
    with db.transaction() as conn:
        session = sessions.lock(conn, session_id)
        require_host(conn, who, session)
        session.require("unpin")
        now = clock.now(conn)
        product_id = sessions.unpin(conn, session_id, now)
        if product_id is not None:
            sessions.raise_version(conn, session_id)
            frames.leave(conn, session_id, "unpinned", now, product_id=product_id)
            audit.record(conn, who, "session:unpin", f"session:{session_id}", before={"product_id": product_id})
