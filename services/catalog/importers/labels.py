from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalog.domain.certification import Period, overlapping
from services.catalog.domain.errors import BadPeriod, LabelExists
from services.catalog.importers.common import brought, rows_of, subjects
from services.catalog.store import codes, labels, merchants, products
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import LabelEnded, LabelGranted
from services.kit.db import Conn
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run

KINDS = {"green": "绿色食品", "organic": "有机产品", "gi": "地理标志", "quality_tested": "达标合格"}
COLUMNS = (
    Column("product_no", "产品编号", code),
    Column("label", "标识", choice(KINDS)),
    Column("certificate_no", "证书编号", text(64)),
    Column("valid_from", "有效期起", day),
    Column("valid_until", "有效期止", day),
)


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    known = subjects(conn, codes.PRODUCT_NO, (row["product_no"] for row in rows))
    periods: dict[tuple[UUID, str], list[Period]] = defaultdict(list)
    for held in labels.labels_of(conn, [k["subject_id"] for k in known.values()]):
        if held["valid_until"] is None or held["valid_until"] >= held["valid_from"]:
            periods[held["product_id"], held["label"]].append((held["valid_from"], held["valid_until"] or held["valid_from"].max))
    made: list[dict[str, Any]] = []
    for row in rows:
        product, period = known.get(row["product_no"]), (row["valid_from"], row["valid_until"])
        if product is None:
            problems.unknown(row.line, "产品编号", row["product_no"])
            continue
        if period[1] < period[0]:
            problems.refuse(
                row.line,
                "有效期止",
                BadPeriod(None, valid_from=period[0].isoformat(), valid_until=period[1].isoformat()),
                row["valid_until"],
            )
            continue
        own = periods[product["subject_id"], row["label"]]
        if overlapping(own, period):
            problems.refuse(row.line, "标识", LabelExists(None, label=KINDS[row["label"]]), row["label"])
        own.append(period)
        made.append({**row.values, "merchant_id": product["merchant_id"], "product_id": product["subject_id"]})
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    shops, goods = sorted({r["merchant_id"] for r in checked.rows}), sorted({r["product_id"] for r in checked.rows})
    merchants.hold(conn, shops)
    products.lock(conn, goods)
    labels.insert_labels(conn, [{**row, "label_id": new_id(), "import_id": run.import_id} for row in checked.rows])
    product_changed(conn, shops, goods, lambda state: [LabelGranted(product=state)], lane="import")


def withdraw(conn: Conn, run: Run) -> None:
    rows = brought(conn, "labels", run.import_id)
    shops, goods = sorted({r["merchant_id"] for r in rows}), sorted({r["product_id"] for r in rows})
    merchants.hold(conn, shops)
    products.lock(conn, goods)
    conn.execute("DELETE FROM labels WHERE import_id = %s", [run.import_id])
    product_changed(conn, shops, goods, lambda state: [LabelEnded(product=state)], lane="import")


LABELS = ImportKind("labels", "质量标识", COLUMNS, "label+certificate_no+product_no", check, apply, withdraw, dated_by="valid_from")
