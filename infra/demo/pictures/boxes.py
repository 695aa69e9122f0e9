"""Boxes, trays, baskets and nets. Each stands with its foot in the middle at (x, y)."""

from __future__ import annotations

import math
from collections.abc import Callable

from infra.demo.pictures.canvas import Canvas, Colour, dark, light, mix
from infra.demo.pictures.geometry import Points, ellipse, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, words

Shade = str | Colour
Content = Callable[[], object]


def carton(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    content: Content | None = None,
    *,
    colour: Shade = "#c89f6c",
    mark: Shade = "#4f7f34",
    depth: float = 0.34,
) -> None:
    """An open cardboard box from the front and a little above. ``content`` lies from y − h upwards."""
    d, left, right, top = w * depth * 0.5, x - w / 2, x + w / 2, y - h
    inset = w * 0.07
    c.shadow(x, y, w * 0.54, w * 0.1, 0.6)
    back: Points = [(left + inset, top - d), (right - inset, top - d), (right, top), (left, top)]
    c.fill(
        [(left + inset, top - d), (right - inset, top - d), (right - inset * 1.5, top - d * 1.75), (left + inset * 1.5, top - d * 1.75)],
        light(colour, 0.08),
    )
    c.vertical(back, dark(colour, 0.42), dark(colour, 0.6))
    for side in (-1, 1):
        edge, inner = (left, left + inset) if side < 0 else (right, right - inset)
        c.fill(
            [(edge, top), (inner, top - d), (inner + side * w * 0.1, top - d * 1.12), (edge + side * w * 0.12, top + h * 0.1)],
            light(colour, 0.12) if side < 0 else dark(colour, 0.12),
        )
    if content:
        content()
    front: Points = [(left, top), (right, top), (right - w * 0.02, y), (left + w * 0.02, y)]
    c.vertical(front, light(colour, 0.14), dark(colour, 0.12))
    c.fill([(left, top), (right, top), (right, top + 7), (left, top + 7)], light(colour, 0.4))
    emblem(c, x - w * 0.24, y - h * 0.48, min(w * 0.12, h * 0.32), mark, light(colour, 0.5))
    words(c, x + w * 0.13, y - h * 0.62, w * 0.34, dark(mark, 0.1), 3, h * 0.15)


def gift_box(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    colour: Shade,
    gold: Shade = "#d9b45f",
    content: Content | None = None,
    *,
    lid: bool = True,
) -> None:
    """A flat box seen from above at a slant, its lid standing behind it, its content lying at (x, y − h × 0.75)."""
    left, right, lip = x - w / 2, x + w / 2, h * 0.34
    inset = w * 0.08
    if lid:
        top = y - h * 1.75
        face: Points = [(left + inset * 1.4, top), (right - inset * 1.4, top), (right - inset, y - h * 0.82), (left + inset, y - h * 0.82)]
        c.spot(x, y - h * 0.8, w * 0.55, h * 0.4, (60, 36, 26), 0.28)
        c.vertical(face, light(colour, 0.14), dark(colour, 0.1))
        edge = [(px + (x - px) * 0.06, py + (y - h * 1.28 - py) * 0.12) for px, py in face]
        c.line([*edge, edge[0]], gold, 4)
        emblem(c, x, y - h * 1.3, h * 0.24, gold, mix(colour, gold, 0.12))
    c.shadow(x, y + 2, w * 0.52, w * 0.07, 0.6)
    tray: Points = [(left + inset, y - h), (right - inset, y - h), (right, y - lip), (left, y - lip)]
    c.fill(tray, dark(colour, 0.2))
    inner = [(x + (px - x) * 0.93, y - h * 0.66 + (py - (y - h * 0.66)) * 0.86) for px, py in tray]
    c.vertical(inner, dark(gold, 0.32), light(gold, 0.15))
    if content:
        content()
    c.vertical([(left, y - lip), (right, y - lip), (right - w * 0.012, y), (left + w * 0.012, y)], light(colour, 0.12), dark(colour, 0.25))
    c.line([(left + 6, y - lip * 0.42), (right - 6, y - lip * 0.42)], gold, 4)


def tray(c: Canvas, x: float, y: float, w: float, h: float, colour: Shade, content: Content | None = None) -> None:
    """A shallow tray with slanting walls; its floor is around (x, y − h × 0.55)."""
    c.shadow(x, y, w * 0.5, w * 0.09, 0.55)
    outer = rounded(x - w / 2, y - h, x + w / 2, y - h * 0.18, h * 0.2)
    c.fill([(px, py + h * 0.2) if py > y - h * 0.5 else (px, py) for px, py in outer], dark(colour, 0.2))
    c.vertical(outer, light(colour, 0.35), dark(colour, 0.05))
    c.vertical(rounded(x - w * 0.45, y - h * 0.92, x + w * 0.45, y - h * 0.28, h * 0.14), dark(colour, 0.22), dark(colour, 0.06))
    if content:
        content()


def basket(
    c: Canvas, x: float, y: float, rx: float, h: float, colour: Shade = "#c39a56", content: Content | None = None, *, handle: bool = False
) -> None:
    """A woven basket; its content is heaped from y − h."""
    ry, top = rx * 0.27, y - h
    c.shadow(x, y - 4, rx * 0.86, rx * 0.2, 0.62)
    if handle:
        arch = smooth(
            [
                (x - rx * 0.92, top),
                (x - rx * 0.8, top - h * 0.95),
                (x, top - h * 1.45),
                (x + rx * 0.8, top - h * 0.95),
                (x + rx * 0.92, top),
            ],
            closed=False,
        )
        c.tube(arch[::8], [26, 22, 24, 22, 26], colour, steps=6)
    c.fill(ellipse(x, top, rx, ry), dark(colour, 0.45))
    c.vertical(ellipse(x, top + 6, rx * 0.93, ry * 0.9), dark(colour, 0.62), dark(colour, 0.4))
    if content:
        content()
    front = [*ellipse(x, top, rx, ry, start=0, end=180), *ellipse(x, y - rx * 0.18, rx * 0.8, rx * 0.18, start=180, end=0)]
    c.cylinder(front, colour, glow=0.3, shade=0.5)
    with c.clip(front):
        rows = max(4, int(h / 24))
        for row in range(rows):
            for i in range(15):
                a = math.pi * (i + 0.5 * (row % 2)) / 14
                t = (row + 0.5) / rows
                radius = rx * (1 - 0.2 * t)
                px, py = x - radius * math.cos(a), top + t * (h - rx * 0.1) + ry * math.sin(a) * (1 - 0.3 * t)
                size = rx * 0.11 * (0.35 + 0.65 * math.sin(a))
                c.fill(ellipse(px, py + 2, size, h / rows * 0.4), dark(colour, 0.34))
                c.fill(ellipse(px, py - 1, size * 0.92, h / rows * 0.32), light(colour, 0.1 + 0.22 * math.exp(-(((a - 1.2) / 0.6) ** 2))))
    rim = ellipse(x, top, rx, ry, start=0, end=180)
    c.line(rim, dark(colour, 0.25), 20)
    c.line(shift(rim, 0, -4), light(colour, 0.3), 11)


def net(c: Canvas, outline: Points, colour: Shade = "#c9443a", step: float = 34) -> None:
    """A mesh over an outline."""
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    with c.clip(outline):
        span = y1 - y0
        i = x0 - span
        while i < x1 + span:
            c.line([(i, y0), (i + span * 0.62, y1)], colour, 3)
            c.line([(i + span * 0.62, y0), (i, y1)], colour, 3)
            i += step
