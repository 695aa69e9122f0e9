"""What every total consists of: gross, refunds, net, and the three shares of net that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

EVIDENCE = ("transacted", "reported", "carried_forward")


@dataclass(frozen=True)
class Measures:
    """Fen, number of lines, kilograms (goods without a net weight add none). ``refunds_fen`` is positive."""

    gross_fen: int = 0
    refunds_fen: int = 0
    transacted_fen: int = 0
    reported_fen: int = 0
    carried_forward_fen: int = 0
    lines: int = 0
    quantity_kg: Decimal = Decimal(0)

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.refunds_fen


@dataclass(frozen=True)
class Shares:
    """Of a figure, in its own unit."""

    transacted: int = 0
    reported: int = 0
    carried_forward: int = 0

    @property
    def total(self) -> int:
        return self.transacted + self.reported + self.carried_forward

    def minus(self, other: Shares) -> Shares:
        return Shares(self.transacted - other.transacted, self.reported - other.reported, self.carried_forward - other.carried_forward)
