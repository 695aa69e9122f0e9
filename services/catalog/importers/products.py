from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.catalog.adapters.search import postgres as search
from services.catalog.domain.goods import check_listing
from services.catalog.importers.common import brought, counties, county, refuse_if, rows_of, subjects
from services.catalog.store import codes, listing, merchants, products
from services.kit.db import Conn
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.imports.columns import CellError, Column, choice, code, fen, integer, months, text, yes_no
from services.kit.imports.kinds import Document, ImportKind, Problems, Run

CATEGORIES = {
    "vegetables": "新鲜蔬菜",
    "mushrooms": "食用菌",
    "fruit": "时令水果",
    "grain": "米面杂粮",
    "oil_seasoning": "粮油调味",
    "poultry_eggs": "禽肉蛋品",
    "meat_fish": "肉类水产",
    "jujube_dried": "红枣干果",
    "ejiao_lingzhi": "阿胶灵芝",
    "snacks": "糕点小吃",
    "crafts": "手工纺织",
}
STORAGE = {"ambient": "常温", "chilled": "冷藏", "frozen": "冷冻", "live": "鲜活"}
TITLES = {
    "unit": "销售单位",
    "price_fen": "零售价",
    "bulk_price_fen_per_kg": "批量价每公斤",
    "net_weight_g": "净重克",
    "season_months": "上市月份",
}


def slug(cell: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9\-]{0,39}", cell):
        raise CellError("BAD_SLUG", "只能含小写字母、数字和 -", "lower case letters, digits and - only")
    return cell


COLUMNS = (
    Column("product_no", "产品编号", code),
    Column("merchant_code", "经营主体代码", code),
    Column("name", "产品名称", text()),
    Column("category", "类别", choice(CATEGORIES)),
    Column("family", "品种", slug),
    Column("county_code", "产地代码", text(20)),
    Column("unit", "销售单位", text(8)),
    Column("pack", "规格", text()),
    Column("net_weight_g", "净重克", integer(1, 10_000_000), required=False),
    Column("retail_price", "零售价", fen),
    Column("bulk_price_per_kg", "批量价每公斤", fen, required=False),
    Column("is_food", "是否食品", yes_no),
    Column("season_months", "上市月份", months, required=False),
    Column("storage", "储存方式", choice(STORAGE), required=False),
    Column("description", "产品说明", text(2000)),
)


@dataclass(frozen=True)
class Checked:
    rows: list[dict[str, Any]]


def check(conn: Conn, found: list[Document], problems: Problems) -> Checked:
    rows = rows_of(found)
    known, owners = counties(conn), subjects(conn, codes.CREDIT_CODE, (row["merchant_code"] for row in rows))
    taken = subjects(conn, codes.PRODUCT_NO, (row["product_no"] for row in rows))
    made: list[dict[str, Any]] = []
    for document in found:
        for row in document.rows[1:]:
            problems.add(
                row.line,
                "产品编号",
                "DUPLICATE_IN_FILE",
                f"与第 {document.line} 行重复",
                f"the same as in row {document.line}",
                document.key,
            )
    for row in rows:
        owner = owners.get(row["merchant_code"])
        if owner is None:
            problems.unknown(row.line, "经营主体代码", row["merchant_code"])
        if row["product_no"] in taken:
            problems.add(row.line, "产品编号", "CODE_TAKEN", "编号已被使用", "the number is taken", row["product_no"])
        values = {
            **row.values,
            "county_code": county(row, known, problems),
            "price_fen": row["retail_price"],
            "season_months": list(row.values.get("season_months") or ()),
            "bulk_price_fen_per_kg": row.values.get("bulk_price_per_kg"),
            "merchant_id": owner["merchant_id"] if owner else None,
        }
        try:
            check_listing(values)
        except DomainError as error:
            problems.refuse(row.line, TITLES.get(error.field or "", error.field), error, values.get(error.field or "", ""))
        made.append(values)
    return Checked(made)


def apply(conn: Conn, checked: Checked, run: Run) -> None:
    """Uncertified as yet: a certificates file brings them into the directory."""
    rows = [{**row, "product_id": new_id(), "import_id": run.import_id} for row in checked.rows]
    shops = sorted({row["merchant_id"] for row in rows})
    merchants.hold(conn, shops)
    products.insert_many(conn, rows)
    codes.take_many(conn, codes.PRODUCT_NO, [(row["product_no"], row["merchant_id"], row["product_id"]) for row in rows])
    ids = [row["product_id"] for row in rows]
    listing.refresh(conn, shops, ids)
    search.index_products(conn, ids)


def withdraw(conn: Conn, run: Run) -> None:
    rows = brought(conn, "products", run.import_id)
    ids = [row["product_id"] for row in rows]
    merchants.hold(conn, sorted({row["merchant_id"] for row in rows}))
    products.lock(conn, ids)
    for table, column, what in (
        ("certificates", "subject_id", "认定证书"),
        ("labels", "product_id", "质量标识"),
        ("withdrawals", "subject_id", "暂停撤销召回"),
        ("applications", "subject_id", "申请"),
    ):
        refuse_if(conn, f"SELECT count(*) FROM {table} WHERE {column} = ANY(%s)", [ids], what)  # noqa: S608 – own names
    refuse_if(conn, "SELECT count(*) FROM sold WHERE product_id = ANY(%s) AND net_fen <> 0", [ids], "有销售的产品")
    codes.give_back(conn, codes.PRODUCT_NO, ids)
    listing.remove(conn, ids)
    search.remove(conn, ids)
    conn.execute("DELETE FROM products WHERE product_id = ANY(%s)", [ids])


PRODUCTS = ImportKind("products", "产品", COLUMNS, "product_no", check, apply, withdraw)
