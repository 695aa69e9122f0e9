"""Bread, biscuits and candies."""

# ruff: noqa: E501  (a drawing is read stroke by stroke: one call a line)
# fmt: off
from __future__ import annotations

import math
from collections.abc import Callable

from infra.demo.pictures.arrange import heap, scatter
from infra.demo.pictures.canvas import Canvas, dark, light
from infra.demo.pictures.fruit import yali
from infra.demo.pictures.geometry import Points, blob, drop, ellipse, place, ribbon, rounded, shift, smooth
from infra.demo.pictures.stage import emblem, plate, set_table, words


def _carton_box(c: Canvas, x: float, y: float, w: float, h: float, colour: str, mark: str) -> None:
    """A closed paper box standing upright."""
    d = w * 0.16
    c.shadow(x + d / 2, y, w * 0.56)
    c.vertical([(x - w / 2, y - h), (x + w / 2, y - h), (x + w / 2, y), (x - w / 2, y)], light(colour, 0.14), dark(colour, 0.1))
    c.fill([(x + w / 2, y - h), (x + w / 2 + d, y - h - d * 0.6), (x + w / 2 + d, y - d * 0.6), (x + w / 2, y)], dark(colour, 0.3))
    c.fill([(x - w / 2, y - h), (x + w / 2, y - h), (x + w / 2 + d, y - h - d * 0.6), (x - w / 2 + d, y - h - d * 0.6)], light(colour, 0.3))
    c.fill([(x - w / 2, y - h * 0.3), (x + w / 2, y - h * 0.3), (x + w / 2, y - h * 0.22), (x - w / 2, y - h * 0.22)], mark)
    emblem(c, x, y - h * 0.62, w * 0.25, mark, light(colour, 0.6))
    words(c, x, y - h * 0.16, w * 0.5, mark, 2, h * 0.05)


# ---------------------------------------------------------------- bread and biscuits

def sesame_bread(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float, squash: float = 0.42) -> None:
        c.fill(ellipse(x, y + r * 0.17, r, r * squash), "#a5702f")
        c.cylinder([*ellipse(x, y, r, r * squash, start=0, end=180), *ellipse(x, y + r * 0.17, r, r * squash, start=180, end=0)], "#d9a04a", glow=0.3, shade=0.3)
        top = blob(c.rng, x, y, r, r * squash, 0.015, 10)
        c.body(top, "#dfa850", glow=0.45, shade=0.3, at=(-0.1, -0.2))
        with c.clip(top):
            c.spot(x, y, r * 0.6, r * squash * 0.6, "#b5742a", 0.3)
            for _ in range(int(r * 1.5)):
                a, d = c.rng.uniform(0, 6.28), math.sqrt(c.rng.random()) * 0.95
                px, py = x + math.cos(a) * d * r, y + math.sin(a) * d * r * squash
                t = c.rng.uniform(0, 180)
                c.fill(place(drop(r * 0.11, r * 0.06), px + 2, py + 3, 1, t), "#a5702f")
                c.fill(place(drop(r * 0.1, r * 0.055), px, py, 1, t), c.rng.choice(("#fbf0d2", "#f6e6bd", "#efdca8")))

    set_table(c)
    if c.variant % 2:
        c.shadow(330, 770, 190)
        bag = smooth([(170, 420), (250, 404), (330, 420), (410, 402), (490, 420), (484, 600), (500, 770), (330, 780), (160, 770), (176, 600)])
        c.spot(330, 420, 150, 30, "#4a2f1a", 0.4)
        one(330, 400, 120, 0, 0.7)
        c.cylinder(bag, "#d3b287", glow=0.3, shade=0.3)
        emblem(c, 330, 590, 76, "#8a5a24", "#f0dcb8")
        words(c, 330, 690, 170, "#8a5a24", 2, 24)
        for i in range(3):
            one(690, 830 - i * 62, 180 - i * 4, 0)
    else:
        for x, y, r in ((380, 760, 200), (400, 690, 196), (370, 620, 190)):
            c.spot(x + 10, y + 46, r * 1.1, 60, opacity=0.3)
            one(x, y, r, 0)
        c.shadow(700, 830, 170)
        one(700, 760, 186, 0, 0.62)


def walnut_crisp(c: Canvas) -> None:
    def one(x: float, y: float, r: float, degrees: float, squash: float = 0.5) -> None:
        outer = [(px, y + (py - y) * squash) for px, py in blob(c.rng, x, y, r, r, 0.04, 13)]
        c.fill(shift(outer, 2, r * 0.16), "#a56a24")
        c.body(outer, "#e6b050", glow=0.5, shade=0.3)
        with c.clip(outer):
            for k in range(7):
                a = 2 * math.pi * k / 7 + c.rng.uniform(-0.2, 0.2)
                path = [(x + math.cos(a + w) * r * t, y + math.sin(a + w) * r * t * squash) for t, w in ((0.24, 0), (0.5, c.rng.uniform(-0.16, 0.16)), (0.76, c.rng.uniform(-0.2, 0.2)), (1.05, 0))]
                c.veil(ribbon(smooth(path, closed=False), [1, r * 0.03, r * 0.04, r * 0.06]), "#8f561a", 0.75)
                c.veil(ribbon(shift(smooth(path, closed=False), -2, -3), [1, r * 0.015, r * 0.025, r * 0.03]), "#fbe6b0", 0.8)
        c.body(blob(c.rng, x, y - r * 0.03, r * 0.27, r * 0.2, 0.16, 8), "#b0703a", glow=0.45)
        for k in (-1, 0, 1):
            c.line(smooth([(x - r * 0.16, y - r * 0.03 + k * r * 0.07), (x, y - r * 0.08 + k * r * 0.07), (x + r * 0.16, y - r * 0.02 + k * r * 0.07)], closed=False), "#7a4a1f", 3)

    set_table(c)
    if c.variant % 2:
        _carton_box(c, 320, 770, 300, 430, "#e6c27a", "#8f3a1f")
        for i in range(3):
            one(700, 820 - i * 66, 170, 0)
    else:
        plate(c, 500, 760, 370, "#f4efe4")
        for x, y in ((340, 700), (640, 695), (490, 740), (490, 660)):
            c.spot(x + 8, y + 40, 150, 50, opacity=0.3)
            one(x, y, 148, 0)


def _pieces_and_box(c: Canvas, draw_pile: Callable[[float, float], None], box: tuple[str, str]) -> None:
    set_table(c)
    if c.variant % 2:
        _carton_box(c, 320, 760, 290, 420, *box)
        draw_pile(680, 820)
    else:
        plate(c, 500, 780, 360, "#f4efe4")
        draw_pile(500, 780)


def sesame_crisp(c: Canvas) -> None:
    def sheet(x: float, y: float, w: float, h: float, degrees: float) -> None:
        corners = place(rounded(-w / 2, -h / 2, w / 2, h / 2, 8), x, y, 1, degrees)
        c.fill(shift(corners, 3, 7), "#a5813f")
        c.vertical(corners, "#e9cf8f", "#cfa85a")
        with c.clip(corners):
            for _ in range(int(w * h / 190)):
                px, py = place([(c.rng.uniform(-0.5, 0.5) * w, c.rng.uniform(-0.5, 0.5) * h)], x, y, 1, degrees)[0]
                c.fill(place(drop(15, 9), px, py, 1, c.rng.uniform(0, 180)), c.rng.choice(("#fdf6e2", "#f7ebcb", "#efdfb4", "#fbf2d8")))
        c.veil(place([(-w * 0.5, -h * 0.4), (-w * 0.1, -h * 0.5), (-w * 0.34, h * 0.5), (-w * 0.5, h * 0.5)], x, y, 1, degrees), "#ffffff", 0.16)

    def pile(x: float, y: float) -> None:
        c.shadow(x, y + 10, 220, 50, 0.4)
        for i in range(6):
            sheet(x + c.rng.uniform(-14, 14), y - 12 - i * 15, 320, 104, c.rng.uniform(-5, 5))
        sheet(x + 20, y - 210, 250, 170, -16)

    _pieces_and_box(c, pile, ("#efdcae", "#a5432f"))


def peanut_brittle(c: Canvas) -> None:
    def bar(x: float, y: float, w: float, h: float, degrees: float) -> None:
        def at(points: Points) -> Points:
            return place(points, x, y, 1, degrees)

        c.vertical(at([(-w / 2, -h * 0.1), (w / 2, -h * 0.1), (w / 2, h / 2), (-w / 2, h / 2)]), "#d3a058", "#a56c2c")
        for k in range(4):
            c.line(smooth(at([(-w / 2, h * (0.02 + 0.12 * k)), (0, h * (0.05 + 0.12 * k)), (w / 2, h * (0.02 + 0.12 * k))]), closed=False), ("#f3dfb5", "#b57a33")[k % 2], 4)
        top = at([(-w / 2, -h * 0.1), (-w * 0.44, -h / 2), (w * 0.47, -h / 2), (w / 2, -h * 0.1)])
        c.vertical(top, "#efcf95", "#dcb06a")
        with c.clip(top):
            for _ in range(22):
                px, py = at([(c.rng.uniform(-0.47, 0.47) * w, c.rng.uniform(-0.47, -0.12) * h)])[0]
                c.body(blob(c.rng, px, py, c.rng.uniform(7, 14), c.rng.uniform(5, 9), 0.25, 6), c.rng.choice(("#f6e6c4", "#c98a48", "#e9cb92")), steps=4)

    def pile(x: float, y: float) -> None:
        c.shadow(x, y + 26, 220, 50, 0.4)
        for px, py, d in ((-95, 0, -3), (98, 4, 4), (-90, -76, 3), (96, -72, -4), (4, -148, 2)):
            c.spot(x + px + 6, y + py + 34, 110, 26, opacity=0.3)
            bar(x + px, y + py, 180, 92, d)
        for _ in range(26):
            c.body(blob(c.rng, x + c.rng.uniform(-230, 230), y + 62 + c.rng.uniform(-10, 22), 8, 6, 0.25, 6), c.rng.choice(("#f6e6c4", "#c98a48", "#e9cb92")), steps=4)

    _pieces_and_box(c, pile, ("#e0b878", "#7a3a1f"))


def pear_candy(c: Canvas) -> None:
    def candy(x: float, y: float, r: float, degrees: float) -> None:
        side = place(smooth([(-0.9, -0.1), (0.9, -0.1), (0.92, 0.7), (0, 0.82), (-0.92, 0.7)]), x, y, r, degrees * 0.2)
        c.body(side, "#a8661a", glow=0.4, shade=0.3)
        top = place(rounded(-0.92, -0.66, 0.92, 0.26, 0.16), x, y, r, degrees * 0.2)
        c.vertical(top, "#eab855", "#c98524")
        c.veil(place(rounded(-0.6, -0.46, 0.6, 0.06, 0.1), x, y, r, degrees * 0.2), "#f8d98a", 0.5)
        c.glint(x - r * 0.4, y - r * 0.4, r * 0.34, r * 0.14, 0.9)

    set_table(c)
    flip = c.variant % 2
    px, tx = (300, 680) if flip else (700, 330)
    c.shadow(tx, 770, 230)
    c.cylinder([*ellipse(tx, 640, 230, 66, start=180, end=360), *ellipse(tx, 760, 230, 66, start=0, end=180)], "#c9a04a" if not flip else "#5f8f6a", glow=0.4, shade=0.4)
    c.fill(ellipse(tx, 640, 230, 66), "#f3e0a8")
    c.vertical(ellipse(tx, 646, 214, 56), "#8a6a2a", "#c9a65a")
    heap(c, candy, tx, 650, 50, (3, 4, 3), rise=0.62, spread=1.9, turn=40, shadow=False)
    c.cylinder([*ellipse(tx, 662, 230, 60, start=0, end=180), *ellipse(tx, 760, 230, 66, start=180, end=0)], "#c9a04a" if not flip else "#5f8f6a", glow=0.4, shade=0.4)
    emblem(c, tx, 766, 44, "#8a4a1a" if not flip else "#f0dca0", "#f6e6b8" if not flip else "#4a7a58")
    c.shadow(px, 800, 130)
    yali(c, px, 640, 160, 6)
    scatter(c, candy, ((470, 870), (570, 880), (520, 840)), 44, turn=40)


DRAWINGS = {
    "sesame-bread": sesame_bread, "walnut-crisp": walnut_crisp, "sesame-crisp": sesame_crisp, "peanut-brittle": peanut_brittle, "pear-candy": pear_candy,
}
