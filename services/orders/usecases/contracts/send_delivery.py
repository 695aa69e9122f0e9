"""The merchant sends goods for a confirmed call-off: no more than is open, and the agreed per cent."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import DomainError, InvalidInput, Several, TooMany
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.access import demand, is_merchant
from services.orders.domain.contracts.acceptance import MAX_LINES, most_deliverable
from services.orders.domain.contracts.call_off import check_move
from services.orders.domain.contracts.errors import LineTwice, MoreThanCalled, PriceFixed, PriceNeeded, UnitDiffers, UnknownLine
from services.orders.domain.entered import quantity_of, same_goods
from services.orders.domain.numbers import paper_number
from services.orders.store.contracts import call_offs, contracts, deliveries
from services.orders.store.contracts.deliveries import SentLine
from services.orders.usecases.contracts.load import call_off_of
from services.orders.usecases.once import once


class DeliveryLine(Input):
    """``price_fen`` per the contract line's unit, for framework lines only."""

    line_no: int
    quantity: DecimalText | str
    unit: str | None = Field(None, max_length=10)
    price_fen: int | None = Field(None, gt=0, le=10**12)


class SendDelivery(Input):
    lines: list[DeliveryLine]


def send_delivery(db: Database, who: Principal, key: str, call_off_id: UUID, command: SendDelivery) -> UUID:
    if len(command.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(command.lines))
    with db.transaction() as conn:
        return once(conn, who, f"send_delivery:{call_off_id}", key, command, lambda: _send(conn, who, call_off_id, command))


def _send(conn: Conn, who: Principal, call_off_id: UUID, command: SendDelivery) -> UUID:
    row = call_off_of(conn, who, call_off_id, call_offs.lock)
    demand(is_merchant(who, row["merchant_id"]))
    check_move("deliver", row["state"])
    contract = contracts.find(conn, row["contract_id"])
    assert contract is not None
    called = {line["line_no"]: line for line in call_offs.lines(conn, row["merchant_id"], call_off_id)}
    lines = _lines(command, called, contract["tolerance"])
    now, delivery_id = clock.now(conn), new_id()
    call_offs.put_in_delivery(conn, row, [(line.line_no, line.quantity) for line in lines])
    deliveries.insert(conn, row, delivery_id, paper_number("SH", business_date(now), delivery_id), lines, who.subject, now)
    audit.record(conn, who, "delivery:send", f"delivery:{delivery_id}", after={"lines": len(lines)})
    return delivery_id


def _lines(command: SendDelivery, called: dict[int, Row], tolerance: Decimal) -> list[SentLine]:
    if not command.lines:
        raise InvalidInput("lines", "≥ 1")
    found: dict[int, SentLine] = {}
    errors: list[DomainError] = []
    for index, item in enumerate(command.lines):
        try:
            line = _line(index, item, called.get(item.line_no), tolerance)
            if line.line_no in found:
                raise LineTwice(f"lines.{index}.line_no", line=line.line_no)
            found[line.line_no] = line
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return [found[number] for number in sorted(found)]


def _line(index: int, item: DeliveryLine, called: Row | None, tolerance: Decimal) -> SentLine:
    field = f"lines.{index}"
    if called is None:
        raise UnknownLine(f"{field}.line_no", line=item.line_no)
    unit = item.unit or called["unit"]
    if not same_goods(unit, called["price_unit"]):
        raise UnitDiffers(f"{field}.unit", agreed=called["price_unit"], unit=unit)
    quantity = quantity_of(item.quantity, unit, f"{field}.quantity").amount
    most = most_deliverable(called["open"], called["quantity"], tolerance)
    if quantity > most:
        raise MoreThanCalled(f"{field}.quantity", left=max(most, Decimal(0)), unit=called["unit"])
    if called["price_fen"] is not None and item.price_fen not in (None, called["price_fen"]):
        raise PriceFixed(f"{field}.price_fen")
    price = called["price_fen"] or item.price_fen
    if price is None:
        raise PriceNeeded(f"{field}.price_fen")
    return SentLine(item.line_no, called["product_id"], called["price_unit"], called["unit"], price, quantity)
