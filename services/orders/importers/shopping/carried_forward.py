"""Totals from before any rows were kept: one line an entry, evidence ``carried_forward``, dated the day the total speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, fen, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.time import end_of_validity
from services.orders.domain.ledger.lines import NO_MERCHANT, OUTSIDE, NewLine
from services.orders.domain.ledger.lines import Document as Paper
from services.orders.importers import shared
from services.orders.importers.papers import withdraw_sales
from services.orders.store.ledger.record import Booking, record_many

CHANNEL_WORDS = {
    "online": "线上商城", "live": "直播带货", "contract": "购销合同", "union": "工会福利", "employee": "职工直购", "counter": "专柜专区",
    "expo": "展销会", "community_store": "社区店", "external": "其他渠道"}


@dataclass(frozen=True)
class Found:
    document: Document
    merchant_id: UUID


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents, product=None, merchant="merchant_code")
    found = []
    for document in documents:
        for row in document.rows[1:]:
            problems.add(row.line, "entry_no", "DUPLICATE_DOCUMENT", "结转编号重复", "stands twice in the file", document.key)
        if document["amount"] == 0:
            problems.add(document.line, "amount", "NOT_POSITIVE", "应大于 0", "must be above 0", 0)
        merchant = shared.merchant_of(known, document.rows[0], problems) if document["merchant_code"] else None
        found.append(Found(document, merchant["merchant_id"] if merchant else NO_MERCHANT))
    return found


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    record_many(conn, [Booking(Paper("carried_forward", new_id(), f.document.key), (_line(f),), OUTSIDE) for f in checked],
                recorded_at=clock.now(conn), import_id=run.import_id)


def _line(found: Found) -> NewLine:
    document = found.document
    return NewLine(
        line_id=new_id(), merchant_id=found.merchant_id, product_id=None, channel=document["channel"], evidence="carried_forward",
        sold_at=end_of_validity(document["as_of_day"]) - timedelta(microseconds=1), origin_county=document["county_code"],
        consumption_county=document["consumption_county"] or "unknown", quantity=Decimal(0), unit="份", amount_fen=document["amount"],
        paper=document["paper"], import_line=document.line)


CARRIED_FORWARD = ImportKind(
    name="carried_forward", title="期初结转", document_key="entry_no", check=check, apply=apply, withdraw=withdraw_sales,
    amount=lambda document: int(document["amount"]), dated_by="as_of_day", sources=("catalog",),
    columns=(
        Column("entry_no", "结转编号", code), Column("as_of_day", "截至日期", day), Column("channel", "渠道", choice(CHANNEL_WORDS)),
        Column("county_code", "产地代码", code), Column("consumption_county", "消费地", shared.county, required=False),
        Column("merchant_code", "经营主体代码", code, required=False), Column("amount", "金额", fen), Column("paper", "佐证材料", text()),
    ))
