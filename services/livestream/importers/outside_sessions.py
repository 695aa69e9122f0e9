"""History of sessions held on other platforms (`docs/imports.md`): one row a session and product, confirmed by the county."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from services.kit.db import Conn, every
from services.kit.errors import InvalidQuantity
from services.kit.ids import new_id
from services.kit.imports import columns
from services.kit.imports.columns import CellError, Column
from services.kit.imports.kinds import Document, ImportKind, Problems, Run
from services.kit.outbox import publish
from services.kit.time import business_date, start_of_day
from services.livestream.domain.certified import Product
from services.livestream.domain.outside import MAX_LINES, Line, check_period, product_mistake, read_line
from services.livestream.store import outside, products
from services.livestream.usecases.confirm_outside_session import confirmed


def _county(cell: str) -> str:
    if not re.fullmatch(r"\d{6}", cell):
        raise CellError("BAD_COUNTY", "应为六位县市区代码", "a county code of six digits")
    return cell


@dataclass(frozen=True)
class Checked:
    document: Document
    lines: tuple[Line, ...]


def check(conn: Conn, found: list[Document], problems: Problems) -> list[Checked]:
    known = products.by_numbers(conn, {row["product_no"] for d in found for row in d.rows})
    taken = {row["session_no"] for row in every(
        conn, "SELECT session_no FROM outside_sessions WHERE session_no = ANY(%s) AND state <> 'void'", [[d.key for d in found]])}
    checked = []
    for document in found:
        if document.key in taken:
            problems.add(document.line, "专场编号", "KEY_CONFLICT", f"专场编号 {document.key} 已存在",
                         f"session number {document.key} exists already", document.key)
        _check_header(document, problems)
        checked.append(Checked(document, _lines(document, known, problems)))
    return checked


def _check_header(document: Document, problems: Problems) -> None:
    period = check_period(document["started_at"], document["ended_at"])
    if period is not None:
        problems.refuse(document.line, "结束时间", period, document["ended_at"])
    if document["peak"] is not None and document["peak"] > document["participants"]:
        problems.add(document.line, "最高在线", "PEAK_ABOVE_PARTICIPANTS", "最高在线不能超过参与人数",
                     "the peak is not above the participants", document["peak"])
    if document["confirmed_on"] < business_date(document["started_at"]):
        problems.add(document.line, "县级确认日期", "CONFIRMED_BEFORE", "确认日期不能早于专场日期", "confirmed before it was held",
                     document["confirmed_on"])
    if len(document.rows) > MAX_LINES:
        problems.add(document.line, None, "TOO_MANY_LINES", f"一场最多 {MAX_LINES} 个产品", f"at most {MAX_LINES} products a session")


def _lines(document: Document, known: Mapping[str, Product], problems: Problems) -> tuple[Line, ...]:
    lines: list[Line] = []
    first, last = business_date(document["started_at"]), business_date(document["ended_at"])
    last = min(max(first, last), first + timedelta(days=1))
    seen: set[str] = set()
    for number, row in enumerate(document.rows, start=1):
        product = known.get(row["product_no"])
        if product is None:
            problems.unknown(row.line, "产品编号", row["product_no"])
            continue
        if row["product_no"] in seen:
            problems.add(row.line, "产品编号", "DOUBLE_PRODUCT", "同一场中产品重复", "the product stands twice in the session",
                         row["product_no"])
        seen.add(row["product_no"])
        if row["refunds"] > row["gross"]:
            problems.add(row.line, "退款金额", "REFUNDS_ABOVE_GROSS", "退款不能超过成交金额", "the refunds are not above what was paid",
                         row["refunds"])
        mistake = product_mistake(product, row["unit"], first, last, "product_no")
        if mistake is not None:
            problems.refuse(row.line, "产品编号", mistake, row["product_no"])
        try:
            lines.append(read_line(number, product.product_id, format(row["quantity"], "f"), row["unit"], row["gross"], row["refunds"], ""))
        except InvalidQuantity as error:
            problems.refuse(row.line, "数量", error, row["quantity"])
    return tuple(lines)


HEADER = ("session_no", "title", "platform", "county_code", "started_at", "ended_at", "participants", "peak", "evidence", "confirmed_on")


def apply(conn: Conn, checked: list[Checked], run: Run) -> None:
    sessions = [(new_id(), item) for item in checked]
    with conn.cursor() as cursor:
        with cursor.copy(
            "COPY outside_sessions (session_id, state, recorder_role, recorder_scope, recorded_by, business_date, paid_fen, refund_fen, "
            f"import_id, import_line, decided_by, decided_at, {', '.join(HEADER)}) FROM STDIN") as copy:
            for session_id, item in sessions:
                document = item.document
                copy.write_row((
                    session_id, "confirmed", "import", str(run.import_id), run.created_by, business_date(document["started_at"]),
                    sum(x.gross_fen for x in item.lines), sum(x.refund_fen for x in item.lines), run.import_id, document.line,
                    run.created_by, start_of_day(document["confirmed_on"]), *(document[name] for name in HEADER)))
        with cursor.copy("COPY handles (owner_id, owner_kind, handle) FROM STDIN") as copy:
            for session_id, item in sessions:
                copy.write_row((session_id, "outside_session", item.document["host"]))
        with cursor.copy("COPY outside_lines (session_id, line_no, product_id, quantity, unit, gross_fen, refund_fen) FROM STDIN") as copy:
            for session_id, item in sessions:
                for x in item.lines:
                    copy.write_row((session_id, x.line_no, x.product_id, x.quantity, x.unit, x.gross_fen, x.refund_fen))
    done = 0
    for session_id, item in sessions:
        publish(conn, confirmed(_header(session_id, item.document, run.import_id), item.lines), 1, "import")
        done += len(item.lines)
        run.progress(done)


def _header(session_id: UUID, document: Document, import_id: UUID) -> dict[str, Any]:
    return {"session_id": session_id, "import_id": import_id, "business_date": business_date(document["started_at"]),
            **{name: document[name] for name in HEADER}, "started_at": document["started_at"].astimezone(UTC),
            "ended_at": document["ended_at"].astimezone(UTC)}


def withdraw(conn: Conn, run: Run) -> None:
    """By reversal: the sessions stay, void; orders and reporting take their lines back."""
    for row in every(conn, "UPDATE outside_sessions SET state = 'void', session_no = session_no || '·' || left(import_id::text, 8), "
                     "version = version + 1 WHERE import_id = %s AND state <> 'void' RETURNING *", [run.import_id]):
        event = confirmed({**row, "session_no": row["session_no"].rsplit("·", 1)[0]}, outside.lines(conn, row["session_id"]), void=True)
        publish(conn, event, row["version"], "import")


OUTSIDE_SESSIONS = ImportKind(
    name="outside_sessions", title="站外直播专场", document_key="session_no", dated_by="started_at", sources=("catalog",),
    columns=(
        Column("session_no", "专场编号", columns.code, header=True),
        Column("title", "标题", columns.text(), header=True),
        Column("platform", "平台", columns.text(60), header=True),
        Column("county_code", "县市区代码", _county, header=True),
        Column("host", "主播", columns.text(40), header=True, personal=True),
        Column("started_at", "开始时间", columns.instant, header=True),
        Column("ended_at", "结束时间", columns.instant, header=True),
        Column("participants", "参与人数", columns.integer(1), header=True),
        Column("peak", "最高在线", columns.integer(), required=False, header=True),
        Column("product_no", "产品编号", columns.code),
        Column("quantity", "数量", columns.positive),
        Column("unit", "单位", columns.text(10)),
        Column("gross", "成交金额", columns.fen),
        Column("refunds", "退款金额", columns.fen),
        Column("evidence", "佐证材料", columns.text(), header=True),
        Column("confirmed_on", "县级确认日期", columns.day, header=True),
    ),
    check=check, apply=apply, withdraw=withdraw,
    amount=lambda document: sum(row["gross"] - row["refunds"] for row in document.rows),
)
