"""Bowls, bottles, jars and tins. Each stands with its foot in the middle at (x, y)."""

from __future__ import annotations

from collections.abc import Callable

from infra.demo.pictures.canvas import Canvas, Colour, dark, light
from infra.demo.pictures.geometry import ellipse, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, words

Shade = str | Colour
Content = Callable[[], object]


def bowl(
    c: Canvas,
    x: float,
    y: float,
    rx: float,
    colour: Shade,
    content: Content | None = None,
    *,
    depth: float = 0.62,
    band: Shade | None = None,
) -> None:
    """``content`` is drawn inside, heaped as it likes; its middle is (x, y − depth × rx)."""
    ry, top = rx * 0.3, y - rx * depth
    c.shadow(x, y - 4, rx * 0.72, rx * 0.2, 0.6)
    c.fill(ellipse(x, top, rx, ry), dark(colour, 0.28))
    c.vertical(ellipse(x, top + 5, rx * 0.94, ry * 0.9), dark(colour, 0.45), dark(colour, 0.2))
    if content:
        content()
    rim = ellipse(x, top, rx, ry, start=0, end=180)
    front = [
        *rim,
        *smooth(
            [
                (x - rx, top),
                (x - rx * 0.86, y - rx * depth * 0.42),
                (x - rx * 0.42, y),
                (x + rx * 0.42, y),
                (x + rx * 0.86, y - rx * depth * 0.42),
                (x + rx, top),
            ],
            closed=False,
        ),
    ]
    c.cylinder(front, colour, glow=0.3, shade=0.42)
    if band is not None:
        with c.clip(front):
            c.line(shift(ellipse(x, top, rx, ry, start=0, end=180), 0, rx * 0.13), band, rx * 0.05)
    c.line(rim, light(colour, 0.5), max(3, rx * 0.025))


def bottle(c: Canvas, x: float, y: float, h: float, liquid: Shade, cap: Shade, label: Shade, *, slim: bool = True) -> None:
    """A slim glass bottle or a jug with a handle."""
    w = h * (0.27 if slim else 0.5)
    c.shadow(x, y - 3, w * 0.52, w * 0.16, 0.65)
    if slim:
        half = [(0.5, 0), (0.5, -0.06), (0.5, -0.56), (0.44, -0.66), (0.2, -0.76), (0.16, -0.9), (0.16, -0.94)]
        outline = [(x - px * w, y + py * h) for px, py in half] + [(x + px * w, y + py * h) for px, py in half[::-1]]
        outline = [(x - w * 0.42, y), *outline[1:-1], (x + w * 0.42, y)]
    else:
        left = smooth([(-0.44, 0), (-0.5, -0.05), (-0.5, -0.5), (-0.44, -0.68), (-0.22, -0.8), (-0.16, -0.86), (-0.16, -0.9)], closed=False)
        right = smooth([(0.16, -0.9), (0.17, -0.86), (0.36, -0.78), (0.49, -0.64), (0.5, -0.5), (0.5, -0.05), (0.44, 0)], closed=False)
        outline = [(x + px * w, y + py * h) for px, py in (*left, *right)]
    c.cylinder(outline, liquid, glow=0.55, shade=0.5)
    with c.clip(outline):
        c.spot(x - w * 0.1, y - h * 0.2, w * 0.35, h * 0.25, light(liquid, 0.6), 0.55)
        c.veil(
            [(x - w, y - h * (0.72 if slim else 0.78)), (x + w, y - h * (0.72 if slim else 0.78)), (x + w, y - h), (x - w, y - h)],
            (252, 248, 232),
            0.55,
        )
    if not slim:
        hole = smooth(
            [(x + w * 0.2, y - h * 0.66), (x + w * 0.36, y - h * 0.62), (x + w * 0.38, y - h * 0.44), (x + w * 0.22, y - h * 0.46)]
        )
        c.fill(hole, dark(liquid, 0.4))
        c.fill(shift(hole, 5, 6), light(liquid, 0.5))
    top, low = (0.52, 0.16) if slim else (0.42, 0.08)
    tag = [(x - w * 0.5, y - h * top), (x + w * 0.5, y - h * top), (x + w * 0.5, y - h * low), (x - w * 0.5, y - h * low)]
    c.cylinder(tag, label, glow=0.3, shade=0.32)
    for at in (top - 0.012, low + 0.012):
        c.line([(x - w * 0.49, y - h * at), (x + w * 0.49, y - h * at)], cap, 4)
    emblem(c, x, y - h * (top - 0.13), w * 0.26, cap, light(label, 0.3))
    words(c, x, y - h * (low + 0.085), w * 0.56, cap, 2, h * 0.03)
    lid = rounded(x - w * 0.2, y - h, x + w * 0.2, y - h * 0.89, 8)
    c.cylinder(lid, cap, glow=0.4, shade=0.4)
    c.veil(
        ribbon([(x - w * 0.38, y - h * 0.66), (x - w * 0.4, y - h * 0.3), (x - w * 0.38, y - h * 0.04)], [w * 0.03, w * 0.09, w * 0.03]),
        (255, 255, 255),
        0.45,
    )


def jar(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    inside: Shade,
    lid: Shade,
    label: Shade | None,
    *,
    content: Content | None = None,
    glass: bool = True,
    mark: Shade | None = None,
) -> None:
    """A squat jar. ``content`` paints on what is seen through the glass."""
    half = [(0.42, 0), (0.5, -0.08), (0.5, -0.68), (0.42, -0.8), (0.38, -0.84)]
    left = smooth([(-px, py) for px, py in half], closed=False)
    right = smooth(half[::-1], closed=False)
    outline = [(x + px * w, y + py * h) for px, py in (*left, *right)]
    c.shadow(x, y - 3, w * 0.5, w * 0.15, 0.65)
    c.cylinder(outline, inside, glow=0.32, shade=0.45)
    if content:
        with c.clip(outline):
            content()
    if glass:
        with c.clip(outline):
            c.veil([(x - w, y - h * 0.76), (x + w, y - h * 0.76), (x + w, y - h), (x - w, y - h)], (250, 247, 238), 0.4)
            for u, width, opacity in ((-0.4, 0.1, 0.5), (0.42, 0.05, 0.3)):
                c.veil(
                    ribbon(
                        [(x + u * w, y - h * 0.72), (x + u * 1.06 * w, y - h * 0.4), (x + u * w, y - h * 0.06)],
                        [w * 0.03, w * width, w * 0.02],
                    ),
                    (255, 255, 255),
                    opacity,
                )
    if label is not None:
        tag = [
            (x - w * 0.5, y - h * 0.54),
            *smooth([(x - w * 0.5, y - h * 0.54), (x, y - h * 0.51), (x + w * 0.5, y - h * 0.54)], closed=False),
            *smooth([(x + w * 0.5, y - h * 0.18), (x, y - h * 0.15), (x - w * 0.5, y - h * 0.18)], closed=False),
        ]
        c.cylinder(tag, label, glow=0.3, shade=0.3)
        emblem(c, x, y - h * 0.38, h * 0.11, mark or lid, light(label, 0.4))
        words(c, x, y - h * 0.25, w * 0.4, mark or lid, 2, h * 0.04)
    cap = [
        (x - w * 0.42, y - h * 0.84),
        *smooth([(x - w * 0.42, y - h * 0.97), (x, y - h), (x + w * 0.42, y - h * 0.97)], closed=False),
        (x + w * 0.42, y - h * 0.84),
    ]
    c.cylinder(cap, lid, glow=0.4, shade=0.42)
    c.fill(ellipse(x, y - h * 0.972, w * 0.42, h * 0.035), light(lid, 0.25))


def canister(c: Canvas, x: float, y: float, w: float, h: float, colour: Shade, lid: Shade, mark: Shade) -> None:
    """A straight tin with a lid."""
    c.shadow(x, y - 3, w * 0.5, w * 0.15, 0.65)
    wall = [(x - w / 2, y - h * 0.88), (x + w / 2, y - h * 0.88), *ellipse(x, y - w * 0.06, w / 2, w * 0.1, start=0, end=180)]
    c.cylinder(wall, colour, glow=0.35, shade=0.45)
    emblem(c, x, y - h * 0.5, w * 0.28, mark, light(colour, 0.65))
    words(c, x, y - h * 0.24, w * 0.5, mark, 2, h * 0.04)
    cap = [*ellipse(x, y - h * 0.97, w * 0.52, w * 0.1, start=180, end=360), *ellipse(x, y - h * 0.83, w * 0.52, w * 0.1, start=0, end=180)]
    c.cylinder(cap, lid, glow=0.4, shade=0.42)
    c.vertical(ellipse(x, y - h * 0.97, w * 0.5, w * 0.09), light(lid, 0.35), light(lid, 0.1))
