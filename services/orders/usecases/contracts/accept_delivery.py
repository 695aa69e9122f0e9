"""At the door, line by line: only what is accepted is sold, at the instant at which the last required person accepts.

Locks, in this order: call-off, delivery, offers, then the balances. A product or merchant suspended, revoked or recalled
at that instant is refused; one that merely expired after the merchant had confirmed the call-off is accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.events.orders import DeliveryAccepted
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database, Row
from services.kit.errors import DomainError, NotFound, Several, TooMany, WrongState
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.access import demand, is_buyer
from services.orders.domain.contracts.acceptance import (
    MAX_LINES,
    AcceptedLine,
    DeliveredLine,
    EnteredAcceptance,
    accepted_lines,
    agrees,
    held_change,
)
from services.orders.domain.contracts.errors import BadAcceptanceTime, RemainderExceeded, SecondPersonNeeded, WithdrawnGoods
from services.orders.domain.ledger.lines import Account, Document, Move, NewLine
from services.orders.domain.offers.offer import Offer, measure
from services.orders.domain.periods import is_open
from services.orders.store.contracts import call_offs, contracts, credit, deliveries, institutions
from services.orders.store.ledger.record import record_sale
from services.orders.store.offers import offers
from services.orders.usecases.contracts.cancel_call_off import release_credit
from services.orders.usecases.contracts.load import delivery_of
from services.orders.usecases.once import once


class AcceptanceLine(Input):
    line_no: int
    accepted_quantity: DecimalText | str
    rejected_quantity: DecimalText | str | None = None
    unit: str | None = Field(None, max_length=10)
    reason: Text | None = None


class AcceptDelivery(Input):
    """``accepted_at``: of an acceptance made offline; it lies after the sending and in an open period."""

    lines: list[AcceptanceLine]
    accepted_at: AwareDatetime | None = None


def accept_delivery(db: Database, who: Principal, key: str, delivery_id: UUID, command: AcceptDelivery) -> UUID:
    if len(command.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(command.lines))
    with db.transaction() as conn:
        return once(conn, who, f"accept_delivery:{delivery_id}", key, command, lambda: _accept(conn, who, delivery_id, command))


def _accept(conn: Conn, who: Principal, delivery_id: UUID, command: AcceptDelivery) -> UUID:
    row = delivery_of(conn, who, delivery_id, deliveries.find)
    demand(is_buyer(who, row["institution_id"]))
    call_off = call_offs.lock(conn, row["call_off_id"]) if row["call_off_id"] else None
    locked = deliveries.lock(conn, delivery_id)
    contract = contracts.find(conn, row["contract_id"])
    if locked is None or call_off is None or contract is None:
        raise NotFound()
    row = locked
    if row["state"] != "sent":
        raise WrongState(state=row["state"])
    delivered = deliveries.lines(conn, row["merchant_id"], delivery_id)
    found = accepted_lines(
        [DeliveredLine(d["line_no"], d["delivered_quantity"], d["unit"], d["price_fen"], d["price_unit"], d["state"]) for d in delivered],
        [EnteredAcceptance(i.line_no, i.accepted_quantity, i.rejected_quantity, i.reason, i.unit) for i in command.lines],
        contract["tolerance"])
    if contract["acceptors_required"] == 2 and _waits_for_another(conn, who, row, delivered, found):
        return delivery_id
    _settle(conn, who, row, call_off, contract, delivered, found, command.accepted_at)
    return delivery_id


def _waits_for_another(conn: Conn, who: Principal, row: Row, delivered: list[Row], found: list[AcceptedLine]) -> bool:
    """True when the figures were recorded as a first person's. Raises SecondPersonNeeded for the same person again."""
    first = {d["line_no"]: (d["accepted_quantity"], d["rejected_quantity"]) for d in delivered
             if d["state"] == "sent" and d["accepted_quantity"] is not None}
    if row["first_accepted_by"] is not None and agrees(first, found):
        if row["first_accepted_by"] == who.subject:
            raise SecondPersonNeeded()
        return False
    deliveries.propose(conn, row, found, who.subject, clock.now(conn))
    audit.record(conn, who, "delivery:accept_first", f"delivery:{row['delivery_id']}", after={"lines": len(found)})
    return True


def _settle(conn: Conn, who: Principal, row: Row, call_off: Row, contract: Row, delivered: list[Row], found: list[AcceptedLine],
            accepted_at: datetime | None) -> None:
    by_number = {d["line_no"]: d for d in delivered}
    sold = [line for line in found if line.accepted > 0]
    locked = offers.lock(conn, (by_number[line.line_no]["product_id"] for line in sold))
    now = clock.now(conn)
    at = accepted_at or now
    if accepted_at is not None and (accepted_at < row["sent_at"] or not is_open(accepted_at, now, clock.cutover(conn))):
        raise BadAcceptanceTime("accepted_at")
    _check_not_withdrawn(conn, sold, by_number, locked, at)
    institution = institutions.find(conn, row["institution_id"])
    assert institution is not None
    # One id a line of the delivery: none where nothing was accepted.
    ids = {line.line_no: new_id() for line in sold}
    new_lines = [_sale_line(ids[line.line_no], line, locked[by_number[line.line_no]["product_id"]], by_number[line.line_no], row, call_off,
                            institution, at) for line in sold]
    deliveries.settle(conn, row, found, [ids.get(line.line_no) for line in found])
    _move_balances(conn, row, call_off, contract, by_number, found)
    whole = len(found) == sum(d["state"] == "sent" for d in delivered)
    changed = deliveries.accepted(conn, row, whole=whole, by=who.subject, accepted_at=at, recorded_at=now)
    if new_lines:
        record_sale(conn, Document("delivery", row["delivery_id"], row["delivery_no"], changed["version"]), new_lines,
                    moves_of(call_off["welfare"], row["institution_id"]), recorded_at=now)
    if whole:
        outbox.publish(conn, DeliveryAccepted(
            delivery_id=row["delivery_id"], contract_id=row["contract_id"], institution_id=row["institution_id"],
            amount_fen=changed["amount_fen"], accepted_at=at), changed["version"])
    _finish_call_off(conn, who, call_off)
    audit.record(conn, who, "delivery:accept", f"delivery:{row['delivery_id']}",
                 after={"lines": len(found), "amount_fen": sum(line.amount_fen for line in found)})


def _check_not_withdrawn(conn: Conn, sold: Sequence[AcceptedLine], by_number: dict[int, Row], locked: dict[UUID, Offer],
                         at: datetime) -> None:
    """Raises Several naming each line that cannot be accepted; the others may be, in a second try."""
    standings = offers.standings(conn, locked.values())
    errors: list[DomainError] = []
    for line in sold:
        offer = locked[by_number[line.line_no]["product_id"]]
        if standings[offer.product_id].withdrawn_at(at):
            errors.append(WithdrawnGoods(f"lines.{line.index}.line_no", name=offer.name, line=line.line_no))
    if errors:
        raise Several(errors)


def _sale_line(line_id: UUID, line: AcceptedLine, offer: Offer, sent: Row, row: Row, call_off: Row, institution: Row,
               at: datetime) -> NewLine:
    measured = measure(offer, line.accepted, sent["unit"])
    welfare = call_off["welfare"]
    return NewLine(
        line_id=line_id, merchant_id=row["merchant_id"], product_id=offer.product_id, channel="union" if welfare else "contract",
        evidence="transacted", sold_at=at, origin_county=offer.county_code, consumption_county=institution["county_code"],
        quantity=measured.quantity, unit=measured.unit, quantity_kg=measured.kg, amount_fen=line.amount_fen, category=offer.category,
        labels=offer.labels_on(business_date(at)), buyer_org_id=row["institution_id"], organised_by="union" if welfare else None,
        contract_id=None if welfare else row["contract_id"])


def moves_of(welfare: bool, institution_id: UUID) -> tuple[Move, ...]:
    """The buyer owes, the merchant is owed."""
    owes = Account.UNION_RECEIVABLE if welfare else Account.INSTITUTION_RECEIVABLE
    return (Move(owes, Account.MERCHANT_PAYABLE, debit_party=str(institution_id)),)


def _move_balances(conn: Conn, row: Row, call_off: Row, contract: Row, by_number: dict[int, Row], found: list[AcceptedLine]) -> None:
    """What is accepted is used, what is rejected is open again; a surplus of the scale needs room in contract and credit."""
    before = {line["line_no"]: line for line in call_offs.lines(conn, row["merchant_id"], call_off["call_off_id"])}
    call_offs.settle(conn, call_off, [(f.line_no, by_number[f.line_no]["delivered_quantity"], f.accepted, f.amount_fen) for f in found])
    surplus: list[tuple[AcceptedLine, Decimal]] = []
    more_fen = 0
    for line in found:
        was = before[line.line_no]
        limit = was["quantity"] - was["given_back"]
        over = max(was["accepted"] + line.accepted - limit, Decimal(0)) - max(was["accepted"] - limit, Decimal(0))
        if over > 0:
            surplus.append((line, over))
        more_fen += held_change(was["amount_fen"], was["accepted_fen"], was["accepted_fen"] + line.amount_fen)
    if surplus:
        numbers = [line.line_no for line, _ in surplus]
        locked = contracts.lock_lines(conn, row["merchant_id"], row["contract_id"], numbers)
        taken = contracts.take(conn, row["merchant_id"], row["contract_id"], [(line.line_no, over) for line, over in surplus])
        short = [line for line, _ in surplus if line.line_no not in taken]
        if short:
            raise Several([RemainderExceeded(
                f"lines.{line.index}.accepted_quantity", unit=before[line.line_no]["unit"],
                left=locked[line.line_no]["max_quantity"] - locked[line.line_no]["called_quantity"]) for line in short])
    credit.take(conn, contract, call_off["welfare"], more_fen)


def _finish_call_off(conn: Conn, who: Principal, call_off: Row) -> None:
    """Nothing open and nothing on its way: fulfilled, and what was held beyond the accepted amount is free again."""
    lines = call_offs.lines(conn, call_off["merchant_id"], call_off["call_off_id"])
    if all(line["open"] <= 0 and line["in_delivery"] == 0 for line in lines):
        release_credit(conn, call_off, lines)
        call_offs.move(conn, call_off, "fulfilled", ended_by=who.subject, ended_at=clock.now(conn))
