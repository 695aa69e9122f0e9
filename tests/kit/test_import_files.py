"""Spreadsheets as offices make them, and as attackers do (CVE-2026-38359): every mistake by row and column."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter

from services.kit.imports import columns as c
from services.kit.imports import files
from services.kit.imports.columns import Column
from services.kit.imports.files import documents, read_table
from services.kit.imports.kinds import ImportKind, Problems

KIND = ImportKind(
    "slips", "小票",
    (Column("slip_no", "小票号", c.code), Column("day", "日期", c.day, header=True), Column("quantity", "数量", c.positive),
     Column("amount", "金额", c.fen), Column("note", "备注", c.text(10), required=False)),
    "slip_no", lambda *_: None, lambda *_: None, lambda *_: None)


class Store:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def stream(self, key: str) -> Iterator[bytes]:
        yield self.data


def load(data: bytes, filename: str = "f.csv") -> tuple[list[Any], Problems]:
    problems = Problems()
    _, table = read_table(Store(data), "uploads/x", filename, problems)  # type: ignore[arg-type]
    return documents(KIND, table, problems), problems


def xlsx(rows: list[list[Any]], formula: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    if formula:
        sheet.write_formula(1, 2, "=1+1")
    book.close()
    return out.getvalue()


HEADER = "小票号,日期,数量,金额,备注\n"
GOOD = HEADER + "S1,2026-10-01,2,3.50,甲\nS1,2026-10-01,1.5,0.30,\nS2,2026/10/02,1,9,乙\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_utf8_and_what_excel_in_china_saves(encoding: str) -> None:
    found, problems = load(GOOD.encode(encoding))
    assert problems.errors == []
    assert [(d.key, len(d.rows)) for d in found] == [("S1", 2), ("S2", 1)]
    assert found[0].rows[0]["amount"] == 350 and found[0]["note"] == "甲"


def test_xlsx_numbers_and_english_headers() -> None:
    found, problems = load(xlsx([["slip_no", "day", "quantity", "amount"], [371522.0, "2026-10-01", 1.5, 12.3]]), "f.xlsx")
    assert problems.errors == [] and found[0].key == "371522" and found[0]["amount"] == 1230


def test_three_bad_rows_among_many_are_named_by_row_and_column() -> None:
    rows = [f"S{i},2026-10-01,1,1.00," for i in range(9997)]
    rows[10], rows[5000], rows[9996] = "S10,2026-13-01,1,1.00,", "S5000,2026-10-01,-1,1.00,", "S9996,2026-10-01,1,1.005,"
    _, problems = load((HEADER + "\n".join(rows)).encode())
    assert [(e["line"], e["column"], e["code"]) for e in problems.errors] == [
        (12, "日期", "BAD_DATE"), (5002, "数量", "NOT_POSITIVE"), (9998, "金额", "BAD_AMOUNT")]


def test_a_formula_is_refused_with_its_cell() -> None:
    _, problems = load((HEADER + "S1,2026-10-01,=1+1,3.5,\n").encode())
    assert problems.errors[0]["code"] == "FORMULA" and problems.errors[0]["line"] == 2
    _, problems = load(xlsx([["slip_no", "day", "quantity", "amount"], ["S1", "2026-10-01", 1, 1]], formula=True), "f.xlsx")
    assert problems.errors[0]["code"] == "FORMULA" and "C2" in problems.errors[0]["en"]


def test_unknown_missing_and_doubled_columns_are_told_together() -> None:
    _, problems = load("小票号,日期,数量,数量,价钱\nS1,2026-10-01,1,1,1\n".encode())
    assert [e["code"] for e in problems.errors] == ["DUPLICATE_COLUMN", "UNKNOWN_COLUMN", "MISSING_COLUMN"]


def test_a_header_that_changes_within_a_document_is_told() -> None:
    _, problems = load((HEADER + "S1,2026-10-01,1,1,\nS1,2026-10-02,1,1,\n").encode())
    assert [(e["line"], e["code"]) for e in problems.errors] == [(3, "DIFFERS_IN_DOCUMENT")]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (310 * 1024 * 1024))
    assert len(out.getvalue()) < 1024 * 1024
    _, problems = load(out.getvalue(), "f.xlsx")
    assert problems.errors[0]["code"] == "ZIP_BOMB"


def test_a_file_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    _, problems = load(b"x" * 1001)
    assert problems.errors[0]["code"] == "FILE_TOO_LARGE"


@pytest.mark.parametrize(("data", "name"), [
    (b"\x89PNG\r\n", "f.csv"), (b"not a workbook", "f.xlsx"), (b"", "f.csv"), (b"PK\x03\x04junk", "f.xlsx")])
def test_what_is_no_table_is_refused(data: bytes, name: str) -> None:
    _, problems = load(data, name)
    assert problems.count >= 1
