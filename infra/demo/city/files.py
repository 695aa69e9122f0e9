"""Writing tables as the files that importers read: CSV in two encodings, and XLSX; the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from infra.demo.city.columns import COLUMNS
from infra.demo.city.model import Fen, Quantity, Table
from infra.demo.city.money import quantity_text, yuan
from infra.demo.city.timeline import Month
from infra.demo.city.words import WORDS

CSV_UTF8, CSV_GB18030, XLSX = "csv;utf-8-sig", "csv;gb18030", "xlsx"
_MADE = datetime(2024, 1, 1)


def _text(cell: object, words: dict[object, str] | None) -> str:
    if cell is None:
        return ""
    if words is not None and cell in words:
        return words[cell]
    if isinstance(cell, Fen):
        return yuan(cell)
    if isinstance(cell, Quantity):
        return quantity_text(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (str, int, Month)):
        return str(cell)
    raise TypeError(f"no way to write {cell!r}")


def _headers(kind: str, english: bool) -> list[str]:
    return [key if english else header for key, header in COLUMNS[kind]]


def _words(kind: str) -> list[dict[object, str] | None]:
    return [WORDS.get((kind, key)) for key, _ in COLUMNS[kind]]


def write_csv(table: Table, path: Path, encoding: str, english: bool) -> None:
    words = _words(table.kind)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_headers(table.kind, english))
    writer.writerows([_text(cell, w) for cell, w in zip(row, words, strict=True)] for row in table.rows)
    path.write_bytes(out.getvalue().encode(encoding))


def write_xlsx(table: Table, path: Path, english: bool) -> None:
    """Dates, instants and numbers are typed cells, as a spreadsheet program would store them; codes stay text."""
    words = _words(table.kind)
    book = xlsxwriter.Workbook(str(path), {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE, "title": table.kind})
    sheet = book.add_worksheet(table.kind)
    bold = book.add_format({"bold": True})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    money = book.add_format({"num_format": "0.00"})
    sheet.freeze_panes(1, 0)
    for c, header in enumerate(_headers(table.kind, english)):
        sheet.write_string(0, c, header, bold)
    for r, row in enumerate(table.rows, start=1):
        for c, (cell, w) in enumerate(zip(row, words, strict=True)):
            if cell is None:
                continue
            if isinstance(cell, Fen):
                sheet.write_number(r, c, cell / 100, money)
            elif isinstance(cell, Quantity):
                sheet.write_number(r, c, cell / 1000)
            elif isinstance(cell, bool) or (w is not None and cell in w):
                sheet.write_string(r, c, _text(cell, w))
            elif isinstance(cell, int):
                sheet.write_number(r, c, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(r, c, cell, minute)
            elif isinstance(cell, date):
                sheet.write_datetime(r, c, datetime(cell.year, cell.month, cell.day))
            else:
                sheet.write_string(r, c, _text(cell, w))
    book.close()


def write(table: Table, path: Path, form: str, english: bool) -> None:
    if form == XLSX:
        write_xlsx(table, path, english)
    else:
        write_csv(table, path, form.partition(";")[2], english)
