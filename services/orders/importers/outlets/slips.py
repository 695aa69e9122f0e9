"""Slips of a till: each line at its own instant, the slip's 抹零 shared out over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, every
from services.kit.db import Row as DbRow
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.imports.columns import CellError, Column, choice, code, fen, instant, integer, positive, signed_fen
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.kit.time import business_date
from services.orders.domain.entered import priced
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.domain.outlets.outlet import channel_of, open_in
from services.orders.domain.outlets.slip import MOST_ROUNDING_FEN, Slip, SlipLine, with_rounding
from services.orders.importers import shared
from services.orders.importers.outlets.sheets import outlets_by_code
from services.orders.importers.papers import Sold, copy_rows, priced_amount, unit, withdraw_sales
from services.orders.store.ledger.record import Booking, record_many

PAY_TYPES = {"cash": "现金", "scan": "扫码", "card": "银行卡", "voucher": "提货券"}
HEAD = ("outlet_id", "slip_id", "slip_no", "sold_at", "recorded_at", "business_date", "pay_type", "rounding_fen", "amount_fen",
        "fingerprint", "recorded_by", "import_id", "import_line")
LINE = ("outlet_id", "slip_id", "line_no", "product_id", "merchant_id", "quantity", "unit", "price_fen", "price_unit", "amount_fen",
        "rounding_fen", "sale_line_id")


def rounding(cell: str) -> int:
    amount = signed_fen(cell)
    if abs(amount) > MOST_ROUNDING_FEN:
        raise CellError("ROUNDING_TOO_LARGE", "应在 −0.99 到 0.99 之间", "between −0.99 and 0.99")
    return amount


@dataclass(frozen=True, slots=True)
class Found:
    document: Document
    outlet: DbRow
    slip: Slip
    lines: list[Sold]


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents)
    outlets = outlets_by_code(conn, documents)
    _refuse_taken(conn, outlets, documents, problems)
    return [found for d in documents if (found := _slip(known, outlets, d, problems)) is not None]


def _refuse_taken(conn: Conn, outlets: dict[str, DbRow], documents: list[Document], problems: Problems) -> None:
    """A number counts once an outlet, whichever way it came."""
    lines = {(outlets[d["outlet_code"]]["outlet_id"], d.key): d.line for d in documents if d["outlet_code"] in outlets}
    taken: list[tuple[UUID, str]] = [(row["outlet_id"], row["slip_no"]) for row in every(
        conn, "SELECT outlet_id, slip_no FROM slips WHERE outlet_id = ANY(%s) AND slip_no = ANY(%s) "
        "AND (import_id IS NULL OR state = 'recorded')",
        [list({outlet for outlet, _ in lines}), list({number for _, number in lines})])]
    for key in taken:
        if key in lines:
            problems.add(lines[key], "slip_no", "KEY_CONFLICT", f"小票号 {key[1]} 已存在", f"slip {key[1]} exists already", key[1])


def _slip(known: shared.Known, outlets: dict[str, DbRow], document: Document, problems: Problems) -> Found | None:
    shared.repeated(document, "line_no", problems)
    outlet = outlets.get(document["outlet_code"])
    if outlet is None:
        problems.unknown(document.line, "outlet_code", document["outlet_code"])
        return None
    day = business_date(document["sold_at"])
    if not open_in(outlet["opened_on"], outlet["closed_on"], day, day):
        problems.add(document.line, "sold_at", "OUTLET_NOT_OPEN", "网点当天没有营业", "the outlet was not open that day", day)
    good = [pair for row in document.rows if (pair := _line(known, row, problems)) is not None]
    if len(good) < len(document.rows):
        return None
    try:
        slip = with_rounding([line for line, _ in good], document["rounding"] or 0)
    except DomainError as error:
        problems.refuse(document.line, "rounding", error, (document["rounding"] or 0) / 100)
        return None
    sold = [replace(s, amount_fen=line.sold_fen) for (_, s), line in zip(good, slip.lines, strict=True)]
    return Found(document, outlet, slip, sold)


def _line(known: shared.Known, row: Row, problems: Problems) -> tuple[SlipLine, Sold] | None:
    offer = shared.product_of(known, row, problems)
    if offer is None:
        return None
    measure = shared.measured(offer, row, problems)
    if measure is None or not shared.sold_at_instant(known, offer, row["sold_at"], row, problems):
        return None
    amount = priced(row["price"], row["unit"], measure.quantity)
    line = SlipLine(row["line_no"], offer.product_id, measure.quantity, measure.unit, row["price"], row["unit"], amount)
    return line, Sold(row, offer, measure, amount, row["sold_at"], new_id())


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    slips = [(new_id(), found) for found in checked]
    for slip_id, found in slips:
        outlet, document = found.outlet["outlet_id"], found.document
        day = business_date(document["sold_at"])
        heads.append((outlet, slip_id, document.key, document["sold_at"], now, day, document["pay_type"], found.slip.rounding_fen,
                      found.slip.total_fen, "", run.created_by, run.import_id, document.line))
        lines += [(outlet, slip_id, line.line_no, line.product_id, s.offer.merchant_id, line.quantity, line.unit, line.price_fen,
                   line.price_unit, line.amount_fen, line.rounding_fen, s.line_id)
                  for line, s in zip(found.slip.lines, found.lines, strict=True)]
        run.progress(len(lines))
    copy_rows(conn, "slips", HEAD, heads)
    copy_rows(conn, "slip_lines", LINE, lines)
    record_many(conn, (_booking(slip_id, found) for slip_id, found in slips), recorded_at=now, import_id=run.import_id)


def _booking(slip_id: UUID, found: Found) -> Booking:
    outlet, document = found.outlet, found.document
    lines = (s.line(channel_of(outlet["kind"]), "transacted", outlet["county_code"], business_date(document["sold_at"]),
                    outlet_id=outlet["outlet_id"]) for s in found.lines)
    return Booking(Paper("slip", slip_id, document.key), tuple(lines), OUTSIDE)


def withdraw(conn: Conn, run: Run) -> None:
    withdraw_sales(
        conn, run, "UPDATE slips SET state = 'reversed', reversed_by = %(by)s, reversed_at = %(at)s WHERE import_id = %(import_id)s")


SLIPS = ImportKind(
    name="slips", title="销售小票", document_key="slip_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    amount=lambda document: priced_amount(document) + (document["rounding"] or 0), dated_by="sold_at",
    columns=(
        Column("slip_no", "小票号", code, header=True), Column("outlet_code", "网点编号", code, header=True),
        Column("sold_at", "销售时间", instant, header=True), Column("line_no", "行号", integer(1, 100_000)),
        Column("product_no", "产品编号", code), Column("quantity", "数量", positive), Column("unit", "单位", unit),
        Column("price", "单价", fen), Column("rounding", "抹零", rounding, required=False, header=True),
        Column("pay_type", "支付方式", choice(PAY_TYPES), header=True),
    ))
