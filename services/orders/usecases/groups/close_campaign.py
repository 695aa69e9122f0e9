"""The deadline, or the organiser before it: enough members and it is closed, to be paid; else it is cancelled and nothing is open."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.events.orders import CampaignClosed
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database, Row
from services.kit.errors import WrongState
from services.kit.principal import Grant, Principal, Role
from services.kit.time import business_date
from services.orders.domain.groups.campaign import check_move, held_until, reached
from services.orders.store.groups import campaigns
from services.orders.usecases.groups.load import campaign_of, demand_organiser
from services.orders.usecases.groups.shelf import release

CLOCK = Principal("service:orders", (Grant(Role.SERVICE, "orders"),))


def close_campaign(db: Database, who: Principal, campaign_id: UUID) -> UUID:
    with db.transaction() as conn:
        row = campaign_of(conn, who, campaign_id, campaigns.lock)
        demand_organiser(who, row)
        if row["state"] == "closed":
            return campaign_id
        check_move("close", row["state"])
        _close(conn, who, row, business_date(clock.now(conn)))
    return campaign_id


def cancel_campaign(db: Database, who: Principal, campaign_id: UUID, reason: str | None) -> UUID:
    """Not once somebody has paid: what is sold is refunded, not cancelled."""
    with db.transaction() as conn:
        row = campaign_of(conn, who, campaign_id, campaigns.lock)
        demand_organiser(who, row)
        if row["state"] == "cancelled":
            return campaign_id
        check_move("cancel", row["state"])
        if any(m["state"] in ("paid", "paying") for m in campaigns.members(conn, campaign_id)):
            raise WrongState(state="paid_in_part")
        _cancel(conn, who, row, reason or "cancelled")
    return campaign_id


def close_by_clock(db: Database, campaign_id: UUID) -> str:
    """After the deadline, and again after the days for which the goods are held. Answers the state afterwards."""
    with db.transaction() as conn:
        row = campaigns.lock(conn, campaign_id)
        if row is None:
            return "void"
        today = business_date(clock.now(conn))
        if row["state"] == "open" and row["deadline"] < today:
            return _close(conn, CLOCK, row, row["deadline"])
        if row["state"] == "closed" and held_until(row["deadline"], row["hold_days"]) < today:
            return _let_go(conn, row)
        return str(row["state"])


def _close(conn: Conn, who: Principal, row: Row, day: date) -> str:
    if not reached(row["members"], row["min_members"]):
        return _cancel(conn, who, row, "minimum_not_reached")
    changed = campaigns.change(conn, row["campaign_id"], state="closed", closed_on=day)
    outbox.publish(conn, CampaignClosed(
        campaign_id=row["campaign_id"], campaign_no=row["campaign_no"], title=row["title"], kind=row["kind"],
        institution_id=row["institution_id"], closed_on=day, members=row["members"]), changed["version"])
    audit.record(conn, who, "campaign:close", f"campaign:{row['campaign_id']}", before=row["state"], after="closed")
    return "closed"


def _cancel(conn: Conn, who: Principal, row: Row, reason: str) -> str:
    accounts = [m["account_id"] for m in campaigns.members(conn, row["campaign_id"]) if m["state"] == "joined"]
    if accounts:
        release(conn, row, accounts)
    campaigns.change(conn, row["campaign_id"], state="cancelled", ended_reason=reason)
    audit.record(conn, who, "campaign:cancel", f"campaign:{row['campaign_id']}", before=row["state"], after="cancelled", reason=reason)
    return "cancelled"


def _let_go(conn: Conn, row: Row) -> str:
    """The goods were held long enough. Nobody has paid: cancelled. Some have: the others lapse, and what the union still
    owes for those who have stays owed. Whoever is paying at this moment is waited for."""
    found = campaigns.members(conn, row["campaign_id"])
    if any(m["state"] == "paying" for m in found):
        return "closed"
    if not any(m["state"] == "paid" for m in found):
        return _cancel(conn, CLOCK, row, "not_paid")
    unpaid = [m["account_id"] for m in found if m["state"] == "joined"]
    if unpaid:
        release(conn, row, unpaid)
    if any(m["state"] == "paid" and m["union_fen"] > 0 for m in found):
        return "closed"
    campaigns.change(conn, row["campaign_id"], state="paid", paid_on=business_date(clock.now(conn)))
    return "paid"
