"""Integer arithmetic of the generator: fen, and quantities in thousandths of their unit."""

from __future__ import annotations

from collections.abc import Sequence


def line_fen(quantity: int, price: int) -> int:
    """Amount of a line in fen: `quantity` in thousandths × `price` in fen, rounded half away from zero."""
    return (quantity * price + 500) // 1000


def allocate(total: int, weights: Sequence[float]) -> list[int]:
    """`total` cut into integers in proportion to `weights`, by largest remainder. A weight of 0 gets 0."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("no weight to allocate by")
    exact = [total * w / whole for w in weights]
    parts = [int(x) for x in exact]
    rest = total - sum(parts)
    order = sorted((i for i, w in enumerate(weights) if w > 0), key=lambda i: (parts[i] - exact[i], i))
    for k in range(rest):
        parts[order[k % len(order)]] += 1
    return parts


def counts(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Like `allocate`, but every part is at least `least`."""
    return [least + n for n in allocate(total - least * len(weights), weights)]


def exact_weight(amount: int, price: int) -> tuple[int, int]:
    """Quantity in grams (thousandths of kg) and price in fen per kg near `price` whose line is exactly `amount` fen."""
    for step in range(2 * price):
        near = price + (step // 2 if step % 2 else -(step // 2))
        if near <= 0:
            continue
        quantity = max(1, (amount * 1000 + near // 2) // near)
        if line_fen(quantity, near) == amount:
            return quantity, near
    raise ValueError(f"no weight gives {amount} near {price}")


def whole_quantity(amount: int, price: int) -> int:
    """Whole packs, in thousandths, whose price comes nearest to `amount`; at least one."""
    return max(1, round(amount / price)) * 1000


def weighed_quantity(amount: int, price: int, grams: int = 100) -> int:
    """Weight in thousandths of kg, in steps of `grams`, whose price comes nearest to `amount`; at least one step."""
    return max(1, round(amount * 1000 / price / grams)) * grams


def ipf(cells: list[tuple[int, int, float]], rows: Sequence[float], columns: Sequence[float], rounds: int = 60) -> list[float]:
    """Scale cells (row, column, weight) until their sums are `rows` and `columns` (iterative proportional fitting).

    Rows hold exactly at the end, columns as nearly as the cells allow.
    """
    values = [w for _, _, w in cells]
    for _ in range(rounds):
        for axis, targets in ((1, columns), (0, rows)):
            sums = [0.0] * len(targets)
            for (r, c, _), v in zip(cells, values, strict=True):
                sums[c if axis else r] += v
            factor = [t / s if s else 0.0 for t, s in zip(targets, sums, strict=True)]
            values = [v * factor[c if axis else r] for (r, c, _), v in zip(cells, values, strict=True)]
    return values


def yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def quantity_text(quantity: int) -> str:
    """Thousandths as a decimal without trailing zeros."""
    whole, part = divmod(quantity, 1000)
    return str(whole) if not part else f"{whole}.{part:03d}".rstrip("0")
