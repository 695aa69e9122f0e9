"""Somebody wants to sell at a counter, a fair, a community store; the county approves."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.events.orders import OrdersMembershipGranted, OutletClosed, OutletOpened
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database, Row
from services.kit.errors import InvalidInput, NotFound, WrongState
from services.kit.ids import new_id
from services.kit.models import Input, Text
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.orders.access import account_of, demand, is_outlet, scope_of
from services.orders.domain.outlets.errors import OutletCodeTaken
from services.orders.domain.outlets.outlet import check_sub_kind
from services.orders.store.outlets import outlets


class ApplyOutlet(Input):
    """A fair is an outlet of kind ``expo`` that is open for its days."""

    outlet_code: str = Field(pattern=r"^[\w.\-/]{1,32}$")
    kind: Literal["counter", "expo", "community_store"]
    sub_kind: str = Field(max_length=40)
    name: Text
    county_code: str = Field(max_length=6)
    opened_on: date
    closed_on: date | None = None


def apply_outlet(db: Database, who: Principal, counties: frozenset[str], command: ApplyOutlet) -> UUID:
    account_of(who)
    check_sub_kind(command.kind, command.sub_kind)
    if command.county_code not in counties:
        raise InvalidInput("county_code", ", ".join(sorted(counties)))
    if command.closed_on is not None and command.closed_on < command.opened_on:
        raise InvalidInput("closed_on", "≥ opened_on")
    outlet_id = new_id()
    with db.transaction() as conn:
        row = command.model_dump() | {"outlet_id": outlet_id, "applied_by": who.subject, "applied_at": clock.now(conn)}
        if not outlets.insert(conn, row):
            raise OutletCodeTaken("outlet_code", outlet_code=command.outlet_code)
        audit.record(conn, who, "outlet:apply", f"outlet:{outlet_id}", after={"kind": command.kind})
    return outlet_id


def approve_outlet(db: Database, who: Principal, outlet_id: UUID) -> UUID:
    """By the officer of its county; who applied becomes its operator."""
    with db.transaction() as conn:
        row = _locked(conn, who, outlet_id)
        demand(who.has(Role.COUNTY_OFFICER, row["county_code"]) or who.has(Role.BUREAU))
        if row["state"] == "open":
            return outlet_id
        if row["state"] != "applied":
            raise WrongState(state=row["state"])
        row = outlets.approve(conn, outlet_id, who.subject, clock.now(conn))
        outbox.publish(conn, opened(row), row["version"])
        _grant(conn, outlet_id, UUID(row["applied_by"]), row["version"])
        audit.record(conn, who, "outlet:approve", f"outlet:{outlet_id}", before="applied", after="open")
    return outlet_id


def close_outlet(db: Database, who: Principal, outlet_id: UUID, closed_on: date | None) -> UUID:
    with db.transaction() as conn:
        row = _locked(conn, who, outlet_id)
        demand(is_outlet(who, outlet_id) or who.has(Role.COUNTY_OFFICER, row["county_code"]) or who.has(Role.BUREAU))
        if row["state"] == "closed":
            return outlet_id
        if row["state"] != "open":
            raise WrongState(state=row["state"])
        today = business_date(clock.now(conn))
        day = closed_on or today
        if not row["opened_on"] <= day <= today:
            raise InvalidInput("closed_on", f"{row['opened_on']} – {today}")
        row = outlets.close(conn, outlet_id, day)
        outbox.publish(conn, OutletClosed(outlet_id=outlet_id, closed_on=day), row["version"])
        audit.record(conn, who, "outlet:close", f"outlet:{outlet_id}", before="open", after="closed")
    return outlet_id


def add_operator(db: Database, who: Principal, outlet_id: UUID, account_id: UUID) -> UUID:
    with db.transaction() as conn:
        row = _locked(conn, who, outlet_id)
        demand(is_outlet(who, outlet_id) or who.has(Role.BUREAU) or who.has(Role.OPERATOR))
        if row["state"] != "open":
            raise WrongState(state=row["state"])
        _grant(conn, outlet_id, account_id, outlets.raise_version(conn, outlet_id))
        audit.record(conn, who, "outlet:add_operator", f"outlet:{outlet_id}", after={"account_id": str(account_id)})
    return outlet_id


def _grant(conn: Conn, outlet_id: UUID, account_id: UUID, version: int) -> None:
    outbox.publish(conn, OrdersMembershipGranted(account_id=account_id, role=Role.OUTLET, scope=str(outlet_id)), version)


def _locked(conn: Conn, who: Principal, outlet_id: UUID) -> Row:
    row = outlets.lock(conn, outlet_id)
    if row is None:
        raise NotFound()
    scope_of(who).must_see(outlet=outlet_id, counties=(row["county_code"],))
    return row


def opened(row: Row) -> OutletOpened:
    return OutletOpened(
        outlet_id=row["outlet_id"], version=row["version"], outlet_code=row["outlet_code"], name=row["name"], kind=row["kind"],
        sub_kind=row["sub_kind"], county_code=row["county_code"], opened_on=row["opened_on"], closed_on=row["closed_on"])
