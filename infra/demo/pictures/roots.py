"""Roots and tubers, frozen vegetables, mushrooms."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math
from collections.abc import Callable

from infra.demo.pictures.arrange import heap, lay, mound, scatter
from infra.demo.pictures.bags import pouch
from infra.demo.pictures.boxes import basket, carton, net, tray
from infra.demo.pictures.canvas import Canvas, dots, ring
from infra.demo.pictures.geometry import blob, ellipse, place, ribbon, shift, smooth
from infra.demo.pictures.stage import set_table
from infra.demo.pictures.vessels import bowl

# ---------------------------------------------------------------- roots

def _garlic_bulb(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    outline = place(smooth([(0, -1.25), (0.1, -0.86), (0.5, -0.5), (0.92, 0.05), (0.86, 0.55), (0.45, 0.8), (0, 0.84), (-0.45, 0.8), (-0.86, 0.55), (-0.92, 0.05),
                            (-0.5, -0.5), (-0.1, -0.86)]), x, y, r, degrees * 0.6)
    c.body(outline, "#f1eae0", glow=0.7, shade=0.3)
    with c.clip(outline):
        for u in (-0.66, -0.34, 0.04, 0.4, 0.7):
            vein = smooth(place([(u * 0.1, -1.1), (u * 0.9, -0.3), (u * 1.15, 0.3), (u * 0.6, 0.84)], x, y, r, degrees * 0.6), closed=False)
            c.veil(ribbon(vein, [2, r * 0.09, r * 0.14, r * 0.04]), "#a06f9c", 0.32)
            c.line(vein, "#cbb4c6", 2)
        c.spot(x + r * 0.3, y + r * 0.3, r * 0.8, r * 0.7, "#b98ab0", 0.25)
    c.glint(x - r * 0.4, y - r * 0.2, r * 0.24, r * 0.3, 0.7)
    c.fill(place(ellipse(0, 0.82, 0.24, 0.09), x, y, r, degrees * 0.6), "#cbb594")


def _clove(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    outline = place(smooth([(0, -1), (0.32, -0.4), (0.42, 0.3), (0.2, 0.8), (-0.24, 0.78), (-0.46, 0.2), (-0.26, -0.5)]), x, y, r, degrees)
    c.body(outline, "#f6efdf", glow=0.6, shade=0.26)
    c.line(smooth(place([(0, -0.9), (-0.08, 0), (-0.02, 0.75)], x, y, r, degrees), closed=False), "#d4bfcf", 3)


def garlic(c: Canvas) -> None:
    if c.variant % 2:
        bag = smooth([(250, 780), (230, 600), (310, 440), (440, 380), (470, 300), (540, 300), (570, 380), (690, 440), (770, 600), (750, 780), (600, 830), (400, 830)])
        c.shadow(500, 815, 280)
        with c.clip(bag):
            heap(c, lambda *a: _garlic_bulb(c, *a), 500, 760, 92, (1, 3, 4, 5, 5), rise=0.98, spread=1.5)
        net(c, bag, "#c9564a", 62)
        c.cylinder([(462, 340), (548, 340), (552, 376), (458, 376)], "#c9443a")
        return
    set_table(c)
    heap(c, lambda *a: _garlic_bulb(c, *a), 470, 660, 128, (2, 3), rise=1.0, spread=1.7)
    scatter(c, lambda *a: _clove(c, *a), ((660, 800), (745, 770), (590, 835), (710, 850)), 52)


def _potato(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    outline = blob(c.rng, x, y, r * 1.16, r * 0.86, 0.07, 9, degrees)
    c.body(outline, "#d8b36a", glow=0.45, shade=0.42)
    for _ in range(7):
        a, d = c.rng.uniform(0, 6.28), c.rng.uniform(0.1, 0.7) * r
        px, py = x + math.cos(a) * d, y + math.sin(a) * d * 0.75
        c.fill(ellipse(px, py, r * 0.06, r * 0.03, c.rng.uniform(-40, 40)), "#9c7438")
        c.line([(px - r * 0.06, py + r * 0.03), (px + r * 0.06, py + r * 0.03)], "#f0dca8", 2)
    dots(c, outline, 26, r * 0.016, ("#b98d45", "#c49c56"))


def potato(c: Canvas) -> None:
    if c.variant % 2:
        bag = smooth([(240, 790), (220, 600), (300, 440), (430, 370), (460, 290), (540, 290), (570, 370), (700, 440), (780, 600), (760, 790), (600, 835), (400, 835)])
        c.shadow(500, 820, 290)
        with c.clip(bag):
            heap(c, lambda *a: _potato(c, *a), 500, 760, 100, (1, 3, 3, 4, 4), rise=0.9, spread=1.8, turn=50)
        net(c, bag, "#c9443a", 64)
        c.cylinder([(452, 334), (548, 334), (552, 372), (448, 372)], "#b8372e")
        return
    set_table(c)
    heap(c, lambda *a: _potato(c, *a), 480, 660, 130, (2, 3), rise=0.85, turn=40)
    c.shadow(660, 850, 100)
    c.body(ellipse(660, 785, 118, 84, -8), "#b98d45", steps=6)
    c.body(ellipse(656, 778, 112, 77, -8), "#f2e0a5", glow=0.45, shade=0.14)
    ring(c, 656, 778, 96, 63, "#e6cf8c", 3)


def sweet_potato(c: Canvas) -> None:
    def one(x: float, y: float, length: float, degrees: float) -> None:
        path = place([(-length / 2, 8), (-length * 0.25, -6), (length * 0.1, -8), (length / 2, 10)], x, y, 1, degrees)
        w = length * 0.46
        c.tube(path, [5, w * 0.5, w * 0.86, w, w * 0.94, w * 0.6, 5], "#a5432f", glow=0.36, shade=0.46, steps=12)
        curve = smooth(path, closed=False)
        for _ in range(14):
            px, py = curve[int(len(curve) * (0.2 + 0.6 * c.rng.random()))]
            oy = c.rng.uniform(-0.32, 0.34) * w
            c.line([(px - w * 0.06, py + oy), (px + w * 0.07, py + oy - 2)], "#7b2f24", 3)
        for sx in (-1, 1):
            tip = path[0] if sx < 0 else path[-1]
            c.line([tip, (tip[0] + sx * 26, tip[1] + 8)], "#8a4230", 4)

    def baked(x: float, y: float) -> None:
        c.shadow(x, y + 74, 190, 46, 0.6)
        skin = smooth([(x - 232, y + 6), (x - 150, y - 66), (x + 20, y - 92), (x + 170, y - 50), (x + 236, y + 4), (x + 120, y + 78), (x - 110, y + 82)])
        c.body(skin, "#8f3f2c", shade=0.4)
        flesh = smooth([(x - 204, y - 2), (x - 130, y - 58), (x + 14, y - 80), (x + 150, y - 42), (x + 206, y - 2), (x + 90, y + 44), (x - 90, y + 46)])
        c.body(flesh, "#f09a3a", glow=0.55, shade=0.14, at=(-0.1, -0.3))
        for _ in range(26):
            fx, fy = x + c.rng.uniform(-150, 150), y - 16 + c.rng.uniform(-36, 40)
            if abs(fx - x) / 170 + abs(fy - y + 16) / 62 < 1:
                c.fill(ellipse(fx, fy, c.rng.uniform(8, 26), c.rng.uniform(2, 5), c.rng.uniform(-14, 10)), c.rng.choice(("#f7b660", "#e88a2c", "#fbc878")))
        c.glint(x - 50, y - 44, 80, 18, 0.5)

    if c.variant % 2:
        carton(c, 510, 820, 660, 230, lambda: [one(400 + 70 * i, 580 - 26 * (i % 2), 300, -34 + 17 * i) for i in range(5)], mark="#a5432f")
        baked(320, 830)
    else:
        set_table(c)
        lay(c, one, 500, 540, 460, 3, 96, -12, 10)
        baked(540, 770)


def _lotus_slice(c: Canvas, x: float, y: float, r: float, degrees: float = 0) -> None:
    c.body(ellipse(x + 4, y + r * 0.12, r, r * 0.86), "#cfae84", steps=6)
    c.body(ellipse(x, y, r, r * 0.86), "#f6ecdc", glow=0.5, shade=0.12)
    ring(c, x, y, r * 0.96, r * 0.82, "#dcc4a2", 4)
    for i in range(8):
        a = math.radians(45 * i + degrees)
        hx, hy = x + math.cos(a) * r * 0.58, y + math.sin(a) * r * 0.5
        c.body(ellipse(hx, hy, r * 0.17, r * 0.13, math.degrees(a)), "#a8875f", glow=0.1, shade=0.35, at=(0.4, 0.5), steps=6)
    c.body(ellipse(x, y, r * 0.1, r * 0.08), "#b09068", steps=5)


def lotus_root(c: Canvas) -> None:
    def root(x: float, y: float, length: float, degrees: float) -> None:
        seg = length / 3
        for i in range(3):
            path = place([(-length / 2 + seg * i + 8, 0), (-length / 2 + seg * (i + 0.5), -5), (-length / 2 + seg * (i + 1) - 8, 0)], x, y, 1, degrees)
            w = seg * 0.62
            c.tube(path, [w * 0.4, w * 0.86, w, w, w * 0.86, w * 0.4], "#e6d3b8", glow=0.55, shade=0.36)
            curve = smooth(path, closed=False)
            for _ in range(9):
                px, py = curve[int(len(curve) * (0.15 + 0.7 * c.rng.random()))]
                c.line([(px - 10, py + c.rng.uniform(-0.3, 0.32) * w), (px + 12, py + c.rng.uniform(-0.3, 0.32) * w)], "#cdb089", 2)
        for i in (1, 2):
            jx, jy = place([(-length / 2 + seg * i, 0)], x, y, 1, degrees)[0]
            c.body(ellipse(jx, jy, 15, seg * 0.17, degrees), "#8c6a45", steps=6)
            for k in range(5):
                c.line([(jx, jy + seg * 0.1), (jx + (k - 2) * 9, jy + seg * 0.24)], "#6f5236", 2.5)

    if c.variant % 2:
        carton(c, 510, 800, 680, 220, lambda: [root(510, 560 + 44 * i, 560, -4 + 5 * i) for i in range(2)], mark="#a5764a")
        for x, y in ((250, 830), (390, 862)):
            c.shadow(x, y + 60, 74)
            _lotus_slice(c, x, y, 78, c.rng.uniform(0, 40))
    else:
        set_table(c)
        lay(c, root, 500, 590, 640, 2, 124, -8, 8)
        for x, y, r in ((350, 800, 96), (530, 826, 100), (700, 790, 88)):
            c.shadow(x, y + r * 0.82, r * 0.9)
            _lotus_slice(c, x, y, r, c.rng.uniform(0, 40))


def frozen_vegetables(c: Canvas) -> None:
    def piece(x: float, y: float, r: float, degrees: float) -> None:
        kind = c.rng.random()
        if kind < 0.4:
            c.body(ellipse(x, y, r, r * 0.94), "#63ad45", glow=0.5, shade=0.4, steps=7)
            c.glint(x - r * 0.3, y - r * 0.35, r * 0.35, opacity=0.7)
        elif kind < 0.7:
            c.body(place(smooth([(-0.6, -0.9), (0.6, -0.9), (0.95, 0.3), (0, 1), (-0.95, 0.3)]), x, y, r, degrees), "#f4c22f", glow=0.5, shade=0.35, steps=7)
        else:
            box = place([(-0.9, -0.6), (0.9, -0.6), (0.9, 0.9), (-0.9, 0.9)], x, y, r * 0.9, degrees * 0.2)
            c.fill(box, "#dd7a24")
            c.fill(place([(-0.9, -0.6), (0.9, -0.6), (0.6, -1.1), (-0.6, -1.1)], x, y, r * 0.9, degrees * 0.2), "#f5a552")
        if c.rng.random() < 0.35:
            c.dot(x + r * 0.4, y - r * 0.5, r * 0.16, "#f4fbff")

    set_table(c)
    px, mx = (380, 640) if c.variant % 2 == 0 else (620, 360)
    pouch(c, px, 760, 400, 540, "#bfdcec", "#2f6f9f", frost=True,
          window=lambda: mound(c, piece, px, 640, 170, 60, 17, 150))
    if c.variant % 4 < 2:
        bowl(c, mx, 830, 190, "#f4f0e6", lambda: mound(c, piece, mx, 708, 168, 64, 18, 190), band="#8fb8d9")
    else:
        c.shadow(mx, 800, 200)
        mound(c, piece, mx, 770, 200, 90, 18, 220)


# ---------------------------------------------------------------- mushrooms

def _button(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    stem = place([(0, 0.2), (0.02, 0.95)], x, y, r, degrees)
    c.tube(stem, [r * 0.66, r * 0.7, r * 0.74], "#f0e7d8", glow=0.5, shade=0.35, lean=-0.12)
    c.fill(place(ellipse(0, 0.26, 0.78, 0.24), x, y, r, degrees), "#b99f7f")
    cap = place(smooth([(-1, 0.12), (-0.9, -0.45), (-0.4, -0.9), (0.4, -0.9), (0.9, -0.45), (1, 0.12), (0.7, 0.34), (0, 0.42), (-0.7, 0.34)]), x, y, r, degrees)
    c.body(cap, "#f5efe5", glow=0.75, shade=0.3)
    c.glint(x - r * 0.35, y - r * 0.5, r * 0.4, r * 0.24, 0.7)


def _button_slice(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    shape = smooth([(-1, 0.06), (-0.86, -0.5), (0, -0.9), (0.86, -0.5), (1, 0.06), (0.72, 0.28), (0.34, 0.2), (0.26, 0.9), (-0.26, 0.9), (-0.34, 0.2), (-0.72, 0.28)])
    c.fill(place(shape, x + 5, y + 7, r, degrees), "#c9b79c")
    c.body(place(shape, x, y, r, degrees), "#faf5ea", glow=0.5, shade=0.12)
    for side in (-1, 1):
        c.fill(place(smooth([(side * 0.3, 0.1), (side * 0.86, 0.08), (side * 0.7, 0.24), (side * 0.36, 0.2)]), x, y, r, degrees), "#a2805c")


def _cluster_in(c: Canvas, item: Callable[[], None]) -> None:
    """In a tray box, in a basket, or on the table."""
    if c.variant % 3 == 1:
        tray(c, 500, 830, 720, 330, "#f4f1ea", item)
    elif c.variant % 3 == 2:
        basket(c, 500, 830, 330, 190, content=item)
    else:
        set_table(c)
        item()


def button_mushroom(c: Canvas) -> None:
    y = (700, 690, 650)[c.variant % 3]
    _cluster_in(c, lambda: heap(c, lambda *a: _button(c, *a), 500, y, 108, (3, 4) if c.variant % 3 else (2, 3), rise=0.9, spread=1.55, turn=16))
    if c.variant % 3 == 0:
        for x, d in ((650, -12), (780, 14)):
            c.shadow(x, 848, 70)
            _button_slice(c, x, 800, 78, d)
    else:
        c.shadow(790, 880, 60)
        _button_slice(c, 790, 838, 72, -10)


def shiitake_dried(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        squash = 0.74
        outline = [(x + (px - x), y + (py - y) * squash) for px, py in blob(c.rng, x, y, r, r, 0.07, 11)]
        c.fill(shift(outline, 0, r * 0.16), "#cdb48c")
        c.body(outline, "#6b4a2f", glow=0.32, shade=0.45)
        with c.clip(outline):
            for i in range(9):
                a = 2 * math.pi * i / 9 + math.radians(degrees)
                path = [(x + math.cos(a) * r * t + math.sin(a) * c.rng.uniform(-0.09, 0.09) * r, y + math.sin(a) * r * t * squash) for t in (0.3, 0.55, 0.8, 1.02)]
                c.fill(ribbon(smooth(path, closed=False), [r * 0.01, r * 0.05, r * 0.07, r * 0.1]), "#ddc9a6")
            for i in range(8):
                a, d = 2 * math.pi * i / 8 + 0.3, c.rng.uniform(0.1, 0.75)
                px, py = x + math.cos(a) * r * d, y + math.sin(a) * r * d * squash
                c.fill(ribbon(smooth([(px - r * 0.12, py - r * 0.07), (px, py), (px + r * 0.1, py + r * 0.08)], closed=False), [1, r * 0.045, 1]), "#d2bb94")
        c.glint(x - r * 0.35, y - r * 0.34, r * 0.34, r * 0.18, 0.28)

    set_table(c)
    if c.variant % 2:
        pouch(c, 350, 760, 380, 540, "#e9dfca", "#6b4a2f", clear=True, window=lambda: heap(c, one, 350, 720, 66, (3, 4, 4, 4, 4, 4), rise=1.0, shadow=False))
        heap(c, one, 680, 770, 92, (1, 2, 2), rise=0.7, spread=1.75)
    else:
        bowl(c, 500, 800, 330, "#c9a87d", lambda: heap(c, one, 500, 610, 92, (3, 4, 3), rise=0.62, spread=1.5))
        scatter(c, one, ((205, 800), (800, 815)), 78)


def oyster_mushroom(c: Canvas) -> None:
    def fan(x: float, y: float, r: float, degrees: float) -> None:
        c.tube(place([(0, 0.05), (0.04, 0.5), (0, 1.0)], x, y, r, degrees), [r * 0.5, r * 0.32, r * 0.3], "#efe9df", glow=0.5, lean=-0.1)
        cap = place(smooth([(-1, -0.02), (-0.9, -0.44), (-0.45, -0.72), (0.1, -0.76), (0.7, -0.6), (1.02, -0.1), (0.74, 0.18), (0.3, 0.14), (0, 0.24), (-0.4, 0.16), (-0.78, 0.2)]),
                    x, y, r, degrees)
        c.body(cap, "#aaa297", glow=0.5, shade=0.4, at=(-0.1, -0.5))
        with c.clip(cap):
            c.spot(x, y + r * 0.1, r * 0.55, r * 0.3, "#6f665c", 0.4)
            for i in range(9):
                a = math.radians(-160 + 17 * i + degrees)
                c.line([(x + math.cos(a) * r * 0.5, y + math.sin(a) * r * 0.35), (x + math.cos(a) * r * 1.05, y + math.sin(a) * r * 0.8)], "#968d82", 2)
        c.line(cap[40:88], "#e9e2d8", 4)

    def cluster() -> None:
        x, y = 500, (690, 660, 620)[c.variant % 3]
        c.shadow(x, y + 130, 240)
        for px, py, r, d in ((-190, -140, 120, -30), (0, -190, 140, 0), (190, -140, 124, 28), (-110, -60, 132, -18), (115, -60, 134, 18), (-230, -10, 104, -42),
                             (232, -8, 106, 40), (0, 20, 146, 3), (-130, 70, 92, -20), (140, 76, 94, 22)):
            fan(x + px, y + py, r, d + c.rng.uniform(-5, 5))

    _cluster_in(c, cluster)


def king_oyster(c: Canvas) -> None:
    def one(x: float, y: float, length: float, degrees: float) -> None:
        path = place([(-length * 0.5, 0), (-length * 0.1, -4), (length * 0.3, 0)], x, y, 1, degrees)
        w = length * 0.27
        c.tube(path, [w * 0.5, w * 1.05, w * 1.1, w * 0.9, w * 0.82], "#f6eddf", glow=0.6, shade=0.34)
        cap = place(smooth([(0.27, -0.19), (0.36, -0.2), (0.47, -0.12), (0.5, 0), (0.47, 0.12), (0.36, 0.2), (0.27, 0.19), (0.3, 0)]), x, y, length, degrees)
        c.body(cap, "#b08a60", glow=0.42, shade=0.4)
        c.line(place([(length * 0.275, -w * 0.6), (length * 0.3, 0), (length * 0.275, w * 0.6)], x, y, 1, degrees), "#8c6a45", 4)

    def row() -> None:
        lay(c, one, 480, 650, 560 if c.variant % 3 == 0 else 470, 3, 108 if c.variant % 3 == 0 else 76, -7, 6)

    _cluster_in(c, row)


def wood_ear(c: Canvas) -> None:
    def piece(x: float, y: float, r: float, degrees: float) -> None:
        outline = place([(math.cos(a) * (1 + 0.16 * math.sin(5 * a + degrees) + 0.07 * math.sin(11 * a)), 0.76 * math.sin(a) * (1 + 0.14 * math.cos(4 * a)))
                         for a in (2 * math.pi * i / 60 for i in range(60))], x, y, r, degrees)
        c.body(outline, c.rng.choice(("#2b2422", "#332a27", "#241e1d")), glow=0.22, shade=0.5, steps=9)
        for k in range(3):
            fold = smooth(place([(-0.6 + 0.3 * k, -0.3), (-0.2 + 0.24 * k, 0.1 + 0.1 * k), (0.1 + 0.25 * k, 0.5)], x, y, r, degrees), closed=False)
            c.line(fold, "#5c4d48", max(2, r * 0.06))
        c.veil(ribbon(smooth(place([(-0.7, -0.2), (-0.3, -0.55), (0.3, -0.6)], x, y, r, degrees), closed=False), [1, r * 0.14, 1]), "#a5938c", 0.5)

    set_table(c)
    if c.variant % 2:
        pouch(c, 640, 770, 380, 540, "#efe9dc", "#4a3c38", clear=True, window=lambda: mound(c, piece, 640, 690, 175, 190, 40, 130, under="#1c1716"))
        c.shadow(320, 815, 200)
        mound(c, piece, 320, 780, 190, 100, 46, 60, under="#1c1716")
    else:
        bowl(c, 500, 800, 310, "#f1ece2", lambda: mound(c, piece, 500, 605, 270, 130, 54, 100, under="#1c1716"), band="#7a8f9f")


DRAWINGS = {
    "garlic": garlic, "potato": potato, "sweet-potato": sweet_potato, "lotus-root": lotus_root, "frozen-vegetables": frozen_vegetables,
    "button-mushroom": button_mushroom, "shiitake-dried": shiitake_dried, "oyster-mushroom": oyster_mushroom, "king-oyster": king_oyster,
    "wood-ear": wood_ear,
}
