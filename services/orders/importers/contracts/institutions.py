"""Institutions that bought before the system was there."""

from __future__ import annotations

from typing import Any

from services.events.orders import InstitutionRegistered
from services.kit import clock, outbox
from services.kit.db import Conn
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, integer, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.orders.importers.papers import copy_rows, refuse_taken, refuse_used
from services.orders.importers.shared import county_or_outside
from services.orders.store.contracts import institutions

KINDS = {"hospital": "医院", "school": "学校", "enterprise": "企业", "government": "机关", "public_institution": "事业单位",
         "social_organisation": "社会组织"}
KITCHENS = {"own": "自营", "outsourced": "承包", "distributor": "配送"}
ROW = ("institution_id", "institution_code", "name", "kind", "county_code", "meals_per_day", "kitchen", "applied_by", "registered_at",
       "import_id", "import_line")


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Document]:
    refuse_taken(conn, documents, problems, "institution_code",
                 "SELECT institution_code AS number FROM institutions WHERE institution_code = ANY(%s)")
    kinds, kitchens = institutions.kinds(conn), institutions.kitchens(conn)
    for document in documents:
        for row in document.rows[1:]:
            problems.add(row.line, "institution_code", "REPEATED_LINE", "同一单位出现两次", "the institution stands twice", document.key)
        if document["county_code"] == "outside":
            problems.add(document.line, "county_code", "UNKNOWN_CHOICE", "应为县市区代码", "a county code", document["county_code"])
        if document["kind"] not in kinds:
            problems.unknown(document.line, "kind", document["kind"])
        if (document["kitchen"] or "own") not in kitchens:
            problems.unknown(document.line, "kitchen", document["kitchen"])
    return documents


def apply(conn: Conn, checked: list[Document], run: Run) -> None:
    now = clock.now(conn)
    rows: list[dict[str, Any]] = [{
        "institution_id": new_id(), "institution_code": d.key, "name": d["name"], "kind": d["kind"], "county_code": d["county_code"],
        "meals_per_day": d["meals_per_day"], "kitchen": d["kitchen"] or "own", "applied_by": run.created_by, "registered_at": now,
        "import_id": run.import_id, "import_line": d.line} for d in checked]
    copy_rows(conn, "institutions", ROW, [[row[name] for name in ROW] for row in rows])
    outbox.publish_many(conn, [(InstitutionRegistered(
        institution_id=r["institution_id"], version=1, institution_code=r["institution_code"], name=r["name"], kind=r["kind"],
        county_code=r["county_code"]), 1) for r in rows], "import")


def withdraw(conn: Conn, run: Run) -> None:
    refuse_used(conn, run, "contracts, campaigns, members",
                "SELECT 1 FROM institutions i WHERE i.import_id = %(import_id)s AND (EXISTS (SELECT 1 FROM contracts c "
                "WHERE c.institution_id = i.institution_id) OR EXISTS (SELECT 1 FROM campaigns g WHERE g.institution_id = i.institution_id "
                "AND g.state <> 'void') OR EXISTS (SELECT 1 FROM institution_members m WHERE m.institution_id = i.institution_id)) LIMIT 1")
    conn.execute("DELETE FROM institutions WHERE import_id = %s", [run.import_id])


INSTITUTIONS = ImportKind(
    name="institutions", title="采购单位", document_key="institution_code", check=check, apply=apply, withdraw=withdraw,
    columns=(
        Column("institution_code", "单位编号", code), Column("name", "单位名称", text()), Column("kind", "单位类型", choice(KINDS)),
        Column("county_code", "县市区代码", county_or_outside), Column("meals_per_day", "日供餐数", integer(0, 1_000_000), required=False),
        Column("kitchen", "食堂经营", choice(KITCHENS), required=False),
    ))
