"""One picture: backdrop, the family's drawing, and out as WebP."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

from PIL import Image

from infra.demo.pictures import animals, crafts, dried, fruit, jars, pantry, roots, sweets, vegetables, water
from infra.demo.pictures.canvas import SUPERSAMPLING, Canvas
from infra.demo.pictures.stage import backdrop, tone_of

VARIANTS = 4  # pictures of one family that differ in arrangement, packaging and backdrop; higher numbers vary the details

_DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    name: drawing
    for module in (vegetables, roots, fruit, pantry, jars, animals, water, dried, sweets, crafts)
    for name, drawing in module.DRAWINGS.items()
}


def families() -> tuple[str, ...]:
    return tuple(_DRAWINGS)


def image(family: str, variant: int, size: int = 800) -> Image.Image:
    """Raises KeyError for a family that has no drawing."""
    drawing = _DRAWINGS[family]
    canvas = Canvas(backdrop(size * SUPERSAMPLING, tone_of(family, variant)), Random(f"{family}/{variant}"), variant)  # noqa: S311 – a picture
    drawing(canvas)
    return canvas.image.reduce(SUPERSAMPLING)


def draw(family: str, variant: int, size: int = 800) -> bytes:
    """WebP of ``size`` × ``size`` pixels. Same arguments, same bytes."""
    out = io.BytesIO()
    image(family, variant, size).save(out, "WEBP", quality=86, method=2)
    return out.getvalue()
