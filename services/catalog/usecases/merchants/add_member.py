from __future__ import annotations

from uuid import UUID

from services.catalog.store import merchants
from services.catalog.usecases.access import is_member
from services.events.catalog import MembershipGranted
from services.kit import audit
from services.kit.db import Conn, Database
from services.kit.errors import NotFound
from services.kit.outbox import publish
from services.kit.principal import Principal, Role


def grant_membership(conn: Conn, merchant_id: UUID, account_id: UUID) -> bool:
    """In the transaction that makes the member: a crash in between loses nobody. False when it was one already."""
    if not merchants.add_member(conn, merchant_id, account_id):
        return False
    publish(conn, MembershipGranted(account_id=account_id, role=Role.MERCHANT.value, scope=str(merchant_id)), 1)
    return True


def add_member(db: Database, principal: Principal, merchant_id: UUID, account_id: UUID) -> None:
    with db.transaction() as conn:
        row = merchants.find(conn, merchant_id)
        if row is None or not (
            principal.has(Role.BUREAU)
            or principal.has(Role.OPERATOR)
            or is_member(conn, principal, merchant_id)
            or principal.has(Role.COUNTY_OFFICER, row["county_code"])
        ):
            raise NotFound("merchant_id")
        if grant_membership(conn, merchant_id, account_id):
            audit.record(conn, principal, "merchant:member", f"merchant:{merchant_id}", after={"account_id": str(account_id)})
