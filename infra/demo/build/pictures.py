"""A drawn picture for every product: each distinct drawing is uploaded once, then named by the products that look like it."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from infra.demo.build.progress import Progress
from infra.demo.client import Api
from infra.demo.pictures import draw, families

VARIANTS = 2
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


def products(api: Api, merchants: tuple[str, ...]) -> list[Shown]:
    """What is on sale; and all of these merchants' (global ids), whatever its state."""
    node = "id productNo family image"
    found = {p["id"]: p for p in api.pages("products", "", node)}
    for merchant in merchants:
        found |= {p["id"]: p for p in api.pages("merchantProducts", f'merchantId: "{merchant}"', node)}
    return [
        Shown(p["id"], p["productNo"], p["family"] or "", p["image"] is not None or p["family"] not in families()) for p in found.values()
    ]


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
