"""Campaigns that were closed and paid before the cutover; no member is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.events.orders import CampaignClosed
from services.kit import clock, outbox
from services.kit.db import Conn
from services.kit.db import Row as DbRow
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, fen, integer, positive, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.orders.domain.entered import priced
from services.orders.domain.ledger.lines import OUTSIDE
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.importers import shared
from services.orders.importers.papers import Sold, copy_rows, priced_amount, refuse_after_cutover, refuse_taken, unit, withdraw_sales
from services.orders.store.contracts import institutions
from services.orders.store.ledger.record import Booking, record_many

KINDS = {"union": "工会福利", "employee": "职工直购"}
FESTIVALS = {"spring": "春节", "dragon_boat": "端午", "mid_autumn": "中秋", "new_year": "元旦", "qingming": "清明", "labour_day": "劳动节",
             "national_day": "国庆"}
HEAD = ("campaign_id", "campaign_no", "kind", "title", "institution_id", "organiser", "organised_by", "consumption_county", "festival",
        "funding", "opened_on", "deadline", "code", "state", "members", "union_fen", "member_fen", "paid_fen", "proposed_by", "proposed_at",
        "closed_on", "paid_on", "import_id", "import_line")
LINE = ("campaign_id", "line_id", "product_id", "merchant_id", "payer", "quantity", "unit", "price_fen", "price_unit", "amount_fen",
        "state")


@dataclass(frozen=True)
class Found:
    document: Document
    buyer: DbRow | None
    lines: list[Sold]


def organised_by(cell: str) -> str:
    return "union" if cell in ("union", "工会") else text(100)(cell)


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents)
    buyers = institutions.by_codes(conn, (d["institution_code"] for d in documents if d["institution_code"]))
    refuse_taken(conn, documents, problems, "campaign_no",
                 "SELECT campaign_no AS number FROM campaigns WHERE campaign_no = ANY(%s) AND state <> 'void'")
    refuse_after_cutover(conn, documents, problems, "opened_on", "closed_on", "paid_on")
    return [_campaign(known, buyers, d, problems) for d in documents]


def _campaign(known: shared.Known, buyers: dict[str, DbRow], document: Document, problems: Problems) -> Found:
    shared.repeated(document, "product_no", problems)
    buyer = buyers.get(document["institution_code"]) if document["institution_code"] else None
    if document["institution_code"] and buyer is None:
        problems.unknown(document.line, "institution_code", document["institution_code"])
    if not document["institution_code"] and not document["organiser"]:
        problems.add(document.line, "institution_code", "NO_BUYER", "请填写采购单位或组织单位", "name the institution or the organiser")
    if document["consumption_county"] == "outside":
        problems.add(document.line, "consumption_county", "UNKNOWN_CHOICE", "应为县市区代码", "a county code", "outside")
    if document["kind"] == "union" and document["organised_by"]:
        problems.add(document.line, "organised_by", "ONLY_EMPLOYEE", "仅职工直购填写组织方", "for employee purchases only",
                     document["organised_by"])
    if not document["opened_on"] <= document["closed_on"] <= document["paid_on"]:
        problems.add(document.line, "closed_on", "BAD_PERIOD", "日期顺序应为 开始 ≤ 截止 ≤ 付款", "opened, closed, paid, in this order",
                     document["closed_on"])
    return Found(document, buyer, [s for row in document.rows if (s := _line(known, row, problems)) is not None])


def _line(known: shared.Known, row: Row, problems: Problems) -> Sold | None:
    offer = shared.product_of(known, row, problems)
    if offer is None:
        return None
    if row["price"] <= 0:
        problems.add(row.line, "price", "NOT_POSITIVE", "应大于 0", "must be above 0", row["price"])
    measure = shared.measured(offer, row, problems)
    sold_at = shared.sold_in_period(known, offer, row["paid_on"], row["paid_on"], row, problems)
    if measure is None or sold_at is None:
        return None
    return Sold(row, offer, measure, priced(row["price"], row["unit"], measure.quantity), sold_at, new_id())


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    bookings: list[Booking] = []
    events: list[tuple[CampaignClosed, int]] = []
    for found in checked:
        campaign_id, d = new_id(), found.document
        buyer = found.buyer["institution_id"] if found.buyer else None
        amount, is_union = sum(s.amount_fen for s in found.lines), d["kind"] == "union"
        heads.append((campaign_id, d.key, d["kind"], d["title"], buyer, d["organiser"], d["organised_by"], d["consumption_county"],
                      d["festival"], "union" if is_union else "member", d["opened_on"], d["closed_on"], "", "paid", d["members"],
                      amount if is_union else 0, 0 if is_union else amount, amount, run.created_by, now, d["closed_on"], d["paid_on"],
                      run.import_id, d.line))
        lines += [(campaign_id, s.line_id, s.offer.product_id, s.offer.merchant_id, d["kind"], s.measure.quantity, s.measure.unit,
                   s.row["price"], s.row["unit"], s.amount_fen, "sold") for s in found.lines]
        bookings.append(Booking(Paper("campaign", campaign_id, d.key), tuple(
            s.line(d["kind"], "transacted", d["consumption_county"], d["paid_on"], buyer_org_id=buyer, campaign_id=campaign_id,
                   organised_by="union" if is_union else d["organised_by"]) for s in found.lines), OUTSIDE))
        events.append((CampaignClosed(campaign_id=campaign_id, campaign_no=d.key, title=d["title"], kind=d["kind"], institution_id=buyer,
                                      closed_on=d["closed_on"], members=d["members"]), 1))
    copy_rows(conn, "campaigns", HEAD, heads)
    copy_rows(conn, "campaign_lines", LINE, lines)
    record_many(conn, bookings, recorded_at=now, import_id=run.import_id)
    outbox.publish_many(conn, list(events), "import")


def withdraw(conn: Conn, run: Run) -> None:
    withdraw_sales(conn, run, "UPDATE campaigns SET state = 'void', version = version + 1 WHERE import_id = %(import_id)s")


CAMPAIGNS = ImportKind(
    name="campaigns", title="团购福利活动", document_key="campaign_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    amount=priced_amount,
    columns=(
        Column("campaign_no", "活动编号", code, header=True), Column("kind", "活动类型", choice(KINDS), header=True),
        Column("title", "标题", text(), header=True), Column("institution_code", "单位编号", code, required=False, header=True),
        Column("organiser", "组织单位", text(), required=False, header=True),
        Column("consumption_county", "消费地", shared.county_or_outside, header=True),
        Column("festival", "节日", choice(FESTIVALS), required=False, header=True),
        Column("organised_by", "组织方", organised_by, required=False, header=True), Column("opened_on", "开始日期", day, header=True),
        Column("closed_on", "截止日期", day, header=True), Column("paid_on", "付款日期", day, header=True),
        Column("members", "参与人数", integer(1, 10_000_000), header=True), Column("product_no", "产品编号", code),
        Column("quantity", "数量", positive), Column("unit", "单位", unit), Column("price", "单价", fen),
    ))
