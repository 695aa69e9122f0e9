"""Flour, grain, noodles and bean curd."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.bags import pouch, sack
from infra.demo.pictures.canvas import Canvas, Colour, dark, dots, light, mix
from infra.demo.pictures.geometry import blob, drop, ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, plate, set_table, words
from infra.demo.pictures.vessels import bowl


def _wheat_ear(c: Canvas, x: float, y: float, length: float, degrees: float, colour: str = "#d9a83f") -> None:
    """Its stalk's foot is at (x, y)."""
    c.line(smooth(place([(0, 0), (length * 0.02, -length * 0.5), (0, -length)], x, y, 1, degrees), closed=False), "#c29a44", 5)
    for i in range(9):
        at = -length * (0.52 + 0.052 * i)
        for side in (-1, 1):
            px, py = place([(side * length * 0.035, at)], x, y, 1, degrees)[0]
            c.body(place(drop(length * 0.12, length * 0.056), px, py, 1, degrees + side * 24), colour, glow=0.45, shade=0.35, steps=6)
            tip = place([(side * length * 0.06, at - length * 0.05), (side * length * 0.13, at - length * 0.22)], x, y, 1, degrees)
            c.line(tip, light(colour, 0.25), 2)
    px, py = place([(0, -length * 1.0)], x, y, 1, degrees)[0]
    c.body(place(drop(length * 0.12, length * 0.05), px, py, 1, degrees), colour, steps=6)


def _powder(c: Canvas, x: float, y: float, rx: float, height: float, colour: str, specks: tuple[str, ...] = ()) -> None:
    hill = smooth([(x - rx, y), (x - rx * 0.62, y - height * 0.42), (x - rx * 0.2, y - height * 0.92), (x + rx * 0.06, y - height), (x + rx * 0.4, y - height * 0.66),
                   (x + rx * 0.76, y - height * 0.26), (x + rx, y), (x + rx * 0.6, y + rx * 0.26), (x, y + rx * 0.3), (x - rx * 0.6, y + rx * 0.26)])
    c.body(hill, colour, glow=0.7, shade=0.16)
    for _ in range(7):
        px = x + c.rng.uniform(-0.6, 0.6) * rx
        c.spot(px, y - height * 0.25 + c.rng.uniform(-0.15, 0.25) * height, rx * 0.2, height * 0.16, dark(colour, 0.2), 0.25)
    with c.clip(hill):
        for _ in range(160 if specks else 0):
            c.fill(ellipse(x + c.rng.uniform(-1, 1) * rx, y - c.rng.uniform(-0.3, 1) * height, c.rng.uniform(1.5, 4), 1.8), c.rng.choice(specks))


def _flour(c: Canvas, bag: str, mark: str, powder: str, *, wood: str, wave: bool = False, specks: tuple[str, ...] = ()) -> None:
    def motif(x: float, y: float, r: float) -> None:
        if wave:
            c.fill(ellipse(x, y, r), mark)
            c.fill(ellipse(x, y, r * 0.86), "#fbf8ef")
            with c.clip(ellipse(x, y, r * 0.86)):
                for i in range(4):
                    wavy = [(x - r + j * r / 6, y + r * (0.16 + 0.2 * i) + math.sin(j * 1.05 + i) * r * 0.07) for j in range(13)]
                    c.line(smooth(wavy, closed=False, steps=4), mark, r * 0.08)
            _wheat_ear(c, x, y + r * 0.2, r * 0.9, 8, "#d9b45f")
        else:
            emblem(c, x, y, r, mark, "#fbf8ef")
            _wheat_ear(c, x - r * 1.15, y + r * 1.0, r * 1.5, -8)
            _wheat_ear(c, x + r * 1.15, y + r * 1.0, r * 1.5, 8)

    set_table(c, 740)
    flip = c.variant % 2
    sx, bx = (610, 320) if flip else (390, 690)
    if c.variant % 4 == 2:
        sack(c, 300, 770, 330, 470, bag, mark, motif=motif, lean=-2)
    sack(c, sx if c.variant % 4 != 2 else 520, 790, 420 if c.variant % 4 != 2 else 360, 600 if c.variant % 4 != 2 else 520, bag, mark, motif=motif, lean=1)
    bx = 760 if c.variant % 4 == 2 else bx
    rx = 165 if c.variant % 4 != 2 else 140
    bowl(c, bx, 850, rx, wood, lambda: _powder(c, bx, 850 - rx * 0.62, rx * 0.92, 80, powder, specks))
    _wheat_ear(c, bx - 150, 905, 330, 66)
    _wheat_ear(c, bx - 130, 920, 300, 78)


def wheat_flour(c: Canvas) -> None:
    _flour(c, "#fbf6ea", "#c23b2e", "#fdfaf2", wood="#f1ede4")


def donge_flour(c: Canvas) -> None:
    _flour(c, "#f9f6ee", "#2f5f8f", "#fdfaf2", wood="#d9e2ea", wave=True)


def whole_wheat(c: Canvas) -> None:
    _flour(c, "#cda877", "#7a4f24", "#e6cba0", wood="#a5764a", specks=("#8a5f30", "#a67c47", "#f3e6cd"))


def _grains(c: Canvas, x: float, y: float, rx: float, height: float, colours: tuple[str | Colour, ...], r: float, count: int) -> None:
    hill = smooth([(x - rx, y), (x - rx * 0.5, y - height * 0.7), (x, y - height), (x + rx * 0.5, y - height * 0.7), (x + rx, y), (x + rx * 0.6, y + rx * 0.26),
                   (x, y + rx * 0.3), (x - rx * 0.6, y + rx * 0.26)])
    c.body(hill, colours[0], glow=0.4, shade=0.35)
    with c.clip(hill):
        for _ in range(count):
            px, py = x + c.rng.uniform(-1, 1) * rx, y - c.rng.uniform(-0.9, 1) * height
            colour = c.rng.choice(colours)
            c.fill(ellipse(px + r * 0.2, py + r * 0.3, r, r * 0.9), dark(colour, 0.3))
            c.fill(ellipse(px, py, r, r * 0.9), mix(colour, light(colour, 0.5), max(0.0, min(1.0, (x + rx * 0.2 - px) / rx * 0.6))))


def millet(c: Canvas) -> None:
    set_table(c)
    gold = ("#f2c230", "#f5cd4e", "#eab628", "#f8dc78")

    def brick(x: float, y: float, w: float, h: float) -> None:
        c.shadow(x, y, w * 0.5)
        outline = smooth([(x - w / 2, y - 6), (x - w * 0.51, y - h * 0.5), (x - w * 0.47, y - h), (x, y - h * 1.02), (x + w * 0.47, y - h), (x + w * 0.51, y - h * 0.5),
                          (x + w / 2, y - 6), (x, y + 4)])
        c.cylinder(outline, "#f0c033", glow=0.3, shade=0.3)
        with c.clip(outline):
            for _ in range(900):
                c.dot(x + c.rng.uniform(-0.52, 0.52) * w, y - c.rng.random() * h, 4, c.rng.choice((*gold, "#d9a520")))
            for _ in range(12):
                a, b = c.rng.uniform(-0.5, 0.4), c.rng.random()
                c.veil(ribbon([(x + a * w, y - b * h), (x + (a + 0.08) * w, y - (b + 0.04) * h), (x + (a + 0.14) * w, y - b * h)], [1, 10, 1]), (255, 255, 255), 0.4)
        tag = rounded(x - w * 0.36, y - h * 0.74, x + w * 0.36, y - h * 0.3, 14)
        c.fill(tag, "#fbf6ea")
        emblem(c, x, y - h * 0.58, h * 0.095, "#b8862b")
        words(c, x, y - h * 0.43, w * 0.46, "#b8862b", 2, h * 0.05)
        c.cylinder([(x - w * 0.46, y - h * 1.1), (x + w * 0.46, y - h * 1.1), (x + w * 0.47, y - h * 0.98), (x - w * 0.47, y - h * 0.98)], "#f4efe0")

    flip = c.variant % 2
    bx, px = (330, 710) if flip else (640, 290)
    brick(px, 760, 250, 400)
    bowl(c, bx, 840, 230, "#8a5a34" if flip else "#f1ece2", lambda: _grains(c, bx, 694, 212, 110, gold, 5, 1500), band=None if flip else "#c9a04a")
    for _ in range(40):
        c.dot(bx + c.rng.uniform(-270, 230), 868 + c.rng.uniform(-14, 26), 4.5, c.rng.choice(gold))


def mixed_grain(c: Canvas) -> None:
    kinds = (("#8f2431", 1.25), ("#5f8f3a", 0.95), ("#f0bd3a", 1.3), ("#2a2028", 0.8), ("#ecdcb8", 1.0), ("#a5633a", 1.0))

    def layers(x: float, y: float, w: float, h: float) -> None:
        for i, (colour, size) in enumerate(kinds):
            top = y - h + i * h / len(kinds)
            c.fill([(x - w, top), (x + w, top), (x + w, top + h), (x - w, top + h)], dark(colour, 0.15))
            for _ in range(120):
                px, py, r = x + c.rng.uniform(-0.5, 0.5) * w, top + c.rng.random() * h / len(kinds), 6.5 * size
                c.fill(ellipse(px, py, r, r * 0.72, c.rng.uniform(0, 180)), dark(colour, 0.25))
                c.fill(ellipse(px - 1, py - 1.5, r * 0.85, r * 0.58), light(colour, 0.16))

    set_table(c)
    if c.variant % 2:
        pouch(c, 350, 770, 390, 550, "#efe6d2", "#7a4a24", clear=True, window=lambda: layers(350, 760, 380, 420))
        for i, (x, y) in enumerate(((620, 690), (790, 720), (600, 800), (760, 840))):
            colour, size = kinds[(i + c.variant) % 6]
            bowl(c, x, y + 40, 92, "#f4efe4", lambda x=x, y=y, colour=colour, size=size: _grains(c, x, y - 16, 84, 34, (colour, light(colour, 0.12), dark(colour, 0.12)), 6 * size, 190))
    else:
        c.shadow(500, 800, 320)
        rx, ry, y = 350, 160, 690
        c.vertical(ellipse(500, y + 26, rx + 14, ry + 10), "#8a5a34", "#5f3a1f")
        c.vertical(ellipse(500, y, rx + 14, ry + 8), "#c39560", "#a5764a")
        for i, (colour, size) in enumerate(kinds):
            part = [(500, y), *ellipse(500, y, rx - 12, ry - 8, start=60 * i - 20, end=60 * i + 40)]
            c.fill(part, dark(colour, 0.2))
            with c.clip(part):
                for _ in range(260):
                    a, d = math.radians(60 * i - 20 + 60 * c.rng.random()), math.sqrt(c.rng.random())
                    px, py, r = 500 + math.cos(a) * d * rx, y + math.sin(a) * d * ry, 8 * size
                    c.fill(ellipse(px, py, r, r * 0.7, c.rng.uniform(0, 180)), dark(colour, 0.28))
                    c.fill(ellipse(px - 1, py - 2, r * 0.85, r * 0.56), light(colour, 0.18))
        for i in range(6):
            a = math.radians(60 * i - 20)
            c.line([(500, y), (500 + math.cos(a) * (rx - 6), y + math.sin(a) * (ry - 4))], "#b98a5a", 12)


def noodles(c: Canvas) -> None:
    def bundle(x: float, y: float, length: float, h: float, degrees: float, band: str) -> None:
        c.spot(x + 16, y + h * 0.55, length * 0.54, h * 0.5, opacity=0.45)
        for i in range(34):
            off = (i / 33 - 0.5) * h
            bulge = math.sqrt(max(0.0, 1 - (2 * off / h) ** 2))
            end = c.rng.uniform(-9, 9)
            strand = place([(-length / 2 + end, off), (0, off * 0.94), (length / 2 + end, off)], x, y, 1, degrees)
            c.line(strand, mix(dark("#e9d39a", 0.22), light("#f4e3b5", 0.3), 0.2 + 0.8 * bulge * (1 - (off / h + 0.5) * 0.5)), h / 22)
        for _ in range(60):
            u = c.rng.uniform(-0.5, 0.5)
            px, py = place([(length / 2 + c.rng.uniform(-6, 9), u * h * 0.96)], x, y, 1, degrees)[0]
            c.dot(px, py, h / 44, c.rng.choice(("#fbf0cc", "#e0c88e", "#f2dfae")))
        wrap = place([(-length * 0.17, -h * 0.53), (length * 0.17, -h * 0.53), (length * 0.17, h * 0.53), (-length * 0.17, h * 0.53)], x, y, 1, degrees)
        c.vertical(wrap, light(band, 0.22), dark(band, 0.34))
        ex, ey = place([(0, -h * 0.02)], x, y, 1, degrees)[0]
        emblem(c, ex, ey, h * 0.27, "#d9b45f", "#fbf3dc")

    set_table(c)
    red = ("#c23b2e", "#b5462f", "#2f6f5f", "#b98a2f")[c.variant % 4]
    if c.variant % 2:
        for x, y in ((500, 600), (470, 690), (530, 780)):
            bundle(x, y, 640, 96, -3, red)
    else:
        bundle(480, 640, 720, 150, -10, red)
        bundle(540, 790, 600, 110, -4, red)
        _wheat_ear(c, 700, 560, 300, 48)


def mung_bean_sheets(c: Canvas) -> None:
    def sheet(x: float, y: float, rx: float, ry: float) -> None:
        c.veil(ellipse(x + 6, y + 8, rx, ry), "#6f8f5a", 0.25)
        c.veil(blob(c.rng, x, y, rx, ry, 0.015, 12), "#dfecd2", 0.85)
        c.veil(ellipse(x - rx * 0.1, y - ry * 0.1, rx * 0.8, ry * 0.7), "#f6fbee", 0.4)
        c.line(ellipse(x, y, rx, ry, start=20, end=160), "#b5cf9c", 3)

    def folded(x: float, y: float, rx: float) -> None:
        half = [*ellipse(x, y, rx, rx * 0.62, start=180, end=360)]
        c.shadow(x, y, rx * 0.9, rx * 0.2, 0.4)
        for k in range(4):
            c.veil(shift(half, 0, -8 * k), "#cfe2bb", 0.62)
            c.line(shift(half, 0, -8 * k), "#eef6e4", 4)
        for i in range(6):
            a = math.radians(200 + 28 * i)
            c.line([(x, y - 20), (x + math.cos(a) * rx * 0.86, y + math.sin(a) * rx * 0.5 - 16)], "#e6f2d8", 2.5)
        c.sheen([(x - rx * 0.6, y - rx * 0.3), (x - rx * 0.2, y - rx * 0.5), (x + rx * 0.3, y - rx * 0.5)], 24, 0.7)

    def beans(places: list[tuple[float, float]]) -> None:
        for x, y in places:
            c.body(ellipse(x, y, 15, 12, c.rng.uniform(0, 180)), "#5f8f3a", glow=0.45, steps=6)
            c.line([(x - 5, y - 1), (x + 4, y - 2)], "#eef0d8", 3)

    def pile() -> None:
        for k in range(18):
            sheet(330, 700 - 16 * k, 165, 84)

    set_table(c)
    if c.variant % 2:
        pouch(c, 330, 780, 380, 540, "#e4eed6", "#5f8f3a", clear=True, window=pile)
        folded(680, 780, 200)
    else:
        for k in range(6):
            sheet(430 + k * 3, 720 - k * 12, 300, 118)
        folded(640, 640, 190)
    beans([(c.rng.uniform(560, 860), c.rng.uniform(840, 890)) for _ in range(16)])


def old_tofu(c: Canvas) -> None:
    plate(c, 500, 740, 370, "#e8eef0", "#7a9fb5")

    def block(x: float, y: float, w: float, h: float, d: float) -> None:
        c.spot(x + 20, y + 6, w * 0.7, 40, opacity=0.4)
        c.vertical([(x - w / 2, y - h), (x + w / 2, y - h), (x + w / 2, y), (x - w / 2, y)], "#f6f0dd", "#ddd0ac")
        c.vertical([(x - w / 2, y - h), (x - w / 2 + d * 0.7, y - h - d * 0.6), (x + w / 2 + d * 0.7, y - h - d * 0.6), (x + w / 2, y - h)], "#fffdf4", "#faf5e4")
        c.vertical([(x + w / 2, y - h), (x + w / 2 + d * 0.7, y - h - d * 0.6), (x + w / 2 + d * 0.7, y - d * 0.6), (x + w / 2, y)], "#e2d6b6", "#c9ba92")
        for _ in range(36):
            c.fill(ellipse(x + c.rng.uniform(-0.48, 0.48) * w, y - c.rng.uniform(0.04, 0.96) * h, c.rng.uniform(2, 6), c.rng.uniform(1.5, 3.5)), "#d9caa2")
        for _ in range(14):
            c.fill(ellipse(x + d * 0.35 + c.rng.uniform(-0.45, 0.45) * w, y - h - d * 0.3 + c.rng.uniform(-0.2, 0.2) * d, 4, 2), "#e6dcc0")

    if c.variant % 2:
        for x, y in ((390, 700), (590, 690), (440, 770), (650, 765)):
            block(x, y, 150, 96, 90)
        sx, sy = 470, 640
    else:
        block(470, 760, 380, 170, 190)
        sx, sy = 540, 536
    sauce = blob(c.rng, sx, sy, 110 if c.variant % 2 == 0 else 84, 40, 0.16, 9)
    c.body(sauce, "#4f8a3a", glow=0.3, shade=0.3)
    dots(c, sauce, 50, 5, ("#7fb85a", "#2f6b2a", "#a5cf7a"))
    c.sheen([(sx - 50, sy - 12), (sx, sy - 20), (sx + 40, sy - 14)], 10, 0.7)
    c.tube([(700, 560), (790, 500), (900, 440)], [26, 16, 22], "#d9d4c8", glow=0.7)
    c.body(ellipse(680, 578, 62, 34, -30), "#e6e2d8", glow=0.6)
    c.body(ellipse(680, 574, 48, 24, -30), "#4f8a3a", steps=6)


DRAWINGS = {
    "wheat-flour": wheat_flour, "donge-flour": donge_flour, "whole-wheat": whole_wheat, "millet": millet, "mixed-grain": mixed_grain, "noodles": noodles,
    "mung-bean-sheets": mung_bean_sheets, "old-tofu": old_tofu,
}
