"""Report files: a workbook and CSV. Text is always written as text: a cell that begins with = + - @ never runs in a reader's
spreadsheet (ChurchCRM/CRM#5465, thirtybees/thirtybees#1670), and numbers stay numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TextIO

import xlsxwriter  # type: ignore[import-untyped]

from services.kit.money import to_yuan
from services.reporting.domain.cells import Cell, Yuan

GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n")
SHEET_ROWS = 1_000_000


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(GUARDED) else text


class CsvFile:
    """UTF-8 with BOM, so that spreadsheets read Chinese without being asked."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")
        self.rows = 0
        file.write("\ufeff")

    def write(self, cells: Iterable[Cell]) -> None:
        self._writer.writerow([self._cell(cell) for cell in cells])
        self.rows += 1

    @staticmethod
    def _cell(cell: Cell) -> Any:
        if isinstance(cell, str):
            return guarded(cell)
        if isinstance(cell, Yuan):
            return to_yuan(cell.fen)
        if isinstance(cell, Decimal):
            return format(cell, "f")
        if isinstance(cell, bool):
            return "是" if cell else "否"
        return "" if cell is None else cell


class Workbook:
    """Rows go to disk as they are written, so that memory stays flat however long the report."""

    def __init__(self, path: str) -> None:
        self._book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self._bold = self._book.add_format({"bold": True})
        self._yuan = self._book.add_format({"num_format": "#,##0.00"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheet: Any = None
        self._row = 0
        self._name, self._header, self._part = "", (), 1

    def sheet(self, name: str, header: Sequence[str] = (), widths: Sequence[int] = ()) -> None:
        self._name, self._header, self._part = name, tuple(header), 1
        self._open(name)
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def _open(self, name: str) -> None:
        self._sheet, self._row = self._book.add_worksheet(name), 0
        if self._header:
            self.write(self._header, bold=True)

    def write(self, cells: Iterable[Cell], *, bold: bool = False) -> None:
        if self._row >= SHEET_ROWS:
            self._part += 1
            self._open(f"{self._name} {self._part}")
        for column, cell in enumerate(cells):
            self._write(column, cell, self._bold if bold else None)
        self._row += 1

    def _write(self, column: int, cell: Cell, bold: Any) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_string(self._row, column, "是" if cell else "否")
        elif isinstance(cell, str):
            self._sheet.write_string(self._row, column, cell[:32_000], bold)
        elif isinstance(cell, Yuan):
            self._sheet.write_number(self._row, column, cell.fen / 100, self._yuan)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, column, cell, self._day)
        else:
            self._sheet.write_number(self._row, column, float(cell))

    def close(self) -> None:
        self._book.close()
