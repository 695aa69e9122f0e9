"""Paid checkouts of an earlier shop, with what was refunded since: sale lines and refund lines, no stock, no provider, no buyer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.kit import clock
from services.kit.db import Conn
from services.kit.ids import new_id
from services.kit.imports.columns import Column, code, fen, instant, not_negative, positive
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.kit.money import line_amount
from services.kit.time import business_date
from services.orders.domain.ledger.lines import OUTSIDE, NewLine, RefundPart, Remaining, part_refund
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.importers import shared
from services.orders.importers.papers import Sold, priced_amount, unit, withdraw_sales
from services.orders.store.ledger.record import Booking, record_many


@dataclass(frozen=True, slots=True)
class Bought:
    sold: Sold
    refund: RefundPart | None
    refunded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    document: Document
    lines: list[Bought]


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known, cutover = shared.look_up(conn, documents), clock.cutover(conn)
    found = []
    for document in documents:
        shared.repeated(document, "product_no", problems)
        lines = [bought for row in document.rows if (bought := _line(known, row, cutover, problems)) is not None]
        found.append(Found(document, lines))
    return found


def _line(known: shared.Known, row: Row, cutover: datetime | None, problems: Problems) -> Bought | None:
    offer = shared.product_of(known, row, problems)
    if offer is None:
        return None
    measure = shared.measured(offer, row, problems)
    if measure is None or not shared.sold_at_instant(known, offer, row["paid_at"], row, problems):
        return None
    sold = Sold(row, offer, measure, line_amount(row["price"], row["quantity"]), row["paid_at"], new_id())
    if not row["refunded_quantity"]:
        return Bought(sold, None, None)
    if row["refunded_quantity"] > row["quantity"]:
        problems.add(row.line, "refunded_quantity", "MORE_THAN_SOLD", "退款数量大于购买数量", "more refunded than bought",
                     row["refunded_quantity"])
        return None
    refunded_at = row["refunded_at"]
    if refunded_at is None or refunded_at <= row["paid_at"] or (cutover is not None and refunded_at >= cutover):
        problems.add(row.line, "refunded_at", "BAD_REFUND_TIME", "退款时间应在付款之后、历史数据截止时间之前",
                     "a refund is after its payment and before the cutover", refunded_at or "")
        return None
    back = shared.measured(offer, row, problems, quantity="refunded_quantity")
    if back is None:
        return None
    part = part_refund(measure.quantity, sold.amount_fen, Remaining(measure.quantity, sold.amount_fen), quantity=back.quantity)
    return Bought(sold, part, refunded_at)


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    bookings = []
    for number, found in enumerate(checked):
        paper = Paper("order", new_id(), found.document.key)
        sales = tuple(_sale(found, bought) for bought in found.lines)
        bookings.append(Booking(paper, sales, OUTSIDE))
        refunds = tuple(_refund(sale, bought) for sale, bought in zip(sales, found.lines, strict=True) if bought.refund)
        if refunds:
            bookings.append(Booking(paper, refunds, OUTSIDE, "refund"))
        run.progress(number)
    record_many(conn, bookings, recorded_at=clock.now(conn), import_id=run.import_id)


def _sale(found: Found, bought: Bought) -> NewLine:
    return bought.sold.line("online", "transacted", found.document["consumption_county"], business_date(bought.sold.sold_at))


def _refund(sale: NewLine, bought: Bought) -> NewLine:
    part, at = bought.refund, bought.refunded_at
    assert part is not None
    assert at is not None
    kg = None if sale.quantity_kg is None else -round(sale.quantity_kg * part.quantity / sale.quantity, 3)
    return replace(sale, line_id=new_id(), kind="refund", reverses=sale.line_id, sold_at=at, business_date=business_date(at),
                   quantity=-part.quantity, quantity_kg=kg, amount_fen=-part.amount_fen)


ONLINE_ORDERS = ImportKind(
    name="online_orders", title="线上订单", document_key="order_no", check=check, apply=apply, withdraw=withdraw_sales,
    sources=("catalog",), amount=priced_amount, dated_by="paid_at",
    columns=(
        Column("order_no", "订单编号", code, header=True), Column("paid_at", "付款时间", instant, header=True),
        Column("consumption_county", "消费地", shared.county, header=True), Column("product_no", "产品编号", code),
        Column("quantity", "数量", positive), Column("unit", "单位", unit), Column("price", "单价", fen),
        Column("refunded_quantity", "退款数量", not_negative, required=False),
        Column("refunded_at", "退款时间", instant, required=False),
    ))
