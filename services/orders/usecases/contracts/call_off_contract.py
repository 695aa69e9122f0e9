"""A canteen orders under its contract: up to 2,000 lines, checked against what is left of each, in a dozen statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from services.events.orders import CallOffPlaced
from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import NotFound, Several, TooMany, WrongState
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input
from services.kit.outbox import publish
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.orders.access import demand
from services.orders.domain.contracts.call_off import MAX_LINES, CalledLine, EnteredLine, called_lines, check_day
from services.orders.domain.contracts.errors import RemainderExceeded
from services.orders.domain.numbers import paper_number
from services.orders.store.contracts import call_offs, contracts, credit
from services.orders.usecases.contracts.load import contract_of
from services.orders.usecases.once import once


class CallOffLine(Input):
    line_no: int | None = None
    product_id: UUID | None = None
    quantity: DecimalText | str
    unit: str | None = Field(None, max_length=10)


class CallOffContract(Input):
    """``welfare``: paid from union funds, so no contract purchase but a union's."""

    deliver_on: date
    welfare: bool = False
    lines: list[CallOffLine]


def call_off_contract(db: Database, who: Principal, key: str, contract_id: UUID, command: CallOffContract) -> UUID:
    if len(command.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(command.lines))
    with db.transaction() as conn:
        return once(conn, who, f"call_off:{contract_id}", key, command, lambda: _call_off(conn, who, contract_id, command))


def _call_off(conn: Conn, who: Principal, contract_id: UUID, command: CallOffContract) -> UUID:
    contract = contract_of(conn, who, contract_id, contracts.lock_for_use)
    demand(who.has(Role.CANTEEN_BUYER, str(contract["institution_id"])))
    if contract["state"] != "signed":
        raise WrongState(state=contract["state"])
    now = clock.now(conn)
    check_day(command.deliver_on, business_date(now), contract["valid_from"], contract["valid_until"])
    merchant_id = contract["merchant_id"]
    terms = contracts.lines(conn, merchant_id, contract_id)
    units: dict[int | UUID | None, str] = {line.line_no: line.price_unit for line in terms} | {
        line.product_id: line.price_unit for line in terms
    }
    lines = called_lines(
        terms,
        [
            EnteredLine(
                item.line_no, item.product_id, item.quantity, item.unit or units.get(item.line_no) or units.get(item.product_id) or ""
            )
            for item in command.lines
        ],
    )
    take_remainder(conn, contract, lines)
    amount = sum(line.amount_fen for line in lines)
    credit.take(conn, contract, command.welfare, amount)
    call_off_id = new_id()
    number = paper_number("YH", business_date(now), call_off_id)
    head = call_offs.head(merchant_id, call_off_id, number, contract, command.deliver_on, command.welfare, amount, who.subject, now)
    call_offs.insert(conn, head, lines)
    publish(
        conn,
        CallOffPlaced(
            call_off_id=call_off_id,
            call_off_no=number,
            contract_id=contract_id,
            institution_id=contract["institution_id"],
            merchant_id=merchant_id,
            amount_fen=amount,
            deliver_on=command.deliver_on,
            placed_at=now,
        ),
        1,
    )
    audit.record(conn, who, "call_off:request", f"call_off:{call_off_id}", after={"lines": len(lines), "amount_fen": amount})
    return call_off_id


def take_remainder(conn: Conn, contract: Row, lines: Sequence[CalledLine]) -> None:
    """All or nothing. Raises Several naming each line of which too little is left, with what is."""
    merchant_id, contract_id = contract["merchant_id"], contract["contract_id"]
    locked = contracts.lock_lines(conn, merchant_id, contract_id, (line.line.line_no for line in lines))
    if len(locked) < len(lines):
        raise NotFound()
    taken = contracts.take(conn, merchant_id, contract_id, [(line.line.line_no, line.quantity) for line in lines])
    short = [line for line in lines if line.line.line_no not in taken]
    if short:
        raise Several(
            [
                RemainderExceeded(
                    f"lines.{line.index}.quantity",
                    unit=line.line.unit,
                    left=locked[line.line.line_no]["max_quantity"] - locked[line.line.line_no]["called_quantity"],
                )
                for line in sorted(short, key=lambda line: line.index)
            ]
        )
