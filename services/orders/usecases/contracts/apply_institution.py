"""A hospital, school, enterprise registers as a buyer; who applied becomes its first canteen buyer."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.events.orders import InstitutionRegistered, OrdersMembershipGranted
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database, Row
from services.kit.errors import InvalidInput
from services.kit.ids import new_id
from services.kit.models import Input, Text
from services.kit.principal import Principal, Role
from services.orders.access import account_of
from services.orders.domain.contracts.errors import NumberTaken, UnknownKind
from services.orders.store.contracts import institutions


class ApplyInstitution(Input):
    institution_code: str = Field(pattern=r"^[\w.\-/]{1,32}$")
    name: Text
    kind: str = Field(max_length=40)
    county_code: str = Field(max_length=6)
    meals_per_day: int | None = Field(None, ge=0, le=1_000_000)
    kitchen: str = Field("own", max_length=40)


def apply_institution(db: Database, who: Principal, counties: frozenset[str], command: ApplyInstitution) -> UUID:
    account_id = account_of(who)
    institution_id = new_id()
    with db.transaction() as conn:
        check(conn, counties, command)
        now = clock.now(conn)
        row = command.model_dump() | {"institution_id": institution_id, "applied_by": who.subject, "registered_at": now}
        if not institutions.insert(conn, row):
            raise NumberTaken("institution_code", number=command.institution_code)
        institutions.grant(conn, institution_id, account_id, Role.CANTEEN_BUYER, who.subject, now)
        publish(conn, row, 1)
        outbox.publish(conn, OrdersMembershipGranted(account_id=account_id, role=Role.CANTEEN_BUYER, scope=str(institution_id)), 1)
        audit.record(conn, who, "institution:apply", f"institution:{institution_id}", after={"kind": command.kind})
    return institution_id


def check(conn: Conn, counties: frozenset[str], command: ApplyInstitution) -> None:
    """Raises UnknownKind, InvalidInput."""
    if command.kind not in institutions.kinds(conn):
        raise UnknownKind("kind", value=command.kind)
    if command.kitchen not in institutions.kitchens(conn):
        raise UnknownKind("kitchen", value=command.kitchen)
    if command.county_code not in counties:
        raise InvalidInput("county_code", ", ".join(sorted(counties)))


def publish(conn: Conn, row: Row, version: int) -> None:
    outbox.publish(conn, InstitutionRegistered(
        institution_id=row["institution_id"], version=version, institution_code=row["institution_code"], name=row["name"],
        kind=row["kind"], county_code=row["county_code"]), version)
