"""activities · 专项活动: each once, linked to its session, fair or contracts by their codes."""

from __future__ import annotations

import re
from typing import Any

from services.kit.db import Conn, every
from services.kit.errors import DomainError
from services.kit.ids import new_id
from services.kit.imports.columns import CellError, Column, choice, code, codes, day, text
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.reporting.domain.registers import ACTIVITY_KINDS, ensure_activity_is_linked
from services.reporting.importers.common import ensure_single, ensure_unregistered, ids_of, resolve
from services.reporting.importers.departments import slug
from services.reporting.store import registers
from services.reporting.store.registers import ACTIVITIES


def county(cell: str) -> str:
    if not re.fullmatch(r"\d{6}", cell):
        raise CellError("BAD_CODE", "应为六位区划代码", "six digits")
    return cell


COLUMNS = (
    Column("activity_no", "活动编号", code),
    Column("kind", "活动类型", choice(ACTIVITY_KINDS)),
    Column("title", "标题", text()),
    Column("held_on", "举办日期", day),
    Column("county_code", "县市区代码", county, required=False),
    Column("department", "主办单位", slug),
    Column("linked_session", "关联专场", code, required=False),
    Column("linked_outlet", "关联网点", code, required=False),
    Column("linked_contract", "关联合同", codes, required=False),
)
SESSIONS = "SELECT session_no AS code, session_id AS id FROM sessions WHERE session_no = ANY(%s) AND state <> 'void'"
OUTLETS = "SELECT outlet_code AS code, outlet_id AS id FROM outlets WHERE outlet_code = ANY(%s) AND NOT (void AND ended_version >= version)"
CONTRACTS = (
    "SELECT contract_no AS code, contract_id AS id FROM contracts WHERE contract_no = ANY(%s) AND NOT (void AND ended_version >= version)"
)


def check(conn: Conn, documents: list[Document], problems: Problems) -> list[tuple[Document, dict[str, Any]]]:
    ensure_single(documents, problems, "活动编号")
    ensure_unregistered(conn, documents, problems, ACTIVITIES, "活动编号")
    departments = {row["code"] for row in every(conn, "SELECT code FROM departments")}
    sessions = ids_of(conn, SESSIONS, {d["linked_session"] for d in documents if d["linked_session"]})
    outlets = ids_of(conn, OUTLETS, {d["linked_outlet"] for d in documents if d["linked_outlet"]})
    contracts = ids_of(conn, CONTRACTS, {c for d in documents for c in d["linked_contract"] or ()})
    linked: dict[tuple[str, str], int] = {}
    checked = []
    for document in documents:
        line = document.line
        try:
            ensure_activity_is_linked(document["kind"], document["linked_session"], document["linked_outlet"])
        except DomainError as error:
            problems.refuse(line, "关联专场" if document["kind"] == "session" else "关联网点", error)
        if document["department"] not in departments:
            problems.add(
                line,
                "主办单位",
                "UNKNOWN",
                f"系统中没有“{document['department']}”",
                f"“{document['department']}” does not exist here",
                document["department"],
            )
        links: dict[str, Any] = {"session_id": None, "outlet_id": None}
        for column, title, field, known in (
            ("linked_session", "关联专场", "session_id", sessions),
            ("linked_outlet", "关联网点", "outlet_id", outlets),
        ):
            reference = document[column]
            if reference:
                links[field] = resolve(known, problems, line, title, reference)
                earlier = linked.setdefault((field, reference), line)
                if earlier != line:
                    problems.add(
                        line, title, "LINKED_TWICE", f"第 {earlier} 行的活动已关联它", f"row {earlier} is linked to it already", reference
                    )
        links["contract_ids"] = [resolve(contracts, problems, line, "关联合同", c) for c in document["linked_contract"] or ()]
        checked.append((document, links))
    _ensure_links_free(conn, checked, problems)
    return checked


def _ensure_links_free(conn: Conn, checked: list[tuple[Document, dict[str, Any]]], problems: Problems) -> None:
    lines = {
        links[f]: (d.line, title)
        for d, links in checked
        for f, title in (("session_id", "关联专场"), ("outlet_id", "关联网点"))
        if links[f]
    }
    for row in every(
        conn,
        "SELECT activity_no, session_id, outlet_id FROM activities WHERE session_id = ANY(%(ids)s) OR outlet_id = ANY(%(ids)s)",
        {"ids": list(lines)},
    ):
        line, title = lines.get(row["session_id"]) or lines[row["outlet_id"]]
        problems.add(
            line, title, "LINKED_TWICE", f"活动 {row['activity_no']} 已关联它", f"activity {row['activity_no']} is linked to it already"
        )


def apply(conn: Conn, checked: Any, run: Run) -> None:
    for done, (document, links) in enumerate(checked, start=1):
        registers.insert(conn, ACTIVITIES, new_id(), document.rows[0].values | links, import_id=run.import_id, line=document.line)
        run.progress(done)


def withdraw(conn: Conn, run: Run) -> None:
    registers.delete_import(conn, ACTIVITIES, run.import_id)


KIND = ImportKind(
    "activities", "专项活动", COLUMNS, "activity_no", check, apply, withdraw, sources=("orders", "livestream"), dated_by="held_on"
)
