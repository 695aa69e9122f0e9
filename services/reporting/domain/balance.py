"""One side of a reconciliation, and a row on which two sides differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Balance:
    """``refund_fen`` positive."""

    gross_fen: int
    refund_fen: int
    lines: int


NOTHING = Balance(0, 0, 0)


@dataclass(frozen=True)
class Difference:
    """``by``: day, channel, merchant, or ``rollup_<dimension>`` (then ``ledger`` holds the facts and ``facts`` the rollups)."""

    by: str
    key: str
    ledger: Balance
    facts: Balance


def compare(by: str, before: dict[str, Balance], own: dict[str, Balance], after: dict[str, Balance]) -> tuple[list[Difference], int]:
    """The rows that differ, and how many moved meanwhile and were not judged."""
    found, moving = [], 0
    for key in sorted(before.keys() | own.keys() | after.keys()):
        there = before.get(key, NOTHING)
        if there != after.get(key, NOTHING):
            moving += 1
        elif there != own.get(key, NOTHING):
            found.append(Difference(by, key, there, own.get(key, NOTHING)))
    return found, moving
