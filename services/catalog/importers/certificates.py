from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.certification import WITHDRAWN, Period, as_of_today, overlapping
from services.catalog.domain.errors import BadPeriod, PeriodOverlaps
from services.catalog.importers.common import SUBJECTS, brought, refuse_if, rows_of, subjects
from services.catalog.store import certificates, codes, listing, merchants, products
from services.catalog.usecases.publishing import merchant_changed, product_changed
from services.events.catalog import MerchantCertified, ProductCertified, ProductChanged
from services.kit.db import Conn, Row
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run

COLUMNS = (
    Column("subject", "对象类型", choice(SUBJECTS)),
    Column("subject_code", "对象代码", code),
    Column("certificate_no", "证书编号", code),
    Column("document_no", "认定文号", text(100)),
    Column("valid_from", "有效期起", day),
    Column("valid_until", "有效期止", day),
)
KEY_OF = {"merchant": codes.CREDIT_CODE, "product": codes.PRODUCT_NO}


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    known = {s: subjects(conn, key, (r["subject_code"] for r in rows if r["subject"] == s)) for s, key in KEY_OF.items()}
    taken = subjects(conn, codes.CERTIFICATE_NO, (row["certificate_no"] for row in rows))
    ids = [k["subject_id"] for by_code in known.values() for k in by_code.values()]
    periods: dict[UUID, list[tuple[Period, str]]] = defaultdict(list)
    for subject_id, held in certificates.of(conn, ids).items():
        periods[subject_id] = [((c["valid_from"], c["valid_until"]), c["certificate_no"]) for c in held]
    made: list[dict[str, Any]] = []
    for document in found:
        for row in document.rows[1:]:
            problems.add(
                row.line,
                "证书编号",
                "DUPLICATE_IN_FILE",
                f"与第 {document.line} 行重复",
                f"the same as in row {document.line}",
                document.key,
            )
    for row in rows:
        subject = known[row["subject"]].get(row["subject_code"])
        if row["certificate_no"] in taken:
            problems.add(row.line, "证书编号", "CODE_TAKEN", "编号已被使用", "the number is taken", row["certificate_no"])
        period = (row["valid_from"], row["valid_until"])
        if period[1] < period[0]:
            problems.refuse(
                row.line,
                "有效期止",
                BadPeriod(None, valid_from=period[0].isoformat(), valid_until=period[1].isoformat()),
                row["valid_until"],
            )
            continue
        if subject is None:
            problems.unknown(row.line, "对象代码", row["subject_code"])
            continue
        clash = next((no for other, no in periods[subject["subject_id"]] if overlapping([other], period)), None)
        if clash is not None:
            problems.refuse(row.line, "有效期起", PeriodOverlaps(None, certificate_no=clash), row["valid_from"])
        periods[subject["subject_id"]].append((period, row["certificate_no"]))
        made.append({**row.values, "merchant_id": subject["merchant_id"], "subject_id": subject["subject_id"]})
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    """Certifies: one event a merchant or product, with all its certificates; merchants first."""
    rows = [{**row, "certificate_id": new_id(), "import_id": run.import_id} for row in checked.rows]
    shops, goods = _locked(conn, rows)
    certificates.insert_many(conn, rows)
    codes.take_many(conn, codes.CERTIFICATE_NO, [(row["certificate_no"], row["merchant_id"], row["certificate_id"]) for row in rows])
    _settle(conn, shops, goods)
    certified = {row["subject_id"] for row in rows}
    merchant_changed(conn, sorted(set(shops) & certified), lambda state: [MerchantCertified(merchant=state)], lane="import", certified=True)
    chosen = sorted(set(goods) & certified)
    product_changed(
        conn,
        sorted({goods[p]["merchant_id"] for p in chosen}),
        chosen,
        lambda state: [ProductCertified(product=state)],
        lane="import",
        certified=True,
    )


def _locked(conn: Conn, rows: Sequence[dict[str, Any]]) -> tuple[dict[UUID, Row], dict[UUID, Row]]:
    """All merchants that are touched, and the products."""
    shops = merchants.lock(conn, sorted({row["merchant_id"] for row in rows}))
    return shops, products.lock(conn, sorted({row["subject_id"] for row in rows if row["subject"] == "product"}))


def _settle(conn: Conn, shops: dict[UUID, Row], goods: dict[UUID, Row]) -> None:
    """States by the certificates that stand now. A withdrawal that stands outweighs them."""
    _, today = listing.now_and_today(conn)
    held = certificates.of(conn, [*shops, *goods])
    merchants.set_states(conn, [(m, s) for m, row in shops.items() if (s := _state(row, held[m], today)) != row["state"]])
    products.set_states(
        conn, [(row["merchant_id"], p, s) for p, row in goods.items() if (s := _state(row, held[p], today)) != row["state"]]
    )


def _state(row: Row, held: Sequence[Row], today: date) -> str:
    if row["state"] in WITHDRAWN:
        return str(row["state"])
    return as_of_today("certified", certificates.periods(held), today) if held else "applied"


def withdraw(conn: Conn, run: Run) -> None:
    """Copies are told of a state without these certificates: then it counts on no day and may not be sold."""
    rows = brought(conn, "certificates", run.import_id)
    shops, goods = _locked(conn, rows)
    ids = [row["subject_id"] for row in rows]
    refuse_if(conn, "SELECT count(*) FROM withdrawals WHERE subject_id = ANY(%s)", [ids], "暂停撤销召回")
    refuse_if(
        conn, "SELECT count(*) FROM sold WHERE (product_id = ANY(%s) OR merchant_id = ANY(%s)) AND net_fen <> 0", [ids, ids], "有销售的产品"
    )
    own_shops = sorted(set(shops) & set(ids))
    refuse_if(
        conn,
        "SELECT count(*) FROM certificates c WHERE c.merchant_id = ANY(%s) AND c.subject = 'product' "
        "AND c.import_id IS DISTINCT FROM %s AND NOT EXISTS (SELECT 1 FROM certificates m WHERE m.merchant_id = c.merchant_id "
        "AND m.subject = 'merchant' AND m.import_id IS DISTINCT FROM %s)",
        [own_shops, run.import_id, run.import_id],
        "主体的产品证书",
    )
    conn.execute("DELETE FROM certificates WHERE import_id = %s", [run.import_id])
    codes.give_back(conn, codes.CERTIFICATE_NO, [row["certificate_id"] for row in rows])
    _settle(conn, {m: shops[m] for m in own_shops}, goods)
    merchant_changed(conn, own_shops, lambda state: [MerchantCertified(merchant=state)], lane="import")
    product_changed(
        conn,
        sorted({row["merchant_id"] for row in goods.values()}),
        sorted(goods),
        lambda state: [ProductChanged(product=state)],
        lane="import",
    )


CERTIFICATES = ImportKind("certificates", "认定证书", COLUMNS, "certificate_no", check, apply, withdraw, dated_by="valid_from")
