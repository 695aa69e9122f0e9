"""A call-off ends early: what is still open comes back to the contract and to the credit limit, once."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import WrongState
from services.kit.principal import Principal, Role
from services.orders.access import demand, is_buyer, is_merchant
from services.orders.domain.contracts.call_off import OPEN, check_move
from services.orders.store.contracts import call_offs, contracts, credit
from services.orders.usecases.contracts.load import call_off_of


def cancel_call_off(db: Database, who: Principal, call_off_id: UUID, reason: str | None) -> UUID:
    """By either party. Where something was accepted already, the rest is closed and the call-off is fulfilled."""
    with db.transaction() as conn:
        row = call_off_of(conn, who, call_off_id, call_offs.lock)
        demand(is_buyer(who, row["institution_id"]) or is_merchant(who, row["merchant_id"]))
        if row["state"] not in OPEN:
            return _already(row, "cancelled", "fulfilled")
        check_move("cancel", row["state"])
        give_rest_back(conn, who, row, "cancelled", reason)
    return call_off_id


def reject_call_off(db: Database, who: Principal, call_off_id: UUID, reason: str) -> UUID:
    """The approver or the merchant says no."""
    with db.transaction() as conn:
        row = call_off_of(conn, who, call_off_id, call_offs.lock)
        demand(who.has(Role.CANTEEN_APPROVER, str(row["institution_id"])) or is_merchant(who, row["merchant_id"]))
        if row["state"] == "rejected":
            return _already(row, "rejected")
        check_move("reject", row["state"])
        give_rest_back(conn, who, row, "rejected", reason)
    return call_off_id


def _already(row: Row, *states: str) -> UUID:
    if row["state"] not in states:
        raise WrongState(state=row["state"])
    return UUID(str(row["call_off_id"]))


def give_rest_back(conn: Conn, who: Principal, row: Row, state: str, reason: str | None) -> None:
    """The caller holds the call-off's lock and has checked that it is open. Raises WrongState while a delivery is on its way."""
    lines = call_offs.lines(conn, row["merchant_id"], row["call_off_id"])
    if any(line["in_delivery"] > 0 for line in lines):
        raise WrongState(state="in_delivery")
    rest = [(line["line_no"], line["open"]) for line in lines if line["open"] > 0]
    if any(line["accepted"] > 0 for line in lines):
        state = "fulfilled"
    if rest:
        call_offs.give_back(conn, row, rest)
        contracts.give_back(conn, row["merchant_id"], row["contract_id"], rest)
    release_credit(conn, row, lines)
    call_offs.move(conn, row, state, ended_by=who.subject, ended_at=clock.now(conn), reason=reason)
    audit.record(conn, who, "call_off:end", f"call_off:{row['call_off_id']}", before=row["state"], after=state, reason=reason)


def release_credit(conn: Conn, row: Row, lines: list[Row]) -> None:
    """What was held at the call-off and not used by acceptance; ``lines`` as they stand now."""
    unused = sum(max(line["amount_fen"] - line["accepted_fen"], 0) for line in lines)
    contract = contracts.find(conn, row["contract_id"])
    if contract is not None:
        credit.free(conn, contract, row["welfare"], unused)
