"""Reads a spreadsheet in a process of its own with a memory limit, and prints its rows as JSON lines.

``python -m services.kit.imports.parse FILE NAME`` → first line the header, then ``[line, cell, …]``; a refusal is one line
``{"refused": code, "zh": …, "en": …, "line": …}``. A 10 KB workbook can ask for gigabytes (CVE-2026-38359), so sizes are
looked at before anything is unpacked, and the limit catches what the look missed.
"""

from __future__ import annotations

import csv
import io
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import orjson

MAX_ROWS = 100_000
MAX_COLUMNS = 60
MAX_CELL = 2000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
MEMORY = 1536 * 1024 * 1024
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]')


class Refused(Exception):
    def __init__(self, code: str, zh: str, en: str, line: int | None = None) -> None:
        self.body = {"refused": code, "zh": zh, "en": en, "line": line}


def csv_rows(data: bytes) -> Iterator[list[str]]:
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            content = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Refused("BAD_ENCODING", "文件编码不是 UTF-8 或 GB18030", "the file is neither UTF-8 nor GB18030") from error
    if "\0" in content:
        raise Refused("BAD_FILE", "不是 CSV 文本文件", "not a CSV text file")
    csv.field_size_limit(MAX_CELL * 4)
    first = content.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter="\t" if first.count("\t") > first.count(",") else ",")
    try:
        yield from reader
    except csv.Error as error:
        raise Refused("BAD_FILE", f"CSV 格式错误：{error}", f"broken CSV: {error}", reader.line_num) from error


def xlsx_rows(data: bytes) -> Iterator[list[str]]:
    import python_calamine

    _look_before_unpacking(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
    except Exception as error:
        raise Refused("BAD_FILE", "无法读取该工作簿", "the workbook cannot be read") from error
    if sheet.total_height > MAX_ROWS + 1 or sheet.total_width > MAX_COLUMNS:
        raise Refused("TOO_MANY_ROWS", f"最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列", f"at most {MAX_ROWS} rows and {MAX_COLUMNS} columns")
    for row in sheet.iter_rows():
        yield [_cell(value) for value in row]


def _look_before_unpacking(data: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Refused("BAD_FILE", "不是有效的 XLSX 文件", "not a valid XLSX file") from error
    entries = archive.infolist()
    unpacked = sum(e.file_size for e in entries)
    if len(entries) > 500 or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 10_000):
        raise Refused("ZIP_BOMB", "压缩包展开后过大", "the workbook unpacks to too much")
    for entry in entries:
        if entry.filename.startswith("xl/worksheets/sheet"):
            _refuse_formulas(archive, entry)


def _refuse_formulas(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    tail = b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(1 << 20):
            found = FORMULA.search(tail + chunk)
            if found:
                cell = (found[1] + found[2]).decode()
                raise Refused("FORMULA", f"单元格 {cell} 含公式，请粘贴为数值", f"cell {cell} holds a formula; paste values", int(found[2]))
            tail = (tail + chunk)[-400:]


def _cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S") if (value.hour, value.minute, value.second) != (0, 0, 0) else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def rows(data: bytes, filename: str) -> Iterator[list[str]]:
    if data[:4] == b"PK\x03\x04":
        return xlsx_rows(data)
    if filename.lower().endswith((".xlsx", ".xls")):
        raise Refused("BAD_FILE", "文件内容不是 XLSX，请另存为 .xlsx 或 CSV", "the content is not XLSX; save as .xlsx or CSV")
    return csv_rows(data)


def main(path: str, filename: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = sys.stdout.buffer
    try:
        with open(path, "rb") as file:
            data = file.read()
        count = 0
        for line, row in enumerate(rows(data, filename), start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            count += 1
            if count > MAX_ROWS + 1:
                raise Refused("TOO_MANY_ROWS", f"最多 {MAX_ROWS} 行", f"at most {MAX_ROWS} rows", line)
            out.write(orjson.dumps([line, *cells]) + b"\n")
    except Refused as refused:
        out.write(orjson.dumps(refused.body) + b"\n")
    except MemoryError:
        out.write(orjson.dumps(Refused("ZIP_BOMB", "文件展开后过大", "the file unpacks to too much").body) + b"\n")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
