"""Jujubes and what is dried, ejiao and lingzhi, honey and tea."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.arrange import Item, heap, mound, scatter
from infra.demo.pictures.bags import pouch
from infra.demo.pictures.boxes import gift_box, net
from infra.demo.pictures.canvas import Canvas, dark, light, mix
from infra.demo.pictures.geometry import Points, blob, drop, ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, leaf, plate, set_table, words
from infra.demo.pictures.vessels import bowl, canister, jar


def _jujube(c: Canvas, x: float, y: float, r: float, degrees: float, colour: str = "#8f1f24", gloss: float = 0.7) -> None:
    """Round, dark and wrinkled."""
    outline = blob(c.rng, x, y, r * 1.06, r * 0.9, 0.045, 9, degrees)
    c.body(outline, colour, glow=0.34, shade=0.5)
    for k in range(5):
        u = -0.6 + 0.3 * k
        reach = 0.8 * math.sqrt(1 - u * u)
        line = smooth(place([(-reach, u + c.rng.uniform(-0.08, 0.08)), (-reach * 0.4, u * 1.15 + c.rng.uniform(-0.12, 0.12)),
                             (reach * 0.4, u * 1.1 + c.rng.uniform(-0.12, 0.12)), (reach, u * 0.85)], x, y, r, degrees), closed=False, steps=4)
        c.fill(ribbon(line, [1, r * 0.07, r * 0.08, 1]), dark(colour, 0.4))
        c.fill(ribbon(shift(line, -r * 0.02, -r * 0.07), [1, r * 0.04, r * 0.045, 1]), light(colour, 0.2 + 0.12 * (1 - (u + 0.6))))
    ex, ey = place([(0.84, 0)], x, y, r, degrees)[0]
    c.fill(ellipse(ex, ey, r * 0.12, r * 0.15, degrees), dark(colour, 0.55))
    c.dot(ex, ey, r * 0.07, mix(colour, "#d9b483", 0.6))
    c.glint(x - r * 0.34, y - r * 0.4, r * 0.26, r * 0.16, gloss)


def _fruit_in(c: Canvas, item: Item, r: float, *, pouch_colour: str, mark: str, count: int = 60, gift: str = "#8f1f24", bowl_colour: str = "#f1ece2", under: str = "#3a1214") -> None:
    """By variant: in a bowl, beside a pouch, in a gift box, heaped on a plate."""
    kind = c.variant % 4
    if kind == 2:
        gift_box(c, 500, 860, 760, 380, gift, content=lambda: heap(c, item, 500, 720, r * 0.8, (7, 7, 7), rise=1.15, spread=1.95, turn=40, shadow=False))
        return
    set_table(c)
    if kind == 0:
        bowl(c, 500, 820, 310, bowl_colour, lambda: mound(c, item, 500, 620, 262, 130, r, count, under=under), band=mark)
        scatter(c, item, ((180, 850), (800, 870), (860, 820)), r, turn=40)
    else:
        px = 340 if kind == 1 else 660
        pouch(c, px, 780, 390, 560, pouch_colour, mark, window=lambda: mound(c, item, px, 680, 150, 80, r * 0.74, 34, under=under))
        mx = 1000 - px + (20 if kind == 1 else -20)
        if kind == 1:
            c.shadow(mx, 850, 190)
            mound(c, item, mx, 825, 165, 110, r, 28, under=under)
        else:
            bowl(c, mx, 860, 190, bowl_colour, lambda: mound(c, item, mx, 738, 160, 86, r * 0.86, 34, under=under))


def round_jujube(c: Canvas) -> None:
    _fruit_in(c, lambda *a: _jujube(c, *a), 56, pouch_colour="#b5231f", mark="#f2c46a")


def smoked_jujube(c: Canvas) -> None:
    _fruit_in(c, lambda x, y, r, d: _jujube(c, x, y, r, d, "#261c20", 0.85), 54, pouch_colour="#c39a66", mark="#3a2a20", gift="#3a2a24", bowl_colour="#d9c4a0", under="#120c0e")


def ejiao_jujube(c: Canvas) -> None:
    def pitted(x: float, y: float, r: float, degrees: float) -> None:
        _jujube(c, x, y, r, degrees, "#5f1a18", 0.95)
        hx, hy = place([(0.8, -0.1)], x, y, r, degrees)[0]
        c.fill(ellipse(hx, hy, r * 0.17, r * 0.22, degrees), "#1f0806")
        c.line(ellipse(hx, hy, r * 0.17, r * 0.22, degrees), "#9f4a3a", 3)
        c.glint(x + r * 0.1, y - r * 0.5, r * 0.4, r * 0.1, 0.8)

    _fruit_in(c, pitted, 56, pouch_colour="#8f1f24", mark="#e6c26a", gift="#5a1a18", bowl_colour="#e9d9c0", under="#220a08")


def jujube_slices(c: Canvas) -> None:
    def piece(x: float, y: float, r: float, degrees: float) -> None:
        squash = 0.62
        outer = [(px, y + (py - y) * squash) for px, py in blob(c.rng, x, y, r, r, 0.06, 11)]
        c.fill(shift(outer, 2, r * 0.14), "#6f1f18")
        c.body(outer, "#a53a2e", glow=0.25, shade=0.3)
        c.body([(x + (px - x) * 0.86, y + (py - y) * 0.84) for px, py in outer], "#dc9a6a", glow=0.45, shade=0.16)
        hole = [(px, y + (py - y) * squash) for px, py in blob(c.rng, x, y, r * 0.3, r * 0.34, 0.12, 8)]
        c.fill(hole, "#7a3a24")
        c.fill(shift([(x + (px - x) * 0.84, y + (py - y) * 0.84) for px, py in hole], 1, 3), "#b5764a")
        for k in range(9):
            a = 0.7 * k
            c.line([(x + math.cos(a) * r * 0.4, y + math.sin(a) * r * 0.4 * squash), (x + math.cos(a) * r * 0.72, y + math.sin(a) * r * 0.72 * squash)], "#c27f52", 2)

    set_table(c)
    kind = c.variant % 2
    if kind == 0:
        plate(c, 500, 740, 350, "#f4efe4")
        mound(c, piece, 500, 720, 250, 130, 62, 60, turn=30, under="#6f2a1c")
    else:
        pouch(c, 340, 780, 390, 560, "#f1e6d4", "#a53a2e", clear=True, window=lambda: mound(c, piece, 340, 690, 180, 230, 44, 120, under="#6f2a1c"))
        c.shadow(700, 850, 190)
        mound(c, piece, 700, 830, 170, 90, 58, 34, turn=30, under="#6f2a1c")


def dried_mulberry(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        base = c.rng.choice(("#2f1434", "#3a1a3f", "#45223f", "#251029"))
        c.body(place(ellipse(0, 0, 1, 0.52), x, y, r, degrees), dark(base, 0.3), steps=5)
        for k in range(10):
            px, py = place([(-0.8 + 0.18 * k, c.rng.uniform(-0.34, 0.34))], x, y, r, degrees)[0]
            c.dot(px + r * 0.02, py + r * 0.03, r * 0.18, dark(base, 0.35))
            c.dot(px - r * 0.01, py - r * 0.01, r * 0.15, light(base, 0.08))
            c.dot(px - r * 0.03, py - r * 0.04, r * 0.09, light(base, 0.2))
            c.dot(px - r * 0.05, py - r * 0.05, r * 0.035, mix(base, "#e9dcec", 0.55))
        c.line(place([(0.95, 0), (1.3, 0.1)], x, y, r, degrees), "#8a7a4a", 3)

    set_table(c)
    if c.variant % 2:
        pouch(c, 640, 780, 380, 550, "#efe8de", "#52234f", clear=True, window=lambda: mound(c, one, 640, 690, 175, 220, 34, 120, under="#1c0b20"))
        mx = 300
        c.shadow(mx, 850, 180)
        mound(c, one, mx, 830, 160, 90, 40, 60, under="#1c0b20")
    else:
        bowl(c, 500, 820, 300, "#f4efe4", lambda: mound(c, one, 500, 628, 255, 120, 46, 100, under="#1c0b20"), band="#8a6f9a")
        scatter(c, one, ((190, 860), (810, 870), (850, 830)), 40)


def gualou_seeds(c: Canvas) -> None:
    def seed(x: float, y: float, r: float, degrees: float) -> None:
        outline = place(smooth([(-1, 0), (-0.7, -0.46), (0, -0.6), (0.7, -0.42), (1.06, 0), (0.7, 0.42), (0, 0.6), (-0.7, 0.46)]), x, y, r, degrees)
        tone = c.rng.choice(("#7a5636", "#6b4a2f", "#8a6642"))
        c.body(outline, tone, glow=0.34, shade=0.42, steps=8)
        c.line([(x + (px - x) * 0.8, y + (py - y) * 0.8) for px, py in outline[: len(outline) // 2]], light(tone, 0.3), 2)

    def cracked(x: float, y: float, r: float) -> None:
        c.shadow(x, y + r * 0.5, r)
        c.body(place(ellipse(-0.18, 0.14, 1, 0.6), x, y, r, -20), "#6b4a2f")
        c.body(place(ellipse(0.02, 0.02, 0.86, 0.48), x, y, r, -20), "#e6d3b0", steps=6)
        c.body(place(smooth([(-0.7, 0), (-0.3, -0.36), (0.5, -0.28), (0.84, 0.04), (0.4, 0.3), (-0.4, 0.3)]), x, y, r, -20), "#a5b56a", glow=0.5)
        c.sheen(place([(-0.4, -0.1), (0.1, -0.2), (0.5, -0.1)], x, y, r, -20), r * 0.12, 0.7)

    set_table(c)
    flip = c.variant % 2
    px, mx = (650, 300) if flip else (340, 690)
    pouch(c, px, 780, 390, 560, ("#4f7f5a", "#c9a04a", "#8a5a34", "#a5432f")[c.variant % 4], "#f6e6b8", window=lambda: mound(c, seed, px, 690, 150, 70, 24, 90, under="#3a2818"))
    bowl(c, mx, 850, 195, "#f1ece2", lambda: mound(c, seed, mx, 725, 170, 84, 30, 110, under="#3a2818"))
    cracked(mx - 60, 900, 56)


def walnut(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float) -> None:
        outline = blob(c.rng, x, y, r, r * 0.94, 0.025, 9)
        c.body(outline, "#b58a52", glow=0.42, shade=0.46)
        with c.clip(outline):
            for _ in range(30):
                px, py = c.rng.uniform(-0.85, 0.85), c.rng.uniform(-0.85, 0.85)
                length, bend = c.rng.uniform(0.14, 0.3), c.rng.uniform(-0.14, 0.14)
                lean_ = px * 0.5 + c.rng.uniform(-0.5, 0.5)
                line = smooth(place([(px - lean_ * length, py - length), (px + bend, py), (px + lean_ * length - bend, py + length)], x, y, r, degrees), closed=False, steps=4)
                c.fill(ribbon(line, [1, r * 0.07, 1]), dark("#b58a52", c.rng.uniform(0.25, 0.42)))
                c.fill(ribbon(shift(line, -r * 0.045, -r * 0.01), [1, r * 0.035, 1]), light("#b58a52", c.rng.uniform(0.2, 0.45)))
            seam = smooth(place([(0, -1.05), (0.1, 0), (0, 1.05)], x, y, r, degrees), closed=False)
            c.veil(ribbon(seam, [r * 0.16, r * 0.13, r * 0.16]), "#c9a06a", 0.9)
            c.line(seam, "#6f4a1f", 4)
        c.glint(x - r * 0.4, y - r * 0.42, r * 0.26, r * 0.22, 0.45)

    def half(x: float, y: float, r: float) -> None:
        c.shadow(x, y + r * 0.76, r * 0.86)
        c.body(ellipse(x, y + r * 0.08, r, r * 0.86), "#8a6233")
        c.body(ellipse(x, y, r * 0.94, r * 0.78), "#d9bb86", glow=0.3, shade=0.2)
        for side in (-1, 1):
            lobe = smooth([(x + side * r * 0.08, y - r * 0.56), (x + side * r * 0.5, y - r * 0.56), (x + side * r * 0.76, y - r * 0.1), (x + side * r * 0.6, y + r * 0.42),
                           (x + side * r * 0.2, y + r * 0.56), (x + side * r * 0.08, y + r * 0.1)])
            c.body(lobe, "#c9924f", glow=0.45, shade=0.36)
            with c.clip(lobe):
                for k in range(5):
                    yy = y - r * 0.44 + k * r * 0.22
                    c.line(smooth([(x + side * r * 0.1, yy), (x + side * r * 0.36, yy - r * 0.1), (x + side * r * 0.5, yy + r * 0.07), (x + side * r * 0.76, yy - r * 0.04)], closed=False),
                           "#8a5a24", 4)
        c.line([(x, y - r * 0.7), (x, y + r * 0.68)], "#8a6233", 5)

    set_table(c)
    if c.variant % 2:
        bag = smooth([(240, 780), (220, 600), (310, 440), (440, 370), (470, 290), (530, 290), (560, 370), (690, 440), (780, 600), (760, 780), (600, 832), (400, 832)])
        c.shadow(500, 816, 290)
        with c.clip(bag):
            heap(c, one, 500, 770, 84, (2, 4, 5, 5, 5), rise=1.0, spread=1.7, turn=60)
        net(c, bag, "#3f7f5a", 60)
        c.cylinder([(452, 330), (548, 330), (552, 368), (448, 368)], "#2f6f4a")
        half(820, 850, 84)
    else:
        heap(c, one, 450, 660, 124, (2, 3), rise=1.0, spread=1.8, turn=60)
        half(700, 800, 120)


# ---------------------------------------------------------------- honey, tea

def jujube_honey(c: Canvas) -> None:
    set_table(c)
    flip = c.variant % 2
    jx, dx = (640, 320) if flip else (390, 690)
    jar(c, jx, 790, 360, 460, "#d08a26", "#d9b04a", "#fbf0d2", content=lambda: c.spot(jx - 40, 640, 170, 190, "#f8d070", 0.75), mark="#8a4a14")
    # the dipper lies over a shallow dish, a thread of honey below it
    c.shadow(dx, 860, 150)
    c.vertical(ellipse(dx, 840, 160, 52), "#f7f2e8", "#ddd2c0")
    c.body(ellipse(dx, 834, 118, 34), "#d98a1f", glow=0.5, shade=0.3)
    c.glint(dx - 40, 824, 50, 10, 0.8)
    c.tube([(dx + 40, 560), (dx + 8, 650), (dx, 720)], [20, 18, 20], "#a5764a", steps=6)
    for k in range(6):
        half_w = 46 - abs(k - 2.5) * 7
        c.body(ellipse(dx - k * 1.5, 706 + 17 * k, half_w, 11), "#b98a52", glow=0.4, shade=0.4, steps=7)
        c.veil(ellipse(dx - k * 1.5, 706 + 17 * k, half_w, 9), "#e8a02a", 0.5)
    c.tube([(dx - 10, 800), (dx - 12, 816), (dx - 10, 836)], [16, 10, 20], "#e8a52f", glow=0.6, steps=6)
    for px, py in ((jx + (210 if not flip else -230), 880), (jx + (160 if not flip else -180), 896)):
        for k in range(5):
            a = math.radians(72 * k)
            c.body(ellipse(px + math.cos(a) * 16, py + math.sin(a) * 11, 12, 8, math.degrees(a)), "#e6e08a", steps=5)
        c.dot(px, py, 8, "#b9a83a")


def mulberry_tea(c: Canvas) -> None:
    def curl(x: float, y: float, r: float, degrees: float) -> None:
        path = place([(-1, 0.1), (-0.4, -0.3), (0.3, 0.15), (1, -0.1)], x, y, r, degrees)
        c.tube(path, [2, r * 0.4, r * 0.46, 2], c.rng.choice(("#3f5a2a", "#4a6b2f", "#5a7a3a", "#34491f")), glow=0.36, shade=0.45, steps=5)

    set_table(c)
    flip = c.variant % 2
    tx, cx = (660, 320) if flip else (340, 690)
    canister(c, tx, 790, 300, 500, "#4f7a4f" if not flip else "#2f5f4a", "#3f5f3a", "#c9b26a")
    c.vertical(ellipse(cx, 846, 190, 56), "#f6f2ea", "#d6cdbd")
    c.vertical(ellipse(cx, 842, 120, 34), "#d9d0c0", "#f4efe4")

    def tea() -> None:
        c.body(ellipse(cx, 762, 128, 36), "#c9c46a", glow=0.5, shade=0.2)
        c.glint(cx - 50, 754, 46, 10, 0.8)

    bowl(c, cx, 846, 140, "#f7f4ec", tea, depth=0.6)
    c.line(smooth([(cx + 134, 775), (cx + 190, 770), (cx + 186, 820), (cx + 110, 826)], closed=False), "#efe9dc", 16)
    for k in range(3):
        steam = smooth([(cx - 40 + 40 * k, 730), (cx - 60 + 40 * k, 690), (cx - 30 + 40 * k, 650), (cx - 50 + 40 * k, 600)], closed=False)
        c.veil(ribbon(steam, [2, 16, 14, 2]), "#ffffff", 0.3)
    mound(c, curl, tx + (200 if not flip else -210), 890, 110, 36, 30, 60)
    leaf(c, cx + (60 if flip else 150), 920, 130, 80, -70, "#5f8f3a")


# ---------------------------------------------------------------- ejiao, lingzhi

def _slab(c: Canvas, x: float, y: float, w: float, h: float, degrees: float, *, nuts: bool = True) -> None:
    def at(points: Points) -> Points:
        return place(points, x, y, 1, degrees)

    c.fill(at([(-w / 2, h * 0.36), (w / 2, h * 0.36), (w / 2, h * 0.62), (-w / 2, h * 0.62)]), "#1c0a07")
    top = at(rounded(-w / 2, -h / 2, w / 2, h * 0.4, 8))
    c.vertical(top, "#5f2c1e", "#2f130d")
    with c.clip(top):
        for _ in range(9 if nuts else 0):
            px, py = at([(c.rng.uniform(-0.44, 0.44) * w, c.rng.uniform(-0.4, 0.3) * h)])[0]
            c.body(blob(c.rng, px, py, w * 0.075, h * 0.1, 0.2, 7), "#d9ae72", glow=0.45, steps=6)
            c.line([(px - 6, py), (px + 7, py + 3)], "#a5763a", 2)
        for _ in range(22 if nuts else 0):
            px, py = at([(c.rng.uniform(-0.47, 0.47) * w, c.rng.uniform(-0.46, 0.36) * h)])[0]
            c.fill(place(drop(11, 6), px, py, 1, c.rng.uniform(0, 360)), "#f3e3c0")
    c.sheen(at([(-w * 0.42, -h * 0.36), (0, -h * 0.42), (w * 0.4, -h * 0.36)]), h * 0.12, 0.55)


def ejiao_cake(c: Canvas) -> None:
    red = ("#6f1a1c", "#8f1f24", "#5a1418", "#7a2420")[c.variant % 4]
    if c.variant % 2 == 0:
        def content() -> None:
            for row in range(3):
                for k in range(5):
                    _slab(c, 500 + (k - 2) * (118 + row * 5), 600 + row * 62, 104 + row * 4, 46 + row * 3, 0)

        gift_box(c, 500, 830, 760, 370, red, content=content)
        for x, y, d in ((340, 888, -8), (520, 900, 6)):
            c.shadow(x, y + 20, 84)
            _slab(c, x, y, 150, 66, d)
    else:
        set_table(c)
        c.shadow(650, 760, 220)
        c.vertical([(470, 380), (830, 380), (840, 760), (460, 760)], light(red, 0.12), dark(red, 0.2))
        c.fill([(830, 380), (880, 350), (890, 735), (840, 760)], dark(red, 0.4))
        c.fill([(470, 380), (830, 380), (880, 350), (520, 350)], light(red, 0.2))
        for inset in (18, 28):
            c.line([(470 + inset, 380 + inset), (830 - inset, 380 + inset), (840 - inset, 760 - inset), (460 + inset, 760 - inset), (470 + inset, 380 + inset)], "#d9b45f", 3)
        emblem(c, 650, 520, 88, "#d9b45f", mix(red, "#d9b45f", 0.15))
        words(c, 650, 645, 200, "#d9b45f", 2, 26)
        for i in range(4):
            x, y = 300 + (i % 2) * 26, 830 - i * 56
            c.spot(x + 8, y + 40, 140, 36, opacity=0.35)
            _slab(c, x, y, 230, 84, (-4, 3, -2, 5)[i])


def ejiao_instant(c: Canvas) -> None:
    def sachet(x: float, y: float, w: float, h: float, degrees: float) -> None:
        outline = place(rounded(-w / 2, -h / 2, w / 2, h / 2, 4), x, y, 1, degrees)
        c.spot(x + 8, y + 10, w * 0.9, h * 0.56, opacity=0.3)
        c.across(outline, "#e6c570", "#a57a24")
        for end in (-0.47, 0.41):
            c.fill(place([(-w / 2, h * end), (w / 2, h * end), (w / 2, h * (end + 0.06)), (-w / 2, h * (end + 0.06))], x, y, 1, degrees), "#f3dc98")
        c.sheen(place([(-w * 0.22, -h * 0.36), (-w * 0.24, 0), (-w * 0.22, h * 0.36)], x, y, 1, degrees), w * 0.2, 0.7)
        c.fill(place(ellipse(0, -h * 0.08, w * 0.3, w * 0.3), x, y, 1, degrees), "#5a2a1d")

    def stick(x: float, y: float, w: float, h: float, degrees: float) -> None:
        outline = place(rounded(-w / 2, -h / 2, w / 2, h / 2, 7), x, y, 1, degrees)
        c.spot(x + 8, y + 12, w * 0.8, h * 0.56, opacity=0.4)
        c.across(outline, "#7a3a22", "#2b1410")
        c.veil(place(rounded(-w * 0.3, -h * 0.44, w * 0.02, h * 0.44, 6), x, y, 1, degrees), "#d98a4a", 0.3)
        c.sheen(place([(-w * 0.24, -h * 0.4), (-w * 0.26, 0), (-w * 0.24, h * 0.4)], x, y, 1, degrees), w * 0.16, 0.8)

    def sachets() -> None:
        for k in range(9):
            sachet(240 + 62 * k + (k - 4) * 2, 620, 50, 150, 0)

    if c.variant % 2 == 0:
        gift_box(c, 500, 810, 720, 340, "#b58a34", "#5a2a1d", content=sachets)
    else:
        set_table(c)
        c.shadow(620, 740, 240)
        c.vertical([(400, 420), (840, 420), (850, 740), (390, 740)], "#e0bd66", "#a57c2c")
        c.fill([(400, 420), (840, 420), (880, 396), (440, 396)], "#f3dc98")
        c.fill([(840, 420), (880, 396), (890, 716), (850, 740)], "#8a651f")
        c.line([(424, 444), (818, 444), (826, 716), (414, 716), (424, 444)], "#5a2a1d", 4)
        emblem(c, 620, 550, 80, "#5a2a1d", "#f0d68a")
        words(c, 620, 655, 190, "#5a2a1d", 2, 24)
        sachet(250, 700, 76, 240, -14)
    for x, y, d in ((330, 880, 78), (520, 890, 84), (700, 880, 100)):
        stick(x, y, 44, 150, d)
    sachet(840, 880, 56, 170, 60)


def lingzhi_slices(c: Canvas) -> None:
    def slice_(x: float, y: float, r: float, degrees: float) -> None:
        fan = smooth([(0, 0.95), (-0.18, 0.35), (-0.62, 0.1), (-1.0, -0.28), (-0.86, -0.62), (-0.3, -0.84), (0.3, -0.86), (0.86, -0.6), (1.02, -0.24), (0.6, 0.12), (0.18, 0.35)])
        c.fill(place(fan, x + 4, y + 8, r, degrees), "#4a2412")
        c.body(place(fan, x, y, r, degrees), "#7f3c20", glow=0.3, shade=0.3)
        inner = place([(px * 0.88, py * 0.86 + 0.03) for px, py in fan], x, y, r, degrees)
        c.body(inner, "#ecd5a8", glow=0.4, shade=0.2)
        with c.clip(inner):
            for k in range(5):
                arc = [(math.cos(a) * (0.3 + 0.16 * k), 0.5 - math.sin(a) * (0.42 + 0.2 * k)) for a in (math.pi * j / 14 for j in range(15))]
                c.line(place(arc, x, y, r, degrees), c.rng.choice(("#cfa873", "#d9b685", "#c29a64")), max(2, r * 0.03))

    def whole(x: float, y: float, s: float) -> None:
        c.tube([(x + 20 * s, y + 190 * s), (x - 20 * s, y + 90 * s), (x - 70 * s, y + 10 * s)], [44 * s, 38 * s, 46 * s], "#5a2a18", glow=0.4, shade=0.5)
        cap = smooth([(x - 230 * s, y - 10 * s), (x - 190 * s, y - 90 * s), (x - 40 * s, y - 130 * s), (x + 130 * s, y - 100 * s), (x + 200 * s, y - 20 * s), (x + 110 * s, y + 30 * s),
                      (x - 60 * s, y + 44 * s)])
        c.fill(shift(cap, 4, 18 * s), "#e6cfa0")
        c.body(cap, "#8f3a1c", glow=0.4, shade=0.5)
        with c.clip(cap):
            for k in range(4):
                f = 0.92 - 0.2 * k
                c.line([(x - 60 * s + (px - x + 60 * s) * f, y + 20 * s + (py - y - 20 * s) * f) for px, py in cap], ("#d98a3d", "#7a2f16", "#c2662a", "#6b2812")[k], 7)
        c.line(cap[:40], "#f0d6a0", 7)
        c.sheen([(x - 140 * s, y - 70 * s), (x - 20 * s, y - 104 * s), (x + 80 * s, y - 84 * s)], 24 * s, 0.65)

    set_table(c)
    kind = c.variant % 3
    if kind == 0:
        canister(c, 330, 780, 300, 500, "#7a4a2a", "#4a2a18", "#e0c07a")
        plate(c, 680, 830, 240, "#f4efe4")
        heap(c, slice_, 680, 800, 84, (2, 3), rise=0.7, spread=1.4, turn=60, shadow=False)
    elif kind == 1:
        whole(420, 500, 1.05)
        for x, y, d in ((300, 800, -30), (430, 830, 14), (570, 815, -10), (700, 835, 30), (820, 805, 60)):
            c.shadow(x, y + 60, 80)
            slice_(x, y, 92, d)
    else:
        canister(c, 670, 780, 280, 470, "#5a2d1a", "#c9a04a", "#e0c07a")
        heap(c, slice_, 320, 820, 96, (2, 3), rise=0.85, spread=1.5, turn=50)


DRAWINGS = {
    "round-jujube": round_jujube, "smoked-jujube": smoked_jujube, "ejiao-jujube": ejiao_jujube, "jujube-slices": jujube_slices, "dried-mulberry": dried_mulberry,
    "gualou-seeds": gualou_seeds, "walnut": walnut, "jujube-honey": jujube_honey, "mulberry-tea": mulberry_tea, "ejiao-cake": ejiao_cake,
    "ejiao-instant": ejiao_instant, "lingzhi-slices": lingzhi_slices,
}
