"""A row of the table: a figure beside its reference and its bar."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """``bar`` applies to ``ratio``, or to ``value`` where there is no reference; ``better`` is higher or lower."""

    name: str
    clients: int | None
    value: float
    unit: str
    reference: float | None
    bar: float | None
    better: str = "higher"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.reference if self.reference else None

    @property
    def holds(self) -> bool | None:
        if self.bar is None:
            return None
        measured = self.value if self.reference is None else self.ratio
        assert measured is not None
        return measured >= self.bar if self.better == "higher" else measured <= self.bar

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def show(rows: list[Row]) -> None:
    table = Table(title="Bangfu bench", show_lines=False)
    for column in ("name", "clients", "value", "unit", "reference", "ratio", "bar", "holds", "note"):
        table.add_column(column, justify="left" if column in ("name", "unit", "note") else "right")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        bar = "" if row.bar is None else f"{'≥' if row.better == 'higher' else '≤'} {row.bar:g}"
        table.add_row(
            row.name,
            str(row.clients or ""),
            f"{row.value:,.3g}" if row.value < 10 else f"{row.value:,.0f}",
            row.unit,
            "" if row.reference is None else f"{row.reference:,.0f}",
            ratio,
            bar,
            {True: "yes", False: "NO", None: ""}[row.holds],
            row.note,
        )
    Console(width=150, soft_wrap=True).print(table)


def write(rows: list[Row], file: Path) -> None:
    file.write_text(json.dumps([r.as_dict() for r in rows], ensure_ascii=False, indent=1))
