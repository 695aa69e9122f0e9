"""A merchant reports a month of sales elsewhere, with its paper; again after the county has sent it back."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.errors import DomainError, InvalidInput, NotFound, TooMany
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.kit.time import business_date, parse_month
from services.orders.access import demand, is_merchant
from services.orders.domain.contracts.errors import NotTheMerchantsProduct
from services.orders.domain.errors import UnknownProduct, WrongUnit
from services.orders.domain.external.errors import ReportExists
from services.orders.domain.external.report import MAX_LINES, EnteredReportLine, ReportLine, check_month, check_move, report_lines
from services.orders.domain.numbers import paper_number
from services.orders.domain.offers.offer import sells_by
from services.orders.domain.outlets.sheet import Period, period_of
from services.orders.domain.periods import is_open_day
from services.orders.store.external import reports
from services.orders.store.offers import offers
from services.orders.usecases.external.load import report_of
from services.orders.usecases.offers.ensure_certified import During, ensure_certified, raise_all
from services.orders.usecases.once import once


class EnteredLine(Input):
    product_id: UUID
    buyer_kind: str = Field(max_length=40)
    consumption_county: str = Field(max_length=10)
    quantity: DecimalText | str
    unit: str = Field(max_length=10)
    amount_fen: int


class SubmitReport(Input):
    merchant_id: UUID
    month: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    report_no: str | None = Field(None, pattern=r"^[\w.\-/]{1,32}$")
    paper: Text
    lines: list[EnteredLine]


class ResubmitReport(Input):
    paper: Text
    lines: list[EnteredLine]


def submit_report(db: Database, who: Principal, key: str, command: SubmitReport) -> UUID:
    demand(is_merchant(who, command.merchant_id))
    with db.transaction() as conn:
        return once(conn, who, "submit_report", key, command, lambda: _submit(conn, who, command))


def _submit(conn: Conn, who: Principal, command: SubmitReport) -> UUID:
    merchant = offers.merchant(conn, command.merchant_id)
    if merchant is None:
        raise NotFound("merchant_id")
    now, month = clock.now(conn), parse_month(command.month)
    check_month(month, business_date(now))
    if not is_open_day(period_of("month", month).last, now, clock.cutover(conn)):
        raise InvalidInput("month", "an open period")
    lines = _lines(conn, command.merchant_id, command, period_of("month", month))
    earlier = reports.of_month(conn, command.merchant_id, month)
    if earlier is not None:
        raise ReportExists("month", month=command.month, report_no=earlier["report_no"])
    report_id = new_id()
    head = {"merchant_id": command.merchant_id, "report_id": report_id,
            "report_no": command.report_no or paper_number("WB", business_date(now), report_id), "month": month,
            "county_code": merchant["county_code"], "paper": command.paper, "amount_fen": sum(line.amount_fen for line in lines),
            "submitted_by": who.subject, "submitted_at": now}
    if not reports.insert(conn, head, lines):
        raise ReportExists("month", month=command.month, report_no="")
    audit.record(conn, who, "external_report:submit", f"external_report:{report_id}", after={"amount_fen": head["amount_fen"]})
    return report_id


def resubmit_report(db: Database, who: Principal, report_id: UUID, command: ResubmitReport) -> UUID:
    with db.transaction() as conn:
        row = report_of(conn, who, report_id, reports.lock)
        demand(is_merchant(who, row["merchant_id"]))
        check_move("resubmit", row["state"])
        lines = _lines(conn, row["merchant_id"], command, period_of("month", row["month"]))
        reports.resubmit(conn, row, command.paper, lines, who.subject, clock.now(conn))
        audit.record(conn, who, "external_report:resubmit", f"external_report:{report_id}", before="returned", after="submitted")
    return report_id


def _lines(conn: Conn, merchant_id: UUID, command: SubmitReport | ResubmitReport, period: Period) -> list[ReportLine]:
    """Good lines of the merchant's own products, each certified on at least one day of the month."""
    if len(command.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(command.lines))
    lines = report_lines([EnteredReportLine(i.product_id, i.buyer_kind, i.consumption_county, i.quantity, i.unit, i.amount_fen)
                          for i in command.lines])
    known = offers.load(conn, (line.product_id for line in lines))
    errors: list[DomainError] = []
    for line in lines:
        field, offer = f"lines.{line.line_no - 1}", known.get(line.product_id)
        if offer is None:
            errors.append(UnknownProduct(f"{field}.product_id", product_id=line.product_id))
        elif offer.merchant_id != merchant_id:
            errors.append(NotTheMerchantsProduct(f"{field}.product_id"))
        elif not sells_by(offer, line.unit):
            errors.append(WrongUnit(f"{field}.unit", name=offer.name, unit=line.unit))
    raise_all(errors)
    ensure_certified(conn, [During(line.product_id, period.first, period.last, f"lines.{line.line_no - 1}.product_id") for line in lines])
    return lines

