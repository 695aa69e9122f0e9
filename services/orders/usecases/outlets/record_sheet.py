"""A stand's day or a counter's month as totals by product, with their paper: reported, not transacted."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import InvalidInput, TooMany, WrongState
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.kit.time import business_date, parse_month
from services.orders.domain.ledger.lines import OUTSIDE, Document, NewLine
from services.orders.domain.outlets.errors import FairOrderTaken, NotAFair, OutletNotOpen, SheetExists
from services.orders.domain.outlets.fingerprint import fingerprint
from services.orders.domain.outlets.outlet import open_in
from services.orders.domain.outlets.sheet import MAX_LINES, EnteredTotal, Period, TotalLine, check_sheet, period_of, total_lines
from services.orders.domain.periods import is_open_day
from services.orders.store.ledger.record import record_sale
from services.orders.store.outlets import papers
from services.orders.usecases.offers.ensure_certified import During, ensure_certified
from services.orders.usecases.once import once
from services.orders.usecases.outlets.record_slip import ReversePaper
from services.orders.usecases.outlets.selling import outlet_for_use, paper_of, reverse_paper, sale_line


class TotalLineInput(Input):
    product_id: UUID
    quantity: DecimalText | str
    unit: str = Field(max_length=10)
    amount_fen: int


class RecordSheet(Input):
    """``day`` for kind day, ``month`` as ``2026-10`` for kind month."""

    kind: Literal["day", "month"]
    day: date | None = None
    month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    stand: str = Field("", max_length=20)
    sheet_no: str = Field(pattern=r"^[\w.\-/]{1,32}$")
    paper: Text
    lines: list[TotalLineInput]


class RecordFairOrder(Input):
    order_no: str = Field(pattern=r"^[\w.\-/]{1,32}$")
    fulfilled_on: date
    buyer_kind: Literal["shop", "wholesaler", "caterer", "institution", "other"]
    consumption_county: str = Field(pattern=r"^(\d{6}|outside)$")
    paper: Text
    lines: list[TotalLineInput]


def record_sheet(db: Database, who: Principal, key: str, outlet_id: UUID, command: RecordSheet) -> UUID:
    _check_count(command.lines)
    with db.transaction() as conn:
        return once(conn, who, f"record_sheet:{outlet_id}", key, command, lambda: _record(conn, who, outlet_id, command))


def _check_count(lines: list[TotalLineInput]) -> None:
    if len(lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(lines))


def _record(conn: Conn, who: Principal, outlet_id: UUID, command: RecordSheet) -> UUID:
    outlet = outlet_for_use(conn, who, outlet_id)
    period = _period(command)
    now = clock.now(conn)
    check_sheet(outlet["kind"], command.kind, command.stand, period, business_date(now))
    if not is_open_day(period.last, now, clock.cutover(conn)):
        raise InvalidInput(command.kind, "an open period")
    if outlet["state"] not in ("open", "closed"):
        raise WrongState(state=outlet["state"])
    if not open_in(outlet["opened_on"], outlet["closed_on"], period.first, period.last):
        raise OutletNotOpen(command.kind, day=period.last)
    lines = _lines(command.lines)
    earlier = papers.sheet_of(conn, outlet_id, command.sheet_no, command.kind, command.stand, period.first)
    if earlier is not None:
        raise SheetExists("sheet_no", sheet_no=earlier["sheet_no"])
    sales = _sales(conn, outlet, lines, period, command.paper)
    sheet_id = new_id()
    head = {"outlet_id": outlet_id, "sheet_id": sheet_id, "sheet_no": command.sheet_no, "kind": command.kind, "stand": command.stand,
            "period_from": period.first, "period_until": period.last, "paper": command.paper,
            "amount_fen": sum(line.amount_fen for line in lines), "fingerprint": fingerprint(command.model_dump_json()),
            "recorded_by": who.subject, "recorded_at": now}
    if not papers.insert(conn, "sheet", head, _rows(outlet_id, "sheet_id", sheet_id, lines, sales)):
        raise SheetExists("sheet_no", sheet_no=command.sheet_no)
    record_sale(conn, Document(f"{command.kind}_sheet", sheet_id, command.sheet_no), sales, OUTSIDE, recorded_at=now)
    audit.record(conn, who, "sheet:record", f"sheet:{sheet_id}", after={"amount_fen": head["amount_fen"]})
    return sheet_id


def _period(command: RecordSheet) -> Period:
    if command.kind == "day" and command.day is not None and command.month is None:
        return period_of("day", command.day)
    if command.kind == "month" and command.month is not None and command.day is None:
        return period_of("month", parse_month(command.month))
    raise InvalidInput(command.kind, "day | month")


def _lines(entered: list[TotalLineInput]) -> list[TotalLine]:
    return total_lines([EnteredTotal(i.product_id, i.quantity, i.unit, i.amount_fen) for i in entered])


def _sales(conn: Conn, outlet: Row, lines: list[TotalLine], period: Period, paper: str,
           consumption_county: str | None = None) -> list[NewLine]:
    """Each product certified on at least one day of the period; dated its last day."""
    judged = ensure_certified(conn, [During(line.product_id, period.first, period.last, f"lines.{line.line_no - 1}.product_id")
                                     for line in lines])
    return [sale_line(j, outlet, line.quantity, line.unit, line.amount_fen, evidence="reported", field=f"lines.{line.line_no - 1}.unit",
                      day=period.last, paper=paper, consumption_county=consumption_county) for j, line in zip(judged, lines, strict=True)]


def _rows(outlet_id: UUID, id_column: str, paper_id: UUID, lines: list[TotalLine], sales: list[NewLine]) -> list[dict[str, object]]:
    return [{"outlet_id": outlet_id, id_column: paper_id, "line_no": line.line_no, "product_id": line.product_id,
             "merchant_id": sale.merchant_id, "quantity": line.quantity, "unit": line.unit, "amount_fen": line.amount_fen,
             "sale_line_id": sale.line_id} for line, sale in zip(lines, sales, strict=True)]


def record_fair_order(db: Database, who: Principal, key: str, outlet_id: UUID, command: RecordFairOrder) -> UUID:
    """An order that followed from a fair and was fulfilled; never a letter of intent."""
    _check_count(command.lines)
    with db.transaction() as conn:
        return once(conn, who, f"record_fair_order:{outlet_id}", key, command, lambda: _order(conn, who, outlet_id, command))


def _order(conn: Conn, who: Principal, outlet_id: UUID, command: RecordFairOrder) -> UUID:
    outlet = outlet_for_use(conn, who, outlet_id)
    if outlet["kind"] != "expo":
        raise NotAFair()
    if outlet["state"] not in ("open", "closed"):
        raise WrongState(state=outlet["state"])
    now = clock.now(conn)
    if command.fulfilled_on < outlet["opened_on"] or not is_open_day(command.fulfilled_on, now, clock.cutover(conn)):
        raise InvalidInput("fulfilled_on", "an open period, not before the fair")
    lines = _lines(command.lines)
    sales = _sales(conn, outlet, lines, Period(command.fulfilled_on, command.fulfilled_on), command.paper, command.consumption_county)
    order_id = new_id()
    head = {"outlet_id": outlet_id, "fair_order_id": order_id, "order_no": command.order_no, "fulfilled_on": command.fulfilled_on,
            "buyer_kind": command.buyer_kind, "consumption_county": command.consumption_county, "paper": command.paper,
            "amount_fen": sum(line.amount_fen for line in lines), "fingerprint": fingerprint(command.model_dump_json()),
            "recorded_by": who.subject, "recorded_at": now}
    if not papers.insert(conn, "fair_order", head, _rows(outlet_id, "fair_order_id", order_id, lines, sales)):
        raise FairOrderTaken("order_no", order_no=command.order_no)
    record_sale(conn, Document("fair_order", order_id, command.order_no), sales, OUTSIDE, recorded_at=now)
    audit.record(conn, who, "fair_order:record", f"fair_order:{order_id}", after={"amount_fen": head["amount_fen"]})
    return order_id


def reverse_sheet(db: Database, who: Principal, key: str, sheet_id: UUID, command: ReversePaper) -> UUID:
    with db.transaction() as conn:
        row = paper_of(conn, who, "sheet", sheet_id)
        return once(conn, who, f"reverse_sheet:{sheet_id}", key, command,
                    lambda: reverse_paper(conn, who, "sheet", f"{row['kind']}_sheet", row, command.reason))


def reverse_fair_order(db: Database, who: Principal, key: str, order_id: UUID, command: ReversePaper) -> UUID:
    with db.transaction() as conn:
        row = paper_of(conn, who, "fair_order", order_id)
        return once(conn, who, f"reverse_fair_order:{order_id}", key, command,
                    lambda: reverse_paper(conn, who, "fair_order", "fair_order", row, command.reason))
