"""Oil, and what stands in jars."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.arrange import heap, mound, scatter
from infra.demo.pictures.bags import pouch
from infra.demo.pictures.canvas import Canvas, light
from infra.demo.pictures.geometry import blob, drop, ellipse, place, smooth
from infra.demo.pictures.stage import leaf, plate, set_table
from infra.demo.pictures.vessels import bottle, bowl, jar

# ---------------------------------------------------------------- oil

def _peanut(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    shell = place(smooth([(-1, -0.1), (-0.75, -0.5), (-0.3, -0.42), (0, -0.3), (0.35, -0.46), (0.8, -0.48), (1.02, 0), (0.78, 0.48), (0.35, 0.46), (0, 0.3), (-0.3, 0.44),
                          (-0.75, 0.5)]), x, y, r, degrees)
    c.body(shell, "#d9ad6a", glow=0.45, shade=0.4)
    for u in (-0.72, -0.45, -0.15, 0.15, 0.45, 0.75):
        c.line(smooth(place([(u - 0.04, -0.36), (u + 0.03, 0), (u - 0.04, 0.36)], x, y, r, degrees), closed=False), "#b98a48", 2.5)
    c.line(smooth(place([(-0.9, 0.05), (0, -0.04), (0.95, 0.04)], x, y, r, degrees), closed=False), "#c2934f", 2)


def _kernel(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    c.body(place(smooth([(-0.9, 0.05), (-0.4, -0.5), (0.4, -0.48), (0.95, 0), (0.4, 0.5), (-0.4, 0.5)]), x, y, r, degrees), "#a8452f", glow=0.4, steps=8)


def _bean(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    c.body(ellipse(x, y, r, r * 0.84, degrees), "#ecd08a", glow=0.5, shade=0.36, steps=9)
    c.fill(place(ellipse(0.5, 0, 0.16, 0.08), x, y, r, degrees), "#8a6a3a")
    c.glint(x - r * 0.3, y - r * 0.36, r * 0.28, opacity=0.6)


def peanut_oil(c: Canvas) -> None:
    set_table(c)
    two = c.variant % 2
    if two:
        bottle(c, 340, 780, 470, "#e8a317", "#c23b2e", "#f7e6b8", slim=False)
    bottle(c, 590 if two else 400, 800, 600, "#e8a317", "#c23b2e", "#f7e6b8", slim=False)
    heap(c, lambda *a: _peanut(c, *a), 730 if not two else 800, 850, 62, (1, 2), rise=0.8, spread=2.0, turn=50)
    scatter(c, lambda *a: _kernel(c, *a), ((600, 880), (520, 862), (650, 905)), 30)


def soybean_oil(c: Canvas) -> None:
    set_table(c)
    two = c.variant % 2
    if two:
        bottle(c, 640, 780, 470, "#f3d253", "#3f8f3a", "#f6f4e0", slim=False)
    bottle(c, 390 if two else 410, 800, 600, "#f3d253", "#3f8f3a", "#f6f4e0", slim=False)
    x = 760 if two else 730
    mound(c, lambda *a: _bean(c, *a), x, 855, 130, 70, 23, 70)
    c.tube([(x - 190, 905), (x - 130, 885), (x - 50, 900)], [8, 34, 30, 34, 8], "#7fa84a", steps=7)


def sesame_oil(c: Canvas) -> None:
    set_table(c)
    two = c.variant % 2
    for i, x in enumerate((330, 500) if two else (360,)):
        bottle(c, x, 800 - 14 * (1 - i), 600, "#7f3f14", "#2a1a12", "#f3e3b5")
    mx, my = (735, 800) if two else (690, 800)
    c.shadow(mx, my, 190)
    c.cylinder([*ellipse(mx, my - 70, 190, 56, start=180, end=360), *ellipse(mx, my - 16, 190, 56, start=0, end=180)], "#a9a49a", glow=0.3, shade=0.4)
    c.vertical(ellipse(mx, my - 78, 190, 56), "#cfcabd", "#b0ab9f")
    c.cylinder([*ellipse(mx, my - 170, 140, 42, start=180, end=360), *ellipse(mx, my - 84, 140, 42, start=0, end=180)], "#bdb8ac", glow=0.3, shade=0.42)
    c.vertical(ellipse(mx, my - 176, 140, 42), "#dcd8cc", "#bdb8ac")
    for i in range(12):
        a = math.radians(30 * i)
        c.line([(mx + math.cos(a) * 40, my - 176 + math.sin(a) * 12), (mx + math.cos(a + 0.3) * 130, my - 176 + math.sin(a + 0.3) * 38)], "#a9a499", 3)
    c.fill(ellipse(mx, my - 176, 26, 9), "#6f6a60")
    c.tube([(mx + 120, my - 150), (mx + 210, my - 176)], [22, 18], "#8a5a34", steps=6)
    for _ in range(170):
        sx, sy = mx - 170 + c.rng.gauss(0, 70), my + 70 + c.rng.gauss(0, 14)
        c.fill(place(drop(15, 9), sx, sy, 1, c.rng.uniform(0, 360)), c.rng.choice(("#f3e6c4", "#e6d3a0", "#fbf3dc", "#d9c08a")))


# ---------------------------------------------------------------- jars

def sesame_paste(c: Canvas) -> None:
    set_table(c)
    flip = c.variant % 2
    jx, sx = (640, 300) if flip else (380, 700)
    jar(c, jx, 790, 360, 440, "#b98a52", "#8a6233", "#f6ead0", mark="#8a5a24")
    c.shadow(sx, 840, 150)
    c.vertical(ellipse(sx, 826, 150, 52), "#f7f2e8", "#ddd2c0")
    c.body(blob(c.rng, sx, 808, 110, 40, 0.05, 9), "#b98a52", glow=0.4, shade=0.3)
    for k in range(3):
        c.line(ellipse(sx - 4 * k, 800 - 6 * k, 78 - 24 * k, 24 - 7 * k, start=150, end=420), light("#b98a52", 0.45), 8)
    c.tube([(sx - 30, 800), (sx - 10 + (90 if not flip else -90), 700), (sx + (150 if not flip else -130), 600)], [30, 16, 22], "#a5764a", steps=6)
    for _ in range(60):
        c.fill(place(drop(15, 9), sx + c.rng.gauss(0, 90), 890 + c.rng.gauss(0, 12), 1, c.rng.uniform(0, 360)), c.rng.choice(("#f3e6c4", "#e6d3a0", "#fbf3dc")))


def pickles(c: Canvas) -> None:
    def strips(x: float, y: float, rx: float, h: float) -> None:
        for _ in range(46):
            a, d = c.rng.uniform(0, 6.28), math.sqrt(c.rng.random())
            px, py = x + math.cos(a) * d * rx * 0.8, y + math.sin(a) * d * rx * 0.2 - (1 - d) * h
            ang = c.rng.uniform(0, 180)
            colour = c.rng.choice(("#7a4a24", "#8a5a2a", "#a9783f", "#5f6f2f", "#6f7f34"))
            path = place([(-44, 0), (0, c.rng.uniform(-9, 9)), (44, 0)], px, py, 1, ang)
            c.tube(path, [16, 20, 16], colour, glow=0.5, shade=0.45, steps=5)
            c.sheen([(a_ - 1, b_ - 4) for a_, b_ in path], 5, 0.9)

    set_table(c)
    flip = c.variant % 2
    jx, px = (650, 310) if flip else (350, 690)
    jar(c, jx, 790, 380, 470, "#8f5a34" if not flip else "#5f3f2a", "#3a2a20" if not flip else "#a5432f", "#f3e0b8", glass=False, mark="#7a2f1f")
    c.tube([(jx - 150, 420), (jx, 436), (jx + 150, 420)], [18, 18, 18], "#c23b2e", steps=5)
    plate(c, px, 825, 205, "#f1ede4", "#7a9fb5")
    strips(px, 806, 150, 52)


def fermented_tofu(c: Canvas) -> None:
    def cube(x: float, y: float, s: float, degrees: float = 0) -> None:
        c.vertical([(x - s, y - s * 0.5), (x + s, y - s * 0.5), (x + s, y + s), (x - s, y + s)], "#c9432f", "#8f1f1a")
        c.vertical([(x - s, y - s * 0.5), (x - s * 0.5, y - s * 0.95), (x + s * 1.4, y - s * 0.95), (x + s, y - s * 0.5)], "#ea8a62", "#d9624a")
        c.fill([(x + s, y - s * 0.5), (x + s * 1.4, y - s * 0.95), (x + s * 1.4, y + s * 0.5), (x + s, y + s)], "#7a1a16")
        c.sheen([(x - s * 0.7, y - s * 0.72), (x, y - s * 0.78), (x + s * 0.8, y - s * 0.72)], s * 0.16, 0.7)

    def inside(x: float, y: float, w: float, h: float) -> None:
        for row in range(4):
            for k in range(4):
                cube(x - w * 0.42 + k * w * 0.25 + (row % 2) * 14, y - 34 - row * h * 0.19, w * 0.1)
        c.veil([(x - w, y - h), (x + w, y - h), (x + w, y), (x - w, y)], "#a51f1a", 0.22)

    set_table(c)
    flip = c.variant % 2
    jx, dx = (640, 290) if flip else (370, 700)
    jar(c, jx, 790, 360, 450, "#b5322b", "#c9a04a" if flip else "#8f1f1a", "#f6e3bd", content=lambda: inside(jx, 790, 360, 450), mark="#a5231f")
    plate(c, dx, 830, 190, "#f6f1e6")
    c.body(blob(c.rng, dx, 822, 130, 34, 0.08, 9), "#a8281f", glow=0.35, shade=0.3)
    for x, y in ((dx - 60, 782), (dx + 30, 786), (dx - 14, 744)):
        cube(x, y, 38)


def _small_chilli(c: Canvas, x: float, y: float, r: float, degrees: float) -> None:
    path = place([(-1, 0.05), (-0.4, -0.12), (0.3, -0.02), (1.05, 0.22)], x, y, r, degrees)
    c.tube(path, [r * 0.36, r * 0.5, r * 0.44, r * 0.28, 2], c.rng.choice(("#b71f1f", "#c42a22", "#a01818", "#cf3a28")), glow=0.4, shade=0.5, steps=7)
    c.sheen([(px, py - r * 0.12) for px, py in path[:3]], r * 0.14, 0.9)
    c.tube(place([(-0.98, 0.04), (-1.34, -0.08)], x, y, r, degrees), [r * 0.18, r * 0.1], "#8a8f3f", steps=4)


def dried_chilli(c: Canvas) -> None:
    set_table(c)
    kind = c.variant % 4
    if kind % 2:
        x = 340 if kind == 1 else 640
        pouch(c, x, 780, 390, 560, "#f3e9d8", "#b71f1f", clear=True, window=lambda: mound(c, lambda *a: _small_chilli(c, *a), x, 690, 180, 220, 44, 150, under="#6f1212"))
        mx = 1000 - x + 20
        c.shadow(mx, 840, 190)
        mound(c, lambda *a: _small_chilli(c, *a), mx, 815, 180, 90, 50, 60, under="#6f1212")
    else:
        bowl(c, 500, 820, 310, "#f1ece2" if kind == 0 else "#8a5a34", lambda: mound(c, lambda *a: _small_chilli(c, *a), 500, 620, 268, 140, 64, 110, under="#6f1212"))
        scatter(c, lambda *a: _small_chilli(c, *a), ((190, 830), (800, 850), (720, 890)), 62, turn=60)


def chilli_sauce(c: Canvas) -> None:
    def seeds(x: float, y: float, w: float, h: float) -> None:
        for _ in range(130):
            px, py = x + c.rng.uniform(-0.5, 0.5) * w, y - c.rng.random() * h * 0.78
            if c.rng.random() < 0.5:
                c.fill(ellipse(px, py, 6, 4, c.rng.uniform(0, 180)), c.rng.choice(("#f6d88a", "#f0c46a")))
            else:
                c.fill(ellipse(px, py, c.rng.uniform(6, 14), c.rng.uniform(4, 8), c.rng.uniform(0, 180)), c.rng.choice(("#8f1411", "#e8502b", "#a51a14")))

    set_table(c)
    flip = c.variant % 2
    jx, dx = (630, 270) if flip else (380, 720)
    jar(c, jx, 790, 350, 450, "#c4261d", "#2f2a26" if flip else "#c9a04a", "#f6e3bd", content=lambda: seeds(jx, 790, 350, 450), mark="#a5231f")
    lean = smooth([(jx + 190, 560), (jx + 214, 660), (jx + 236, 760), (jx + 300, 846)], closed=False, steps=3)
    c.spot(jx + 270, 850, 90, 22, opacity=0.4)
    c.tube(lean, [34, 52, 46, 24, 4], "#c9281f", glow=0.4, shade=0.5)
    c.tube([(jx + 190, 566), (jx + 176, 516), (jx + 190, 480)], [18, 14, 18], "#5f8f3a", steps=5)
    c.sheen([(px - 10, py) for px, py in lean[1:-3]], 12, 0.9)

    def dip() -> None:
        c.body(ellipse(dx, 796, 112, 34), "#c4261d", glow=0.3)
        seeds(dx, 822, 180, 60)
        leaf(c, dx + 20, 800, 60, 26, 60)

    bowl(c, dx, 870, 120, "#f4efe4", dip)


DRAWINGS = {
    "peanut-oil": peanut_oil, "sesame-oil": sesame_oil, "soybean-oil": soybean_oil, "sesame-paste": sesame_paste, "pickles": pickles,
    "fermented-tofu": fermented_tofu, "dried-chilli": dried_chilli, "chilli-sauce": chilli_sauce,
}
