"""How things lie together: heaps, rows and scatterings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from infra.demo.pictures.canvas import Canvas
from infra.demo.pictures.geometry import smooth

Item = Callable[[float, float, float, float], None]  # x, y of its middle, its radius, its turn in degrees


def heap(
    c: Canvas,
    item: Item,
    x: float,
    y: float,
    r: float,
    rows: Sequence[int],
    *,
    spread: float = 1.8,
    rise: float = 0.85,
    turn: float = 25,
    shadow: bool = True,
) -> None:
    """Rows from the back (first) to the front; ``y`` is the middle of the front row."""
    for index, count in enumerate(rows):
        back = len(rows) - 1 - index
        for i in sorted(range(count), key=lambda n: abs(n - (count - 1) / 2), reverse=True):
            px = x + (i - (count - 1) / 2) * r * spread + c.rng.uniform(-0.08, 0.08) * r
            py = y - back * r * rise + abs(i - (count - 1) / 2) * r * 0.1 + c.rng.uniform(-0.05, 0.05) * r
            if shadow and back == 0:
                c.shadow(px, py + r * 0.86, r * 0.8, r * 0.3, 0.55)
            elif shadow:
                c.spot(px + r * 0.1, py + r * 0.9, r * 1.1, r * 0.5, opacity=0.25)
            item(px, py, r * c.rng.uniform(0.94, 1.05), c.rng.uniform(-turn, turn))


def mound(
    c: Canvas,
    piece: Item,
    x: float,
    y: float,
    rx: float,
    height: float,
    r: float,
    count: int,
    *,
    turn: float = 180,
    under: str | None = None,
) -> None:
    """A mound of many small pieces whose foot is the ellipse around (x, y) with half width ``rx``; from the back to the front.

    ``under``: the colour of the dark between the pieces."""
    if under is not None:
        c.body(
            smooth(
                [
                    (x - rx, y),
                    (x - rx * 0.6, y - height * 0.62),
                    (x, y - height),
                    (x + rx * 0.6, y - height * 0.62),
                    (x + rx, y),
                    (x + rx * 0.6, y + rx * 0.26),
                    (x, y + rx * 0.3),
                    (x - rx * 0.6, y + rx * 0.26),
                ]
            ),
            under,
            steps=6,
        )
    spots = []
    for _ in range(count):
        a, d = c.rng.uniform(0, 2 * math.pi), math.sqrt(c.rng.random())
        u, v = math.cos(a) * d, math.sin(a) * d
        spots.append((v, u, max(0.0, 1 - d * d)))
    for v, u, up in sorted(spots):
        item_y = y + v * rx * 0.3 - up * height
        piece(x + u * rx, item_y, r * c.rng.uniform(0.85, 1.15), c.rng.uniform(-turn, turn))


def scatter(c: Canvas, piece: Item, places: Sequence[tuple[float, float]], r: float, *, turn: float = 180) -> None:
    for x, y in places:
        c.shadow(x, y + r * 0.5, r * 0.8, r * 0.32, 0.45)
        piece(x, y, r, c.rng.uniform(-turn, turn))


def lay(c: Canvas, item: Item, x: float, y: float, length: float, count: int, step: float, degrees: float = 0, fan: float = 5) -> None:
    """Long things side by side, the nearest last; each is turned ``fan`` degrees from the next."""
    for i in range(count):
        at = i - (count - 1) / 2
        py = y + at * step
        c.spot(x + 10, py + step * 0.62, length * 0.5, step * 0.7, opacity=0.34)
        item(x + c.rng.uniform(-16, 16), py, length * c.rng.uniform(0.93, 1.05), degrees + at * fan + c.rng.uniform(-2, 2))
