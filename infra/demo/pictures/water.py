"""Fish and turtle."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math

from infra.demo.pictures.boxes import tray
from infra.demo.pictures.canvas import Canvas, dots
from infra.demo.pictures.geometry import Points, blob, ellipse, place, rounded, shift, smooth
from infra.demo.pictures.stage import leaf, set_table


def _scales(c: Canvas, outline: Points, x0: float, x1: float, y0: float, y1: float, r: float, colour: str) -> None:
    with c.clip(outline):
        row, x = 0, x0
        while x < x1:
            y = y0 + (r * 0.8 if row % 2 else 0)
            while y < y1:
                c.line(ellipse(x, y, r, r * 0.86, start=120, end=240), colour, 3)
                y += r * 1.6
            x, row = x + r * 0.92, row + 1


def carp(c: Canvas) -> None:
    def fish(x: float, y: float, s: float, degrees: float) -> None:
        def at(points: Points) -> Points:
            return place(points, x, y, s, degrees)

        c.body(at(smooth([(300, -10), (360, -130), (470, -170), (430, -40), (430, 20), (480, 150), (370, 110)])), "#c4532e", glow=0.35)
        for k in range(7):
            c.line(at([(310, 0), (455, -140 + 46 * k)]), "#e0805a", 3)
        c.body(at(smooth([(-60, -120), (0, -214), (90, -196), (200, -110), (60, -92)])), "#a8762e", glow=0.3)
        for k in range(6):
            c.line(at([(-30 + 36 * k, -112), (0 + 34 * k, -190 + 12 * k)]), "#cf9f52", 3)
        for px, py in ((-90, 118), (110, 104), (220, 70)):
            c.body(at(smooth([(px - 30, py - 30), (px + 20, py - 20), (px + 60, py + 66), (px + 6, py + 56)])), "#c4532e", glow=0.35)
        body = at(smooth([(-400, 18), (-350, -50), (-240, -112), (-80, -146), (100, -118), (250, -56), (330, -24), (330, 26), (240, 66), (80, 124), (-110, 142), (-270, 106), (-370, 60)]))
        c.body(body, "#cda040", glow=0.44, shade=0.42, at=(-0.1, -0.6))
        if degrees == 0 or abs(degrees) < 30:
            _scales(c, at(smooth([(-236, -112), (-80, -146), (100, -118), (250, -56), (330, -24), (330, 26), (240, 66), (80, 124), (-110, 142), (-236, 112), (-210, 0)])),
                    x - 240 * s, x + 340 * s, y - 200 * s, y + 200 * s, 25 * s, "#a5782a")
        with c.clip(body):
            c.spot(x, y + 130 * s, 420 * s, 80 * s, "#fbf0cc", 0.8)
            c.spot(x, y - 150 * s, 420 * s, 70 * s, "#5f4a1a", 0.5)
        c.line(smooth(at([(-236, -108), (-206, 0), (-240, 110)]), closed=False), "#8f6a2a", 7)
        c.line(smooth(at([(-210, -18), (60, -6), (320, 0)]), closed=False), "#8f6a2a", 3)
        ex, ey = at([(-322, -34)])[0]
        c.dot(ex, ey, 21 * s, "#f4e6b8")
        c.dot(ex, ey, 13 * s, "#1f1712")
        c.dot(ex - 4, ey - 5, 5 * s, "#ffffff")
        c.line(smooth(at([(-400, 20), (-376, 30), (-352, 26)]), closed=False), "#7a5a24", 5)
        for dy in (34, 46):
            c.line(smooth(at([(-376, 34), (-392, dy + 12), (-384, dy + 36)]), closed=False), "#a5782a", 4)

    def ice(y0: float, y1: float, count: int) -> None:
        for _ in range(count):
            x, y, r = c.rng.uniform(90, 910), c.rng.uniform(y0, y1), c.rng.uniform(18, 40)
            c.veil(place(rounded(-r, -r * 0.7, r, r * 0.7, 9), x, y, 1, c.rng.uniform(-40, 40)), c.rng.choice(("#e4f2f8", "#d2e6f0", "#f4fbff")), 0.8)
            c.glint(x - r * 0.3, y - r * 0.3, r * 0.5, r * 0.3, 0.6)

    if c.variant % 2:
        set_table(c)
        c.vertical(ellipse(500, 726, 440, 190), "#dfe6e6", "#c2cfd2")
        c.shadow(500, 790, 360)
        fish(500, 690, 0.92, -6)
        for lx, d in ((250, 40), (760, -40)):
            leaf(c, lx, 860, 130, 50, d)
    else:
        def on_ice() -> None:
            ice(540, 820, 110)
            fish(500, 650, 0.94, -4)
            ice(770, 830, 40)

        tray(c, 500, 870, 920, 400, "#f2f5f6", on_ice)


def koi(c: Canvas) -> None:
    def fish(x: float, y: float, s: float, degrees: float, patches: tuple[tuple[float, float, float, float, str], ...]) -> None:
        def at(points: Points) -> Points:
            return place(points, x, y, s, degrees)

        c.spot(x + 40 * s, y + 50 * s, 280 * s, 110 * s, "#1a4a52", 0.4)
        for side in (-1, 1):
            c.veil(at(smooth([(-110, side * 60), (-40, side * 70), (10, side * 170), (-60, side * 180), (-120, side * 130)])), "#fbf6ee", 0.75)
            c.veil(at(smooth([(90, side * 50), (130, side * 46), (170, side * 96), (120, side * 104)])), "#fbf6ee", 0.7)
        c.veil(at(smooth([(230, 0), (300, -60), (420, -110), (380, -20), (380, 20), (430, 100), (300, 50)])), "#fbf6ee", 0.8)
        for k in range(6):
            c.line(at([(240, 0), (395, -84 + 34 * k)]), "#e6dccb", 2.5)
        body = at(smooth([(-300, 0), (-270, -56), (-190, -88), (-60, -96), (80, -76), (190, -40), (256, -14), (256, 14), (190, 40), (80, 76), (-60, 96), (-190, 88), (-270, 56)]))
        c.body(body, "#fbf7ee", glow=0.6, shade=0.24, at=(-0.1, -0.35))
        with c.clip(body):
            for px, py, rx, ry, colour in patches:
                spot = at(blob(c.rng, px, py, rx, ry, 0.2, 9))
                c.body(spot, colour, glow=0.32, shade=0.2)
            _scales(c, body, x - 330 * s, x + 330 * s, y - 330 * s, y + 330 * s, 22 * s, "#d9ccb8")
        c.veil(at(smooth([(-70, -8), (40, -20), (130, -6), (130, 6), (40, 20), (-70, 8)])), "#e6dccb", 0.75)
        for side in (-1, 1):
            ex, ey = at([(-248, side * 50)])[0]
            c.dot(ex, ey, 12 * s, "#2b2b2b")
            c.dot(ex - 3, ey - 4, 4 * s, "#ffffff")
            c.line(smooth(at([(-296, side * 22), (-320, side * 34), (-326, side * 48)]), closed=False), "#e6dccb", 4)
        c.sheen(at([(-180, -40), (-60, -52), (80, -38)]), 20 * s, 0.7)

    one = ((-190, -10, 84, 60, "#f2552e"), (10, 20, 92, 54, "#f2552e"), (160, -10, 60, 40, "#f2552e"), (-60, -60, 40, 24, "#2b2b2b"), (90, 50, 34, 22, "#2b2b2b"))
    two = ((-150, 20, 110, 70, "#f2552e"), (60, -20, 80, 60, "#f2552e"), (200, 6, 40, 24, "#f2552e"))
    if c.variant % 2:
        bag = smooth([(230, 300), (420, 250), (500, 180), (580, 250), (770, 300), (850, 520), (820, 760), (640, 850), (360, 850), (180, 760), (150, 520)])
        c.shadow(500, 836, 320)
        c.veil(bag, "#eaf4f6", 0.75)
        water = smooth([(160, 470), (330, 452), (500, 474), (680, 454), (842, 470), (846, 600), (820, 760), (640, 850), (360, 850), (180, 760), (152, 600)])
        c.vertical(water, "#c2e4ea", "#7fbfcc")
        with c.clip(water):
            fish(450, 600, 0.66, -12, one)
            fish(570, 745, 0.6, 190, two)
        c.sheen([(230, 380), (196, 540), (226, 700)], 34, 0.9)
        c.sheen([(780, 360), (808, 520), (790, 640)], 20, 0.7)
        c.tube([(440, 258), (500, 236), (560, 258)], [26, 30, 26], "#c9443a", steps=5)
        c.veil(smooth([(430, 250), (400, 150), (500, 176), (610, 150), (570, 250)]), "#eaf4f6", 0.8)
    else:
        pond = blob(c.rng, 500, 600, 470, 330, 0.03, 13)
        c.spot(510, 640, 560, 400, opacity=0.35)
        c.fill(shift(pond, 0, 14), "#8f8a7a")
        c.vertical(pond, "#8cc4c6", "#4f979f")
        with c.clip(pond):
            for _ in range(7):
                cx, cy, r = c.rng.uniform(120, 880), c.rng.uniform(330, 860), c.rng.uniform(50, 130)
                c.line(ellipse(cx, cy, r, r * 0.5), "#a8d6d6", 3)
            fish(470, 510, 0.98, -14, one)
            fish(580, 720, 0.8, 168, two)
            for px, py, r in ((200, 780, 84), (840, 420, 92)):
                c.body([(px, py), *ellipse(px, py, r, r * 0.62, start=-20, end=300)], "#5f9a4a", glow=0.3)


def turtle(c: Canvas) -> None:
    def one(x: float, y: float, s: float, degrees: float) -> None:
        def at(points: Points) -> Points:
            return place(points, x, y, s, degrees)

        c.spot(x + 16, y + 40 * s, 330 * s, 250 * s, opacity=0.5)
        skin = "#7f8650"
        for px, py, d in ((-170, -190, -40), (170, -190, 40), (-180, 170, -140), (180, 170, 140)):
            limb = at(place(smooth([(-56, 50), (-62, -30), (-40, -96), (0, -112), (40, -96), (62, -30), (56, 50)]), px, py, 1, d))
            c.body(limb, skin, glow=0.36, shade=0.4)
            for k in (-1, 0, 1):
                claw = at(place([(k * 28 - 6, -98), (k * 30, -132), (k * 28 + 7, -98)], px, py, 1, d))
                c.fill(claw, "#e9dfbc")
        c.tube(at([(0, -210), (0, -310), (0, -380)]), [96 * s, 82 * s, 66 * s], skin, glow=0.36, shade=0.4, lean=-0.1)
        head = at(smooth([(-48, -370), (-54, -426), (-30, -472), (-12, -500), (-9, -540), (9, -540), (12, -500), (30, -472), (54, -426), (48, -370)]))
        c.body(head, skin, glow=0.4, shade=0.36)
        for side in (-1, 1):
            ex, ey = at([(side * 34, -446)])[0]
            c.dot(ex, ey, 12 * s, "#e9d98a")
            c.dot(ex, ey, 7 * s, "#1f1a12")
            c.dot(*at([(side * 5, -536)])[0], 3 * s, "#3a3a24")
        c.body(at([(-22, 260), (0, 350), (22, 260)]), skin, steps=6)
        rim = at(smooth([(0, -262), (130, -236), (222, -140), (250, 10), (224, 160), (130, 262), (0, 296), (-130, 262), (-224, 160), (-250, 10), (-222, -140), (-130, -236)]))
        c.body(rim, "#97985f", glow=0.34, shade=0.34)
        shell = at(smooth([(0, -212), (110, -190), (182, -110), (202, 10), (180, 124), (104, 206), (0, 228), (-104, 206), (-180, 124), (-202, 10), (-182, -110), (-110, -190)]))
        c.body(shell, "#5f6b3a", glow=0.36, shade=0.42)
        with c.clip(shell):
            c.line(smooth(at([(0, -200), (4, 0), (0, 220)]), closed=False), "#7a8550", 9)
            for k in range(6):
                for side in (-1, 1):
                    c.line(smooth(at([(0, -150 + 62 * k), (side * 90, -166 + 66 * k), (side * 190, -140 + 66 * k)]), closed=False), "#6f7a46", 5)
            for _ in range(90):
                a, d = c.rng.uniform(0, 6.28), math.sqrt(c.rng.random())
                px, py = at([(math.cos(a) * d * 190, math.sin(a) * d * 210)])[0]
                c.dot(px, py, c.rng.uniform(3, 8) * s, c.rng.choice(("#525c30", "#7c8854", "#49522a")))
        c.sheen(at([(-120, -110), (-60, -150), (40, -160)]), 30 * s, 0.5)
        dots(c, rim, 30, 4 * s, ("#b5b580", "#7f8450"))

    if c.variant % 2:
        tray(c, 500, 880, 800, 620, "#f4f6f6", lambda: one(500, 600, 0.74, 60))
    else:
        stones = blob(c.rng, 500, 660, 430, 250, 0.04, 12)
        c.spot(510, 700, 520, 300, opacity=0.35)
        c.body(stones, "#d9cba8", glow=0.4, shade=0.24)
        dots(c, stones, 260, 5, ("#c2b28c", "#eadfc2", "#b3a27a"))
        one(500, 650, 0.88, -52)


DRAWINGS = {"carp": carp, "koi": koi, "turtle": turtle}
