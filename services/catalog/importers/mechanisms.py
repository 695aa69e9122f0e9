from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalog.domain.errors import BadPeriod
from services.catalog.importers.common import brought, rows_of, subjects
from services.catalog.store import codes, labels, merchants
from services.catalog.usecases.merchants.record_mechanism import event_of
from services.events.base import Event
from services.kit.db import Conn, Row
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, integer, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.outbox import publish_many

KINDS = {"purchase_order": "订单收购", "employment": "务工就业", "land_lease": "土地流转", "dividend": "入股分红", "training": "培训代养"}
COLUMNS = (
    Column("mechanism_no", "机制编号", code),
    Column("merchant_code", "经营主体代码", code),
    Column("kind", "机制类型", choice(KINDS)),
    Column("households", "户数", integer(1, 1_000_000)),
    Column("persons", "人数", integer(1, 5_000_000)),
    Column("valid_from", "有效期起", day),
    Column("valid_until", "有效期止", day, required=False),
    Column("evidence", "佐证材料", text()),
)


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    owners = subjects(conn, codes.CREDIT_CODE, (row["merchant_code"] for row in rows))
    taken = subjects(conn, codes.MECHANISM_NO, (row["mechanism_no"] for row in rows))
    made: list[dict[str, Any]] = []
    for document in found:
        for row in document.rows[1:]:
            problems.add(
                row.line,
                "机制编号",
                "DUPLICATE_IN_FILE",
                f"与第 {document.line} 行重复",
                f"the same as in row {document.line}",
                document.key,
            )
    for row in rows:
        owner, end = owners.get(row["merchant_code"]), row.values.get("valid_until")
        if owner is None:
            problems.unknown(row.line, "经营主体代码", row["merchant_code"])
        if row["mechanism_no"] in taken:
            problems.add(row.line, "机制编号", "CODE_TAKEN", "编号已被使用", "the number is taken", row["mechanism_no"])
        if row["households"] > row["persons"]:
            problems.add(
                row.line, "户数", "MORE_HOUSEHOLDS_THAN_PERSONS", "户数不能大于人数", "more households than persons", row["households"]
            )
        if end is not None and end < row["valid_from"]:
            problems.refuse(
                row.line, "有效期止", BadPeriod(None, valid_from=row["valid_from"].isoformat(), valid_until=end.isoformat()), end
            )
        made.append({**row.values, "merchant_id": owner["merchant_id"] if owner else None})
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    rows = [{**row, "mechanism_id": new_id(), "import_id": run.import_id} for row in checked.rows]
    shops = merchants.lock(conn, sorted({row["merchant_id"] for row in rows}))
    labels.insert_mechanisms(conn, rows)
    codes.take_many(conn, codes.MECHANISM_NO, [(row["mechanism_no"], row["merchant_id"], row["mechanism_id"]) for row in rows])
    _publish(conn, shops, [{"valid_until": None} | row for row in rows], withdrawn=False)


def withdraw(conn: Conn, run: Run) -> None:
    rows = brought(conn, "mechanisms", run.import_id)
    shops = merchants.lock(conn, sorted({row["merchant_id"] for row in rows}))
    conn.execute("DELETE FROM mechanisms WHERE import_id = %s", [run.import_id])
    codes.give_back(conn, codes.MECHANISM_NO, [row["mechanism_id"] for row in rows])
    _publish(conn, shops, rows, withdrawn=True)


def _publish(conn: Conn, shops: dict[UUID, Row], rows: list[dict[str, Any]], *, withdrawn: bool) -> None:
    """Each raises its merchant's version: order within the key is order of version."""
    versions = {m: row["version"] for m, row in shops.items()}
    events: list[tuple[Event, int]] = []
    for row in rows:
        versions[row["merchant_id"]] += 1
        events.append((event_of(row, shops[row["merchant_id"]]["county_code"], withdrawn=withdrawn), versions[row["merchant_id"]]))
    with conn.cursor() as cursor:
        cursor.executemany("UPDATE merchants SET version = %s WHERE merchant_id = %s", [(v, m) for m, v in versions.items()])
    publish_many(conn, events, "import")


MECHANISMS = ImportKind("mechanisms", "联农带农机制", COLUMNS, "mechanism_no", check, apply, withdraw, dated_by="valid_from")
