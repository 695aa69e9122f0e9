"""Paint on outlines: soft light from the upper left, warm shadows, no hard lines.

A body is shaded by nesting its outline towards the light, in colours from its shadow side to its lit side: it needs no masks and
follows any shape. Soft spots (shadows, glints) are stretched radial gradients. Nothing is blurred: blurs are what is slow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw

from infra.demo.pictures.geometry import Point, Points, ellipse, extent, middle, ribbon, scale, smooth

Colour = tuple[int, int, int]
SUPERSAMPLING = 2
WARM, DEEP = (255, 247, 228), (44, 22, 20)


def rgb(colour: str | Colour) -> Colour:
    if isinstance(colour, tuple):
        return colour
    text = colour.lstrip("#")
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def mix(a: str | Colour, b: str | Colour, part: float) -> Colour:
    """``part`` of b."""
    (r, g, u), (x, y, z) = rgb(a), rgb(b)
    return round(r + (x - r) * part), round(g + (y - g) * part), round(u + (z - u) * part)


def light(colour: str | Colour, part: float) -> Colour:
    return mix(colour, WARM, part)


def dark(colour: str | Colour, part: float) -> Colour:
    """Darker and a little warmer, as a shadow is."""
    r, g, b = rgb(colour)
    return mix((round(r * (1 - part)), round(g * (1 - part)), round(b * (1 - part))), DEEP, part * 0.35)


@lru_cache(maxsize=8)
def _spot(power: float) -> Image.Image:
    """White in the middle, falling to black at the edge of its circle."""

    def fall(value: int) -> int:
        return round(255 * max(0.0, 1 - (value / 181) ** 1.5) ** (power * 1.25))

    return Image.radial_gradient("L").point([fall(v) for v in range(256)])


class Canvas:
    """Coordinates are 0 … 1000 whatever the size in pixels; what is drawn around (500, 635) comes a little nearer and to (500, 570)."""

    def __init__(self, image: Image.Image, rng: Random, variant: int) -> None:
        self.image, self.rng, self.variant = image, rng, variant
        zoom = 1.1
        self.k = image.width / 1000 * zoom
        self.ox, self.oy = image.width * (0.5 - 0.5 * zoom), image.width * (0.57 - 0.635 * zoom)
        self._draw = ImageDraw.Draw(image)

    # ------------------------------------------------------------ flat

    def fill(self, points: Sequence[Point], colour: str | Colour) -> None:
        if len(points) > 2:
            self._draw.polygon(self._px(points), fill=rgb(colour))

    def line(self, points: Sequence[Point], colour: str | Colour, width: float = 3) -> None:
        self._draw.line(self._px(points), fill=rgb(colour), width=max(1, round(width * self.k)), joint="curve")

    def dot(self, x: float, y: float, r: float, colour: str | Colour) -> None:
        (px, py), half = self._px([(x, y)])[0], r * self.k
        self._draw.ellipse([px - half, py - half, px + half, py + half], fill=rgb(colour))

    def _px(self, points: Sequence[Point], origin: Sequence[float] = (0, 0)) -> Points:
        dx, dy = self.ox - origin[0], self.oy - origin[1]
        return [(x * self.k + dx, y * self.k + dy) for x, y in points]

    # ------------------------------------------------------------ see-through

    def veil(self, points: Sequence[Point], colour: str | Colour, opacity: float) -> None:
        """A flat glaze of ``colour``."""
        box = self._box(extent(points))
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon(self._px(points, box), fill=round(255 * opacity))
        self.image.paste(rgb(colour), box, mask)

    def spot(
        self, x: float, y: float, rx: float, ry: float | None = None, colour: str | Colour = DEEP, opacity: float = 0.5, power: float = 1.4
    ) -> None:
        """A soft round patch that fades to nothing at its edge."""
        ry = rx if ry is None else ry
        w, h = max(2, round(2 * rx * self.k)), max(2, round(2 * ry * self.k))
        mask = _spot(power).resize((w, h), Image.Resampling.BILINEAR).point([round(v * opacity) for v in range(256)])
        ((px, py),) = self._px([(x - rx, y - ry)])
        self.image.paste(rgb(colour), (round(px), round(py)), mask)

    def shadow(self, x: float, y: float, rx: float, ry: float | None = None, strength: float = 0.5) -> None:
        """On the ground under a thing whose foot is at (x, y): wide and faint, and close and dark."""
        ry = rx * 0.28 if ry is None else ry
        self.spot(x + rx * 0.16, y + ry * 0.15, rx * 1.45, ry * 1.6, (92, 62, 44), strength * 0.62, 1.3)
        self.spot(x + rx * 0.05, y, rx * 1.06, ry * 0.9, (58, 36, 28), strength * 0.8, 1.1)

    def glint(self, x: float, y: float, rx: float, ry: float | None = None, opacity: float = 0.8) -> None:
        self.spot(x, y, rx, ry, (255, 253, 246), opacity, 1.0)

    @contextmanager
    def clip(self, points: Sequence[Point]) -> Iterator[None]:
        """What is drawn inside shows within the outline only."""
        box = self._box(extent(points))
        if box is None:
            yield
            return
        whole, draw, ox, oy = self.image, self._draw, self.ox, self.oy
        self.image = whole.crop(box)
        self._draw, self.ox, self.oy = ImageDraw.Draw(self.image), ox - box[0], oy - box[1]
        try:
            yield
        finally:
            inside = self.image
            self.image, self._draw, self.ox, self.oy = whole, draw, ox, oy
        mask = Image.new("L", inside.size)
        ImageDraw.Draw(mask).polygon(self._px(points, box), fill=255)
        whole.paste(inside, box, mask)

    # ------------------------------------------------------------ bodies

    def body(
        self,
        points: Sequence[Point],
        colour: str | Colour,
        *,
        at: Point = (-0.3, -0.42),
        glow: float = 0.42,
        shade: float = 0.42,
        steps: int = 0,
    ) -> None:
        """A rounded thing: its outline nested towards the light, which falls at ``at`` (in halves of its extent from the middle)."""
        x0, y0, x1, y1 = extent(points)
        mx, my = middle(points)
        focus = mx + at[0] * (x1 - x0) / 2, my + at[1] * (y1 - y0) / 2
        steps = steps or max(8, min(26, int(max(x1 - x0, y1 - y0) / 8)))
        for i in range(steps):
            t = i / (steps - 1)
            self.fill(scale(points, 1 - 0.96 * t, about=focus), ramp(colour, t, glow, shade))

    def tube(
        self,
        path: Sequence[Point],
        widths: Sequence[float],
        colour: str | Colour,
        *,
        glow: float = 0.4,
        shade: float = 0.4,
        steps: int = 9,
        lean: float | None = None,
    ) -> None:
        """A long round thing along ``path``, lit from above; ``widths`` run smoothly along it."""
        path = smooth(path, closed=False, steps=10)
        widths = [max(0.5, w[1]) for w in smooth([(i, w) for i, w in enumerate(widths)], closed=False, steps=8)]
        steps = max(steps, min(16, int(max(widths) / 7)))
        if lean is None:
            (ax, _), (bx, _) = path[0], path[-1]
            lean = 0.16 if bx < ax else -0.16
        for i in range(steps):
            t = i / (steps - 1)
            self.fill(ribbon(path, widths, lean * t, 1 - 0.86 * t), ramp(colour, t, glow, shade))

    def sheen(self, path: Sequence[Point], width: float, opacity: float = 0.5, colour: str | Colour = (255, 255, 246)) -> None:
        """A soft streak of light along ``path``."""
        path = smooth(path, closed=False, steps=6)
        for part in (1.0, 0.7, 0.42):
            self.veil(ribbon(path, [1, width * part * 0.8, width * part, width * part * 0.8, 1]), colour, opacity * 0.45)

    def vertical(self, points: Sequence[Point], top: str | Colour, bottom: str | Colour) -> None:
        """Filled with a gradient from top to bottom."""
        self._gradient(points, top, bottom, upright=True)

    def across(self, points: Sequence[Point], left: str | Colour, right: str | Colour) -> None:
        self._gradient(points, left, right, upright=False)

    def cylinder(self, points: Sequence[Point], colour: str | Colour, *, glow: float = 0.35, shade: float = 0.38) -> None:
        """Filled as a standing round thing: shaded at both sides, brightest left of the middle."""
        box = self._box(extent(points))
        if box is None:
            return
        strip = Image.new("RGB", (64, 1))
        for i in range(64):
            u = i / 63
            value = math.exp(-(((u - 0.32) / 0.3) ** 2))
            edge = max(0.0, (abs(u - 0.45) - 0.18) / 0.55) ** 1.5
            strip.putpixel((i, 0), dark(mix(colour, light(colour, glow), value), min(0.9, shade * edge * 1.5)))
        self._paste(strip, box, points)

    def _gradient(self, points: Sequence[Point], first: str | Colour, last: str | Colour, *, upright: bool) -> None:
        box = self._box(extent(points))
        if box is None:
            return
        strip = Image.new("RGB", (1, 64) if upright else (64, 1))
        for i in range(64):
            strip.putpixel((0, i) if upright else (i, 0), mix(first, last, i / 63))
        self._paste(strip, box, points)

    def _paste(self, strip: Image.Image, box: tuple[int, int, int, int], points: Sequence[Point]) -> None:
        size = box[2] - box[0], box[3] - box[1]
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(self._px(points, box), fill=255)
        self.image.paste(strip.resize(size, Image.Resampling.BILINEAR), box, mask)

    def _box(self, bounds: tuple[float, float, float, float]) -> tuple[int, int, int, int] | None:
        (x0, y0), (x1, y1) = self._px([bounds[:2], bounds[2:]])
        box = (
            max(0, math.floor(x0)),
            max(0, math.floor(y0)),
            min(self.image.width, math.ceil(x1) + 1),
            min(self.image.height, math.ceil(y1) + 1),
        )
        return box if box[2] > box[0] and box[3] > box[1] else None


def ramp(colour: str | Colour, t: float, glow: float, shade: float) -> Colour:
    """From the shadow side (0) over the colour itself (0.4) to the lit side (1)."""
    return dark(colour, shade * (1 - t / 0.4)) if t < 0.4 else light(colour, glow * (t - 0.4) / 0.6)


def dots(c: Canvas, points: Points, count: int, r: float, colours: Sequence[str | Colour]) -> None:
    """Specks over the extent of an outline's ellipse."""
    x0, y0, x1, y1 = extent(points)
    for _ in range(count):
        a, d = c.rng.uniform(0, 2 * math.pi), math.sqrt(c.rng.random()) * 0.93
        c.dot(
            (x0 + x1) / 2 + math.cos(a) * d * (x1 - x0) / 2,
            (y0 + y1) / 2 + math.sin(a) * d * (y1 - y0) / 2,
            r * c.rng.uniform(0.6, 1.3),
            c.rng.choice(colours),
        )


def ring(c: Canvas, x: float, y: float, rx: float, ry: float, colour: str | Colour, width: float) -> None:
    c.line([*ellipse(x, y, rx, ry), ellipse(x, y, rx, ry)[0]], colour, width)
