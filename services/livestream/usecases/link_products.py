"""Show products in a session, or take them off. Only what may be sold now can be linked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.events.livestream import ProductLinked, ProductUnlinked
from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, Several, TooMany
from services.kit.outbox import publish
from services.kit.principal import Principal
from services.livestream.domain.errors import NotLinked, NotSellable
from services.livestream.domain.session import MAX_PRODUCTS, Session
from services.livestream.store import frames, products, sessions
from services.livestream.usecases.access import require_host

BY_HOST = "host"


def link_products(db: Database, who: Principal, session_id: UUID, product_ids: Sequence[UUID]) -> None:
    """All or none. Raises NotSellable (or Several of them), TooMany; a product that is linked already stays where it is."""
    with db.transaction() as conn:
        products.lock(conn, product_ids)
        session = sessions.lock(conn, session_id)
        require_host(conn, who, session)
        session.require("link")
        link_into(conn, who, session, product_ids)


def link_into(conn: Conn, who: Principal, session: Session, product_ids: Sequence[UUID]) -> None:
    """With the session locked, or not yet visible to others."""
    products.lock(conn, product_ids)
    now = clock.now(conn)
    require_sellable(conn, product_ids, now)
    there = sessions.linked(conn, session.session_id)
    wanted = [p for p in dict.fromkeys(product_ids) if p not in there]
    if len(there) + len(wanted) > MAX_PRODUCTS:
        raise TooMany("product_ids", limit=MAX_PRODUCTS, count=len(there) + len(wanted))
    sessions.link(conn, session.session_id, wanted, now)
    for product_id in wanted:
        publish(conn, ProductLinked(session_id=session.session_id, product_id=product_id), sessions.raise_version(conn, session.session_id))
        frames.leave(conn, session.session_id, "linked", now, product_id=product_id)
        audit.record(conn, who, "session:link", f"session:{session.session_id}", after={"product_id": product_id})


def require_sellable(conn: Conn, product_ids: Sequence[UUID], now: datetime) -> None:
    """Judged by the copy as it stands now. Raises NotSellable, Several."""
    known = products.by_ids(conn, product_ids)
    errors: list[DomainError] = []
    for index, product_id in enumerate(product_ids):
        product = known.get(product_id)
        reason = "not_certified" if product is None else product.refusal_at(now)
        if reason is not None:
            errors.append(NotSellable(f"product_ids.{index}", product_id=product_id, reason=reason))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Several(errors)


def unlink_product(db: Database, who: Principal, session_id: UUID, product_id: UUID) -> None:
    """Raises NotLinked."""
    with db.transaction() as conn:
        session = sessions.lock(conn, session_id)
        require_host(conn, who, session)
        session.require("unlink")
        now = clock.now(conn)
        if not sessions.unlink(conn, session_id, product_id, BY_HOST, now):
            raise NotLinked("product_id")
        version = sessions.raise_version(conn, session_id)
        publish(conn, ProductUnlinked(session_id=session_id, product_id=product_id, reason=BY_HOST), version)
        frames.leave(conn, session_id, "unlinked", now, product_id=product_id)
        audit.record(conn, who, "session:unlink", f"session:{session_id}", before={"product_id": product_id})
