"""departments · 成员单位"""

from __future__ import annotations

import re
from typing import Any

from services.kit.db import Conn, every
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.imports.columns import CellError, Column, day, text, yes_no
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.reporting.domain.registers import ensure_department
from services.reporting.importers.common import ensure_single, ensure_unregistered
from services.reporting.store import registers
from services.reporting.store.registers import DEPARTMENTS


def slug(cell: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{2,40}", cell):
        raise CellError("BAD_CODE", "代码只能含小写字母、数字和下划线", "a code has lower-case letters, digits and underscores only")
    return cell


COLUMNS = (
    Column("code", "代码", slug),
    Column("name", "名称", text()),
    Column("duty", "职责", text(2000)),
    Column("lead", "牵头", yes_no, required=False),
    Column("valid_from", "起始日期", day),
    Column("valid_until", "终止日期", day, required=False),
    Column("successor", "承接单位", slug, required=False),
)


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Document]:
    ensure_single(documents, problems, "代码")
    ensure_unregistered(conn, documents, problems, DEPARTMENTS, "代码")
    known = {row["code"] for row in every(conn, "SELECT code FROM departments")} | {d.key for d in documents}
    for document in documents:
        try:
            ensure_department(document["valid_from"], document["valid_until"], document["successor"])
        except DomainError as error:
            problems.refuse(document.line, "终止日期", error)
        if document["successor"] and document["successor"] not in known:
            problems.unknown(document.line, "承接单位", document["successor"])
    return documents


def apply(conn: Conn, checked: Any, run: Run) -> None:
    for done, document in enumerate(checked, start=1):
        row = document.rows[0].values | {"lead": bool(document["lead"])}
        registers.insert(conn, DEPARTMENTS, new_id(), row, import_id=run.import_id, line=document.line)
        run.progress(done)


def withdraw(conn: Conn, run: Run) -> None:
    registers.delete_import(conn, DEPARTMENTS, run.import_id)


KIND = ImportKind("departments", "成员单位", COLUMNS, "code", check, apply, withdraw, history=False)
