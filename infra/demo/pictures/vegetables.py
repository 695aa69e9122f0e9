"""Fruit vegetables, pods and leaves."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math
from collections.abc import Callable

from infra.demo.pictures.arrange import heap, lay
from infra.demo.pictures.boxes import carton
from infra.demo.pictures.canvas import Canvas, dark, light, mix
from infra.demo.pictures.geometry import Points, ellipse, lobed, place, ribbon, shift, smooth, star
from infra.demo.pictures.stage import leaf, set_table

# ---------------------------------------------------------------- round

def _tomato(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    c.body(lobed(x, y, r, 5, 0.05, 0.9, degrees), "#d6362b", glow=0.4, shade=0.45)
    c.glint(x - r * 0.38, y - r * 0.4, r * 0.3, r * 0.2, 0.85)
    top = y - r * 0.5 + abs(degrees) * 0.2
    tx = x + r * 0.12 * math.sin(math.radians(degrees))
    c.spot(tx, top, r * 0.4, r * 0.22, "#7a1a14", 0.45)
    c.fill(place(smooth(star(0, 0, r * 0.46, r * 0.13, 5, degrees), steps=4), tx, top - r * 0.02, 1), "#2f6b2f")
    c.body(place([(px, py * 0.6) for px, py in smooth(star(0, 0, r * 0.44, r * 0.12, 5, degrees + 5), steps=4)], tx, top - r * 0.05), "#4f8f3f", steps=6)
    c.tube([(tx, top - r * 0.05), (tx + r * 0.06, top - r * 0.28)], [r * 0.1, r * 0.07], "#5f8f3f", steps=4)


def _tomato_half(c: Canvas, x: float, y: float, r: float, degrees: float = 0) -> None:
    c.shadow(x, y + r * 0.72, r * 0.85, r * 0.28, 0.6)
    c.body(ellipse(x, y + r * 0.12, r * 1.02, r * 0.86), "#c02b22")
    c.body(ellipse(x, y, r, r * 0.8), "#e8503c", glow=0.25, shade=0.12)
    c.body(ellipse(x, y, r * 0.88, r * 0.69), "#f08a6a", glow=0.3, shade=0.1)
    for i in range(5):
        a = math.radians(72 * i + 20)
        px, py = x + math.cos(a) * r * 0.5, y + math.sin(a) * r * 0.38
        c.body(ellipse(px, py, r * 0.26, r * 0.2, math.degrees(a)), "#d6402a", glow=0.3, shade=0.3, steps=8)
        for j in range(5):
            b = j * 1.3
            c.fill(ellipse(px + math.cos(b) * r * 0.13, py + math.sin(b) * r * 0.09, r * 0.042, r * 0.03, j * 40), "#f6dc9a")
    c.body(ellipse(x, y, r * 0.2, r * 0.15), "#f8c8ac", steps=6)
    c.glint(x - r * 0.45, y - r * 0.4, r * 0.25, r * 0.12, 0.5)


def tomato(c: Canvas) -> None:
    if c.variant % 2:
        carton(c, 520, 830, 620, 250, lambda: heap(c, lambda *a: _tomato(c, *a), 520, 590, 84, (3, 4), rise=0.8), mark="#c23b2e")
        _tomato_half(c, 250, 800, 92)
    else:
        set_table(c)
        heap(c, lambda *a: _tomato(c, *a), 500, 640, 126, (2, 3), rise=0.95)
        _tomato_half(c, 690, 765, 108)
        c.shadow(320, 840, 90)
        _tomato(c, 320, 770, 96, 14)


def _bell(c: Canvas, x: float, y: float, r: float, degrees: float, colour: str) -> None:
    outline = place(smooth([(0, -0.78), (0.4, -0.95), (0.85, -0.72), (0.92, -0.1), (0.72, 0.72), (0.4, 0.96), (0.08, 0.84), (-0.22, 0.97), (-0.6, 0.86),
                            (-0.88, 0.1), (-0.88, -0.62), (-0.45, -0.95)]), x, y, r, degrees * 0.5)
    c.body(outline, colour, glow=0.34, shade=0.5)
    with c.clip(outline):
        for u in (-0.3, 0.38):
            groove = place([(u * 0.4, -0.8), (u * 1.1, -0.2), (u * 0.9, 0.9)], x, y, r, degrees * 0.5)
            c.veil(ribbon(smooth(groove, closed=False), [r * 0.02, r * 0.13, r * 0.02]), dark(colour, 0.55), 0.3)
            c.veil(ribbon(shift(smooth(groove, closed=False), -r * 0.1, 0), [r * 0.02, r * 0.09, r * 0.01]), light(colour, 0.8), 0.3)
    c.glint(x - r * 0.5, y - r * 0.28, r * 0.16, r * 0.36, 0.8)
    c.spot(x, y - r * 0.78, r * 0.36, r * 0.16, dark(colour, 0.7), 0.5)
    c.body(place(lobed(0, 0, 0.32, 6, 0.25, 0.55), x, y - r * 0.8, r), "#4f8f3a", steps=6)
    c.tube([(x, y - r * 0.8), (x + r * 0.03, y - r * 1.02), (x + r * 0.14, y - r * 1.2)], [r * 0.17, r * 0.13, r * 0.16], "#5f9f44", steps=6)


def sweet_pepper(c: Canvas) -> None:
    colours = ["#e2352c", "#f4b81f", "#3f8f3a"]
    c.rng.shuffle(colours)
    if c.variant % 2:
        carton(c, 500, 850, 660, 230, lambda: heap(c, lambda x, y, r, d: _bell(c, x, y, r, d, c.rng.choice(colours)), 500, 610, 108, (3, 3), rise=0.8),
               mark="#3f7d3a")
    else:
        set_table(c)
        for i, (x, y, r, d) in enumerate(((350, 570, 150, -14), (640, 560, 152, 16), (490, 700, 160, -2))):
            c.shadow(x, y + r * 0.92, r * 0.85, r * 0.28, 0.6)
            _bell(c, x, y, r, d, colours[i])


# ---------------------------------------------------------------- long

def _cucumber(c: Canvas, x: float, y: float, length: float, degrees: float, colour: str = "#2f7d32", width: float = 0.15) -> None:
    bend = length * 0.05
    path = place([(-length / 2, bend * 0.4), (-length / 4, -bend * 0.4), (0, -bend), (length / 4, -bend * 0.3), (length / 2, bend * 0.6)], x, y, 1, degrees)
    w = length * width
    c.tube(path, [w * 0.2, w * 0.85, w, w, w * 0.95, w * 0.75, w * 0.2], colour, glow=0.3, shade=0.5)
    curve = smooth(path, closed=False)
    for _ in range(26):
        px, py = curve[int(len(curve) * (0.1 + 0.8 * c.rng.random()))]
        oy = c.rng.uniform(-0.36, 0.3) * w
        c.dot(px, py + oy + 1.5, w * 0.05, dark(colour, 0.4))
        c.dot(px - 1, py + oy - 1, w * 0.032, light(colour, 0.55))
    for v in (-0.2, 0.12):
        c.line(shift(curve[6:-6], 0, v * w), light(colour, 0.22), max(1.5, w * 0.02))
    c.sheen(shift(curve[8:-8:6], 0, -w * 0.24), w * 0.2, 0.5)
    ex, ey = path[-1]
    c.body(place(lobed(0, 0, w * 0.24, 5, 0.4), ex, ey), "#f2d04b", steps=6)


def cucumber(c: Canvas) -> None:
    if c.variant % 2:
        carton(c, 500, 850, 700, 240, lambda: lay(c, lambda *a: _cucumber(c, *a), 500, 560, 560, 4, 38, -4, 3), mark="#2f7d32")
    else:
        set_table(c)
        lay(c, lambda *a: _cucumber(c, *a), 490, 620, 640, 4, 72, -10, 4)
        for i in range(3):
            x, y = 640 + i * 58, 828 - i * 14
            c.shadow(x, y + 34, 44)
            c.body(ellipse(x, y, 44, 40), "#2f7d32", steps=6)
            c.body(ellipse(x - 5, y - 2, 38, 35), "#dcecb0", glow=0.4, shade=0.15)
            for j in range(6):
                a = j * math.pi / 3
                c.fill(ellipse(x - 5 + math.cos(a) * 15, y - 2 + math.sin(a) * 14, 6, 3, math.degrees(a)), "#b9cf86")


def zucchini(c: Canvas) -> None:
    def one(x: float, y: float, length: float, degrees: float) -> None:
        path = place([(-length / 2, 4), (-length * 0.2, -6), (length * 0.2, -4), (length / 2, 8)], x, y, 1, degrees)
        w = length * 0.27
        c.tube(path, [w * 0.35, w * 0.72, w * 0.86, w, w * 1.02, w * 0.9, w * 0.3], "#8dbb5a", glow=0.36, shade=0.42)
        curve = smooth(path, closed=False)
        for _ in range(110):
            px, py = curve[int(len(curve) * (0.1 + 0.76 * c.rng.random()))]
            oy = c.rng.uniform(-0.36, 0.36) * w
            c.fill(ellipse(px, py + oy, c.rng.uniform(2, 6), c.rng.uniform(1.5, 3), degrees), c.rng.choice(("#dfeebb", "#c9dd9c", "#78a648")))
        c.sheen(shift(curve[7:-7:5], 0, -w * 0.24), w * 0.24, 0.5)
        stem = place([(-length / 2 + 8, 4), (-length / 2 - length * 0.06, 0)], x, y, 1, degrees)
        c.tube(stem, [w * 0.38, w * 0.3, w * 0.36], "#5f8f3f", steps=5)

    if c.variant % 2:
        carton(c, 500, 850, 700, 240, lambda: lay(c, one, 510, 540, 480, 3, 62, 3, 4), mark="#4f7f34")
    else:
        set_table(c)
        lay(c, one, 500, 650, 560, 3, 112, -9, 6)


def _chilli(c: Canvas, x: float, y: float, length: float, degrees: float, colour: str) -> None:
    path = place([(-length / 2, -length * 0.02), (-length * 0.2, -length * 0.05), (length * 0.15, 0), (length / 2, length * 0.12)], x, y, 1, degrees)
    w = length * 0.2
    c.tube(path, [w * 0.62, w, w * 0.94, w * 0.66, w * 0.34, w * 0.05], colour, glow=0.36, shade=0.48)
    curve = smooth(path, closed=False)
    c.sheen(shift(curve[3:-7:5], 0, -w * 0.22), w * 0.22, 0.75)
    head = path[0]
    c.body(place(ellipse(0, 0, w * 0.2, w * 0.36), head[0], head[1], 1, degrees), "#4f8f3a", steps=6)
    stem = place([(-length / 2, -length * 0.02), (-length * 0.58, -length * 0.06), (-length * 0.64, -length * 0.14)], x, y, 1, degrees)
    c.tube(stem, [w * 0.2, w * 0.13, w * 0.17], "#6f9f4a", steps=5)


def pepper(c: Canvas) -> None:
    colours = ["#3b8f3a", "#4b9a40", "#3b8f3a", "#d6362b", "#358536"]
    if c.variant % 2:
        carton(c, 500, 850, 680, 240, lambda: [_chilli(c, 400 + 48 * i, 530 + 22 * (i % 3), 360, -28 + 11 * i, colours[i % 5]) for i in range(6)], mark="#3b8f3a")
    else:
        set_table(c)
        for i, (x, y, d) in enumerate(((430, 545, -16), (590, 590, 10), (450, 650, -8), (580, 720, 6), (430, 760, -12))):
            c.spot(x + 10, y + 42, 250, 36, opacity=0.32)
            _chilli(c, x, y, 460, d, colours[i])


def eggplant(c: Canvas) -> None:
    def one(x: float, y: float, length: float, degrees: float) -> None:
        path = place([(-length / 2, length * 0.06), (-length * 0.2, -length * 0.02), (length * 0.15, -length * 0.03), (length * 0.48, length * 0.04)], x, y, 1, degrees)
        w = length * 0.3
        c.tube(path, [w * 0.42, w * 0.66, w * 0.84, w, w * 0.98, w * 0.62, w * 0.1], "#4b2a6b", glow=0.3, shade=0.55, steps=12)
        curve = smooth(path, closed=False)
        c.sheen(shift(curve[6:-6:5], 0, -w * 0.24), w * 0.26, 0.8, "#e3d3f6")
        cap = place(smooth([(-0.5, 0.06), (-0.49, -0.07), (-0.36, -0.11), (-0.41, -0.045), (-0.3, -0.01), (-0.41, 0.05), (-0.35, 0.13), (-0.48, 0.14)], steps=5),
                    x, y, length, degrees)
        c.body(cap, "#4f7f34", glow=0.3, shade=0.4, steps=8)
        c.tube(place([(-length * 0.48, length * 0.045), (-length * 0.6, length * 0.03)], x, y, 1, degrees), [w * 0.24, w * 0.17, w * 0.2], "#5f8f3f", steps=5)

    if c.variant % 2:
        carton(c, 500, 850, 700, 240, lambda: lay(c, one, 520, 565, 480, 3, 66, 4, -6), mark="#4b2a6b")
    else:
        set_table(c)
        lay(c, one, 510, 650, 560, 3, 116, -14, 9)


def green_bean(c: Canvas) -> None:
    def bunch(x: float, y: float, length: float, tie: bool) -> None:
        c.spot(x + 10, y + 80, length * 0.56, 70, opacity=0.4)
        for i in range(24):
            off = (i % 8 - 3.5) * 20 + c.rng.uniform(-5, 5)
            up = -(i // 8 - 1) * 26
            path = [(x - length / 2 + c.rng.uniform(-30, 20), y + off * 1.5 - up * 0.3 + c.rng.uniform(-14, 14)), (x - length / 4, y + off * 0.9 - up),
                    (x, y + off * 0.62 - up), (x + length / 4, y + off * 0.95 - up), (x + length / 2 + c.rng.uniform(-20, 36), y + off * 1.6 + c.rng.uniform(-16, 22))]
            c.tube(path, [5, 19, 21, 20, 21, 18, 4], c.rng.choice(("#5fa044", "#6fae4f", "#4f933a", "#7fb85c")), glow=0.38, shade=0.42, steps=5)
        if tie:
            c.cylinder([(x - 22, y - 92), (x + 22, y - 92), (x + 26, y + 92), (x - 26, y + 92)], "#e9d7a8", glow=0.3)
            c.line([(x - 12, y - 92), (x - 14, y + 92)], "#c9b27c", 3)

    if c.variant % 2:
        carton(c, 500, 850, 760, 230, lambda: bunch(500, 590, 620, False), mark="#3f7d3a")
    else:
        set_table(c)
        bunch(500, 660, 700, True)


# ---------------------------------------------------------------- leaves

def _tied(c: Canvas, x: float, y: float, stalks: Callable[[], None], leaves: Callable[[], None], *, tie: str, width: float, height: float) -> None:
    c.spot(x + 14, y + height * 0.48, width * 1.5, height * 0.1, opacity=0.45)
    leaves()
    stalks()
    c.cylinder([(x - width * 0.62, y - 26), (x + width * 0.62, y - 26), (x + width * 0.6, y + 26), (x - width * 0.6, y + 26)], tie, glow=0.35)
    for dy in (-14, 0, 14):
        c.line(smooth([(x - width * 0.6, y + dy), (x, y + dy + 7), (x + width * 0.6, y + dy)], closed=False), dark(tie, 0.2), 2.5)


def celery(c: Canvas) -> None:
    def bunch(x: float, y: float, s: float) -> None:
        tops = [(x + (i - 4) * 46 * s + c.rng.uniform(-14, 14), y - (330 - abs(i - 4) * 26 + c.rng.uniform(-20, 20)) * s) for i in range(9)]
        c.shadow(x, y + 290 * s, 130 * s)

        def foliage() -> None:
            for tx, ty in tops:
                for _ in range(5):
                    leaf(c, tx + c.rng.uniform(-12, 12), ty + c.rng.uniform(-8, 60) * s, c.rng.uniform(100, 150) * s, 84 * s, (tx - x) * 0.2 + c.rng.uniform(-48, 48),
                         c.rng.choice(("#3f7d3a", "#4f8f44", "#5a9a4a")))

        def stalks() -> None:
            for i in (0, 8, 1, 7, 2, 6, 3, 5, 4):
                tx, ty = tops[i]
                bx = x + (i - 4) * 22 * s
                c.tube([(bx, y + 286 * s), (bx + (tx - bx) * 0.25, y + 60 * s), (tx * 0.5 + bx * 0.5, y - 120 * s), (tx, ty + 50 * s)],
                       [30 * s, 44 * s, 34 * s, 20 * s, 10 * s], c.rng.choice(("#9cc765", "#aed07c", "#8fbe58")), glow=0.55, shade=0.32, lean=-0.12)
                c.line(smooth([(bx + 6, y + 260 * s), (bx + (tx - bx) * 0.3 + 6, y + 40 * s), (tx * 0.5 + bx * 0.5, y - 110 * s)], closed=False), "#cfe3a3", 3)

        _tied(c, x, y + 110 * s, stalks, foliage, tie="#c8893f", width=124 * s, height=380 * s)

    set_table(c, 830)
    if c.variant % 2:
        bunch(360, 560, 0.86)
        bunch(640, 590, 0.92)
    else:
        bunch(500, 590, 0.98)


def chives(c: Canvas) -> None:
    def bunch(x: float, y: float, s: float, degrees: float) -> None:
        c.spot(x + 14, y + 60 * s, 380 * s, 80 * s, opacity=0.42)
        for i in range(54):
            t = i / 53 - 0.5
            off = t * 96 * s + c.rng.uniform(-8, 8)
            path = [(-370, off * 0.62 + c.rng.uniform(-4, 4)), (-190, off * 0.58), (-40, off * 0.66), (150, off * 1.25 + c.rng.uniform(-8, 8)),
                    (340 + c.rng.uniform(-50, 40), off * 2.2 + c.rng.uniform(-26, 26))]
            pts = place([(px * s, py) for px, py in path], x, y, 1, degrees)
            curve = smooth(pts, closed=False)
            green = c.rng.choice(("#2f7d32", "#3f8f3a", "#276a2c", "#4f9d48"))
            c.fill(ribbon(curve, [9 * s, 10 * s, 13 * s, 14 * s, 9 * s, 1]), dark(green, 0.25))
            c.fill(ribbon(curve, [7 * s, 8 * s, 10 * s, 11 * s, 6 * s, 1], -0.12, 0.9), green)
            white = curve[: len(curve) // 3]
            c.fill(ribbon(white, [8 * s, 9 * s, 9 * s]), mix("#f4f0dc", "#c9dc9c", 0.25 * c.rng.random()))
            c.line(curve[len(curve) // 3:-4], light(green, 0.28), 1.5)
        tie = place([(-140 * s, -52 * s), (-92 * s, -54 * s), (-88 * s, 54 * s), (-136 * s, 52 * s)], x, y, 1, degrees)
        c.vertical(tie, "#ecd9a2", "#b89655")
        for dx in (-128, -114, -102):
            c.line(place([(dx * s, -50 * s), (dx * s + 4, 50 * s)], x, y, 1, degrees), "#a5843f", 2.5)

    set_table(c)
    if c.variant % 2:
        bunch(490, 560, 0.86, -16)
        bunch(520, 740, 0.9, -8)
    else:
        bunch(500, 660, 1.1, -20)


def _cabbage_head(c: Canvas, x: float, y: float, s: float, degrees: float) -> None:
    def lie(points: Points) -> Points:
        return place(points, x, y, s, degrees)

    for px, py, w, h, d, colour in ((-84, -60, 200, 430, -17, "#7fb550"), (84, -60, 200, 430, 17, "#8dc05c"), (0, -96, 250, 460, 0, "#9fca70"),
                                    (-52, -20, 190, 420, -9, "#c4de98"), (52, -20, 190, 420, 9, "#d0e5a8"), (0, 6, 200, 420, 0, "#e3efc2")):
        edge = [(px + math.cos(a) * w / 2 * (1 + 0.05 * math.sin(9 * a)), py + math.sin(a) * h / 2 * (1 + 0.03 * math.sin(11 * a)))
                for a in (2 * math.pi * i / 72 for i in range(72))]
        outline = lie(place(edge, 0, 0, 1, d))
        c.body(outline, colour, glow=0.5, shade=0.24, at=(-0.1, 0.3))
        rib = lie(place([(px, py + h * 0.5), (px, py + h * 0.12), (px * 0.96, py - h * 0.3)], 0, 0, 1, d))
        c.fill(ribbon(smooth(rib, closed=False), [w * 0.44 * s, w * 0.24 * s, w * 0.05 * s]), "#f4f3e2")
        c.fill(ribbon(smooth(rib, closed=False), [w * 0.3 * s, w * 0.13 * s, 2], -0.1), "#fdfcf2")
        for k in range(4):
            for side in (-1, 1):
                vein = lie(place([(px, py + h * (0.16 - 0.13 * k)), (px + side * w * 0.26, py + h * (0.04 - 0.14 * k))], 0, 0, 1, d))
                c.line(vein, "#eef3d6", max(2, 4 * s))
    c.body(lie(ellipse(0, 212, 62, 24)), "#f1ecd2", steps=6)


def cabbage(c: Canvas) -> None:
    if c.variant % 2:
        set_table(c, 800)
        for x, y, s, d in ((330, 580, 0.86, -9), (655, 570, 0.88, 8)):
            c.shadow(x, y + 235 * s, 130 * s)
            _cabbage_head(c, x, y, s, d)
        return
    c.shadow(500, 815, 190)
    _cabbage_head(c, 500, 545, 1.16, 0)


def spinach(c: Canvas) -> None:
    def bunch(x: float, y: float, s: float) -> None:
        c.shadow(x, y + 270 * s, 110 * s)
        stems = []
        for i in range(15):
            t = (i - 7) / 7
            tx, ty = x + t * 270 * s + c.rng.uniform(-16, 16), y - (250 - 130 * t * t + c.rng.uniform(-46, 46)) * s
            stems.append((abs(t), tx, ty, x + t * 46 * s, t))
        for _, tx, ty, bx, t in sorted(stems, reverse=True):
            c.tube([(bx, y + 220 * s), (bx + t * 26 * s, y + 80 * s), (tx * 0.6 + bx * 0.4, y - 60 * s), (tx, ty + 70 * s)], [16 * s, 15 * s, 12 * s, 8 * s],
                   "#7fb25a", steps=6, lean=-0.1)
            shape = place(smooth([(0, -0.56), (0.24, -0.4), (0.33, -0.1), (0.3, 0.14), (0.42, 0.34), (0.14, 0.38), (0, 0.5), (-0.14, 0.38), (-0.42, 0.34),
                                  (-0.3, 0.14), (-0.33, -0.1), (-0.24, -0.4)]), tx, ty, 220 * s, t * 38)
            green = c.rng.choice(("#2e6b2e", "#387a36", "#276026", "#44873f"))
            c.body(shape, green, glow=0.24, shade=0.4)
            c.line(place([(0, 0.45), (0, -0.45)], tx, ty, 220 * s, t * 38), "#8dbb6a", 4)
            for k in (-0.2, 0.02, 0.22):
                for side in (-1, 1):
                    c.line(place([(0, k + 0.08), (side * 0.22, k - 0.08)], tx, ty, 220 * s, t * 38), "#6fa355", 2.5)
        for i in range(7):
            bx = x + (i - 3) * 13 * s
            c.tube([(bx, y + 190 * s), (bx, y + 250 * s), (bx + c.rng.uniform(-12, 12), y + 300 * s)], [20 * s, 17 * s, 3], "#c4566a", steps=5, lean=-0.1)
        c.cylinder([(x - 58 * s, y + 130 * s), (x + 58 * s, y + 130 * s), (x + 56 * s, y + 168 * s), (x - 56 * s, y + 168 * s)], "#e9d7a8")

    set_table(c, 800)
    if c.variant % 2:
        bunch(350, 520, 0.8)
        bunch(660, 560, 0.84)
    else:
        bunch(500, 540, 1.05)


def leek(c: Canvas) -> None:
    def one(x: float, y: float, length: float, degrees: float) -> None:
        w = length * 0.058
        for k in (-1, 0.1, 1):
            blade = place([(length * 0.1, k * 4), (length * 0.3, k * w * 0.5), (length * (0.5 + 0.04 * k), k * w * (1.2 + c.rng.uniform(-0.3, 0.5)))], x, y, 1, degrees)
            c.tube(blade, [w * 0.8, w * 0.85, w * 0.7, 3], c.rng.choice(("#2f7d32", "#3f8a3c", "#4f9647")), glow=0.28, steps=6)
        c.tube(place([(-length * 0.5, 0), (-length * 0.2, -3), (length * 0.14, 0)], x, y, 1, degrees), [w * 1.06, w * 0.98, w * 0.95, w * 0.95], "#f3f1e4", glow=0.7, shade=0.24)
        joint = smooth(place([(length * 0.02, 0), (length * 0.14, 0), (length * 0.26, 0)], x, y, 1, degrees), closed=False)
        c.veil(ribbon(joint, [w * 0.93, w * 0.95, w * 0.9]), "#8cc069", 0.65)
        for k in range(7):
            root = place([(-length * 0.5, (k - 3) * w * 0.12), (-length * 0.545, (k - 3) * w * 0.3), (-length * 0.57 - c.rng.uniform(0, 14), (k - 3) * w * 0.5)], x, y, 1, degrees)
            c.line(smooth(root, closed=False), "#d9c9a5", 2.5)

    set_table(c)
    count = 5 if c.variant % 2 else 7
    lay(c, one, 505, 660, 720, count, 44, -8, 1.6)
    for x in (365, 530):
        c.vertical(place([(-16, -count * 23), (16, -count * 23), (18, count * 23), (-18, count * 23)], x, 668, 1, -4), "#f6e9cb", "#cfae74")
        if c.variant % 2 == 0:
            break


DRAWINGS = {
    "tomato": tomato, "cucumber": cucumber, "zucchini": zucchini, "celery": celery, "pepper": pepper, "sweet-pepper": sweet_pepper,
    "eggplant": eggplant, "green-bean": green_bean, "chives": chives, "cabbage": cabbage, "spinach": spinach, "leek": leek,
}
