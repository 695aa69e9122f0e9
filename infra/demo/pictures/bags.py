"""Sacks, pouches and vacuum packs. A sack and a pouch stand with their foot in the middle at (x, y)."""

from __future__ import annotations

import math
from collections.abc import Callable

from infra.demo.pictures.canvas import Canvas, Colour, dark, light, mix
from infra.demo.pictures.geometry import ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, words

Shade = str | Colour
Content = Callable[[], object]


def sack(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    colour: Shade,
    mark: Shade,
    *,
    motif: Callable[[float, float, float], None] | None = None,
    lean: float = 0,
) -> None:
    """A stuffed sack with a sewn top."""
    outline = place(
        smooth(
            [
                (-0.44, -0.93),
                (-0.2, -0.955),
                (0.2, -0.945),
                (0.44, -0.93),
                (0.47, -0.8),
                (0.51, -0.5),
                (0.5, -0.16),
                (0.46, -0.02),
                (0.2, 0.0),
                (-0.2, 0.0),
                (-0.46, -0.02),
                (-0.5, -0.16),
                (-0.51, -0.5),
                (-0.47, -0.8),
            ]
        ),
        0,
        0,
    )
    outline = place([(px * w, py * h) for px, py in outline], x, y, 1, lean)
    c.shadow(x, y - 4, w * 0.5, w * 0.12, 0.65)
    c.cylinder(outline, colour, glow=0.4, shade=0.4)
    with c.clip(outline):
        for fx, fy, length, turn_ in ((-0.34, -0.86, 0.2, 8), (0.3, -0.86, 0.22, -10), (-0.36, -0.12, 0.16, -24), (0.36, -0.13, 0.16, 26)):
            fold = place([(0, 0), (0, length * h)], x + fx * w, y + fy * h, 1, turn_)
            c.line(fold, dark(colour, 0.16), 5)
            c.line(shift(fold, -5, 0), light(colour, 0.5), 4)
        c.fill([(x - w, y - h * 0.2), (x + w, y - h * 0.16), (x + w, y - h * 0.1), (x - w, y - h * 0.13)], mark)
        c.fill([(x - w, y - h * 0.09), (x + w, y - h * 0.06), (x + w, y - h * 0.045), (x - w, y - h * 0.075)], mix(mark, colour, 0.3))
    seam = place([(-0.42 * w, -0.885 * h), (0, -0.9 * h), (0.42 * w, -0.885 * h)], x, y, 1, lean)
    for i in range(15):
        t = i / 14
        sx = seam[0][0] + (seam[2][0] - seam[0][0]) * t
        sy = seam[0][1] + (seam[2][1] - seam[0][1]) * t - 0.015 * h * math.sin(math.pi * t)
        c.line([(sx - 5, sy), (sx + 6, sy + 2)], mark, 3)
    if motif:
        motif(x, y - h * 0.52, w * 0.27)
    else:
        emblem(c, x, y - h * 0.52, w * 0.25, mark, light(colour, 0.3))
    words(c, x, y - h * 0.33, w * 0.5, mark, 2, h * 0.05)


def pouch(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    colour: Shade,
    mark: Shade,
    *,
    window: Content | None = None,
    clear: bool = False,
    frost: bool = False,
) -> None:
    """A stand-up pouch, closed at the top. ``window``: paints what is seen through its round window (or, ``clear``, through all of it)."""
    outline = smooth(
        [
            (x - w * 0.46, y - h * 0.99),
            (x, y - h),
            (x + w * 0.46, y - h * 0.99),
            (x + w * 0.47, y - h * 0.84),
            (x + w * 0.5, y - h * 0.45),
            (x + w * 0.48, y - h * 0.08),
            (x + w * 0.36, y),
            (x, y + h * 0.025),
            (x - w * 0.36, y),
            (x - w * 0.48, y - h * 0.08),
            (x - w * 0.5, y - h * 0.45),
            (x - w * 0.47, y - h * 0.84),
        ]
    )
    c.shadow(x, y, w * 0.46, w * 0.11, 0.6)
    c.cylinder(outline, colour, glow=0.32, shade=0.36)
    glass = (
        smooth(
            [
                (x - w * 0.43, y - h * 0.74),
                (x, y - h * 0.76),
                (x + w * 0.43, y - h * 0.74),
                (x + w * 0.45, y - h * 0.2),
                (x + w * 0.36, y - h * 0.04),
                (x, y - h * 0.02),
                (x - w * 0.36, y - h * 0.04),
                (x - w * 0.45, y - h * 0.2),
            ]
        )
        if clear
        else ellipse(x, y - h * 0.27, w * 0.34, h * 0.19)
    )
    if window:
        with c.clip(glass):
            window()
        if not clear:
            c.line([*glass, glass[0]], light(mark, 0.2), 5)
    if clear:
        label = rounded(x - w * 0.3, y - h * 0.68, x + w * 0.3, y - h * 0.38, 16)
        c.fill(label, "#fbf6ea")
        emblem(c, x, y - h * 0.565, h * 0.075, mark)
        words(c, x, y - h * 0.465, w * 0.4, mark, 2, h * 0.035)
    else:
        emblem(c, x, y - h * 0.665, w * 0.18, mark, light(colour, 0.55))
        words(c, x, y - h * 0.545, w * 0.46, light(colour, 0.75) if sum(dark(colour, 0)) < 360 else mark, 2, h * 0.035)
    with c.clip(outline):
        c.fill(
            [(x - w, y - h * 1.1), (x + w, y - h * 1.1), (x + w, y - h * 0.86), (x - w, y - h * 0.86)], mix(colour, dark(colour, 0.3), 0.4)
        )
        for i in range(4):
            c.line([(x - w, y - h * (0.965 - 0.028 * i)), (x + w, y - h * (0.965 - 0.028 * i))], light(colour, 0.28), 2)
        if frost:
            c.veil(outline, (240, 250, 255), 0.2)
            for _ in range(60):
                c.dot(x + c.rng.uniform(-0.5, 0.5) * w, y - c.rng.random() * h, c.rng.uniform(1.5, 4), (248, 253, 255))
        c.veil(
            ribbon(
                [(x - w * 0.36, y - h * 0.84), (x - w * 0.4, y - h * 0.45), (x - w * 0.37, y - h * 0.1)], [w * 0.03, w * 0.08, w * 0.02]
            ),
            (255, 255, 255),
            0.4,
        )
        c.veil(
            ribbon([(x + w * 0.4, y - h * 0.8), (x + w * 0.44, y - h * 0.4), (x + w * 0.4, y - h * 0.12)], [w * 0.01, w * 0.035, w * 0.01]),
            (255, 255, 255),
            0.25,
        )


def vacuum_pack(
    c: Canvas, x: float, y: float, w: float, h: float, content: Content, *, mark: Shade = "#a53a2e", degrees: float = -4, label: bool = True
) -> None:
    """A flat sealed bag lying on the table, its middle at (x, y): the film clings to the content and glitters."""
    outline = place(
        smooth(
            [
                (-0.5, -0.46),
                (-0.2, -0.5),
                (0.2, -0.48),
                (0.5, -0.47),
                (0.485, -0.2),
                (0.5, 0.1),
                (0.49, 0.46),
                (0.15, 0.5),
                (-0.2, 0.48),
                (-0.5, 0.49),
                (-0.49, 0.15),
                (-0.505, -0.15),
            ]
        ),
        0,
        0,
    )
    outline = place([(px * w, py * h) for px, py in outline], x, y, 1, degrees)
    c.shadow(x, y + h * 0.36, w * 0.5, h * 0.26, 0.5)
    c.veil(outline, (232, 238, 238), 0.82)
    content()
    c.veil(outline, (255, 255, 255), 0.1)
    with c.clip(outline):
        for i in range(10):
            a, b = c.rng.uniform(-0.45, 0.4), c.rng.uniform(-0.42, 0.36)
            crease = place(
                smooth(
                    [(a * w, b * h), ((a + 0.06) * w, (b + 0.05) * h), ((a + 0.1) * w, (b + c.rng.uniform(-0.08, 0.12)) * h)], closed=False
                ),
                x,
                y,
                1,
                degrees,
            )
            c.veil(ribbon(crease, [1, c.rng.uniform(4, 10), 1]), (255, 255, 255), c.rng.uniform(0.3, 0.6))
            if i % 3 == 0:
                c.veil(ribbon(shift(crease, 6, 6), [1, 6, 1]), (60, 40, 36), 0.16)
    for side in (-0.46, 0.46):
        band = place(
            [(side * w - 9, -0.44 * h), (side * w + 9, -0.44 * h), (side * w + 9, 0.45 * h), (side * w - 9, 0.45 * h)], x, y, 1, degrees
        )
        c.veil(band, (255, 255, 255), 0.34)
    if label:
        tag = place(rounded(-0.17 * w, -0.2 * h, 0.17 * w, 0.2 * h, 12), x + w * 0.22, y + h * 0.12, 1, degrees)
        c.fill(tag, mark)
        emblem(c, x + w * 0.22, y + h * 0.08, h * 0.1, "#d9b45f", "#fbf0d8")
        words(c, x + w * 0.22, y + h * 0.22, w * 0.2, "#fbf0d8", 2, h * 0.045)
