"""What a cell of a report may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Yuan:
    """Fen that a cell shows as yuan."""

    fen: int


Cell = str | int | Decimal | date | Yuan | bool | None
