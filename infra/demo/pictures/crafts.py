"""What hands make: gourds, prints, cloth and straw."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.boxes import gift_box
from infra.demo.pictures.canvas import Canvas, Colour, dark, light, mix
from infra.demo.pictures.geometry import Points, ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, set_table, words


def carved_gourd(c: Canvas) -> None:
    def gourd(x: float, y: float, s: float, tone: str) -> None:
        c.shadow(x, y + 250 * s, 170 * s)
        c.tube([(x, y - 290 * s), (x + 8 * s, y - 350 * s), (x + 44 * s, y - 392 * s)], [34 * s, 22 * s, 16 * s], "#7a5a2a", steps=6)
        outline = smooth([(x, y - 310 * s), (x + 40 * s, y - 296 * s), (x + 118 * s, y - 216 * s), (x + 120 * s, y - 130 * s), (x + 62 * s, y - 60 * s), (x + 66 * s, y - 30 * s),
                          (x + 164 * s, y + 46 * s), (x + 194 * s, y + 140 * s), (x + 140 * s, y + 236 * s), (x, y + 266 * s), (x - 140 * s, y + 236 * s), (x - 194 * s, y + 140 * s),
                          (x - 164 * s, y + 46 * s), (x - 66 * s, y - 30 * s), (x - 62 * s, y - 60 * s), (x - 120 * s, y - 130 * s), (x - 118 * s, y - 216 * s), (x - 40 * s, y - 296 * s)])
        c.body(outline, tone, glow=0.42, shade=0.5, at=(-0.25, 0.1))
        line: str | Colour = dark(tone, 0.55)
        with c.clip(outline):
            c.spot(x - 50 * s, y - 190 * s, 90 * s, 90 * s, light(tone, 0.6), 0.6)
            for cy, r in ((y + 150 * s, 200 * s), (y - 170 * s, 124 * s)):
                for dy in (-0.62, 0.56):
                    for off in (0, 9 * s):
                        c.line(smooth([(x - r, cy + dy * r + off), (x, cy + dy * r + 24 * s + off), (x + r, cy + dy * r + off)], closed=False), line, 3)
            # a mountain, a pine and a cloud on the belly
            c.line(smooth([(x - 170 * s, y + 190 * s), (x - 90 * s, y + 110 * s), (x - 60 * s, y + 150 * s), (x, y + 74 * s), (x + 50 * s, y + 160 * s), (x + 100 * s, y + 120 * s),
                           (x + 180 * s, y + 200 * s)], closed=False), line, 5)
            for k in range(4):
                c.line(smooth([(x - 8 * s + k * 12 * s, y + 92 * s + k * 14 * s), (x - 14 * s + k * 14 * s, y + 130 * s), (x - 22 * s + k * 16 * s, y + 160 * s)], closed=False), line, 3)
            c.line([(x + 108 * s, y + 190 * s), (x + 100 * s, y + 120 * s)], line, 6)
            for k in range(4):
                c.fill(ellipse(x + 100 * s, y + 122 * s + k * 17 * s, (22 + 8 * k) * s, 8 * s), line)
            for k in range(3):
                c.line(ellipse(x - 100 * s + k * 28 * s, y + 84 * s - (k % 2) * 8 * s, 18 * s, 12 * s, start=160, end=400), line, 3)
            # a bird and a flower above
            for k in range(6):
                a = math.radians(60 * k)
                c.line(ellipse(x - 24 * s + math.cos(a) * 26 * s, y - 176 * s + math.sin(a) * 24 * s, 17 * s, 10 * s, math.degrees(a)), line, 3)
            c.dot(x - 24 * s, y - 176 * s, 9 * s, line)
            c.line(smooth([(x + 24 * s, y - 190 * s), (x + 46 * s, y - 210 * s), (x + 60 * s, y - 190 * s), (x + 80 * s, y - 208 * s)], closed=False), line, 4)
        c.sheen([(x - 110 * s, y + 60 * s), (x - 140 * s, y + 130 * s), (x - 116 * s, y + 200 * s)], 30 * s, 0.6)
        c.sheen([(x - 70 * s, y - 236 * s), (x - 88 * s, y - 180 * s), (x - 70 * s, y - 130 * s)], 22 * s, 0.6)
        c.tube([(x - 66 * s, y - 46 * s), (x, y - 30 * s), (x + 66 * s, y - 46 * s)], [17 * s, 17 * s, 17 * s], "#b5231f", steps=5)
        for dx in (-14, 14):
            c.tube([(x + 40 * s, y - 36 * s), (x + (56 + dx) * s, y + 20 * s), (x + (52 + dx) * s, y + 74 * s)], [10 * s, 8 * s, 14 * s], "#b5231f", steps=4)

    if c.variant % 2:
        gift_box(c, 500, 890, 780, 400, ("#2f4f6f", "#7a2420")[c.variant // 2 % 2], content=lambda: None)
        gourd(500, 560, 0.86, "#d29a4a")
        c.vertical([(110, 754), (890, 754), (880, 890), (120, 890)], light("#2f4f6f", 0.14) if c.variant // 2 % 2 == 0 else light("#7a2420", 0.14), dark("#2f4f6f" if c.variant // 2 % 2 == 0 else "#7a2420", 0.25))
        c.line([(120, 830), (880, 830)], "#d9b45f", 4)
    else:
        set_table(c, 800)
        gourd(430, 560, 1.0, "#cc8838")
        gourd(740, 690, 0.6, "#dba858")


def wood_print(c: Canvas) -> None:
    def sheet(x: float, y: float, w: float, h: float, degrees: float) -> None:
        def at(points: Points) -> Points:
            return place([(px * w, py * h) for px, py in points], x, y, 1, degrees)

        c.spot(x + 16, y + 20, w * 0.72, h * 0.64, opacity=0.3)
        c.fill(at([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]), "#f6ecd2")
        c.fill(at([(-0.44, -0.46), (0.44, -0.46), (0.44, 0.46), (-0.44, 0.46)]), "#c4261d")
        c.fill(at([(-0.41, -0.435), (0.41, -0.435), (0.41, 0.435), (-0.41, 0.435)]), "#f4dfa8")
        ink = "#2a1a16"

        def figure(points: Points, colour: str) -> None:
            c.fill(at(points), colour)
            c.line(at([*points, points[0]]), ink, 5)

        # a door god: robe, armour, face, hat, halberd and flags
        for side in (-1, 1):
            figure([(side * 0.18, -0.2), (side * 0.36, -0.38), (side * 0.37, -0.1)], "#2f5f8f" if side < 0 else "#3f8f5a")
        figure(smooth([(-0.14, -0.08), (-0.34, 0.1), (-0.3, 0.24), (-0.2, 0.2), (-0.3, 0.4), (0.3, 0.4), (0.2, 0.2), (0.3, 0.24), (0.34, 0.1), (0.14, -0.08)]), "#2f5f8f")
        figure(smooth([(-0.14, -0.06), (-0.18, 0.1), (-0.16, 0.3), (0, 0.36), (0.16, 0.3), (0.18, 0.1), (0.14, -0.06)]), "#c4261d")
        for k in range(4):
            for j in range(-2, 3):
                c.line(at(ellipse(j * 0.055, 0.02 + k * 0.06, 0.03, 0.024, start=0, end=180)), "#f2b134", 3)
        figure(ellipse(0, 0.13, 0.055, 0.042), "#f2b134")
        figure(rounded(-0.18, 0.2, 0.18, 0.245, 0.02), "#f2b134")
        figure(ellipse(0, -0.17, 0.115, 0.1), "#f6d3b0")
        for side in (-1, 1):
            c.fill(at(ellipse(side * 0.066, -0.145, 0.024, 0.02)), "#e0705a")
            c.line(at(smooth([(side * 0.02, -0.2), (side * 0.055, -0.222), (side * 0.09, -0.2)], closed=False)), ink, 5)
            c.fill(at(ellipse(side * 0.05, -0.18, 0.016, 0.012)), ink)
        c.fill(at(smooth([(-0.08, -0.12), (0, -0.13), (0.08, -0.12), (0.06, -0.03), (0, 0.04), (-0.06, -0.03)])), ink)
        c.fill(at(ellipse(0, -0.125, 0.03, 0.012)), "#c4261d")
        figure(smooth([(-0.13, -0.23), (-0.15, -0.3), (0, -0.4), (0.15, -0.3), (0.13, -0.23), (0, -0.26)]), "#3f8f5a")
        figure(ellipse(0, -0.34, 0.035, 0.028), "#f2b134")
        c.line(at([(0.3, 0.38), (0.26, -0.36)]), "#8a4a1f", 11)
        figure([(0.255, -0.36), (0.2, -0.3), (0.24, -0.24), (0.29, -0.26)], "#c9ced2")
        for side in (-1, 1):
            figure(smooth([(side * 0.04, 0.4), (side * 0.16, 0.39), (side * 0.2, 0.43), (side * 0.04, 0.43)]), ink)
        for cx, cy in ((-0.33, -0.38), (-0.34, 0.36)):
            for k in range(5):
                a = math.radians(72 * k)
                c.fill(at(ellipse(cx + math.cos(a) * 0.032, cy + math.sin(a) * 0.024, 0.026, 0.02)), "#e0568a")
            c.fill(at(ellipse(cx, cy, 0.018, 0.014)), "#f2b134")

    if c.variant % 2:
        sheet(410, 480, 470, 640, -2)
        c.shadow(500, 870, 330)
        c.cylinder([(150, 800), (150, 890), (860, 890), (860, 800)], "#c9a878")
        c.vertical([(150, 800), (860, 800), (860, 890), (150, 890)], "#e2c79a", "#a58452")
        for x in (150, 860):
            c.body(ellipse(x, 845, 16, 45), "#8a6a3a" if x > 200 else "#d9bb88", steps=6)
        c.vertical([(380, 800), (620, 800), (620, 890), (380, 890)], "#d0453a", "#8f1f1a")
        emblem(c, 500, 842, 32, "#d9b45f", "#fbf0d8")
    else:
        c.shadow(500, 890, 300, 40, 0.4)
        frame = [(215, 130), (785, 130), (785, 880), (215, 880)]
        c.spot(516, 520, 420, 500, opacity=0.3)
        c.vertical(frame, "#8a5a34", "#6b4324")
        c.fill([(238, 153), (762, 153), (762, 857), (238, 857)], "#5f3a1f")
        sheet(500, 505, 510, 690, 0)


def cotton_towel(c: Canvas) -> None:
    colours = ["#8fb8d9", "#f3f3ee", "#e8a3a0", "#a9c9a5"]

    def folded(x: float, y: float, w: float, h: float, colour: str) -> None:
        outline = smooth([(x - w / 2, y - h * 0.46), (x, y - h * 0.52), (x + w / 2 - 10, y - h * 0.48), (x + w / 2, y), (x + w / 2 - 10, y + h * 0.48), (x, y + h * 0.5), (x - w / 2, y + h * 0.46),
                          (x - w * 0.51, y)])
        c.vertical(outline, light(colour, 0.32), dark(colour, 0.16))
        for k in (-0.14, 0.2):
            c.line(smooth([(x - w * 0.5, y + h * k), (x, y + h * (k + 0.03)), (x + w * 0.49, y + h * k)], closed=False), dark(colour, 0.16), 4)
        with c.clip(outline):
            for _ in range(260):
                px, py = x + c.rng.uniform(-0.5, 0.5) * w, y + c.rng.uniform(-0.5, 0.5) * h
                c.dot(px, py, 2.4, c.rng.choice((light(colour, 0.5), dark(colour, 0.1))))
            for dx in (0.3, 0.33, 0.38):
                c.line([(x + w * dx, y - h), (x + w * dx, y + h)], mix(colour, "#ffffff" if colour != "#f3f3ee" else "#8fb8d9", 0.7), 7)
        c.body(ellipse(x - w * 0.49, y, h * 0.16, h * 0.42), dark(colour, 0.06), steps=7)

    set_table(c)
    if c.variant % 2:
        for i, colour in enumerate((colours[0], colours[1], colours[2])):
            x = 300 + i * 200
            c.shadow(x, 800, 90)
            c.tube([(x, 800), (x, 640), (x, 480)], [176, 180, 176], colour, glow=0.4, shade=0.36, lean=-0.12)
            c.body(ellipse(x, 480, 88, 34), light(colour, 0.2), glow=0.4)
            for q in (0.74, 0.48, 0.22):
                c.line(ellipse(x, 480, 88 * q, 34 * q), dark(colour, 0.2), 4)
            for _ in range(220):
                c.dot(x + c.rng.uniform(-80, 80), c.rng.uniform(510, 800), 2.2, c.rng.choice((light(colour, 0.5), dark(colour, 0.1))))
            c.cylinder([(x - 90, 600), (x + 90, 600), (x + 90, 690), (x - 90, 690)], "#f6ecd6")
            emblem(c, x, 645, 30, "#8a6a4a")
    else:
        c.shadow(500, 826, 330)
        for i, colour in enumerate((colours[0], colours[2], colours[3], colours[1])):
            folded(500 + (i % 2) * 8, 770 - i * 104, 640 - i * 8, 108, colour)
        c.vertical([(430, 404), (540, 400), (540, 826), (430, 826)], "#fbf3e0", "#e6d6b5")
        emblem(c, 485, 610, 46, "#8a6a4a")


def cotton_quilt(c: Canvas) -> None:
    def layer(x: float, y: float, w: float, h: float, edge: str) -> None:
        outline = smooth([(x - w / 2, y), (x - w * 0.48, y - h * 0.42), (x - w * 0.2, y - h * 0.54), (x + w * 0.2, y - h * 0.5), (x + w * 0.47, y - h * 0.4), (x + w / 2, y), (x + w * 0.47, y + h * 0.4),
                          (x, y + h * 0.48), (x - w * 0.47, y + h * 0.42)])
        c.body(outline, "#f4ede0", glow=0.7, shade=0.2, at=(-0.2, -0.4))
        band = ribbon(smooth([(x - w * 0.49, y + h * 0.06), (x, y + h * 0.14), (x + w * 0.49, y + h * 0.06)], closed=False), [h * 0.24] * 3)
        c.fill(band, edge)
        with c.clip(band):
            for k in range(12):
                fx, fy = x - w * 0.46 + k * w * 0.084, y + h * (0.1 + 0.02 * (k % 2))
                for j in range(5):
                    a = math.radians(72 * j)
                    c.fill(ellipse(fx + math.cos(a) * h * 0.05, fy + math.sin(a) * h * 0.045, h * 0.036, h * 0.03), "#f6d3c4")
                c.dot(fx, fy, h * 0.026, "#f2c14a")
        for k in range(6):
            px = x - w * 0.4 + k * w * 0.16
            c.spot(px, y - h * 0.28, w * 0.07, h * 0.12, "#c9b99a", 0.35)

    edge = ("#a53a3a", "#3f6f8f", "#a53a3a", "#5f8f6a")[c.variant % 4]
    if c.variant % 2:
        bag = rounded(140, 330, 860, 850, 50)
        c.shadow(500, 842, 370)
        c.veil(bag, "#eef2f2", 0.75)
        for i in range(4):
            layer(500, 770 - i * 112, 640, 150, edge)
        c.veil(bag, "#ffffff", 0.16)
        for x in (190, 800):
            c.sheen([(x, 380), (x - 6, 600), (x, 800)], 34, 0.7)
        c.line([*bag[7:14], *bag[14:21], *bag[21:], *bag[:8]], "#c9d2d2", 5)
        c.line([(170, 372), (830, 372)], "#9aa5a5", 9)
        c.fill(rounded(770, 360, 806, 400, 8), "#7a8585")
        c.line(smooth([(420, 330), (430, 268), (570, 268), (580, 330)], closed=False), edge, 16)
        c.fill(rounded(420, 560, 580, 700, 14), "#fbf6ea")
        emblem(c, 500, 618, 42, edge)
        words(c, 500, 672, 100, edge, 1, 14)
    else:
        set_table(c, 800)
        c.shadow(500, 836, 370)
        for i in range(4):
            layer(500, 760 - i * 118, 720 - i * 10, 160, edge)


def straw_weave(c: Canvas) -> None:
    def basket_(x: float, y: float, rx: float, h: float, colour: str, *, handles: bool) -> None:
        ry, top = rx * 0.3, y - h
        c.shadow(x, y - 6, rx * 0.9, rx * 0.2, 0.65)
        if handles:
            for side in (-1, 1):
                arch = [(x + side * rx * 0.62, top - ry * 0.6), (x + side * rx * 0.72, top - 110), (x + side * rx * 0.2 + side * 10, top - 130), (x + side * rx * 0.12, top - ry * 0.9)]
                c.tube(arch, [22, 20, 20, 22], dark(colour, 0.1), steps=6)
        c.fill(ellipse(x, top, rx, ry), dark(colour, 0.35))
        for k in range(9):
            f = 0.94 - 0.08 * k
            c.line(ellipse(x, top + 40 * (1 - f), rx * f, ry * f), mix(dark(colour, 0.55), dark(colour, 0.3), k / 9), 9)
        wall = [*ellipse(x, top, rx, ry, start=0, end=180), *smooth([(x - rx, top), (x - rx * 1.03, top + h * 0.4), (x - rx * 0.84, y - 12), (x, y + ry * 0.34), (x + rx * 0.84, y - 12),
                (x + rx * 1.03, top + h * 0.4), (x + rx, top)], closed=False)]
        c.cylinder(wall, colour, glow=0.4, shade=0.46)
        with c.clip(wall):
            rows = int(h / 26)
            for row in range(rows + 2):
                for i in range(24):
                    a = math.pi * (i + 0.5 * (row % 2)) / 23
                    t = row / rows
                    radius = rx * (1.02 - 0.17 * t * t)
                    px, py = x - radius * math.cos(a), top + t * h + ry * math.sin(a) * (1 - 0.4 * t)
                    size = rx * 0.075 * (0.3 + 0.7 * math.sin(a))
                    c.fill(ellipse(px, py + 3, size, 12, -8), dark(colour, 0.36))
                    c.fill(ellipse(px, py, size * 0.94, 10, -8), mix(colour, light(colour, 0.5), 0.75 * math.exp(-((a - 1.15) / 0.55) ** 2)))
        for dy, tone in ((0, dark(colour, 0.25)), (-6, light(colour, 0.35))):
            c.line(shift(ellipse(x, top, rx, ry), 0, dy), tone, 16 if dy == 0 else 9)
        if handles:
            for side in (-1, 1):
                arch = [(x + side * rx * 0.72, top + ry * 0.6), (x + side * rx * 0.8, top - 70), (x + side * rx * 0.34, top - 96), (x + side * rx * 0.2, top + ry * 0.9)]
                c.tube(arch, [24, 22, 22, 24], colour, steps=7)

    set_table(c, 780)
    if c.variant % 2:
        basket_(340, 810, 230, 300, "#d9b45f", handles=False)
        basket_(690, 840, 190, 210, "#c9984a", handles=False)
    else:
        basket_(500, 820, 330, 330, "#d9b45f", handles=True)
    tag = [(720, 600), (800, 590), (812, 690), (732, 700)] if c.variant % 2 == 0 else [(430, 640), (500, 634), (508, 720), (438, 726)]
    c.veil(shift(tag, 6, 8), "#4a2f1a", 0.25)
    c.fill(tag, "#f6ecd6")
    mx, my = sum(p[0] for p in tag) / 4, sum(p[1] for p in tag) / 4
    emblem(c, mx, my, 26, "#8a5a24")


DRAWINGS = {
    "carved-gourd": carved_gourd, "wood-print": wood_print, "cotton-towel": cotton_towel, "cotton-quilt": cotton_quilt, "straw-weave": straw_weave,
}
