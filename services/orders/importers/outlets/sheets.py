"""Monthly sheets of counters and stores, day sheets of stands: totals by product with their paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, every
from services.kit.db import Row as DbRow
from services.kit.ids import new_id
from services.kit.imports.columns import Column, code, day, fen, month, positive, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.domain.outlets.outlet import channel_of, open_in
from services.orders.domain.outlets.sheet import Period, period_of
from services.orders.importers import shared
from services.orders.importers.papers import (
    Sold,
    copy_rows,
    refuse_after_cutover,
    refuse_taken,
    refuse_unfinished,
    unit,
    withdraw_sales,
)
from services.orders.store.ledger.record import Booking, record_many

HEAD = (
    "outlet_id",
    "sheet_id",
    "sheet_no",
    "kind",
    "stand",
    "period_from",
    "period_until",
    "paper",
    "amount_fen",
    "fingerprint",
    "recorded_by",
    "recorded_at",
    "import_id",
    "import_line",
)
LINE = ("outlet_id", "sheet_id", "line_no", "product_id", "merchant_id", "quantity", "unit", "amount_fen", "sale_line_id")
VOID = "UPDATE sheets SET state = 'reversed', reversed_by = %(by)s, reversed_at = %(at)s WHERE import_id = %(import_id)s"


@dataclass(frozen=True, slots=True)
class Found:
    document: Document
    outlet: DbRow
    period: Period
    stand: str
    lines: list[Sold]


def checker(kind: str) -> Callable[[Conn, list[Document], Problems], list[Found]]:
    """``kind`` month or day: the column that holds the period has the same name."""

    def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
        known = shared.look_up(conn, documents)
        outlets = outlets_by_code(conn, documents)
        refuse_taken(
            conn,
            documents,
            problems,
            "sheet_no",
            "SELECT DISTINCT sheet_no AS number FROM sheets WHERE sheet_no = ANY(%s) AND state = 'recorded'",
        )
        if kind == "day":
            refuse_after_cutover(conn, documents, problems, "day")
        taken, cutover = _taken(conn, outlets, kind), clock.cutover(conn)
        return [found for d in documents if (found := _sheet(cutover, kind, known, outlets, taken, d, problems)) is not None]

    return check


def outlets_by_code(conn: Conn, documents: list[Document]) -> dict[str, DbRow]:
    return {
        row["outlet_code"]: row
        for row in every(
            conn,
            "SELECT * FROM outlets WHERE outlet_code = ANY(%s) AND state IN ('open', 'closed')",
            [list({d["outlet_code"] for d in documents})],
        )
    }


def _taken(conn: Conn, outlets: dict[str, DbRow], kind: str) -> dict[tuple[UUID, str, date], str]:
    return {
        (row["outlet_id"], row["stand"], row["period_from"]): row["sheet_no"]
        for row in every(
            conn,
            "SELECT outlet_id, stand, period_from, sheet_no FROM sheets WHERE outlet_id = ANY(%s) AND kind = %s AND state = 'recorded'",
            [[o["outlet_id"] for o in outlets.values()], kind],
        )
    }


def _sheet(
    cutover: datetime | None,
    kind: str,
    known: shared.Known,
    outlets: dict[str, DbRow],
    taken: dict[tuple[UUID, str, date], str],
    document: Document,
    problems: Problems,
) -> Found | None:
    shared.repeated(document, "product_no", problems)
    outlet = outlets.get(document["outlet_code"])
    period = period_of(kind, document[kind])
    if kind == "month" and not refuse_unfinished(cutover, document, problems):
        return None
    if outlet is None:
        problems.unknown(document.line, "outlet_code", document["outlet_code"])
        return None
    stand = (document["stand"] or "") if kind == "day" else ""
    _check_outlet(kind, outlet, period, stand, document, problems)
    key = outlet["outlet_id"], stand, period.first
    if key in taken:
        problems.add(
            document.line,
            kind,
            "SHEET_EXISTS",
            f"该网点（展位）此期间已有报表 {taken[key]}",
            f"there is a sheet {taken[key]} of this outlet (stand) and period",
            document.key,
        )
    taken[key] = document.key
    return Found(document, outlet, period, stand, [s for row in document.rows if (s := reported(known, row, period, problems)) is not None])


def _check_outlet(kind: str, outlet: DbRow, period: Period, stand: str, document: Document, problems: Problems) -> None:
    if kind == "month" and outlet["kind"] == "expo":
        problems.add(
            document.line, "outlet_code", "SHEET_KIND_DIFFERS", "展销会填日报表", "a fair files day sheets", document["outlet_code"]
        )
    if kind == "day" and outlet["kind"] == "expo" and not stand:
        problems.add(document.line, "stand", "STAND_NEEDED", "展销会须填写展位", "a day sheet of a fair names its stand")
    if not open_in(outlet["opened_on"], outlet["closed_on"], period.first, period.last):
        problems.add(document.line, kind, "OUTLET_NOT_OPEN", "网点此期间没有营业", "the outlet was not open then", period.last)


def reported(known: shared.Known, row: Row, period: Period, problems: Problems) -> Sold | None:
    """A row with a total: its product in force on at least one day of the period."""
    offer = shared.product_of(known, row, problems)
    if offer is None:
        return None
    if row["amount"] <= 0:
        problems.add(row.line, "amount", "NOT_POSITIVE", "应大于 0", "must be above 0", row["amount"])
    measure = shared.measured(offer, row, problems)
    sold_at = shared.sold_in_period(known, offer, period.first, period.last, row, problems)
    if measure is None or sold_at is None:
        return None
    return Sold(row, offer, measure, row["amount"], sold_at, new_id())


def applier(kind: str) -> Callable[[Conn, list[Found], Run], None]:
    def apply(conn: Conn, checked: list[Found], run: Run) -> None:
        now = clock.now(conn)
        heads: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        bookings: list[Booking] = []
        for found in checked:
            sheet_id, outlet, paper = new_id(), found.outlet, found.document["paper"]
            heads.append(
                (
                    outlet["outlet_id"],
                    sheet_id,
                    found.document.key,
                    kind,
                    found.stand,
                    found.period.first,
                    found.period.last,
                    paper,
                    sum(s.amount_fen for s in found.lines),
                    "",
                    run.created_by,
                    now,
                    run.import_id,
                    found.document.line,
                )
            )
            lines += [
                (
                    outlet["outlet_id"],
                    sheet_id,
                    number,
                    s.offer.product_id,
                    s.offer.merchant_id,
                    s.measure.quantity,
                    s.measure.unit,
                    s.amount_fen,
                    s.line_id,
                )
                for number, s in enumerate(found.lines, 1)
            ]
            bookings.append(
                Booking(
                    Paper(f"{kind}_sheet", sheet_id, found.document.key),
                    tuple(
                        s.line(
                            channel_of(outlet["kind"]),
                            "reported",
                            outlet["county_code"],
                            found.period.last,
                            outlet_id=outlet["outlet_id"],
                            paper=paper,
                        )
                        for s in found.lines
                    ),
                    OUTSIDE,
                )
            )
            run.progress(len(lines))
        copy_rows(conn, "sheets", HEAD, heads)
        copy_rows(conn, "sheet_lines", LINE, lines)
        record_many(conn, bookings, recorded_at=now, import_id=run.import_id)

    return apply


def withdraw(conn: Conn, run: Run) -> None:
    withdraw_sales(conn, run, VOID)


def total(document: Document) -> int:
    return sum(row["amount"] for row in document.rows)


PRODUCT_COLUMNS = (
    Column("product_no", "产品编号", code),
    Column("quantity", "数量", positive),
    Column("unit", "单位", unit),
    Column("amount", "金额", fen),
)
MONTHLY_SHEETS = ImportKind(
    name="monthly_sheets",
    title="网点月报表",
    document_key="sheet_no",
    check=checker("month"),
    apply=applier("month"),
    withdraw=withdraw,
    sources=("catalog",),
    amount=total,
    dated_by="month",
    columns=(
        Column("sheet_no", "报表编号", code, header=True),
        Column("outlet_code", "网点编号", code, header=True),
        Column("month", "月份", month, header=True),
        *PRODUCT_COLUMNS,
        Column("paper", "佐证材料", text(), header=True),
    ),
)
DAY_SHEETS = ImportKind(
    name="day_sheets",
    title="展位日报表",
    document_key="sheet_no",
    check=checker("day"),
    apply=applier("day"),
    withdraw=withdraw,
    sources=("catalog",),
    amount=total,
    columns=(
        Column("sheet_no", "报表编号", code, header=True),
        Column("outlet_code", "网点编号", code, header=True),
        Column("stand", "展位", text(20), required=False, header=True),
        Column("day", "日期", day, header=True),
        *PRODUCT_COLUMNS,
        Column("paper", "佐证材料", text(), header=True),
    ),
)
