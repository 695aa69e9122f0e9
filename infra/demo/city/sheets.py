"""Cutting a known total into lines by product, the way reported sheets look."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from infra.demo.city.model import Product
from infra.demo.city.money import allocate, line_fen, weighed_quantity, whole_quantity


@dataclass(frozen=True, slots=True)
class Item:
    """Goods as a place sells them: `price` in fen per `unit`."""

    product: Product
    unit: str
    price: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class SheetLine:
    """`quantity` in thousandths of `unit`, `amount` in fen."""

    product: Product
    quantity: int
    unit: str
    amount: int


def by_pack(product: Product, factor: float = 1.0, weight: float = 1.0) -> Item:
    return Item(product, product.pack.unit, max(5, round(product.retail * factor / 10) * 10), weight)


def by_weight(product: Product, factor: float = 1.0, weight: float = 1.0) -> Item:
    assert product.bulk is not None
    return Item(product, "kg", max(5, round(product.bulk * factor / 5) * 5), weight)


def draw(rng: random.Random, items: Sequence[Item], number: int) -> list[Item]:
    """Up to `number` different items, the weightier more often."""
    keyed = sorted(items, key=lambda i: rng.random() ** (1 / i.weight), reverse=True)
    return keyed[:number]


def quantity_for(item: Item, amount: int) -> int:
    return weighed_quantity(amount, item.price) if item.unit == "kg" else whole_quantity(amount, item.price)


def cut(rng: random.Random, total: int, items: Sequence[Item], spread: float = 0.6) -> list[SheetLine]:
    """Lines of `items` that add up to `total` exactly. All but the greatest are quantity × price; that one takes the rest."""
    shares = sorted((rng.lognormvariate(0, spread) for _ in items), reverse=True)
    parts = allocate(total, shares)
    lines: list[SheetLine] = []
    left = total
    for item, part in zip(items[1:], parts[1:], strict=True):
        quantity = quantity_for(item, part)
        amount = line_fen(quantity, item.price)
        if amount > left // 2:
            continue
        lines.append(SheetLine(item.product, quantity, item.unit, amount))
        left -= amount
    lines.insert(0, SheetLine(items[0].product, quantity_for(items[0], left), items[0].unit, left))
    return lines
