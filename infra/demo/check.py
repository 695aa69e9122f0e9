"""The published figures beside the system's answers, asked of the gateway as the bureau asks."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.demo.client import Api

PUBLISHED = Path(__file__).parent / "data" / "liaocheng.csv"
FIGURES = """query F($asOf: Day!) { figures(asOf: $asOf) {
  asOf incomplete reconciled items { key name unit value transacted reported carriedForward incomplete } } }"""


@dataclass(frozen=True)
class Published:
    """`words` as published; the interval (both ends included) that they allow."""

    key: str
    words: str
    unit: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Row:
    """A published figure beside ours; `why` says what does not hold, empty where all does."""

    key: str
    published: str
    unit: str
    low: Decimal
    high: Decimal
    value: Decimal | None
    transacted: Decimal | None
    reported: Decimal | None
    carried_forward: Decimal | None
    why: str

    @property
    def holds(self) -> bool:
        return not self.why


def published(path: Path = PUBLISHED) -> list[Published]:
    with open(path, encoding="utf-8", newline="") as file:
        return [Published(r["key"], r["published"], r["unit"], Decimal(r["low"]), Decimal(r["high"])) for r in csv.DictReader(file)]


def ask(api: Api, as_of: date) -> dict[str, Any]:
    answer: dict[str, Any] = api.ask(FIGURES, asOf=as_of.isoformat())["figures"]
    return answer


def compare(wanted: list[Published], figures: list[dict[str, Any]]) -> list[Row]:
    by_key = {f["key"]: f for f in figures}
    return [_row(p, by_key.get(p.key)) for p in wanted]


def _row(wanted: Published, found: dict[str, Any] | None) -> Row:
    if found is None:
        return Row(wanted.key, wanted.words, wanted.unit, wanted.low, wanted.high, None, None, None, None, "not answered")
    value, transacted, reported, carried = (_number(found[k]) for k in ("value", "transacted", "reported", "carriedForward"))
    why = []
    if value is None:
        why.append("no value")
    elif not wanted.low <= value <= wanted.high:
        why.append("outside its interval")
    if found["unit"] != wanted.unit:
        why.append(f"unit is {found['unit']}")
    if value is not None and (transacted or Decimal(0)) + (reported or Decimal(0)) + (carried or Decimal(0)) != value:
        why.append("shares do not add up")
    if found.get("incomplete"):
        why.append("incomplete")
    return Row(wanted.key, wanted.words, wanted.unit, wanted.low, wanted.high, value, transacted, reported, carried, "; ".join(why))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def as_json(rows: list[Row], as_of: date, notes: list[str]) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "holds": not notes and all(r.holds for r in rows),
        "notes": notes,
        "figures": [{k: str(v) if isinstance(v, Decimal) else v for k, v in asdict(r).items()} | {"holds": r.holds} for r in rows],
    }


def as_text(rows: list[Row]) -> str:
    """A table in plain text, one figure a line."""
    head = ("key", "published", "interval", "ours", "transacted", "reported", "carried forward", "holds")
    lines = [head] + [
        (
            r.key,
            r.published,
            f"{_shown(r.low)}–{_shown(r.high)}",
            _shown(r.value),
            _shown(r.transacted),
            _shown(r.reported),
            _shown(r.carried_forward),
            "yes" if r.holds else f"NO: {r.why}",
        )
        for r in rows
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    left = {0, 1, 7}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _shown(number: Decimal | None) -> str:
    if number is None:
        return "–"
    return f"{number:,.2f}" if number != number.to_integral_value() else f"{int(number):,}"
