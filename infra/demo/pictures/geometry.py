"""Outlines as lists of points, in a square of 1000 by 1000 units, y downwards. Angles in degrees, clockwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

Point = tuple[float, float]
Points = list[Point]


def turn(points: Sequence[Point], degrees: float, about: Point = (0, 0)) -> Points:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ax, ay = about
    return [(ax + (x - ax) * c - (y - ay) * s, ay + (x - ax) * s + (y - ay) * c) for x, y in points]


def shift(points: Sequence[Point], dx: float, dy: float) -> Points:
    return [(x + dx, y + dy) for x, y in points]


def scale(points: Sequence[Point], sx: float, sy: float | None = None, about: Point = (0, 0)) -> Points:
    sy = sx if sy is None else sy
    return [(about[0] + (x - about[0]) * sx, about[1] + (y - about[1]) * sy) for x, y in points]


def place(points: Sequence[Point], x: float, y: float, size: float = 1, degrees: float = 0) -> Points:
    """An outline made around (0, 0), brought to its place."""
    return shift(turn(scale(points, size), degrees), x, y)


def middle(points: Sequence[Point]) -> Point:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def extent(points: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def ellipse(x: float, y: float, rx: float, ry: float | None = None, degrees: float = 0, start: float = 0, end: float = 360) -> Points:
    ry = rx if ry is None else ry
    n = max(12, int((rx + ry) / 5), 48 if end - start >= 360 else 16)
    points = [
        (x + rx * math.cos(a), y + ry * math.sin(a))
        for a in (math.radians(start + (end - start) * i / n) for i in range(n + (end - start < 360)))
    ]
    return turn(points, degrees, (x, y)) if degrees else points


def _weights(t: float) -> tuple[float, float, float, float]:
    square, cube = t * t, t * t * t
    return (
        0.5 * (-t + 2 * square - cube),
        0.5 * (2 - 5 * square + 3 * cube),
        0.5 * (t + 4 * square - 3 * cube),
        0.5 * (-square + cube),
    )


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 8) -> Points:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    result: Points = []
    for i in range(n if closed else n - 1):
        if closed:
            p0, p1, p2, p3 = points[i - 1], points[i], points[(i + 1) % n], points[(i + 2) % n]
        else:
            p0, p1, p2, p3 = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, n - 1)]
        for j in range(steps):
            t = j / steps
            a, b, c, d = _weights(t)
            result.append((a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]))
    if not closed:
        result.append(points[-1])
    return result


def blob(
    rng: Random, x: float, y: float, rx: float, ry: float | None = None, wobble: float = 0.06, corners: int = 9, degrees: float = 0
) -> Points:
    """A roundish outline that is no ellipse."""
    ry = rx if ry is None else ry
    points = []
    for i in range(corners):
        a, r = 2 * math.pi * i / corners, 1 + rng.uniform(-wobble, wobble)
        points.append((x + rx * r * math.cos(a), y + ry * r * math.sin(a)))
    return turn(smooth(points), degrees, (x, y))


def lobed(x: float, y: float, r: float, lobes: int, depth: float, squash: float = 1, degrees: float = 0) -> Points:
    """A circle with rounded lobes, as a flower or a bell pepper from above."""
    return [
        (
            x + r * (1 - depth + depth * abs(math.cos(lobes * a / 2))) * math.cos(a + math.radians(degrees)),
            y + squash * r * (1 - depth + depth * abs(math.cos(lobes * a / 2))) * math.sin(a + math.radians(degrees)),
        )
        for a in (2 * math.pi * i / 96 for i in range(96))
    ]


def star(x: float, y: float, outer: float, inner: float, spikes: int, degrees: float = 0) -> Points:
    points = []
    for i in range(spikes * 2):
        a, r = math.pi * i / spikes + math.radians(degrees), inner if i % 2 else outer
        points.append((x + r * math.cos(a), y + r * math.sin(a)))
    return points


def ribbon(path: Sequence[Point], widths: Sequence[float], lean: float = 0, factor: float = 1) -> Points:
    """The outline of a band around ``path``; ``widths`` are spread along it. ``lean`` shifts it sideways, in parts of the width."""
    n, left, right = len(path), [], []
    for i, (x, y) in enumerate(path):
        (ax, ay), (bx, by) = path[max(i - 1, 0)], path[min(i + 1, n - 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        nx, ny = -(by - ay) / length, (bx - ax) / length
        at = i / (n - 1) * (len(widths) - 1)
        low = min(int(at), len(widths) - 2)
        w = widths[low] + (widths[low + 1] - widths[low]) * (at - low)
        half, off = w * factor / 2, w * lean
        left.append((x + nx * (half + off), y + ny * (half + off)))
        right.append((x - nx * (half - off), y - ny * (half - off)))
    return left + right[::-1]


def drop(length: float, width: float, tip: float = 0.35) -> Points:
    """A leaf or drop around (0, 0), its tip upwards."""
    half = width / 2
    return smooth(
        [
            (0, -length / 2),
            (half * tip * 1.6, -length * 0.25),
            (half, length * 0.12),
            (half * 0.6, length * 0.42),
            (0, length / 2),
            (-half * 0.6, length * 0.42),
            (-half, length * 0.12),
            (-half * tip * 1.6, -length * 0.25),
        ]
    )


def rounded(x0: float, y0: float, x1: float, y1: float, r: float = 20) -> Points:
    points: Points = []
    for cx, cy, start in ((x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180)):
        points += [(cx + r * math.cos(math.radians(start + a)), cy + r * math.sin(math.radians(start + a))) for a in range(0, 91, 15)]
    return points
