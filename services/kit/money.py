"""Money is integer fen inside and a decimal string of yuan outside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

MAX_FEN = 10**15


def to_fen(yuan: str | Decimal | int) -> int:
    """``"12.30"`` → 1230. Raises ValueError for anything but a finite amount with at most two decimals."""
    try:
        value = Decimal(str(yuan).strip())
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {yuan!r}") from error
    if not value.is_finite() or not str(yuan).strip().isascii():
        raise ValueError(f"not an amount: {yuan!r}")
    fen = value * 100
    if fen != fen.to_integral_value() or abs(fen) > MAX_FEN:
        raise ValueError(f"more than two decimals, or too large: {yuan!r}")
    return int(fen)


def to_yuan(fen: int) -> str:
    """1230 → ``"12.30"``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def round_fen(value: Decimal) -> int:
    """Half away from zero: the one rounding of a line."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line_amount(price_fen: int, quantity: Decimal) -> int:
    """Fen of ``quantity`` units at ``price_fen`` each, rounded once."""
    return round_fen(Decimal(price_fen) * quantity)


def share_out(total: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Split ``total`` by ``weights`` with largest remainders: the parts add up to ``total`` exactly.

    All weights zero: the whole goes to the first part. Raises ValueError without weights.
    """
    if not weights:
        raise ValueError("nothing to share out to")
    whole = sum(Decimal(w) for w in weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    exact = [Decimal(total) * Decimal(w) / whole for w in weights]
    parts = [int(e.to_integral_value(rounding=ROUND_FLOOR)) for e in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
