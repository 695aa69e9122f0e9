"""Merchants' monthly reports of sales elsewhere, as their counties confirmed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, every
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, fen, month, positive, text, yes_no
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.kit.time import start_of_day
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.domain.outlets.sheet import Period, period_of
from services.orders.importers import shared
from services.orders.importers.outlets.sheets import reported, total
from services.orders.importers.papers import (
    Sold,
    copy_rows,
    month_end,
    refuse_after_cutover,
    refuse_taken,
    refuse_unfinished,
    unit,
    withdraw_sales,
)
from services.orders.store.ledger.record import Booking, record_many

BUYERS = {"food_factory": "食品加工批发", "outside_shop": "市外商超", "caterer": "餐饮", "other_platform": "其他平台"}
HEAD = ("merchant_id", "report_id", "report_no", "month", "county_code", "paper", "state", "returned_once", "amount_fen", "submitted_by",
        "submitted_at", "checked_by", "checked_at", "import_id", "import_line")
LINE = ("merchant_id", "report_id", "line_no", "product_id", "buyer_kind", "consumption_county", "quantity", "unit", "amount_fen",
        "sale_line_id")


@dataclass(frozen=True)
class Found:
    document: Document
    merchant: dict[str, Any]
    lines: list[Sold]


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents, merchant="merchant_code")
    refuse_taken(conn, documents, problems, "report_no",
                 "SELECT DISTINCT report_no AS number FROM external_reports WHERE report_no = ANY(%s) AND state <> 'void'")
    refuse_after_cutover(conn, documents, problems, "confirmed_on")
    taken = {(row["merchant_id"], row["month"]): row["report_no"] for row in every(
        conn, "SELECT merchant_id, month, report_no FROM external_reports WHERE merchant_id = ANY(%s) AND state <> 'void'",
        [[m["merchant_id"] for m in known.merchants.values()]])}
    cutover = clock.cutover(conn)
    return [found for d in documents if (found := _report(cutover, known, taken, d, problems)) is not None]


def _report(cutover: datetime | None, known: shared.Known, taken: dict[tuple[UUID, date], str], document: Document,
            problems: Problems) -> Found | None:
    merchant = shared.merchant_of(known, document.rows[0], problems)
    if merchant is None or not refuse_unfinished(cutover, document, problems):
        return None
    key = merchant["merchant_id"], document["month"]
    if key in taken:
        problems.add(document.line, "month", "REPORT_EXISTS", f"该月已有报告 {taken[key]}", f"there is a report {taken[key]} for the month",
                     document.key)
    taken[key] = document.key
    if document["confirmed_on"] < month_end(document):
        problems.add(document.line, "confirmed_on", "PERIOD_NOT_OVER", "确认日期早于月末", "confirmed before the month ended",
                     document["confirmed_on"])
    period = period_of("month", document["month"])
    seen: set[tuple[str, str, str]] = set()
    lines = [s for row in document.rows if (s := _line(known, merchant, period, seen, row, problems)) is not None]
    return Found(document, merchant, lines)


def _line(known: shared.Known, merchant: dict[str, Any], period: Period, seen: set[tuple[str, str, str]], row: Row,
          problems: Problems) -> Sold | None:
    key = row["buyer_kind"], row["consumption_county"], row["product_no"]
    if key in seen:
        problems.add(row.line, "product_no", "REPEATED_LINE", "同一单据中重复", "stands twice in the document", row["product_no"])
    seen.add(key)
    sold = reported(known, row, period, problems)
    if sold is None or not shared.own_product(sold.offer, merchant, row, problems):
        return None
    return sold


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    bookings: list[Booking] = []
    for found in checked:
        report_id, merchant, d = new_id(), found.merchant["merchant_id"], found.document
        confirmed = start_of_day(d["confirmed_on"])
        heads.append((merchant, report_id, d.key, d["month"], found.merchant["county_code"], d["paper"], "confirmed",
                      bool(d["returned_once"]), sum(s.amount_fen for s in found.lines), run.created_by, confirmed, run.created_by,
                      confirmed, run.import_id, d.line))
        lines += [(merchant, report_id, number, s.offer.product_id, s.row["buyer_kind"], s.row["consumption_county"], s.measure.quantity,
                   s.measure.unit, s.amount_fen, s.line_id) for number, s in enumerate(found.lines, 1)]
        bookings.append(Booking(Paper("external_report", report_id, d.key), tuple(
            s.line("external", "reported", s.row["consumption_county"], month_end(d), paper=d["paper"]) for s in found.lines), OUTSIDE))
        run.progress(len(lines))
    copy_rows(conn, "external_reports", HEAD, heads)
    copy_rows(conn, "external_report_lines", LINE, lines)
    record_many(conn, bookings, recorded_at=now, import_id=run.import_id)


def withdraw(conn: Conn, run: Run) -> None:
    withdraw_sales(conn, run, "UPDATE external_reports SET state = 'void', version = version + 1 WHERE import_id = %(import_id)s")


EXTERNAL_REPORTS = ImportKind(
    name="external_reports", title="其他渠道月报", document_key="report_no", check=check, apply=apply, withdraw=withdraw,
    sources=("catalog",), amount=total, dated_by="month",
    columns=(
        Column("report_no", "报告编号", code, header=True), Column("merchant_code", "经营主体代码", code, header=True),
        Column("month", "月份", month, header=True), Column("buyer_kind", "买方类型", choice(BUYERS)),
        Column("consumption_county", "消费地", shared.county_or_outside), Column("product_no", "产品编号", code),
        Column("quantity", "数量", positive), Column("unit", "单位", unit), Column("amount", "金额", fen),
        Column("paper", "佐证材料", text(), header=True), Column("confirmed_on", "县级确认日期", day, header=True),
        Column("returned_once", "曾退回", yes_no, required=False, header=True),
    ))
