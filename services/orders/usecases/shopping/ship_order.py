"""The merchant hands the parcel over."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit
from services.kit.db import Database, value
from services.kit.errors import NotFound, WrongState
from services.kit.principal import Principal


def ship_order(db: Database, who: Principal, merchant_id: UUID, order_id: UUID) -> None:
    """Raises WrongState unless it is paid; again: nothing."""
    with db.transaction() as conn:
        state = value(conn, "SELECT state FROM orders WHERE merchant_id = %s AND order_id = %s FOR UPDATE", [merchant_id, order_id])
        if state is None:
            raise NotFound()
        if state == "shipped":
            return
        if state != "paid":
            raise WrongState(state=state)
        conn.execute("UPDATE orders SET state = 'shipped', shipped_at = bangfu_now(), version = version + 1 "
                     "WHERE merchant_id = %s AND order_id = %s", [merchant_id, order_id])
        audit.record(conn, who, "order:ship", f"order:{order_id}")
