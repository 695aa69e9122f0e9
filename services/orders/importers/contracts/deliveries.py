"""Deliveries as they were accepted. They use up the contract's lines like any other delivery, and move no stock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, every
from services.kit.db import Row as DbRow
from services.kit.ids import new_id
from services.kit.imports.columns import Column, code, fen, instant, integer, not_negative, positive
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.kit.time import business_date
from services.orders.domain.entered import priced
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.domain.offers.offer import Measure
from services.orders.importers import shared
from services.orders.importers.papers import Sold, copy_rows, priced_amount, unit, withdraw_sales
from services.orders.store.ledger.record import Booking, record_many

HEAD = ("merchant_id", "delivery_id", "delivery_no", "contract_id", "institution_id", "state", "sent_by", "sent_at", "accepted_by",
        "accepted_at", "recorded_at", "amount_fen", "import_id", "import_line")
LINE = ("merchant_id", "delivery_id", "line_no", "product_id", "price_unit", "unit", "price_fen", "delivered_quantity", "state",
        "accepted_quantity", "rejected_quantity", "amount_fen", "sale_line_id")


@dataclass(frozen=True, slots=True)
class Accepted:
    """``sold.amount_fen`` is 0 and no sale where nothing was accepted."""

    sold: Sold
    contract_line: int
    delivered: Measure


@dataclass(frozen=True, slots=True)
class Found:
    document: Document
    contract: DbRow
    lines: list[Accepted]


@dataclass
class Contracts:
    """What the file's contracts say: head by number, line by (contract, product); ``left`` shrinks row by row."""

    heads: dict[str, DbRow]
    lines: dict[tuple[UUID, UUID], DbRow]
    left: dict[tuple[UUID, int], Decimal | None]


def _contracts(conn: Conn, documents: list[Document]) -> Contracts:
    heads = {row["contract_no"]: row for row in every(
        conn, "SELECT c.*, i.county_code FROM contracts c JOIN institutions i USING (institution_id) "
        "WHERE c.contract_no = ANY(%s) AND c.state IN ('signed', 'ended')", [list({d["contract_no"] for d in documents})])}
    lines = every(conn, "SELECT * FROM contract_lines WHERE contract_id = ANY(%s)", [[h["contract_id"] for h in heads.values()]])
    return Contracts(heads, {(line["contract_id"], line["product_id"]): line for line in lines}, {
        (line["contract_id"], line["line_no"]): None if line["max_quantity"] is None else line["max_quantity"] - line["called_quantity"]
        for line in lines})


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents)
    contracts = _contracts(conn, documents)
    return [found for d in documents if (found := _delivery(known, contracts, d, problems)) is not None]


def _delivery(known: shared.Known, contracts: Contracts, document: Document, problems: Problems) -> Found | None:
    shared.repeated(document, "line_no", problems)
    contract = contracts.heads.get(document["contract_no"])
    if contract is None:
        problems.unknown(document.line, "contract_no", document["contract_no"])
        return None
    day = business_date(document["accepted_at"])
    if not contract["valid_from"] <= day <= min(contract["valid_until"], contract["ended_on"] or contract["valid_until"]):
        problems.add(document.line, "accepted_at", "CONTRACT_NOT_IN_FORCE", "验收时间不在合同有效期内", "not within the contract's term",
                     day)
    lines = [line for row in document.rows if (line := _line(known, contracts, contract, row, problems)) is not None]
    return Found(document, contract, lines)


def _line(known: shared.Known, contracts: Contracts, contract: DbRow, row: Row, problems: Problems) -> Accepted | None:
    offer = shared.product_of(known, row, problems)
    if offer is None:
        return None
    agreed = contracts.lines.get((contract["contract_id"], offer.product_id))
    if agreed is None:
        problems.add(row.line, "product_no", "NOT_IN_CONTRACT", "合同中没有该产品", "no line of the contract", row["product_no"])
        return None
    if row["unit"] != agreed["price_unit"]:
        problems.add(row.line, "unit", "UNIT_DIFFERS", f"合同约定的单位是 {agreed['price_unit']}",
                     f"the contract is in {agreed['price_unit']}", row["unit"])
        return None
    if agreed["price_fen"] is not None and agreed["price_fen"] != row["price"]:
        problems.add(row.line, "price", "PRICE_FIXED", "与合同单价不一致", "differs from the contract's price", row["price"] / 100)
    if row["accepted_quantity"] > row["delivered_quantity"]:
        problems.add(row.line, "accepted_quantity", "MORE_THAN_DELIVERED", "验收数量大于送货数量", "more accepted than delivered",
                     row["accepted_quantity"])
    delivered = shared.measured(offer, row, problems, quantity="delivered_quantity")
    accepted = shared.measured(offer, row, problems, quantity="accepted_quantity", allow_zero=True)
    if delivered is None or accepted is None:
        return None
    if accepted.quantity and not shared.sold_at_instant(known, offer, row["accepted_at"], row, problems):
        return None
    _use_up(contracts, agreed, accepted.quantity, row, problems)
    sold = Sold(row, offer, accepted, priced(row["price"], row["unit"], accepted.quantity), row["accepted_at"], new_id())
    return Accepted(sold, agreed["line_no"], delivered)


def _use_up(contracts: Contracts, agreed: DbRow, quantity: Decimal, row: Row, problems: Problems) -> None:
    key = agreed["contract_id"], agreed["line_no"]
    left = contracts.left[key]
    if left is None:
        return
    contracts.left[key] = left - quantity
    if left < quantity:
        problems.add(row.line, "accepted_quantity", "REMAINDER_EXCEEDED", f"超出合同剩余数量 {left} {agreed['unit']}",
                     f"more than the contract has left: {left} {agreed['unit']}", row["accepted_quantity"])


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    bookings: list[Booking] = []
    used: dict[tuple[UUID, UUID, int], Decimal] = defaultdict(Decimal)
    for found in checked:
        delivery_id, contract, document = new_id(), found.contract, found.document
        amount = sum(line.sold.amount_fen for line in found.lines)
        state = "accepted" if any(line.sold.measure.quantity for line in found.lines) else "rejected"
        heads.append((contract["merchant_id"], delivery_id, document.key, contract["contract_id"], contract["institution_id"], state,
                      run.created_by, document["accepted_at"], run.created_by, document["accepted_at"], now, amount, run.import_id,
                      document.line))
        sales = [line for line in found.lines if line.sold.measure.quantity]
        for line in found.lines:
            sold = line.sold
            lines.append((contract["merchant_id"], delivery_id, sold.row["line_no"], sold.offer.product_id, sold.row["unit"],
                          sold.measure.unit, sold.row["price"], line.delivered.quantity, "settled", sold.measure.quantity,
                          line.delivered.quantity - sold.measure.quantity, sold.amount_fen, sold.line_id if line in sales else None))
            used[contract["merchant_id"], contract["contract_id"], line.contract_line] += sold.measure.quantity
        if sales:
            day = business_date(document["accepted_at"])
            bookings.append(Booking(Paper("delivery", delivery_id, document.key), tuple(
                line.sold.line("contract", "transacted", contract["county_code"], day, buyer_org_id=contract["institution_id"],
                               contract_id=contract["contract_id"]) for line in sales), OUTSIDE))
        run.progress(len(lines))
    copy_rows(conn, "deliveries", HEAD, heads)
    copy_rows(conn, "delivery_lines", LINE, lines)
    _use(conn, used)
    record_many(conn, bookings, recorded_at=now, import_id=run.import_id)


def _use(conn: Conn, used: dict[tuple[UUID, UUID, int], Decimal]) -> None:
    """The check constraint of the balance refuses what a call-off has taken since the check."""
    keys = sorted(used)
    conn.execute(
        "UPDATE contract_lines l SET called_quantity = l.called_quantity + w.quantity "
        "FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::numeric[]) AS w (merchant_id, contract_id, line_no, quantity) "
        "WHERE l.merchant_id = w.merchant_id AND l.contract_id = w.contract_id AND l.line_no = w.line_no",
        [[k[0] for k in keys], [k[1] for k in keys], [k[2] for k in keys], [used[k] for k in keys]])


def withdraw(conn: Conn, run: Run) -> None:
    conn.execute(
        "UPDATE contract_lines l SET called_quantity = l.called_quantity - u.quantity FROM ("
        "SELECT c.merchant_id, c.contract_id, c.line_no, sum(x.accepted_quantity) AS quantity FROM deliveries d "
        "JOIN delivery_lines x USING (merchant_id, delivery_id) JOIN contract_lines c "
        "ON c.merchant_id = d.merchant_id AND c.contract_id = d.contract_id AND c.product_id = x.product_id "
        "WHERE d.import_id = %s AND d.state <> 'void' GROUP BY c.merchant_id, c.contract_id, c.line_no) u "
        "WHERE l.merchant_id = u.merchant_id AND l.contract_id = u.contract_id AND l.line_no = u.line_no", [run.import_id])
    withdraw_sales(conn, run, "UPDATE deliveries SET state = 'void', version = version + 1 WHERE import_id = %(import_id)s")


DELIVERIES = ImportKind(
    name="deliveries", title="送货验收", document_key="delivery_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    amount=lambda document: priced_amount(document, "accepted_quantity"), dated_by="accepted_at",
    columns=(
        Column("delivery_no", "送货单号", code, header=True), Column("contract_no", "合同编号", code, header=True),
        Column("accepted_at", "验收时间", instant, header=True), Column("line_no", "行号", integer(1, 100_000)),
        Column("product_no", "产品编号", code), Column("delivered_quantity", "送货数量", positive),
        Column("accepted_quantity", "验收数量", not_negative), Column("unit", "单位", unit), Column("price", "单价", fen),
    ))
