"""publicity · 宣传报道"""

from __future__ import annotations

from typing import Any

from services.kit.db import Conn
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.imports.columns import Column, choice, code, day, integer, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.reporting.domain.registers import LEVELS, MEDIA, ensure_level
from services.reporting.importers.common import ensure_single, ensure_unregistered
from services.reporting.store import registers
from services.reporting.store.registers import PUBLICITY

COLUMNS = (
    Column("record_no", "编号", code),
    Column("medium", "媒介", choice(MEDIA)),
    Column("level", "级别", choice(LEVELS), required=False),
    Column("media_kind", "媒体类别", text()),
    Column("title", "标题", text()),
    Column("published_on", "发布日期", day),
    Column("aired", "播出次数", integer(0, 1_000_000), required=False),
)


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[Document]:
    ensure_single(documents, problems, "编号")
    ensure_unregistered(conn, documents, problems, PUBLICITY, "编号")
    for document in documents:
        try:
            ensure_level(document["medium"], document["level"])
        except DomainError as error:
            problems.refuse(document.line, "级别", error)
        if document["aired"] is not None and document["medium"] != "film":
            problems.add(document.line, "播出次数", "NOT_A_FILM", "仅公益片填写播出次数", "only films state how often they were aired")
    return documents


def apply(conn: Conn, checked: Any, run: Run) -> None:
    for done, document in enumerate(checked, start=1):
        registers.insert(conn, PUBLICITY, new_id(), document.rows[0].values, import_id=run.import_id, line=document.line)
        run.progress(done)


def withdraw(conn: Conn, run: Run) -> None:
    registers.delete_import(conn, PUBLICITY, run.import_id)


KIND = ImportKind("publicity", "宣传报道", COLUMNS, "record_no", check, apply, withdraw, dated_by="published_on")
