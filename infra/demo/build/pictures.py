"""A drawn picture for every product: each distinct drawing is uploaded once, then named by the products that look like it."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.demo.build.progress import Progress
from infra.demo.client import Api
from infra.demo.pictures import draw, families

VARIANTS = 2
NODE = "id productNo family image"
THREADS = 3


@dataclass(frozen=True)
class Shown:
    """A product as the directory has it. `pictured`: it has a picture, or is of a family of which there is no drawing."""

    id: str
    product_no: str
    family: str
    pictured: bool

    @property
    def look(self) -> tuple[str, int]:
        return self.family, zlib.crc32(self.product_no.encode()) % VARIANTS


def on_sale(api: Api) -> list[Shown]:
    return [_shown(p) for p in api.pages("products", "", NODE)]


def of_the_city(api: Api, products: Path, founded: Iterable[str]) -> list[Shown]:
    """The products of the city's file, those that have expired or were withdrawn too, and the founded ones (by id)."""
    with open(products, encoding="utf-8-sig", newline="") as file:
        merchant_of = {row["产品编号"]: row["经营主体代码"] for row in csv.DictReader(file)}
    own = set(founded)
    found = [p for p in on_sale(api) if p.product_no in merchant_of or p.id in own]
    seen = {p.product_no for p in found}
    hidden = {code for number, code in merchant_of.items() if number not in seen}
    for merchant in [m["id"] for m in api.pages("merchants", "", "id creditCode") if m["creditCode"] in hidden]:
        more = [_shown(p) for p in api.pages("merchantProducts", f'merchantId: "{merchant}"', NODE)]
        found += [p for p in more if p.product_no in merchant_of and p.product_no not in seen]
    return found


def _shown(product: dict[str, Any]) -> Shown:
    family = product["family"] or ""
    return Shown(product["id"], product["productNo"], family, product["image"] is not None or family not in families())


def put_on(api: Api, shown: list[Shown], progress: Progress, name: str = "pictures") -> int:
    """Give every product without a picture its drawing; how many distinct drawings were made."""
    bare = [s for s in shown if not s.pictured]
    done = len(shown) - len(bare)
    progress.at(name, done, len(shown))
    looks = sorted({s.look for s in bare})
    with ThreadPoolExecutor(THREADS) as pool:
        keys = dict(zip(looks, pool.map(lambda look: _uploaded(api, look), looks), strict=True))
        for _ in pool.map(lambda s: api.do("setProductImages", {"id": s.id, "imageKeys": [keys[s.look]]}, "product { id }"), bare):
            done += 1
            progress.at(name, done, len(shown))
    return len(looks)


def _uploaded(api: Api, look: tuple[str, int]) -> str:
    family, variant = look
    upload = api.upload(f"{family}-{variant}.webp", draw(family, variant), "image")
    return str(api.do("uploadProductImage", {"uploadId": upload}, "image { imageKey }")["imageKey"])
