"""Another account acts for the institution: a second buyer, an approver, a group's organiser."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.events.orders import OrdersMembershipGranted
from services.kit import audit, clock, outbox
from services.kit.db import Database
from services.kit.errors import NotFound
from services.kit.models import Input
from services.kit.principal import Principal, Role
from services.orders.access import demand, scope_of
from services.orders.store.contracts import institutions


class AddMember(Input):
    account_id: UUID
    role: Literal["canteen_buyer", "canteen_approver", "group_organiser"]


def add_member(db: Database, who: Principal, institution_id: UUID, command: AddMember) -> UUID:
    with db.transaction() as conn:
        row = institutions.lock(conn, institution_id)
        if row is None:
            raise NotFound()
        scope_of(who).must_see(institution=institution_id, counties=(row["county_code"],))
        demand(institution_id in scope_of(who).institutions or who.has(Role.BUREAU) or who.has(Role.OPERATOR))
        if institutions.grant(conn, institution_id, command.account_id, command.role, who.subject, clock.now(conn)):
            version = institutions.raise_version(conn, institution_id)
            outbox.publish(
                conn, OrdersMembershipGranted(account_id=command.account_id, role=command.role, scope=str(institution_id)), version)
            audit.record(conn, who, "institution:add_member", f"institution:{institution_id}",
                         after={"account_id": str(command.account_id), "role": command.role})
    return institution_id
