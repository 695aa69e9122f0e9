"""Fruit."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.arrange import heap, mound
from infra.demo.pictures.boxes import basket, carton, gift_box, tray
from infra.demo.pictures.canvas import Canvas, dark, dots, light, mix
from infra.demo.pictures.geometry import Points, blob, drop, ellipse, place, ribbon, rounded, smooth, star
from infra.demo.pictures.stage import leaf, plate, set_table

# ---------------------------------------------------------------- melons

def _meridians(x: float, y: float, rx: float, ry: float, count: int, degrees: float, pole: float = 0.0) -> list[tuple[Points, float]]:
    """Lines from stalk to blossom over a melon lying on its side, with how far each is turned from the viewer (−1 … 1)."""
    lines = []
    for i in range(count):
        u = -1 + 2 * (i + 0.5) / count
        s = math.sin(u * math.pi / 2)
        lines.append((place([(math.cos(a) * rx, -s * ry * math.sin(a) + pole) for a in (math.pi * k / 20 for k in range(21))], x, y, 1, degrees), s))
    return lines


def _watermelon(c: Canvas, x: float, y: float, rx: float, ry: float, degrees: float) -> None:
    c.shadow(x, y + ry * 0.92, rx * 0.86, ry * 0.3, 0.65)
    outline = ellipse(x, y, rx, ry, degrees)
    c.body(outline, "#5fae4c", glow=0.5, shade=0.4)
    with c.clip(outline):
        for line, s in _meridians(x, y, rx, ry, 8, degrees):
            width = ry * 0.19 * math.sqrt(max(0.05, 1 - s * s)) + 5
            for part, colour, opacity in ((1.0, "#1f5a24", 0.92), (0.5, "#17451c", 0.5)):
                jag = [(px + c.rng.uniform(-4, 4), py + c.rng.uniform(-1, 1) * width * 0.25) for px, py in line]
                c.veil(ribbon(smooth(jag, closed=False, steps=3), [width * 0.3, *(width * part * c.rng.uniform(0.6, 1.3) for _ in range(13)), width * 0.3]), colour, opacity)
        c.spot(x + rx * 0.4, y + ry * 0.7, rx * 1.0, ry * 0.8, "#0f2a14", 0.55)
    c.glint(x - rx * 0.35, y - ry * 0.5, rx * 0.34, ry * 0.22, 0.65)
    sx, sy = place([(-rx * 0.98, 0)], x, y, 1, degrees)[0]
    c.tube([(sx + 6, sy), (sx - 26, sy - 24), (sx - 16, sy - 56), (sx - 44, sy - 70)], [14, 9, 8, 9], "#7a8f3f", steps=5)


def _wedge(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    """A slice: half a disc, point down."""
    def half(radius: float) -> Points:
        return place([*ellipse(0, 0, radius, radius, start=180, end=360)], x, y, 1, degrees + 180)

    c.shadow(x, y + r * 0.92, r * 0.7, r * 0.18, 0.6)
    c.fill([(px + 16, py + 4) for px, py in half(r)], "#2f7d32")
    c.fill([(px + 16, py + 4) for px, py in half(r * 0.97)], dark("#c93530", 0.1))
    c.body(half(r), "#3f8f3a", steps=6)
    c.fill(half(r * 0.94), "#dcecb8")
    c.fill(half(r * 0.88), "#f8c9b8")
    c.body(half(r * 0.845), "#e8453c", glow=0.35, shade=0.08, at=(-0.2, -0.7))
    for ring_, count in ((0.66, 8), (0.42, 5)):
        for i in range(count):
            a = math.radians(180 * (i + 0.5) / count)
            px, py = place([(math.cos(a) * r * ring_, math.sin(a) * r * ring_)], x, y, 1, degrees)[0]
            seed = place(drop(r * 0.085, r * 0.05), px, py, 1, math.degrees(a) + degrees + 90)
            c.fill(seed, "#2a1a16")
            c.dot(px - r * 0.008, py - r * 0.01, r * 0.009, "#8a6f66")


def watermelon(c: Canvas) -> None:
    kind = c.variant % 4
    set_table(c, 740)
    if kind == 1:
        _watermelon(c, 360, 560, 250, 216, -14)
        _watermelon(c, 680, 610, 216, 190, 12)
        _wedge(c, 430, 745, 165, 6)
    elif kind == 2:
        _watermelon(c, 500, 560, 330, 270, -8)
        for x in (300, 500, 700):
            _wedge(c, x, 760 + (x % 200) * 0.1, 118, (x - 500) * 0.05)
    else:
        _watermelon(c, 420, 560, 316, 262, -10 if kind == 0 else 8)
        _wedge(c, 660, 640, 205, -10)


def _cut_melon(c: Canvas, x: float, y: float, rx: float, ry: float, skin: str, flesh: str, core: str) -> None:
    c.shadow(x, y + ry * 0.85, rx * 0.85, ry * 0.28, 0.6)
    c.body(ellipse(x + 4, y + ry * 0.1, rx, ry), skin, shade=0.4)
    c.body(ellipse(x, y, rx * 0.97, ry * 0.94), flesh, glow=0.5, shade=0.12)
    hollow = ellipse(x, y + ry * 0.02, rx * 0.52, ry * 0.48)
    c.body(hollow, core, glow=0.3, shade=0.22, at=(0.4, 0.5))
    for i in range(22):
        a = 2 * math.pi * i / 22
        d = c.rng.uniform(0.5, 0.9)
        c.fill(ellipse(x + math.cos(a) * rx * 0.5 * d, y + math.sin(a) * ry * 0.46 * d, rx * 0.05, ry * 0.03, math.degrees(a)), c.rng.choice(("#f8f0cf", "#efe0a8", "#fdf8e4")))
    c.glint(x - rx * 0.5, y - ry * 0.5, rx * 0.24, ry * 0.14, 0.6)


def thin_melon(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        outline = blob(c.rng, x, y, r, r * 0.94, 0.02, 9)
        c.body(outline, "#dfe09a", glow=0.5, shade=0.36)
        with c.clip(outline):
            for line, s in _meridians(x, y, r * 0.95, r, 9, 90 + degrees):
                c.veil(ribbon(line, [2, r * 0.07 * (1.1 - abs(s)), r * 0.09 * (1.1 - abs(s)), 2]), "#a9c06a", 0.4)
            c.spot(x, y - r * 0.8, r * 0.7, r * 0.5, "#9fbf62", 0.55)
        c.glint(x - r * 0.36, y - r * 0.36, r * 0.3, r * 0.22, 0.75)
        tx, ty = place([(0, -r * 0.86)], x, y, 1, degrees * 0.4)[0]
        c.tube([(tx, ty + 6), (tx + 4, ty - r * 0.2), (tx + r * 0.16, ty - r * 0.28)], [r * 0.12, r * 0.08, r * 0.11], "#7f9f4a", steps=5)

    if c.variant % 2:
        carton(c, 510, 830, 660, 240, lambda: heap(c, one, 510, 600, 92, (3, 3), rise=0.8), mark="#7f9f3f")
        _cut_melon(c, 270, 800, 108, 94, "#cfd488", "#eef2c4", "#f4e3b0")
    else:
        set_table(c)
        heap(c, one, 470, 640, 138, (2, 2), rise=1.0)
        _cut_melon(c, 700, 755, 130, 112, "#cfd488", "#eef2c4", "#f4e3b0")


def xin_melon(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        rx, ry = r * 1.25, r * 0.95
        outline = ellipse(x, y, rx, ry, degrees)
        c.body(outline, "#f1c430", glow=0.45, shade=0.4)
        with c.clip(outline):
            for line, s in _meridians(x, y, rx, ry, 7, degrees):
                width = r * 0.1 * math.sqrt(max(0.08, 1 - s * s))
                c.veil(ribbon(line, [2, width, width * 1.2, width, 2]), "#fff6d8", 0.85)
        c.glint(x - r * 0.45, y - r * 0.42, r * 0.32, r * 0.18, 0.8)
        ends = place([(-rx * 0.97, 0), (rx * 0.98, 0)], x, y, 1, degrees)
        c.tube([ends[0], (ends[0][0] - r * 0.16, ends[0][1] - r * 0.1)], [r * 0.15, r * 0.1], "#8a9f4a", steps=4)
        c.body(ellipse(*ends[1], r * 0.06, r * 0.12), "#b98f2a", steps=5)

    if c.variant % 2:
        gift_box(c, 500, 850, 760, 360, "#e0a52a", "#fbe9a8", lambda: heap(c, one, 500, 640, 106, (3, 3), rise=0.95, spread=2.0, turn=10))
    else:
        set_table(c)
        heap(c, one, 460, 620, 132, (1, 2), rise=1.1, spread=2.2)
        _cut_melon(c, 690, 770, 160, 116, "#e6b52a", "#fdfbee", "#f6e9c0")


# ---------------------------------------------------------------- pome and stone fruit

def yali(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    outline = place(smooth([(0.16, -1.16), (0.4, -1.02), (0.5, -0.72), (0.72, -0.3), (0.94, 0.24), (0.78, 0.78), (0.3, 1.0), (-0.3, 1.0), (-0.8, 0.76), (-0.96, 0.2),
                            (-0.7, -0.4), (-0.46, -0.8), (-0.16, -0.98), (0.0, -1.12)]), x, y, r, degrees)
    c.body(outline, "#e3d552", glow=0.55, shade=0.4, at=(-0.3, -0.05))
    dots(c, ellipse(x, y + r * 0.15, r * 0.72, r * 0.74), 46, r * 0.013, ("#b8a23c", "#c9b548"))
    c.glint(x - r * 0.4, y - r * 0.1, r * 0.26, r * 0.34, 0.7)
    bx, by = place([(0.22, -1.1)], x, y, r, degrees)[0]
    c.spot(bx, by + r * 0.06, r * 0.2, r * 0.12, "#9a7a2e", 0.6)
    c.tube(place([(0.22, -1.08), (0.3, -1.34), (0.5, -1.6)], x, y, r, degrees), [r * 0.08, r * 0.06, r * 0.1], "#7a5b2e", steps=5)


def yali_pear(c: Canvas) -> None:
    kind = c.variant % 4
    if kind == 1:
        carton(c, 500, 850, 680, 240, lambda: heap(c, lambda *a: yali(c, *a), 500, 600, 96, (4, 4), rise=0.85, spread=1.72, turn=12), mark="#8a8f2f")
    elif kind == 3:
        basket(c, 500, 830, 320, 200, content=lambda: heap(c, lambda *a: yali(c, *a), 500, 590, 108, (2, 3), rise=0.9, spread=1.7, turn=16))
    else:
        set_table(c)
        for x, y, r, d in ((360, 600, 160, -10), (640, 590, 156, 14), (500, 690, 166, 2)):
            c.shadow(x, y + r * 0.96, r * 0.8, r * 0.26, 0.6)
            yali(c, x, y, r, d)
        leaf(c, 560, 430, 150, 74, 62, "#6f9f44")
        if kind == 2:
            c.shadow(740, 850, 84)
            yali(c, 740, 770, 96, 70)


def _apple(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    outline = place(smooth([(0, -0.78), (0.34, -0.94), (0.8, -0.74), (0.99, -0.1), (0.82, 0.6), (0.42, 0.93), (0, 0.86), (-0.42, 0.93), (-0.82, 0.6), (-0.99, -0.1),
                            (-0.8, -0.74), (-0.34, -0.94)]), x, y, r, degrees * 0.5)
    c.body(outline, "#d13a35", glow=0.36, shade=0.46)
    with c.clip(outline):
        c.spot(x + r * 0.15, y - r * 0.7, r * 0.8, r * 0.6, "#f2c46a", 0.8)
        for line, s in _meridians(x, y + r * 0.05, r * 0.95, r, 17, 90 + degrees * 0.5):
            if c.rng.random() < 0.8:
                c.veil(ribbon(line[2:15], [1, r * 0.05 * (1.1 - abs(s)), 1]), c.rng.choice(("#f0a35a", "#b5231f", "#e8705a")), 0.34)
        c.spot(x, y - r * 0.8, r * 0.32, r * 0.16, "#7a5a1f", 0.7)
    c.glint(x - r * 0.45, y - r * 0.3, r * 0.2, r * 0.3, 0.85)
    c.tube(place([(0, -0.76), (0.05, -1.02), (0.16, -1.2)], x, y, r, degrees * 0.5), [r * 0.07, r * 0.06, r * 0.1], "#6b4a2a", steps=5)


def apple(c: Canvas) -> None:
    def foamed(x: float, y: float, r: float, degrees: float) -> None:
        _apple(c, x, y, r, degrees)
        net_ = [*ellipse(x, y + r * 0.16, r * 1.02, r * 0.34, start=0, end=180), *smooth([(x - r * 1.02, y + r * 0.16), (x - r * 0.8, y + r * 0.75), (x, y + r),
                (x + r * 0.8, y + r * 0.75), (x + r * 1.02, y + r * 0.16)], closed=False)]
        with c.clip(net_):
            for i in range(-7, 8):
                c.line([(x + i * r * 0.17, y), (x + (i + 3) * r * 0.17, y + r)], "#fbf8f0", 6)
                c.line([(x + i * r * 0.17, y), (x + (i - 3) * r * 0.17, y + r)], "#f4efe2", 6)

    kind = c.variant % 4
    if kind == 1:
        carton(c, 500, 850, 680, 220, lambda: heap(c, foamed, 500, 590, 108, (3, 3), rise=0.86, spread=1.95), mark="#c23b2e")
    elif kind == 3:
        basket(c, 500, 830, 320, 190, content=lambda: heap(c, lambda *a: _apple(c, *a), 500, 600, 112, (2, 3), rise=0.9))
    else:
        set_table(c)
        heap(c, lambda *a: _apple(c, *a), 480, 660, 138, (2, 3) if kind == 0 else (1, 2), rise=1.05)
        if kind == 2:
            x, y, r = 740, 780, 112
            c.shadow(x, y + r * 0.8, r * 0.8)
            c.body(ellipse(x, y + 6, r, r * 0.94), "#c8332e")
            c.body(ellipse(x, y, r * 0.95, r * 0.87), "#fbf0cf", glow=0.5, shade=0.1)
            for a in range(5):
                px, py = x + math.cos(a * 1.257 - 1.57) * r * 0.3, y + math.sin(a * 1.257 - 1.57) * r * 0.27
                c.fill(place(drop(r * 0.26, r * 0.13), px, py, 1, a * 72 + 180), "#e6cf96")
                c.fill(place(drop(r * 0.15, r * 0.08), px, py, 1, a * 72 + 180), "#5a2d18")


def peach(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        outline = place(smooth([(0, -0.9), (0.5, -0.88), (0.95, -0.36), (0.95, 0.3), (0.55, 0.82), (0.08, 1.04), (-0.5, 0.84), (-0.95, 0.3), (-0.95, -0.36), (-0.5, -0.88)]),
                        x, y, r, degrees * 0.6)
        c.body(outline, "#f6c49a", glow=0.55, shade=0.26)
        with c.clip(outline):
            c.spot(x + r * 0.35, y + r * 0.1, r * 0.95, r * 0.95, "#e2544f", 0.85)
            c.spot(x - r * 0.75, y - r * 0.1, r * 0.4, r * 0.7, "#e8645a", 0.3)
            groove = smooth(place([(-0.02, -0.9), (-0.26, -0.3), (-0.2, 0.4), (0.06, 1.02)], x, y, r, degrees * 0.6), closed=False)
            c.veil(ribbon(groove, [r * 0.12, r * 0.08, r * 0.07, 2]), "#a8352f", 0.35)
            c.veil(ribbon([(px - r * 0.06, py) for px, py in groove], [r * 0.06, r * 0.05, r * 0.04, 1]), "#fff0dc", 0.5)
        c.glint(x - r * 0.48, y - r * 0.36, r * 0.3, r * 0.26, 0.55)

    def leaves(x: float, y: float) -> None:
        leaf(c, x, y, 190, 66, 64, "#6fa04a")
        leaf(c, x, y + 4, 170, 60, -58, "#7fae58")

    kind = c.variant % 4
    if kind == 1:
        carton(c, 500, 850, 660, 230, lambda: heap(c, one, 500, 595, 104, (3, 3), rise=0.86, spread=1.9), mark="#d9645a")
        leaf(c, 760, 860, 170, 62, -52, "#6fa04a")
    elif kind == 3:
        basket(c, 500, 830, 310, 190, content=lambda: heap(c, one, 500, 600, 116, (2, 3), rise=0.9))
        leaves(500, 470)
    else:
        set_table(c)
        heap(c, one, 500, 680, 150, (1, 2), rise=1.25, spread=1.9)
        leaves(506, 380 if kind == 0 else 400)


def cherry(c: Canvas) -> None:
    def ball(x: float, y: float, r: float, shade: str = "#8f1420") -> None:
        outline = place(smooth([(0, -0.78), (0.42, -0.92), (0.92, -0.45), (0.94, 0.3), (0.45, 0.9), (0, 0.98), (-0.45, 0.9), (-0.94, 0.3), (-0.92, -0.45), (-0.42, -0.92)]), x, y, r)
        c.body(outline, shade, glow=0.34, shade=0.5)
        c.spot(x + r * 0.35, y + r * 0.5, r * 0.5, r * 0.4, "#e0566a", 0.4)
        c.glint(x - r * 0.36, y - r * 0.38, r * 0.26, r * 0.2, 1)
        c.spot(x, y - r * 0.78, r * 0.3, r * 0.13, "#3a070c", 0.6)

    def pair(x: float, y: float, r: float, degrees: float, with_leaf: bool = False) -> None:
        top = (x + r * 0.3 + degrees, y - r * 3.1)
        left, right = (x - r * 0.95, y), (x + r * 1.05, y + r * 0.2)
        for bx, by in (left, right):
            c.shadow(bx, by + r * 0.92, r * 0.8)
            c.tube([(bx, by - r * 0.76), ((bx + top[0]) / 2 + (bx - x) * 0.35, (by + top[1]) / 2), top], [r * 0.09, r * 0.08, r * 0.13], "#7f9f3f", steps=4)
        ball(*left, r)
        ball(*right, r, "#a51a28")
        if with_leaf:
            leaf(c, top[0], top[1], r * 2.4, r * 1.1, 78, "#5f9044")

    def single(x: float, y: float, r: float, degrees: float) -> None:
        a = math.radians(degrees)
        c.tube([(x, y - r * 0.7), (x + math.sin(a) * r, y - r * 1.4), (x + math.sin(a) * r * 1.8, y - r * 2)], [r * 0.09, r * 0.08, r * 0.12], "#7f9f3f", steps=4)
        ball(x, y, r, c.rng.choice(("#8f1420", "#a51a28", "#7f0f1c")))

    kind = c.variant % 4
    if kind == 1:
        gift_box(c, 500, 850, 720, 350, "#7f1a24", content=lambda: heap(c, single, 500, 720, 50, (7, 7, 7, 7), rise=0.9, spread=1.75, turn=60, shadow=False))
    elif kind == 3:
        plate(c, 500, 740, 340)
        mound(c, single, 500, 690, 230, 120, 58, 38, turn=60)
    else:
        set_table(c)
        if kind == 0:
            pair(480, 680, 132, -10, True)
            c.shadow(790, 840, 70)
            single(790, 790, 80, 30)
        else:
            heap(c, single, 500, 740, 84, (2, 4, 5), rise=1.05, spread=1.75, turn=50)
            pair(500, 640, 92, 0, True)


# ---------------------------------------------------------------- berries

def strawberry(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        outline = place(smooth([(0, -0.78), (0.55, -0.86), (0.9, -0.4), (0.74, 0.24), (0.36, 0.82), (0, 1.1), (-0.36, 0.82), (-0.74, 0.24), (-0.9, -0.4), (-0.55, -0.86)]),
                        x, y, r, degrees)
        c.body(outline, "#d92b3a", glow=0.4, shade=0.4)
        with c.clip(outline):
            for row in range(7):
                for k in range(7):
                    u = -0.75 + 0.25 * k + 0.125 * (row % 2)
                    v = -0.6 + row * 0.25
                    if abs(u) < 0.86 - max(0, v + 0.2) * 0.62:
                        px, py = place([(u, v)], x, y, r, degrees)[0]
                        c.fill(place(drop(r * 0.13, r * 0.08), px, py + r * 0.01, 1, degrees), "#8f1420")
                        c.fill(place(drop(r * 0.1, r * 0.055), px, py, 1, degrees), "#f6d878")
        c.glint(x - r * 0.42, y - r * 0.36, r * 0.24, r * 0.3, 0.7)
        top = place([(0, -0.82)], x, y, r, degrees)[0]
        c.body(place(smooth(star(0, 0, r * 0.62, r * 0.2, 7, degrees), steps=4), top[0], top[1], 1), "#4f8f3a", glow=0.35, steps=7)
        c.tube([top, place([(0.05, -1.2)], x, y, r, degrees)[0]], [r * 0.12, r * 0.1], "#7fae4f", steps=4)

    kind = c.variant % 4
    if kind == 1:
        tray(c, 500, 830, 660, 300, "#eef2f2", lambda: heap(c, one, 500, 690, 76, (4, 4, 4), rise=0.9, spread=1.75, turn=30))
        c.veil(rounded(180, 480, 820, 560, 30), (255, 255, 255), 0.25)
        c.veil(smooth([(200, 540), (420, 500), (440, 520), (220, 780)]), (255, 255, 255), 0.22)
    elif kind == 3:
        basket(c, 500, 830, 300, 180, content=lambda: heap(c, one, 500, 610, 92, (3, 4), rise=0.9, spread=1.6, turn=40))
    else:
        set_table(c)
        heap(c, one, 480, 690, 128 if kind == 0 else 108, (2, 3) if kind == 0 else (1, 3, 3), rise=1.1, spread=1.75, turn=24)
        if kind == 0:
            x, y, r = 770, 800, 92
            c.shadow(x, y + r * 0.9, r * 0.7)
            cut = place(smooth([(0, -0.7), (0.5, -0.82), (0.86, -0.36), (0.7, 0.26), (0.34, 0.8), (0, 1.05), (-0.34, 0.8), (-0.7, 0.26), (-0.86, -0.36), (-0.5, -0.82)]), x, y, r, 12)
            c.body(cut, "#e2404c", glow=0.2, shade=0.2)
            c.body([(x + (px - x) * 0.74, y + (py - y) * 0.76) for px, py in cut], "#f49a92", glow=0.5, shade=0.1)
            c.body([(x + (px - x) * 0.3, y + (py - y) * 0.5) for px, py in cut], "#fdf0e4", glow=0.4, shade=0.06)


def grape(c: Canvas) -> None:
    def bunch(x: float, y: float, s: float) -> None:
        c.spot(x + 20, y + 270 * s, 220 * s, 60 * s, opacity=0.5)
        rows = ((0, 5), (1, 6), (2, 6), (3, 5), (4, 5), (5, 4), (6, 3), (7, 2), (8, 1))
        for layer in range(2):
            for row, count in rows:
                for i in range(count - layer):
                    px = x + (i - (count - layer - 1) / 2) * 74 * s + c.rng.uniform(-7, 7)
                    py = y + (row - 3.5) * 62 * s + c.rng.uniform(-7, 7) + layer * 12
                    r = 46 * s * c.rng.uniform(0.94, 1.06)
                    c.spot(px + 4, py + 8, r * 1.2, opacity=0.5)
                    purple = c.rng.choice(("#5b2a6e", "#6a3280", "#4b235e", "#74408a"))
                    c.body(ellipse(px, py, r, r * 1.06), purple, glow=0.34, shade=0.5, steps=9)
                    c.spot(px + r * 0.2, py + r * 0.5, r * 0.6, r * 0.45, "#b98ac9", 0.45)
                    c.glint(px - r * 0.34, py - r * 0.4, r * 0.26, r * 0.22, 0.9)
        c.tube([(x, y - 250 * s), (x - 6, y - 300 * s), (x + 26, y - 350 * s)], [18 * s, 16 * s, 24 * s], "#8a6a3a", steps=5)
        lx, ly = x + 60 * s, y - 268 * s
        vine = place([(math.cos(a) * (1 + 0.22 * math.cos(5 * a)) * 110, math.sin(a) * (1 + 0.22 * math.cos(5 * a)) * 100) for a in (2 * math.pi * k / 80 for k in range(80))],
                     lx + 50 * s, ly, s, 20)
        c.body(vine, "#5fa044", glow=0.3, shade=0.35)
        for k in range(5):
            a = math.radians(72 * k + 20)
            c.line([(lx + 20 * s, ly + 10 * s), (lx + 50 * s + math.cos(a) * 105 * s, ly + math.sin(a) * 95 * s)], light("#5fa044", 0.4), 3)

    kind = c.variant % 4
    if kind == 1:
        gift_box(c, 500, 860, 720, 330, "#5b2a6e", content=lambda: None)
        bunch(400, 640, 0.62)
        bunch(600, 650, 0.64)
        c.vertical([(140, 748), (860, 748), (852, 860), (148, 860)], light("#5b2a6e", 0.14), dark("#5b2a6e", 0.25))
        c.line([(150, 812), (850, 812)], "#d9b45f", 4)
    else:
        set_table(c, 780)
        bunch(500, 600, 1.02 if kind != 3 else 0.9)


def mulberry(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        base = c.rng.choice(("#3a1030", "#45153a", "#4f1438", "#2b0c26"))
        c.tube(place([(0, -1.1), (0.1, -1.6)], x, y, r, degrees), [r * 0.12, r * 0.1], "#8fb85a", steps=4)
        c.body(place(ellipse(0, 0, 0.6, 1.16), x, y, r, degrees), dark(base, 0.3), steps=5)
        for row in range(8):
            half = 0.56 * math.sqrt(max(0.06, 1 - ((row - 3.5) / 4.3) ** 2))
            for k in range(4):
                u = (k - 1.5) / 1.5 * half * 0.82 + (0.08 if row % 2 else -0.04)
                px, py = place([(u, -0.98 + row * 0.28)], x, y, r, degrees)[0]
                c.body(ellipse(px, py, r * 0.2, r * 0.2), base, glow=0.42, shade=0.45, steps=5)
                c.dot(px - r * 0.05, py - r * 0.07, r * 0.045, mix(base, "#ffffff", 0.75))

    kind = c.variant % 4
    if kind == 1:
        tray(c, 500, 830, 660, 300, "#eef2f2", lambda: heap(c, one, 500, 700, 62, (6, 6, 6), rise=1.0, spread=1.5, turn=70))
        c.veil(smooth([(200, 540), (420, 500), (440, 520), (220, 780)]), (255, 255, 255), 0.2)
        leaf(c, 790, 850, 160, 90, -40, "#5fa044")
    elif kind == 3:
        basket(c, 500, 830, 290, 170, content=lambda: mound(c, one, 500, 640, 230, 90, 62, 40))
        leaf(c, 700, 650, 170, 96, 50, "#5fa044")
    else:
        set_table(c)
        leaf(c, 420, 600, 280, 170, -52, "#5fa044")
        leaf(c, 560, 590, 260, 160, 48, "#6fae4f")
        heap(c, one, 500, 740, 108, (2, 4) if kind == 0 else (3, 4), rise=1.1, spread=1.5, turn=35)


DRAWINGS = {
    "watermelon": watermelon, "thin-melon": thin_melon, "xin-melon": xin_melon, "yali-pear": yali_pear, "apple": apple, "peach": peach,
    "cherry": cherry, "strawberry": strawberry, "grape": grape, "mulberry": mulberry,
}

