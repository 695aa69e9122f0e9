"""From an object in the store to documents of parsed rows, with every cell's mistake noted."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
from collections import defaultdict
from typing import Any

from services.kit import json
from services.kit.imports.columns import CellError, Column
from services.kit.imports.kinds import Document, ImportKind, Problems, Row
from services.kit.objects import ObjectStore

MAX_BYTES = 50 * 1024 * 1024
PARSE_SECONDS = 120


def read_table(store: ObjectStore, object_key: str, filename: str, problems: Problems) -> tuple[str, list[list[Any]]]:
    """(sha256, rows as ``[line, cell, …]``). A file that cannot be read leaves one problem and no rows."""
    with tempfile.NamedTemporaryFile(prefix="bangfu-import-") as file:
        digest, size = hashlib.sha256(), 0
        for chunk in store.stream(object_key):
            size += len(chunk)
            if size > MAX_BYTES:
                problems.add(0, None, "FILE_TOO_LARGE", f"文件超过 {MAX_BYTES >> 20} MB", f"the file is above {MAX_BYTES >> 20} MB")
                return digest.hexdigest(), []
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        try:
            done = subprocess.run(  # noqa: S603 – our own module, arguments are paths of ours
                [sys.executable, "-m", "services.kit.imports.parse", file.name, filename], capture_output=True, timeout=PARSE_SECONDS)
        except subprocess.TimeoutExpired:
            problems.add(0, None, "BAD_FILE", "读取超时", "reading took too long")
            return digest.hexdigest(), []
    rows: list[list[Any]] = []
    for line in io.BytesIO(done.stdout):
        row = json.loads(line)
        if isinstance(row, dict):
            problems.add(row.get("line") or 0, None, row["refused"], row["zh"], row["en"])
            return digest.hexdigest(), []
        rows.append(row)
    if done.returncode != 0:
        problems.add(0, None, "ZIP_BOMB", "文件展开后过大或已损坏", "the file unpacks to too much or is damaged")
        return digest.hexdigest(), []
    if len(rows) < 2:
        problems.add(1, None, "EMPTY_FILE", "文件没有数据行", "the file has no rows")
    return digest.hexdigest(), rows


def documents(kind: ImportKind, table: list[list[Any]], problems: Problems) -> list[Document]:
    """Rows that parsed, grouped by the document's key. Every bad cell is a problem of its own."""
    if len(table) < 2:
        return []
    columns = _columns(kind, [str(c) for c in table[0][1:]], problems)
    if columns is None:
        return []
    groups: dict[str, list[Row]] = defaultdict(list)
    absent = {c.key: None for c in kind.columns if c not in columns}
    parsed: list[dict[str, object]] = [{} for _ in columns]
    for line, *cells in table[1:]:
        row = _row(columns, absent, line, cells, parsed, problems)
        if row is not None:
            groups["+".join(str(row.values[key]) for key in kind.document_key.split("+"))].append(row)
    found = [Document(key, rows) for key, rows in groups.items()]
    headers = [c for c in kind.columns if c.header]
    for document in found:
        for row in document.rows[1:]:
            for column in headers:
                if row.values[column.key] != document.rows[0].values[column.key]:
                    problems.add(row.line, column.title, "DIFFERS_IN_DOCUMENT", f"与同一单据第 {document.line} 行不一致",
                                 f"differs from row {document.line} of the same document",
                                 "" if column.personal else row.values[column.key])
    return found


def _columns(kind: ImportKind, header: list[str], problems: Problems) -> list[Column | None] | None:
    by_name = {c.key: c for c in kind.columns} | {c.title: c for c in kind.columns}
    found: list[Column | None] = []
    for index, name in enumerate(header):
        column = by_name.get(name.strip().lstrip("\ufeff").removesuffix("*"))
        if column is None and name.strip():
            problems.add(1, name, "UNKNOWN_COLUMN", f"第 {index + 1} 列“{name}”不在模板中",
                         f"column {index + 1} “{name}” is not of this template", name)
        elif column is not None and column in found:
            problems.add(1, name, "DUPLICATE_COLUMN", f"“{name}”出现两次", f"“{name}” stands twice", name)
        found.append(column)
    for column in kind.columns:
        if column.required and column not in found:
            problems.add(1, column.title, "MISSING_COLUMN", f"缺少列“{column.title}”", f"the column “{column.key}” is missing")
    return None if problems.count else found


def _row(columns: list[Column | None], absent: dict[str, None], line: int, cells: list[str], parsed: list[dict[str, object]],
         problems: Problems) -> Row | None:
    """``parsed`` holds what each column's cells came to before: most repeat, and so share one value."""
    values: dict[str, object] = {**absent}
    before = problems.count
    for index, column in enumerate(columns):
        cell = cells[index] if index < len(cells) else ""
        if column is None:
            continue
        values[column.key] = None
        if cell == "":
            if column.required:
                problems.add(line, column.title, "REQUIRED", "必填", "required")
        elif cell[0] == "=":
            problems.add(line, column.title, "FORMULA", "单元格含公式，请粘贴为数值", "the cell holds a formula; paste values",
                         "" if column.personal else cell)
        else:
            try:
                if cell not in parsed[index]:
                    parsed[index][cell] = column.parse(cell)
                values[column.key] = parsed[index][cell]
            except CellError as error:
                problems.add(line, column.title, error.code, error.zh, error.en, "" if column.personal else cell)
    if len(cells) > len(columns) and any(cells[len(columns):]):
        problems.add(line, None, "EXTRA_CELLS", f"第 {len(columns)} 列之后还有内容", f"cells beyond column {len(columns)}")
    return Row(line, values) if problems.count == before else None
