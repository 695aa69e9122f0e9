"""Goods found bad after they were accepted: negative lines dated today, and the contract's remainder is open again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import DomainError, InvalidInput, NotFound, Several, WrongState
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.orders.access import demand, is_buyer, is_merchant
from services.orders.domain.contracts.errors import LineTwice, UnknownLine
from services.orders.domain.entered import quantity_of
from services.orders.domain.errors import RefundTooLarge
from services.orders.domain.ledger.lines import Document, RefundRefused, Remaining, part_refund
from services.orders.store.contracts import call_offs, contracts, credit, deliveries
from services.orders.store.ledger.record import record_refund, sale_lines
from services.orders.usecases.contracts.accept_delivery import moves_of
from services.orders.usecases.contracts.load import delivery_of
from services.orders.usecases.once import once


class ReturnLine(Input):
    line_no: int
    quantity: DecimalText | str
    unit: str | None = Field(None, max_length=10)


class ReturnDelivery(Input):
    lines: list[ReturnLine] = Field(min_length=1, max_length=2000)
    reason: Text


def return_delivery(db: Database, who: Principal, key: str, delivery_id: UUID, command: ReturnDelivery) -> UUID:
    with db.transaction() as conn:
        return once(conn, who, f"return_delivery:{delivery_id}", key, command, lambda: _return(conn, who, delivery_id, command))


def _return(conn: Conn, who: Principal, delivery_id: UUID, command: ReturnDelivery) -> UUID:
    row = delivery_of(conn, who, delivery_id, deliveries.find)
    demand(is_buyer(who, row["institution_id"]) or is_merchant(who, row["merchant_id"]))
    call_off = call_offs.lock(conn, row["call_off_id"]) if row["call_off_id"] else None
    locked = deliveries.lock(conn, delivery_id)
    if locked is None:
        raise NotFound()
    if locked["state"] not in ("sent", "accepted") or call_off is None:
        raise WrongState(state=locked["state"])
    parts = _parts(command, {line["line_no"]: line for line in deliveries.lines(conn, row["merchant_id"], delivery_id)})
    now = clock.now(conn)
    sold = {line["line_id"]: line for line in sale_lines(conn, row["merchant_id"], [line["sale_line_id"] for line, _, _ in parts])}
    refunds = [(sold[line["sale_line_id"]], part_refund(line["accepted_quantity"], line["amount_fen"], Remaining(
        line["accepted_quantity"] - line["returned_quantity"], line["amount_fen"] - line["returned_fen"]), quantity=quantity), new_id())
        for line, quantity, _ in parts]
    back = [(line["line_no"], part.quantity, part.amount_fen) for (line, _, _), (_, part, _) in zip(parts, refunds, strict=True)]
    version = deliveries.returned(conn, row, back)
    record_refund(conn, Document("delivery", delivery_id, row["delivery_no"], version), refunds,
                  moves_of(call_off["welfare"], row["institution_id"]), recorded_at=now)
    contracts.give_back(conn, row["merchant_id"], row["contract_id"], [(number, quantity) for number, quantity, _ in back])
    contract = contracts.find(conn, row["contract_id"])
    if contract is not None:
        credit.free(conn, contract, call_off["welfare"], sum(fen for _, _, fen in back))
    audit.record(conn, who, "delivery:return", f"delivery:{delivery_id}", after={"lines": len(back)}, reason=command.reason)
    return delivery_id


def _parts(command: ReturnDelivery, by_number: dict[int, Row]) -> list[tuple[Row, Decimal, int]]:
    errors: list[DomainError] = []
    found: dict[int, tuple[Row, Decimal, int]] = {}
    for index, item in enumerate(command.lines):
        field, line = f"lines.{index}", by_number.get(item.line_no)
        try:
            if line is None or line["sale_line_id"] is None:
                raise UnknownLine(f"{field}.line_no", line=item.line_no)
            if item.line_no in found:
                raise LineTwice(f"{field}.line_no", line=item.line_no)
            quantity = quantity_of(item.quantity, item.unit or line["unit"], f"{field}.quantity")
            if quantity.unit != line["unit"]:
                raise InvalidInput(f"{field}.unit", line["unit"])
            left = Remaining(line["accepted_quantity"] - line["returned_quantity"], line["amount_fen"] - line["returned_fen"])
            try:
                part_refund(line["accepted_quantity"], line["amount_fen"], left, quantity=quantity.amount)
            except RefundRefused:
                raise RefundTooLarge(f"{field}.quantity", quantity=left.quantity, amount_fen=left.amount_fen) from None
            found[item.line_no] = line, quantity.amount, index
        except DomainError as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return [found[number] for number in sorted(found)]
