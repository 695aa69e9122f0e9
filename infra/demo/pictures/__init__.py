"""Drawn pictures of the demo city's goods: `draw(family, variant)` gives the same bytes every time."""

from infra.demo.pictures.drawing import VARIANTS, draw, families

__all__ = ["VARIANTS", "draw", "families"]
