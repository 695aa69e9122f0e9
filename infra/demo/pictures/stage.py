"""What a thing stands on and in front of: the same calm table in a few tones, with a board, a cloth or a plate."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from infra.demo.pictures.canvas import Canvas, Colour, dark, light, mix
from infra.demo.pictures.geometry import drop, ellipse, place, rounded, smooth

# wall, table
TONES: tuple[tuple[str, str], ...] = (
    ("#f4ead8", "#e6d5b8"),
    ("#eee7dc", "#dccfbd"),
    ("#e9ebdf", "#d3d6c2"),
    ("#f3e3d7", "#e2c9b6"),
    ("#e6eaea", "#ccd3d2"),
    ("#f2e8cf", "#dfcaa0"),
)
HORIZON = 400


@lru_cache(maxsize=12)
def _backdrop(width: int, tone: int) -> Image.Image:
    """Wall running into the table without an edge, a light from the upper left, a weave as of linen."""
    wall, table = TONES[tone]
    column = Image.new("RGB", (1, 250))
    for y in range(250):
        t = y / 249
        near = mix(light(table, 0.1), dark(table, 0.1), max(0.0, (t - 0.5) / 0.5))
        column.putpixel((0, y), mix(light(wall, 0.25 * (1 - t)), near, min(1.0, max(0.0, (t - 0.3) / 0.22))))
    image = column.resize((width, width), Image.Resampling.BILINEAR)
    glow = Image.radial_gradient("L").resize((width * 2, width * 2), Image.Resampling.BILINEAR)
    corner = glow.crop((width - width // 3, width - width // 3, 2 * width - width // 3, 2 * width - width // 3))
    image.paste((92, 66, 48), (0, 0), corner.point(lambda v: max(0, v - 60) * 0.32))
    noise = Image.effect_noise((width // 4, width // 4), 22)
    across = noise.resize((width // 40, width // 2)).resize((width, width), Image.Resampling.BILINEAR)
    down = noise.resize((width // 2, width // 40)).resize((width, width), Image.Resampling.BILINEAR)
    weave = Image.blend(across, down, 0.5)
    return Image.composite(Image.new("RGB", image.size, (255, 250, 238)), image, weave.point(lambda v: max(0, v - 124) * 1.1))


def backdrop(size: int, tone: int) -> Image.Image:
    return _backdrop(size, tone % len(TONES)).copy()


def board(
    c: Canvas, x: float = 500, y: float = 690, w: float = 760, h: float = 330, wood: str | Colour = "#b98a5a", round_: bool = False
) -> None:
    """A wooden board seen from a little above; things stand on (x, y ± h/3)."""
    thick = 26
    outline = ellipse(x, y, w / 2, h / 2) if round_ else _slab(x, y, w, h)
    c.shadow(x, y + h * 0.42, w * 0.52, h * 0.3, 0.5)
    c.fill([(px, py + thick) for px, py in outline], dark(wood, 0.38))
    c.vertical(outline, light(wood, 0.16), light(wood, 0.3))
    with c.clip(outline):
        for i in range(9):
            gy = y - h / 2 + (i + 0.5) * h / 9 + c.rng.uniform(-8, 8)
            grain = smooth([(x - w / 2 + j * w / 5, gy + c.rng.uniform(-7, 7)) for j in range(6)], closed=False)
            c.line(grain, mix(wood, dark(wood, 0.25), c.rng.uniform(0.1, 0.5)), c.rng.choice((2, 3)))


def _slab(x: float, y: float, w: float, h: float) -> list[tuple[float, float]]:
    points = rounded(-0.5, -0.5, 0.5, 0.5, 0.06)
    return [(x + px * w * (0.88 + 0.12 * (py + 0.5)), y + py * h) for px, py in points]


def cloth(
    c: Canvas,
    x: float = 500,
    y: float = 730,
    w: float = 920,
    h: float = 360,
    colour: str | Colour = "#f7f1e3",
    stripe: str | Colour = "#b9c4a5",
) -> None:
    """A linen cloth with a woven stripe, wider in front."""

    def at(u: float, v: float) -> tuple[float, float]:
        return x + u * w * (0.86 + 0.16 * v) + v * 24, y + v * h / 2 - u * 34

    edge = [at(u, -1 + 0.03 * (i % 2)) for i, u in enumerate((-0.5, -0.2, 0.1, 0.5))] + [
        at(u, 1 - 0.04 * (i % 2)) for i, u in enumerate((0.5, 0.2, -0.2, -0.5))
    ]
    c.veil([(px + 8, py + 12) for px, py in edge], (70, 48, 36), 0.16)
    c.vertical(edge, light(colour, 0.35), dark(colour, 0.05))
    with c.clip(edge):
        for u in (-0.42, -0.39, 0.39, 0.42):
            c.line([at(u, -1), at(u, 1)], stripe, 6)
        for v in (-0.84, -0.76, 0.74, 0.82):
            c.line([at(-0.5, v), at(0.5, v)], mix(stripe, colour, 0.25), 6)


def plate(
    c: Canvas, x: float = 500, y: float = 690, rx: float = 340, colour: str | Colour = "#f4efe4", rim: str | Colour | None = None
) -> None:
    ry = rx * 0.42
    c.shadow(x, y + ry * 0.62, rx * 0.94, ry * 0.6, 0.55)
    c.vertical(ellipse(x, y + 12, rx, ry), dark(colour, 0.12), dark(colour, 0.3))
    c.vertical(ellipse(x, y, rx, ry), light(colour, 0.5), dark(colour, 0.06))
    if rim is not None:
        c.line([*ellipse(x, y, rx * 0.96, ry * 0.96), ellipse(x, y, rx * 0.96, ry * 0.96)[0]], rim, 5)
    c.vertical(ellipse(x, y + 4, rx * 0.74, ry * 0.72), dark(colour, 0.15), light(colour, 0.35))
    c.glint(x - rx * 0.55, y - ry * 0.5, rx * 0.2, ry * 0.16, 0.6)


def set_table(c: Canvas, y: float = 700) -> None:
    """By variant: bare table, wooden board, cloth, round board."""
    kind = c.variant % 4
    if kind == 1:
        board(c, y=y, wood=c.rng.choice(("#b98a5a", "#a5764a", "#c79b6b")))
    elif kind == 2:
        cloth(c, y=y, stripe=c.rng.choice(("#b9c4a5", "#c9a58f", "#a5b5c4")))
    elif kind == 3:
        board(c, y=y, w=720, h=340, wood="#c09066", round_=True)


def tone_of(family: str, variant: int) -> int:
    return (sum(ord(x) for x in family) + variant * 2 + variant // 3) % len(TONES)


def emblem(c: Canvas, x: float, y: float, r: float, colour: str | Colour, paper: str | Colour = "#fbf6ea") -> None:
    """A printed mark: a sun over furrows in a ring. Labels carry it instead of words."""
    c.fill(ellipse(x, y, r), colour)
    c.fill(ellipse(x, y, r * 0.86), paper)
    c.fill(ellipse(x, y - r * 0.16, r * 0.34), mix(colour, "#f2b134", 0.55))
    for i in range(3):
        dy = r * (0.24 + 0.2 * i)
        half = r * (0.72 - 0.14 * i)
        c.line(smooth([(x - half, y + dy), (x, y + dy - r * 0.09), (x + half, y + dy)], closed=False), colour, max(2.0, r * 0.08))


def words(c: Canvas, x: float, y: float, w: float, colour: str | Colour, rows: int = 2, step: float = 18) -> None:
    """Bars where a label would have words."""
    for i in range(rows):
        half = w / 2 * (1 - 0.28 * i)
        c.fill(rounded(x - half, y + i * step, x + half, y + i * step + step * 0.42, step * 0.2), colour)


def leaf(c: Canvas, x: float, y: float, length: float, width: float, degrees: float, colour: str | Colour = "#5f9044") -> None:
    """A leaf whose stalk is at (x, y), pointing to ``degrees`` from upright."""
    outline = place(drop(length, width), 0, -length / 2)
    outline = place(outline, x, y, 1, degrees)
    c.body(outline, colour, glow=0.25, shade=0.35, steps=8)
    tip = place([(0, 0), (0, -length * 0.9)], x, y, 1, degrees)
    c.line(tip, light(colour, 0.35), max(2.0, width * 0.04))
    for i in (0.25, 0.45, 0.62):
        for side in (-1, 1):
            vein = place([(0, -length * i), (side * width * 0.32, -length * (i + 0.14))], x, y, 1, degrees)
            c.line(vein, light(colour, 0.22), max(1.5, width * 0.02))
