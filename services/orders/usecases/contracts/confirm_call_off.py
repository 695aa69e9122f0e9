"""The merchant takes the order on. What is certified at this moment may be accepted later even if it expires meanwhile."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Database
from services.kit.errors import DomainError, Several
from services.kit.principal import Principal
from services.orders.access import demand, is_merchant
from services.orders.domain.contracts.call_off import check_move
from services.orders.domain.errors import NotCertified, UnknownProduct
from services.orders.domain.offers.offer import is_sellable_at
from services.orders.store.contracts import call_offs
from services.orders.store.offers import offers
from services.orders.usecases.contracts.load import call_off_of


def confirm_call_off(db: Database, who: Principal, call_off_id: UUID) -> UUID:
    """Raises Several naming each line whose product or merchant is expired or withdrawn."""
    with db.transaction() as conn:
        row = call_off_of(conn, who, call_off_id, call_offs.lock)
        demand(is_merchant(who, row["merchant_id"]))
        if row["state"] == "confirmed":
            return call_off_id
        check_move("confirm", row["state"])
        lines = call_offs.lines(conn, row["merchant_id"], call_off_id)
        locked = offers.lock(conn, (line["product_id"] for line in lines))
        now = clock.now(conn)
        errors: list[DomainError] = []
        for index, line in enumerate(lines):
            offer = locked.get(line["product_id"])
            if offer is None:
                errors.append(UnknownProduct(f"lines.{index}.product_id", product_id=line["product_id"]))
            elif (reason := is_sellable_at(offer, now)) is not None:
                errors.append(NotCertified(f"lines.{index}.product_id", name=offer.name, reason=reason.value))
        if errors:
            raise Several(errors)
        call_offs.move(conn, row, "confirmed", confirmed_by=who.subject, confirmed_at=now)
        audit.record(conn, who, "call_off:confirm", f"call_off:{call_off_id}", before=row["state"], after="confirmed")
    return call_off_id
