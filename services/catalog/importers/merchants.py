from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.catalog.adapters.credit_code import checked as checked_code
from services.catalog.domain.errors import BadCreditCode, CreditCodeTaken
from services.catalog.importers.common import brought, counties, county, refuse_if, rows_of
from services.catalog.store import codes, merchants
from services.kit.db import Conn
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run

KINDS = {"cooperative": "合作社", "company": "企业", "family_farm": "家庭农场", "village_collective": "村集体", "sole_trader": "个体工商户"}
COLUMNS = (
    Column("credit_code", "统一社会信用代码", text(18)),
    Column("name", "名称", text()),
    Column("kind", "主体类型", choice(KINDS)),
    Column("county_code", "县市区代码", text(20)),
    Column("township", "乡镇街道", text(), required=False),
    Column("founded_on", "成立日期", day, required=False),
)


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    known = counties(conn)
    taken = codes.find_many(conn, codes.CREDIT_CODE, [row["credit_code"].upper() for row in rows])
    made: list[dict[str, Any]] = []
    for document in found:
        for row in document.rows[1:]:
            problems.add(
                row.line,
                "统一社会信用代码",
                "DUPLICATE_IN_FILE",
                f"与第 {document.line} 行重复",
                f"the same as in row {document.line}",
                document.key,
            )
    for row in rows:
        code = county(row, known, problems)
        try:
            credit_code = checked_code(row["credit_code"])
        except BadCreditCode as error:
            problems.refuse(row.line, "统一社会信用代码", error, row["credit_code"])
            continue
        if credit_code in taken:
            problems.refuse(row.line, "统一社会信用代码", CreditCodeTaken(None, value=credit_code), credit_code)
        made.append({**row.values, "credit_code": credit_code, "county_code": code})
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    rows = [{**row, "merchant_id": new_id(), "import_id": run.import_id} for row in checked.rows]
    merchants.insert_many(conn, rows)
    codes.take_many(conn, codes.CREDIT_CODE, [(row["credit_code"], row["merchant_id"], row["merchant_id"]) for row in rows])


def withdraw(conn: Conn, run: Run) -> None:
    """Only merchants that nothing hangs on; they were never certified then, so no copy knows them."""
    ids = [row["merchant_id"] for row in brought(conn, "merchants", run.import_id)]
    merchants.lock(conn, ids)
    for table, what in (
        ("products", "产品"),
        ("certificates", "认定证书"),
        ("mechanisms", "联农带农机制"),
        ("applications", "申请"),
        ("withdrawals", "暂停撤销召回"),
    ):
        refuse_if(conn, f"SELECT count(*) FROM {table} WHERE merchant_id = ANY(%s)", [ids], what)  # noqa: S608 – own names
    codes.give_back(conn, codes.CREDIT_CODE, ids)
    for table in ("members", "contacts", "merchants"):
        conn.execute(f"DELETE FROM {table} WHERE merchant_id = ANY(%s)", [ids])  # noqa: S608 – own names


MERCHANTS = ImportKind("merchants", "经营主体", COLUMNS, "credit_code", check, apply, withdraw)
