"""Birds, meat and eggs."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.arrange import heap
from infra.demo.pictures.bags import pouch, vacuum_pack
from infra.demo.pictures.boxes import gift_box, tray
from infra.demo.pictures.canvas import Canvas, dark, dots, light
from infra.demo.pictures.geometry import blob, drop, ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import board, leaf, plate, set_table
from infra.demo.pictures.vessels import bowl


def _bird(c: Canvas, x: float, y: float, s: float, skin: str, *, head: bool = False, gloss: float = 0.5) -> None:
    """A whole dressed bird on its back, breast up, legs to the right."""
    deep = dark(skin, 0.2)
    if head:
        c.tube(place([(-190, 10), (-280, -40), (-300, -120), (-240, -150)], x, y, s), [70 * s, 54 * s, 44 * s, 42 * s], skin, shade=0.45, lean=-0.1)
        hx, hy = place([(-224, -150)], x, y, s)[0]
        c.body(ellipse(hx, hy, 40 * s, 32 * s, 10), skin, shade=0.4)
        c.fill(place([(30, -6), (76, 8), (32, 18)], hx, hy, s), "#c98a2f")
        c.body(place(smooth([(-26, -22), (-20, -52), (-6, -34), (6, -56), (16, -32), (30, -46), (28, -16)], steps=4), hx, hy, s), dark("#a5332a", 0.1), steps=5)
        c.dot(hx + 10 * s, hy - 4 * s, 5 * s, "#2a1a14")
    c.tube(place([(40, 80), (170, 40), (280, 66), (356, 20)], x, y, s), [120 * s, 116 * s, 62 * s, 34 * s], deep, glow=0.3, shade=0.45)
    breast = place(smooth([(-240, 20), (-200, -110), (-80, -190), (70, -184), (200, -110), (244, 10), (200, 110), (40, 156), (-130, 140)]), x, y, s)
    c.body(breast, skin, glow=0.46, shade=0.42)
    with c.clip(breast):
        keel = smooth(place([(-190, -60), (-40, -120), (120, -90)], x, y, s), closed=False)
        c.veil(ribbon(keel, [4, 16 * s, 4]), dark(skin, 0.35), 0.18)
        c.sheen(shift(keel[::5], 0, -16 * s), 22 * s, gloss)
        c.spot(x + 60 * s, y + 120 * s, 220 * s, 80 * s, dark(skin, 0.6), 0.35)
        dots(c, ellipse(x, y, 220 * s, 130 * s), 70, 2.4 * s, (dark(skin, 0.14), light(skin, 0.2)))
    wing = place(smooth([(-176, 20), (-120, -34), (-20, -30), (40, 20), (20, 60), (-60, 84), (-20, 112), (-90, 116), (-160, 80)]), x, y, s)
    c.spot(x - 60 * s, y + 70 * s, 130 * s, 70 * s, dark(skin, 0.6), 0.4)
    c.body(wing, light(skin, 0.06), glow=0.4, shade=0.42)
    c.line(smooth(place([(-140, 26), (-70, 6), (10, 34)], x, y, s), closed=False), dark(skin, 0.22), 3)
    thigh = place(smooth([(60, 20), (140, -50), (226, -30), (260, 40), (210, 104), (120, 120), (60, 84)]), x, y, s)
    c.body(thigh, light(skin, 0.05), glow=0.46, shade=0.4)
    c.tube(place([(236, 30), (316, 50), (388, 26)], x, y, s), [74 * s, 50 * s, 34 * s], skin, glow=0.4, shade=0.42)
    c.body(place(ellipse(396, 22, 24, 20), x, y, s), light(skin, 0.3), steps=6)
    c.sheen(place([(110, -20), (160, -40), (210, -20)], x, y, s), 18 * s, gloss)


def smoked_chicken(c: Canvas) -> None:
    skin = "#9a4f1f"
    if c.variant % 2:
        board(c, wood="#c9a06b")
        vacuum_pack(c, 500, 640, 800, 470, lambda: _bird(c, 450, 650, 0.9, skin, head=True), mark="#7a2f1a")
    else:
        board(c, 500, 740, 820, 360)
        c.shadow(480, 800, 300, 56, 0.65)
        _bird(c, 470, 650, 1.08, skin, head=True, gloss=0.65)
        leaf(c, 780, 850, 130, 56, -50)
        leaf(c, 800, 855, 120, 50, -20, "#6fa04a")


def whole_chicken(c: Canvas) -> None:
    skin = "#f0cfa5"
    if c.variant % 2:
        set_table(c)
        vacuum_pack(c, 500, 650, 780, 460, lambda: _bird(c, 455, 650, 0.88, skin), mark="#2f6f5f")
    else:
        def on_tray() -> None:
            c.shadow(490, 770, 260, 50, 0.5)
            _bird(c, 470, 640, 0.98, skin)

        tray(c, 500, 850, 820, 380, "#f7f7f4", on_tray)
        for px, d in ((210, -30), (240, 10)):
            leaf(c, px, 800, 130, 50, d, "#5f9a3f")


def _piece(c: Canvas, kind: int, x: float, y: float, r: float, degrees: float, skin: str) -> None:
    """A drumstick, a wing, or a cut of breast."""
    if kind == 0:
        c.tube(place([(0.5, 0), (1.1, 0.06), (1.5, 0)], x, y, r, degrees), [r * 0.4, r * 0.2, r * 0.24], light(skin, 0.5), steps=6)
        c.body(place(ellipse(1.52, 0, 0.17, 0.2), x, y, r, degrees), "#fbf3ea", steps=5)
        c.body(place(smooth([(-0.95, 0), (-0.7, -0.6), (0, -0.68), (0.6, -0.3), (0.9, -0.12), (0.9, 0.12), (0.6, 0.34), (0, 0.66), (-0.7, 0.56)]), x, y, r, degrees), skin, glow=0.5)
    elif kind == 1:
        c.body(place(smooth([(-1.1, 0.1), (-0.8, -0.4), (-0.1, -0.5), (0.2, -0.2), (0.7, -0.5), (1.15, -0.2), (0.8, 0.3), (0.2, 0.36), (-0.2, 0.5), (-0.8, 0.5)]), x, y, r, degrees), skin,
               glow=0.5)
    else:
        c.body(place(smooth([(-1, 0.05), (-0.7, -0.5), (0, -0.62), (0.8, -0.36), (1.05, 0.1), (0.6, 0.5), (-0.1, 0.6), (-0.8, 0.44)]), x, y, r, degrees), light(skin, 0.12), glow=0.5,
               shade=0.3)
        for k in range(3):
            c.line(smooth(place([(-0.7, -0.2 + 0.2 * k), (0, -0.3 + 0.24 * k), (0.8, -0.1 + 0.16 * k)], x, y, r, degrees), closed=False), light(skin, 0.4), 3)
    c.sheen(place([(-0.6, -0.24), (-0.1, -0.4), (0.4, -0.28)], x, y, r, degrees), r * 0.16, 0.6)


def frozen_chicken(c: Canvas) -> None:
    def pieces(places: tuple[tuple[float, float], ...], r: float) -> None:
        for i, (x, y) in enumerate(places):
            c.spot(x + 8, y + r * 0.5, r * 1.1, r * 0.5, "#5a6f80", 0.35)
            _piece(c, (i + c.variant) % 3, x, y, r, c.rng.uniform(-50, 50), "#f0b8a2")
            for _ in range(16):
                c.dot(x + c.rng.gauss(0, r * 0.5), y + c.rng.gauss(0, r * 0.36), c.rng.uniform(2, 5), "#f4fbff")
            c.spot(x, y - r * 0.2, r * 0.9, r * 0.5, "#f4fbff", 0.35)

    set_table(c)
    px = 330 if c.variant % 2 else 670
    pouch(c, px, 780, 420, 570, "#cfe6f2", "#2f6f9f", frost=True, window=lambda: pieces(((px - 70, 640), (px + 70, 640), (px, 600), (px - 20, 680)), 78))
    tx = 1000 - px
    tray(c, tx, 860, 440, 210, "#f2f6f8", lambda: pieces(((tx - 110, 760), (tx + 90, 750), (tx, 790), (tx - 30, 735)), 84))
    for _ in range(9):
        x, y = c.rng.uniform(80, 920), c.rng.uniform(885, 915)
        c.veil(place(rounded(-16, -14, 16, 14, 5), x, y, 1, c.rng.uniform(0, 60)), "#e2f2fa", 0.85)
        c.glint(x - 4, y - 5, 8, opacity=0.9)


def prepared_chicken(c: Canvas) -> None:
    skin = "#cf7a30"

    def pieces(places: tuple[tuple[float, float], ...], r: float) -> None:
        for i, (x, y) in enumerate(places):
            c.spot(x + 8, y + r * 0.5, r * 1.1, r * 0.5, opacity=0.4)
            _piece(c, (i + c.variant) % 2, x, y, r, c.rng.uniform(-40, 40), c.rng.choice((skin, "#c26a26", "#d98a3d")))
            for _ in range(14):
                c.fill(place(drop(9, 6), x + c.rng.gauss(0, r * 0.42), y + c.rng.gauss(0, r * 0.3), 1, c.rng.uniform(0, 360)), c.rng.choice(("#fbf0cc", "#8f2a14", "#4f7a2f", "#fbf0cc")))

    set_table(c)
    px = 330 if c.variant % 2 else 670
    tone = ("#8f3a1d", "#c9762a", "#6f2f1a", "#a5471f")[c.variant % 4]

    def seen() -> None:
        c.fill(ellipse(px, 640, 200, 150), "#5a2412")
        pieces(((px - 70, 640), (px + 74, 650), (px, 590), (px - 10, 690)), 76)

    pouch(c, px, 780, 400, 570, tone, "#f2c46a", window=seen)
    dx = 1000 - px
    plate(c, dx, 810, 250, "#f4efe4")
    pieces(((dx - 100, 770), (dx + 90, 756), (dx - 10, 730), (dx - 40, 808), (dx + 70, 812)), 82)
    leaf(c, dx + 140, 830, 110, 46, 60)


# ---------------------------------------------------------------- eggs

def _egg(c: Canvas, x: float, y: float, r: float, degrees: float, colour: str = "#e2b389") -> None:
    outline = place(smooth([(0, -1.18), (0.5, -0.88), (0.82, -0.2), (0.86, 0.34), (0.6, 0.82), (0, 1.0), (-0.6, 0.82), (-0.86, 0.34), (-0.82, -0.2), (-0.5, -0.88)]), x, y, r, degrees)
    c.body(outline, c.rng.choice((colour, light(colour, 0.12), dark(colour, 0.05))), glow=0.62, shade=0.36)
    c.glint(x - r * 0.3, y - r * 0.5, r * 0.26, r * 0.3, 0.55)


def _broken(c: Canvas, x: float, y: float, r: float) -> None:
    """A half shell with the yolk in it, the other half behind."""
    c.shadow(x, y + r * 0.7, r)
    half = [*ellipse(x, y, r, r * 0.95, start=0, end=180)]
    c.fill(ellipse(x, y, r, r * 0.42), "#f6eadb")
    c.body(ellipse(x, y + r * 0.03, r * 0.88, r * 0.34), "#fdf6e6", steps=6)
    c.body(ellipse(x + r * 0.02, y, r * 0.56, r * 0.29), "#f08c1f", glow=0.5, shade=0.3)
    c.glint(x - r * 0.16, y - r * 0.1, r * 0.2, r * 0.1, 0.95)
    jag = [(x + r * math.cos(math.radians(180 - 12 * i)), y + r * 0.42 * math.sin(math.radians(12 * i)) + (7 if i % 2 else -7)) for i in range(16)]
    c.cylinder([*jag, *half], "#dca87c", glow=0.4, shade=0.35)


def eggs(c: Canvas) -> None:
    kind = c.variant % 4
    if kind == 2:
        set_table(c)
        for i in range(150):
            a = c.rng.uniform(0, 6.28)
            x, y = 500 + math.cos(a) * 290 * c.rng.uniform(0.75, 1.06), 720 + math.sin(a) * 110 * c.rng.uniform(0.75, 1.1)
            t = c.rng.uniform(0, 180)
            c.line(smooth(place([(-80, 0), (0, c.rng.uniform(-16, 16)), (80, 0)], x, y, 1, t), closed=False), c.rng.choice(("#c9a04f", "#b98d3f", "#e0c078", "#a57c34")), 5)
            if i == 110:
                heap(c, lambda *a_: _egg(c, *a_), 500, 720, 92, (3, 4), rise=0.8, spread=1.6)
        return
    if kind == 3:
        set_table(c)
        bowl(c, 500, 820, 310, "#c9a87d", lambda: heap(c, lambda *a: _egg(c, *a), 500, 610, 92, (3, 4, 3), rise=0.62, spread=1.62))
        return
    columns, rows = 6, 5
    tone = "#a5a096"
    c.shadow(500, 836, 420, 70, 0.6)

    def spot(i: float, j: float) -> tuple[float, float, float]:
        depth = j / (rows - 1)
        width = 560 + 190 * depth
        return 500 + (i - (columns - 1) / 2) * width / columns, 500 + 290 * depth, 44 + 15 * depth

    edge = [(190, 452), (810, 452), (925, 850), (75, 850)]
    c.vertical([(px, py + 34) for px, py in edge], dark(tone, 0.25), dark(tone, 0.4))
    c.vertical(edge, light(tone, 0.1), light(tone, 0.28))
    broken_at = (4, 4) if kind == 0 else None
    for j in range(rows):
        for i in range(columns):
            x, y, r = spot(i, j)
            c.fill(ellipse(x, y + r * 0.5, r * 1.08, r * 0.66), dark(tone, 0.45))
            if (i, j) == broken_at:
                _broken(c, x, y + r * 0.1, r * 1.05)
                continue
            _egg(c, x, y, r, c.rng.uniform(-14, 14))
        for i in range(columns + 1):
            x, y, r = spot(i - 0.5, j + 0.42)
            c.body(smooth([(x - r * 0.3, y + r * 0.34), (x - r * 0.1, y - r * 0.4), (x + r * 0.1, y - r * 0.4), (x + r * 0.3, y + r * 0.34)]), light(tone, 0.15), steps=6)
        px0, _, _ = spot(-0.7, j + 0.42)
        _, y, r = spot(0, j + 0.42)
        front = [(px0 - 10, y + r * 0.12), (1010 - px0, y + r * 0.12), (1014 - px0, y + r * 0.5), (px0 - 14, y + r * 0.5)]
        c.vertical(front, light(tone, 0.22), dark(tone, 0.06))
    c.vertical([(72, 838), (928, 838), (918, 884), (82, 884)], light(tone, 0.16), dark(tone, 0.16))


def salted_duck_eggs(c: Canvas) -> None:
    shell = "#cbdedb"

    def half(x: float, y: float, r: float) -> None:
        c.shadow(x, y + r * 0.66, r * 0.9)
        c.body(ellipse(x, y + r * 0.1, r * 1.05, r * 0.78), shell)
        c.body(ellipse(x, y, r * 0.98, r * 0.7), "#fdfbf4", glow=0.4, shade=0.1)
        c.body(ellipse(x + r * 0.04, y + r * 0.02, r * 0.52, r * 0.38), "#e8681a", glow=0.5, shade=0.3)
        c.spot(x + r * 0.1, y + r * 0.12, r * 0.4, r * 0.26, "#c9380f", 0.45)
        for _ in range(8):
            c.dot(x + c.rng.uniform(-0.3, 0.34) * r, y + c.rng.uniform(-0.2, 0.24) * r, r * 0.03, "#f8b04a")
        c.glint(x - r * 0.1, y - r * 0.12, r * 0.2, r * 0.1, 0.7)

    if c.variant % 2:
        gift_box(c, 500, 850, 760, 360, ("#2f6f6a", "#8f2f24")[c.variant // 2 % 2], content=lambda: heap(c, lambda x, y, r, d: _egg(c, x, y, r, d, shell), 500, 680, 76, (5, 5), rise=1.3, spread=1.75, turn=10))
        half(860, 850, 78)
    else:
        set_table(c)
        heap(c, lambda x, y, r, d: _egg(c, x, y, r, d, shell), 450, 640, 118, (2, 3), rise=1.0, spread=1.7)
        half(600, 800, 130)
        half(800, 780, 110)


# ---------------------------------------------------------------- meat

def mutton(c: Canvas) -> None:
    def roll(x: float, y: float, r: float, degrees: float) -> None:
        c.tube(place([(-1.3, 0.1), (0, -0.06), (1.3, 0.1)], x, y, r, degrees), [r * 0.9, r * 0.94, r * 0.9], "#b5413a", glow=0.4, shade=0.42)
        for k in range(5):
            path = smooth(place([(-1.2 + 0.5 * k, -0.32 + c.rng.uniform(-0.05, 0.05)), (-0.9 + 0.5 * k, 0), (-1.1 + 0.52 * k, 0.36)], x, y, r, degrees), closed=False)
            c.line(path, c.rng.choice(("#f7e6e0", "#f0d0c6")), max(3, r * 0.09))
        ex, ey = place([(1.3, 0.1)], x, y, r, degrees)[0]
        c.body(ellipse(ex, ey, r * 0.24, r * 0.44, degrees), "#c9564c", steps=7)
        for q in (0.8, 0.5, 0.24):
            c.line(ellipse(ex, ey, r * 0.24 * q, r * 0.44 * q, degrees), "#f7e0d8", max(2, r * 0.06))

    if c.variant % 2:
        gift_box(c, 500, 850, 760, 360, "#7a2420", content=lambda: heap(c, roll, 500, 690, 62, (3, 3, 3), rise=1.0, spread=3.2, turn=4, shadow=False))
    else:
        plate(c, 500, 740, 380, "#f2f4f4", "#7a9fb5")
        heap(c, roll, 500, 770, 80, (1, 2, 3, 3), rise=0.82, spread=2.7, turn=8, shadow=False)
        leaf(c, 770, 700, 120, 48, 56)
        leaf(c, 780, 704, 110, 44, 20, "#6fa04a")


def donkey_meat(c: Canvas) -> None:
    def block(x: float, y: float, w: float, h: float) -> None:
        shape = smooth([(-0.5, 0.1), (-0.46, -0.36), (-0.2, -0.5), (0.2, -0.46), (0.47, -0.3), (0.5, 0.16), (0.36, 0.46), (-0.1, 0.5), (-0.42, 0.4)])
        c.body([(x + px * w, y + py * h) for px, py in shape], "#7a2f24", glow=0.34, shade=0.42)
        for k in range(9):
            c.line(smooth([(x - w * 0.42 + k * w * 0.09, y - h * 0.34), (x - w * 0.4 + k * w * 0.1, y), (x - w * 0.36 + k * w * 0.09, y + h * 0.36)], closed=False), "#94493a", 3)
        c.sheen([(x - w * 0.3, y - h * 0.3), (x, y - h * 0.36), (x + w * 0.26, y - h * 0.28)], h * 0.1, 0.5)

    def slice_(x: float, y: float, r: float, degrees: float) -> None:
        outline = blob(c.rng, x, y, r, r * 0.72, 0.07, 9, degrees)
        c.fill(shift(outline, 4, 8), "#4f1a14")
        c.body(outline, "#8f3f30", glow=0.3, shade=0.24)
        with c.clip(outline):
            for k in range(11):
                gx = x - r + k * r * 0.2 + c.rng.uniform(-4, 4)
                c.line(smooth([(gx, y - r * 0.7), (gx + c.rng.uniform(-9, 9), y), (gx + 6, y + r * 0.7)], closed=False), c.rng.choice(("#a85a48", "#7a3326", "#9c4c3b")), 3)
            c.veil(ribbon(smooth([(x - r, y - r * 0.3), (x - r * 0.2, y - r * 0.1), (x + r, y - r * 0.4)], closed=False), [3, r * 0.07, 3]), "#e0b79a", 0.65)
        c.glint(x - r * 0.3, y - r * 0.3, r * 0.34, r * 0.16, 0.35)

    kind = c.variant % 3
    set_table(c)
    if kind == 0:
        vacuum_pack(c, 430, 560, 620, 390, lambda: block(400, 560, 430, 270), mark=("#8f2a1f", "#2f5f4f", "#8a5a1f")[c.variant // 3 % 3])
        for i in range(5):
            slice_(470 + i * 84, 830 - i * 9, 92, -16)
    elif kind == 1:
        plate(c, 560, 740, 350, "#f4f0e6")
        for i in range(9):
            a = math.radians(200 - 27 * i)
            slice_(560 + math.cos(a) * 190, 730 - math.sin(a) * 62 - 6, 100, 12 * i)
        for i in range(3):
            slice_(500 + 60 * i, 722 + 4 * i, 84, 20 * i)
        leaf(c, 800, 690, 110, 44, 44)
        bowl(c, 180, 860, 92, "#5f3a24", lambda: c.body(ellipse(180, 803, 84, 25), "#3a1a10", glow=0.4))
    else:
        vacuum_pack(c, 390, 640, 520, 380, lambda: block(360, 640, 360, 260), mark="#8f2a1f", degrees=-8)
        vacuum_pack(c, 640, 740, 520, 380, lambda: block(612, 740, 360, 260), mark="#b8862b", degrees=4)


DRAWINGS = {
    "smoked-chicken": smoked_chicken, "whole-chicken": whole_chicken, "frozen-chicken": frozen_chicken, "prepared-chicken": prepared_chicken, "eggs": eggs,
    "salted-duck-eggs": salted_duck_eggs, "mutton": mutton, "donkey-meat": donkey_meat,
}
