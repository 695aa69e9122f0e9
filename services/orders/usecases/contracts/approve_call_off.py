"""A second person of the institution says yes."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Database
from services.kit.principal import Principal, Role
from services.orders.access import demand
from services.orders.domain.contracts.call_off import check_move, check_second_person
from services.orders.store.contracts import call_offs
from services.orders.usecases.contracts.load import call_off_of


def approve_call_off(db: Database, who: Principal, call_off_id: UUID) -> UUID:
    """Approving again changes nothing, so that a lost answer may be asked for again."""
    with db.transaction() as conn:
        row = call_off_of(conn, who, call_off_id, call_offs.lock)
        demand(who.has(Role.CANTEEN_APPROVER, str(row["institution_id"])))
        check_second_person(row["requested_by"], who.subject)
        if row["state"] == "approved" and row["approved_by"] == who.subject:
            return call_off_id
        check_move("approve", row["state"])
        call_offs.move(conn, row, "approved", approved_by=who.subject, approved_at=clock.now(conn))
        audit.record(conn, who, "call_off:approve", f"call_off:{call_off_id}", before=row["state"], after="approved")
    return call_off_id
