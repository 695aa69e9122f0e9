"""Contracts signed before the cutover; what is left of them is still called off today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.orders import ContractEnded
from services.kit import clock, outbox
from services.kit.db import Conn, every
from services.kit.db import Row as DbRow
from services.kit.ids import new_id
from services.kit.imports.columns import Column, code, day, fen, integer, positive, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Row, Run
from services.kit.time import business_date
from services.orders.domain.contracts.terms import ContractLine, Terms
from services.orders.domain.entered import stored_unit
from services.orders.domain.offers.offer import sells_by
from services.orders.importers import shared
from services.orders.importers.papers import copy_rows, refuse_after_cutover, refuse_taken, refuse_used, unit
from services.orders.store.contracts import institutions
from services.orders.usecases.contracts.confirm_contract import signed_event

ROW = ("merchant_id", "contract_id", "contract_no", "institution_id", "state", "valid_from", "valid_until", "signing", "hash",
       "proposed_by", "proposed_at", "institution_confirmed_at", "merchant_confirmed_at", "signed_on", "import_id", "import_line")
LINE = ("merchant_id", "contract_id", "line_no", "product_id", "price_unit", "unit", "price_fen", "max_quantity")


@dataclass(frozen=True)
class Found:
    document: Document
    institution: DbRow
    terms: Terms


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Found]:
    known = shared.look_up(conn, documents, merchant="merchant_code")
    buyers = institutions.by_codes(conn, (d["institution_code"] for d in documents))
    refuse_taken(conn, documents, problems, "contract_no",
                 "SELECT DISTINCT contract_no AS number FROM contracts WHERE contract_no = ANY(%s)")
    refuse_after_cutover(conn, documents, problems, "signed_on")
    return [found for d in documents if (found := _contract(known, buyers, d, problems)) is not None]


def _contract(known: shared.Known, buyers: dict[str, DbRow], document: Document, problems: Problems) -> Found | None:
    shared.repeated(document, "line_no", problems)
    shared.repeated(document, "product_no", problems)
    if document["valid_from"] < document["signed_on"] or document["valid_until"] < document["valid_from"]:
        problems.add(document.line, "valid_until", "BAD_PERIOD", "有效期应在签订之后，止日不早于起日",
                     "the term begins with or after the signing and ends after it begins", document["valid_until"])
    buyer = buyers.get(document["institution_code"])
    if buyer is None:
        problems.unknown(document.line, "institution_code", document["institution_code"])
    merchant = shared.merchant_of(known, document.rows[0], problems)
    lines = [line for row in document.rows if (line := _line(known, merchant, row, problems)) is not None]
    if buyer is None or merchant is None:
        return None
    return Found(document, buyer, Terms(document.key, buyer["institution_id"], merchant["merchant_id"], document["valid_from"],
                                        document["valid_until"], tuple(lines), signing=document["signing"]))


def _line(known: shared.Known, merchant: dict[str, Any] | None, row: Row, problems: Problems) -> ContractLine | None:
    offer = shared.product_of(known, row, problems)
    if offer is None or (merchant is not None and not shared.own_product(offer, merchant, row, problems)):
        return None
    if not sells_by(offer, row["unit"]):
        problems.add(row.line, "unit", "WRONG_UNIT", f"应为 {offer.unit} 或重量单位", f"{offer.unit}, or a weight where it is known",
                     row["unit"])
        return None
    most = shared.measured(offer, row, problems, quantity="max_quantity") if row["max_quantity"] is not None else None
    return ContractLine(row["line_no"], offer.product_id, row["unit"], row["price"] or None, most.quantity if most else None)


def apply(conn: Conn, checked: list[Found], run: Run) -> None:
    now = clock.now(conn)
    heads: list[tuple[dict[str, Any], DbRow]] = []
    lines: list[tuple[Any, ...]] = []
    for found in checked:
        contract_id, terms = new_id(), found.terms
        head: dict[str, Any] = {
            "merchant_id": terms.merchant_id, "contract_id": contract_id, "contract_no": terms.contract_no,
            "institution_id": terms.institution_id, "state": "signed", "valid_from": terms.valid_from, "valid_until": terms.valid_until,
            "signing": terms.signing, "hash": terms.hash(), "proposed_by": run.created_by, "proposed_at": now,
            "institution_confirmed_at": now, "merchant_confirmed_at": now, "signed_on": found.document["signed_on"],
            "import_id": run.import_id, "import_line": found.document.line}
        heads.append((head, found.institution))
        lines += [(terms.merchant_id, contract_id, line.line_no, line.product_id, line.price_unit, stored_unit(line.price_unit),
                   line.price_fen, line.max_quantity) for line in terms.lines]
        run.progress(len(lines))
    copy_rows(conn, "contracts", ROW, [[head[name] for name in ROW] for head, _ in heads])
    copy_rows(conn, "contract_lines", LINE, lines)
    outbox.publish_many(conn, [(signed_event(head, institution), 1) for head, institution in heads], "import")


def withdraw(conn: Conn, run: Run) -> None:
    refuse_used(conn, run, "deliveries, call-offs",
                "SELECT 1 FROM contracts c WHERE c.import_id = %(import_id)s AND (EXISTS (SELECT 1 FROM deliveries d "
                "WHERE d.contract_id = c.contract_id AND d.state <> 'void') OR EXISTS (SELECT 1 FROM call_offs o "
                "WHERE o.contract_id = c.contract_id)) LIMIT 1")
    today = business_date(clock.now(conn))
    ids: list[UUID] = [row["contract_id"] for row in every(conn, "SELECT contract_id FROM contracts WHERE import_id = %s", [run.import_id])]
    conn.execute("DELETE FROM contract_lines l USING contracts c WHERE c.import_id = %s AND c.merchant_id = l.merchant_id "
                 "AND c.contract_id = l.contract_id", [run.import_id])
    conn.execute("DELETE FROM contracts WHERE import_id = %s", [run.import_id])
    outbox.publish_many(conn, [(ContractEnded(contract_id=contract_id, ended_on=today, void=True), 2) for contract_id in ids], "import")


CONTRACTS = ImportKind(
    name="contracts", title="购销合同", document_key="contract_no", check=check, apply=apply, withdraw=withdraw, sources=("catalog",),
    columns=(
        Column("contract_no", "合同编号", code, header=True), Column("institution_code", "单位编号", code, header=True),
        Column("merchant_code", "经营主体代码", code, header=True), Column("signed_on", "签订日期", day, header=True),
        Column("valid_from", "有效期起", day, header=True), Column("valid_until", "有效期止", day, header=True),
        Column("signing", "签约活动编号", text(), required=False, header=True), Column("line_no", "行号", integer(1, 100_000)),
        Column("product_no", "产品编号", code), Column("unit", "单位", unit), Column("price", "单价", fen, required=False),
        Column("max_quantity", "数量上限", positive, required=False),
    ))
