"""The demo city, generated once a test process, read back the way an importer would."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from infra.demo.city.build import DEFAULT_SEED, generate
from infra.demo.city.columns import COLUMNS
from infra.demo.city.words import WORDS

AS_OF = date(2026, 10, 31)
Record = dict[str, str]


def read_file(folder: Path, entry: dict[str, Any]) -> list[Record]:
    """Rows as text under their English keys, choices as English keys."""
    path, kind = folder / entry["file"], entry["kind"]
    if entry["format"] == "xlsx":
        rows = [[_cell(c) for c in row] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()]
    else:
        text = path.read_bytes().decode(entry["format"].partition(";")[2])
        rows = list(csv.reader(io.StringIO(text, newline="")))
    keys = {name: key for key, header in COLUMNS[kind] for name in (key, header)}
    back = {key: {word: str(value) for value, word in WORDS.get((kind, key), {}).items()} for key, _ in COLUMNS[kind]}
    header = [keys[name] for name in rows[0]]
    return [{key: back[key].get(cell, cell) for key, cell in zip(header, row, strict=True)} for row in rows[1:]]


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}".rstrip("0").rstrip(".")
    return str(cell)[:16] if hasattr(cell, "hour") else str(cell)


@dataclass(frozen=True)
class Sale:
    """One sale line of any channel, fen and kilograms or packs; `low` to `high` is the period by which it is judged."""

    channel: str
    source: str
    product: str
    low: date
    high: date
    fen: int
    quantity: float
    unit: str
    county: str


def fen(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    yuan, _, part = text.lstrip("-").partition(".")
    return sign * (int(yuan) * 100 + int(part.ljust(2, "0") or 0))


def thousandths(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0") or 0)


def priced(row: Record, quantity: str = "quantity") -> int:
    """Fen of a line, rounded half away from zero."""
    return (thousandths(row[quantity]) * fen(row["price"]) + 500) // 1000


def month_span(text: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{text}-01")
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class CityFiles:
    """The files of one generation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self._read: dict[str, list[Record]] = {}

    def __getitem__(self, kind: str) -> list[Record]:
        if kind not in self._read:
            entry = next(f for f in self.manifest["files"] if f["kind"] == kind)
            self._read[kind] = read_file(self.folder, entry)
        return self._read[kind]

    @cached_property
    def products(self) -> dict[str, Record]:
        return {r["product_no"]: r for r in self["products"]}

    @cached_property
    def outlets(self) -> dict[str, Record]:
        return {r["outlet_code"]: r for r in self["outlets"]}

    @cached_property
    def institutions(self) -> dict[str, Record]:
        return {r["institution_code"]: r for r in self["institutions"]}

    @cached_property
    def contracts(self) -> dict[str, Record]:
        return {r["contract_no"]: r for r in self["contracts"]}

    @cached_property
    def sales(self) -> list[Sale]:
        """Every sale and refund line that the importers would write."""
        made: list[Sale] = []

        def add(channel: str, source: str, row: Record, low: str, high: str, amount: int, quantity: str, county: str) -> None:
            made.append(Sale(
                channel, source, row["product_no"], date.fromisoformat(low[:10]), date.fromisoformat(high[:10]), amount,
                float(row[quantity]), row["unit"], county,
            ))  # fmt: skip

        for r in self["deliveries"]:
            county = self.institutions[self.contracts[r["contract_no"]]["institution_code"]]["county_code"]
            amount = priced(r, "accepted_quantity")
            add("contract", "deliveries", r, r["accepted_at"], r["accepted_at"], amount, "accepted_quantity", county)
        for r in self["monthly_sheets"]:
            low, high = month_span(r["month"])
            outlet = self.outlets[r["outlet_code"]]
            add(outlet["kind"], "monthly_sheets", r, str(low), str(high), fen(r["amount"]), "quantity", outlet["county_code"])
        for r in self["day_sheets"]:
            add("expo", "day_sheets", r, r["day"], r["day"], fen(r["amount"]), "quantity", self.outlets[r["outlet_code"]]["county_code"])
        for r in self["fair_orders"]:
            add("expo", "fair_orders", r, r["fulfilled_on"], r["fulfilled_on"], fen(r["amount"]), "quantity", r["consumption_county"])
        for r in self["slips"]:
            extra = fen(r["rounding"]) if r["rounding"] and r["line_no"] == "1" else 0
            county = self.outlets[r["outlet_code"]]["county_code"]
            add("counter", "slips", r, r["sold_at"], r["sold_at"], priced(r) + extra, "quantity", county)
        for r in self["campaigns"]:
            add(r["kind"], "campaigns", r, r["paid_on"], r["paid_on"], priced(r), "quantity", r["consumption_county"])
        for r in self["online_orders"]:
            back = (thousandths(r["refunded_quantity"] or "0") * fen(r["price"]) + 500) // 1000
            add("online", "online_orders", r, r["paid_at"], r["paid_at"], priced(r) - back, "quantity", r["consumption_county"])
        for r in self["external_reports"]:
            low, high = month_span(r["month"])
            add("external", "external_reports", r, str(low), str(high), fen(r["amount"]), "quantity", r["consumption_county"])
        for r in self["outside_sessions"]:
            amount = fen(r["gross"]) - fen(r["refunds"])
            add("live", "outside_sessions", r, r["started_at"], r["started_at"], amount, "quantity", r["county_code"])
        return made


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> CityFiles:
    folder = tmp_path_factory.mktemp("city")
    generate(AS_OF, DEFAULT_SEED, folder)
    return CityFiles(folder)
