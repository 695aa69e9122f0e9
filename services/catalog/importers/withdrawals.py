from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.certification import as_of_today
from services.catalog.importers.certificates import KEY_OF
from services.catalog.importers.common import SUBJECTS, brought, rows_of, subjects
from services.catalog.store import certificates, listing, merchants, products, withdrawals
from services.catalog.usecases.publishing import merchant_changed, product_changed
from services.events.base import Event
from services.events.catalog import (
    MerchantCertified,
    MerchantReinstated,
    MerchantState,
    MerchantWithdrawn,
    ProductChanged,
    ProductReinstated,
    ProductState,
    ProductWithdrawn,
)
from services.kit.db import Conn, Row, every
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, instant, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.time import business_date

KINDS = {"suspended": "暂停", "revoked": "撤销", "recalled": "召回"}
COLUMNS = (
    Column("subject", "对象类型", choice(SUBJECTS)),
    Column("subject_code", "对象代码", code),
    Column("kind", "处理类型", choice(KINDS)),
    Column("from_instant", "生效时间", instant),
    Column("until_instant", "恢复时间", instant, required=False),
    Column("reason", "原因", text(2000)),
    Column("document_no", "文号", text(100)),
)


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    known = {s: subjects(conn, key, (r["subject_code"] for r in rows if r["subject"] == s)) for s, key in KEY_OF.items()}
    ids = [k["subject_id"] for by_code in known.values() for k in by_code.values()]
    held = certificates.of(conn, ids)
    spans: dict[UUID, list[tuple[Any, Any]]] = defaultdict(list)
    for span in every(
        conn,
        "SELECT subject_id, coalesce(from_instant, decided_at) AS start, until_instant FROM withdrawals WHERE subject_id = ANY(%s)",
        [ids],
    ):
        spans[span["subject_id"]].append((span["start"], span["until_instant"]))
    made: list[dict[str, Any]] = []
    for document in found:
        for row in document.rows[1:]:
            problems.add(
                row.line, "文号", "DUPLICATE_IN_FILE", f"与第 {document.line} 行重复", f"the same as in row {document.line}", document.key
            )
    for row in rows:
        subject, start, end = known[row["subject"]].get(row["subject_code"]), row["from_instant"], row.values.get("until_instant")
        if row["subject"] == "merchant" and row["kind"] == "recalled":
            problems.add(row.line, "处理类型", "WRONG_KIND", "召回只用于产品", "only products are recalled", row["kind"])
        if end is not None and end <= start:
            problems.add(row.line, "恢复时间", "BAD_PERIOD", "恢复时间应晚于生效时间", "must be after it came into force", end)
        if end is not None and row["kind"] == "revoked":
            problems.add(row.line, "恢复时间", "REVOKED_FOR_GOOD", "撤销不可恢复", "a revocation is never lifted", end)
        if subject is None:
            problems.unknown(row.line, "对象代码", row["subject_code"])
            continue
        if not any(c["valid_from"] <= business_date(start) <= c["valid_until"] for c in held[subject["subject_id"]]):
            problems.add(row.line, "生效时间", "NOT_CERTIFIED_THEN", "当时没有有效证书", "no certificate was in force then", start)
        own = spans[subject["subject_id"]]
        if any((until is None or start < until) and (end is None or begin < end) for begin, until in own):
            problems.add(row.line, "生效时间", "PERIOD_OVERLAPS", "与另一次暂停、撤销或召回重叠", "overlaps another withdrawal", start)
        own.append((start, end))
        made.append({**row.values, "until_instant": end, "merchant_id": subject["merchant_id"], "subject_id": subject["subject_id"]})
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    """In force from and until the file's own instants; one that is still open sets the state."""
    rows = [
        {
            **row,
            "withdrawal_id": new_id(),
            "import_id": run.import_id,
            "decided_at": row["from_instant"],
            "lift_decided_at": row["until_instant"],
        }
        for row in checked.rows
    ]
    _locked(conn, rows)
    withdrawals.insert_many(conn, rows)
    standing = {row["subject_id"]: row for row in rows if row["until_instant"] is None}
    merchants.set_states(conn, [(s, row["kind"]) for s, row in standing.items() if row["subject"] == "merchant"])
    products.set_states(conn, [(row["merchant_id"], s, row["kind"]) for s, row in standing.items() if row["subject"] == "product"])

    def of_merchant(state: MerchantState) -> list[Event]:
        row = standing.get(state.merchant_id)
        if row is None:
            return [MerchantCertified(merchant=state)]
        return [MerchantWithdrawn(merchant=state, withdrawal_id=row["withdrawal_id"], kind=row["kind"], decided_at=row["from_instant"])]

    def of_product(state: ProductState) -> list[Event]:
        row = standing.get(state.product_id)
        if row is None:
            return [ProductChanged(product=state)]
        return [ProductWithdrawn(product=state, withdrawal_id=row["withdrawal_id"], kind=row["kind"], decided_at=row["from_instant"])]

    _publish(conn, rows, of_merchant, of_product)


def _locked(conn: Conn, rows: Sequence[dict[str, Any]]) -> tuple[dict[UUID, Row], dict[UUID, Row]]:
    shops = merchants.lock(conn, sorted({row["merchant_id"] for row in rows}))
    return shops, products.lock(conn, sorted({row["subject_id"] for row in rows if row["subject"] == "product"}))


def _publish(conn: Conn, rows: Sequence[dict[str, Any]], of_merchant: Any, of_product: Any) -> None:
    merchant_changed(conn, sorted({r["subject_id"] for r in rows if r["subject"] == "merchant"}), of_merchant, lane="import")
    goods = [r for r in rows if r["subject"] == "product"]
    product_changed(conn, sorted({r["merchant_id"] for r in goods}), sorted({r["subject_id"] for r in goods}), of_product, lane="import")


def withdraw(conn: Conn, run: Run) -> None:
    rows = brought(conn, "withdrawals", run.import_id)
    shops, goods = _locked(conn, rows)
    now, today = listing.now_and_today(conn)
    conn.execute("DELETE FROM withdrawals WHERE import_id = %s", [run.import_id])
    held = certificates.of(conn, [row["subject_id"] for row in rows])
    standing = {
        row["subject_id"]: row["withdrawal_id"]
        for row in rows
        if row["until_instant"] is None and {**shops, **goods}[row["subject_id"]]["state"] == row["kind"]
    }
    merchants.set_states(conn, [(s, _free(held[s], today)) for s in standing if s in shops])
    products.set_states(conn, [(goods[s]["merchant_id"], s, _free(held[s], today)) for s in standing if s in goods])

    def of_merchant(state: MerchantState) -> list[Event]:
        lifted = standing.get(state.merchant_id)
        return [MerchantReinstated(merchant=state, withdrawal_id=lifted, decided_at=now) if lifted else MerchantCertified(merchant=state)]

    def of_product(state: ProductState) -> list[Event]:
        lifted = standing.get(state.product_id)
        return [ProductReinstated(product=state, withdrawal_id=lifted, decided_at=now) if lifted else ProductChanged(product=state)]

    _publish(conn, rows, of_merchant, of_product)


def _free(held: Sequence[Row], today: date) -> str:
    return as_of_today("certified", certificates.periods(held), today)


WITHDRAWALS = ImportKind(
    "withdrawals", "暂停撤销召回", COLUMNS, "document_no+subject+subject_code", check, apply, withdraw, dated_by="from_instant"
)
