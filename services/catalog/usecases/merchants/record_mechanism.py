from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.errors import BadPeriod
from services.catalog.store import codes, labels, listing, merchants
from services.catalog.usecases.access import holds_duty
from services.events.catalog import MechanismRecorded
from services.kit import audit
from services.kit.db import Conn, Database, Row
from services.kit.errors import Forbidden, InvalidInput, NotFound, PastDate
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.principal import Principal, Role

DUTY = "assistance"


def _require_scope(conn: Conn, principal: Principal, county_code: str, today: date) -> None:
    if principal.has(Role.BUREAU) or principal.has(Role.COUNTY_OFFICER, county_code) or holds_duty(conn, principal, DUTY, today):
        return
    if principal.has(Role.COUNTY_OFFICER):
        raise NotFound()
    raise Forbidden()


def event_of(mechanism: Row, county_code: str, *, withdrawn: bool = False) -> MechanismRecorded:
    return MechanismRecorded(
        mechanism_id=mechanism["mechanism_id"],
        mechanism_no=mechanism["mechanism_no"],
        merchant_id=mechanism["merchant_id"],
        county_code=county_code,
        kind=mechanism["kind"],
        households=mechanism["households"],
        persons=mechanism["persons"],
        valid_from=mechanism["valid_from"],
        valid_until=mechanism["valid_until"],
        withdrawn=withdrawn,
    )


def record_mechanism(db: Database, principal: Principal, body: dict[str, Any]) -> UUID:
    """``body``: merchant_id, mechanism_no?, kind, households, persons, valid_from?, valid_until?, evidence."""
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        merchant = merchants.lock(conn, [body["merchant_id"]]).get(body["merchant_id"])
        if merchant is None:
            raise NotFound("merchant_id")
        _require_scope(conn, principal, merchant["county_code"], today)
        start, end = body["valid_from"] or today, body["valid_until"]
        if start < today:
            raise PastDate("valid_from", value=start.isoformat())
        if end is not None and end < start:
            raise BadPeriod("valid_until", valid_from=start.isoformat(), valid_until=end.isoformat())
        if body["households"] > body["persons"]:
            raise InvalidInput("households", "≤ persons")
        mechanism_id = new_id()
        number = body["mechanism_no"] or codes.next_numbers(conn, codes.MECHANISM_NO, f"M{today.year}-", 1, 5)[0]
        if not codes.take(conn, codes.MECHANISM_NO, number, merchant["merchant_id"], mechanism_id):
            raise InvalidInput("mechanism_no", f"{number} exists")
        row = {**body, "mechanism_id": mechanism_id, "mechanism_no": number, "valid_from": start}
        labels.insert_mechanisms(conn, [row])
        merchants.raise_versions(conn, [merchant["merchant_id"]], published=False)
        publish(conn, event_of(row, merchant["county_code"]), merchant["version"] + 1)
        audit.record(conn, principal, "mechanism:record", f"merchant:{merchant['merchant_id']}", after={"mechanism_id": str(mechanism_id)})
    return mechanism_id


def end_mechanism(db: Database, principal: Principal, mechanism_id: UUID, valid_until: date | None, reason: str) -> None:
    """``valid_until``: its last day, today without one."""
    with db.transaction() as conn:
        _, today = listing.now_and_today(conn)
        found = labels.find_mechanism(conn, mechanism_id)
        if found is None:
            raise NotFound("mechanism_id")
        _require_scope(conn, principal, found["county_code"], today)
        merchant = merchants.lock(conn, [found["merchant_id"]])[found["merchant_id"]]
        row = labels.find_mechanism(conn, mechanism_id)
        assert row is not None
        last = valid_until or today
        if last < today:
            raise PastDate("valid_until", value=last.isoformat())
        if last < row["valid_from"] or (row["valid_until"] is not None and row["valid_until"] <= last):
            raise BadPeriod("valid_until", valid_from=row["valid_from"].isoformat(), valid_until=last.isoformat())
        labels.end_mechanism(conn, row, last, reason)
        merchants.raise_versions(conn, [row["merchant_id"]], published=False)
        publish(conn, event_of(row | {"valid_until": last}, row["county_code"]), merchant["version"] + 1)
        audit.record(
            conn, principal, "mechanism:end", f"merchant:{row['merchant_id']}", before={"mechanism_id": str(mechanism_id)}, reason=reason
        )
