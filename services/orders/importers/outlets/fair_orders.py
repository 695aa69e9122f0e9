"""Assisted sales that followed from a fair and were fulfilled; letters of intent are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.kit import clock
from services.kit.db import Conn
from services.kit.db import Row as DbRow
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.domain.outlets.sheet import Period
from services.orders.importers import shared
from services.orders.importers.outlets.sheets import PRODUCT_COLUMNS, outlets_by_code, reported, total
from services.orders.importers.papers import Sold, copy_rows, refuse_after_cutover, refuse_taken, withdraw_sales
from services.orders.store.ledger.record import Booking, record_many

BUYERS = {"shop": "商超", "wholesaler": "批发商", "caterer": "餐饮企业", "institution": "机关单位", "other": "其他"}
HEAD = ("outlet_id", "fair_order_id", "order_no", "fulfilled_on", "buyer_kind", "consumption_county", "paper", "amount_fen",
        "fingerprint", "recorded_by", "recorded_at", "import_id", "import_line")
LINE = ("outlet_id", "fair_order_id", "line_no", "product_id", "merchant_id", "quantity", "unit", "amount_fen", "sale_line_id")


@dataclass(frozen=True)
class Found:
    document: Document
    outlet: DbRow
    lines: list[Sold]


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents)
    outlets = outlets_by_code(conn, documents)
    refuse_taken(conn, documents, problems, "order_no",
                 "SELECT DISTINCT order_no AS number FROM fair_orders WHERE order_no = ANY(%s) AND state = 'recorded'")
    refuse_after_cutover(conn, documents, problems, "fulfilled_on")
    return [found for d in documents if (found := _order(known, outlets, d, problems)) is not None]


def _order(known: shared.Known, outlets: dict[str, DbRow], document: Document, problems: Problems) -> Found | None:
    shared.repeated(document, "product_no", problems)
    outlet = outlets.get(document["outlet_code"])
    if outlet is None:
        problems.unknown(document.line, "outlet_code", document["outlet_code"])
        return None
    if outlet["kind"] != "expo":
        problems.add(document.line, "outlet_code", "NOT_A_FAIR", "只有展销会有后续订单", "only a fair has follow-up orders",
                     document["outlet_code"])
    done = document["fulfilled_on"]
    if done < outlet["opened_on"]:
        problems.add(document.line, "fulfilled_on", "OUTLET_NOT_OPEN", "早于展销会首日", "before the fair's first day", done)
    lines = [s for row in document.rows if (s := reported(known, row, Period(done, done), problems)) is not None]
    return Found(document, outlet, lines)


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    bookings: list[Booking] = []
    for found in checked:
        order_id, outlet, d = new_id(), found.outlet["outlet_id"], found.document
        heads.append((outlet, order_id, d.key, d["fulfilled_on"], d["buyer_kind"], d["consumption_county"], d["paper"],
                      sum(s.amount_fen for s in found.lines), "", run.created_by, now, run.import_id, d.line))
        lines += [(outlet, order_id, number, s.offer.product_id, s.offer.merchant_id, s.measure.quantity, s.measure.unit, s.amount_fen,
                   s.line_id) for number, s in enumerate(found.lines, 1)]
        bookings.append(Booking(Paper("fair_order", order_id, d.key), tuple(
            s.line("expo", "reported", d["consumption_county"], d["fulfilled_on"], outlet_id=outlet, paper=d["paper"])
            for s in found.lines), OUTSIDE))
    copy_rows(conn, "fair_orders", HEAD, heads)
    copy_rows(conn, "fair_order_lines", LINE, lines)
    record_many(conn, bookings, recorded_at=now, import_id=run.import_id)


def withdraw(conn: Conn, run: Run) -> None:
    withdraw_sales(
        conn, run, "UPDATE fair_orders SET state = 'reversed', reversed_by = %(by)s, reversed_at = %(at)s WHERE import_id = %(import_id)s")


FAIR_ORDERS = ImportKind(
    name="fair_orders", title="展销会后续订单", document_key="order_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    amount=total,
    columns=(
        Column("order_no", "订单编号", code, header=True), Column("outlet_code", "网点编号", code, header=True),
        Column("fulfilled_on", "履约日期", day, header=True), Column("buyer_kind", "买方类型", choice(BUYERS), header=True),
        Column("consumption_county", "消费地", shared.county_or_outside, header=True), *PRODUCT_COLUMNS,
        Column("paper", "佐证材料", text(), header=True),
    ))
