"""Pictures: what is served is never what was uploaded."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from uuid import uuid4

import pytest
from PIL import Image

from services.catalog.adapters.images import MAX_BYTES, remake
from services.catalog.domain.errors import BadImage, ImageTooLarge
from services.events.catalog import ProductChanged
from tests.catalog.support import SHOPPER, certified_merchant, certified_product, picture, upload
from tests.support.service import BUREAU, OPERATOR, Harness

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _png_header(width: int, height: int) -> bytes:
    """A PNG that says it is of this size, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _gif() -> bytes:
    return picture((200, 200), "GIF")


@pytest.mark.parametrize(
    "make",
    [
        lambda: SVG,
        lambda: b'<?xml version="1.0"?>' + SVG,
        lambda: b"<html><script>alert(1)</script></html>",
        lambda: b"",
        lambda: b"\x89PNG\r\n\x1a\n" + b"garbage" * 50,
        lambda: b"%PDF-1.7 ...",
        lambda: picture((300, 300), "JPEG")[:400],
        _gif,
        lambda: picture((20, 20)),
        lambda: _png_header(300, 300),
    ],
    ids=["svg", "svg-with-prolog", "html", "empty", "damaged-png", "pdf", "cut-jpeg", "gif", "tiny", "hollow-png"],
)
def test_what_is_no_picture_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadImage):
        remake(make())


def test_a_pixel_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ImageTooLarge):
        remake(_png_header(50_000, 50_000))
    with pytest.raises(ImageTooLarge):
        remake(b"\xff\xd8" + b"\0" * MAX_BYTES)


def test_a_picture_loses_its_metadata_and_what_hides_behind_it() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "secret place", 6
    data = picture((800, 400), "JPEG", exif=exif) + b"<script>alert(1)</script>"
    made = remake(data)
    for part in (made.card, made.large):
        image = Image.open(io.BytesIO(part))
        assert image.format == "WEBP" and not image.getexif() and b"script" not in part and b"secret" not in part
    assert (made.width, made.height) == (400, 800)


def test_two_sizes_are_made_and_small_ones_not_blown_up() -> None:
    made = remake(picture((3000, 1500)))
    assert Image.open(io.BytesIO(made.card)).size == (480, 240) and Image.open(io.BytesIO(made.large)).size == (1200, 600)
    assert Image.open(io.BytesIO(remake(picture((300, 200))).large)).size == (300, 200)


def test_a_products_picture_is_shown_on_its_card(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    stored = catalog.post("/media/images", shop.who, {"object_key": upload(catalog, picture())}).ok()
    assert stored["large"].startswith("public/images/") and stored["card"] != stored["large"]
    assert catalog.post("/media/images", OPERATOR, {"object_key": upload(catalog, picture())}).ok() == stored
    assert catalog.context.objects.read(stored["card"])[8:12] == b"WEBP"
    shown = catalog.post(f"/products/{product}/images", shop.who, {"image_keys": [stored["image_key"]]}).ok()
    assert shown["images"] == [{"key": stored["image_key"], "card": stored["card"], "large": stored["large"]}]
    assert catalog.get("/directory", SHOPPER).ok()["items"][0]["image"] == stored["card"]
    (event,) = catalog.published(ProductChanged)
    assert event["product"]["images"] == [stored["image_key"]] and event["product"]["offer_version"] == 1


def test_only_pictures_of_our_making_are_shown(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    product = certified_product(catalog, shop)
    for key in ("uploads/abcdefgh", "public/images/aa/aa/large.webp", "https://evil.example/x.png"):
        catalog.post(f"/products/{product}/images", shop.who, {"image_keys": [key]}).refused("UNKNOWN_IMAGE")


def test_uploads_are_refused_by_kind_and_by_person(catalog: Harness) -> None:
    shop = certified_merchant(catalog)
    body = {"object_key": upload(catalog, SVG, "image/png")}
    catalog.post("/media/images", shop.who, body).refused("BAD_IMAGE")
    catalog.post("/media/images", BUREAU, {"object_key": f"uploads/{uuid4()}"}).refused("BAD_IMAGE")
    catalog.post("/media/images", SHOPPER, body).refused("FORBIDDEN")
    catalog.post("/media/images", shop.who, {"object_key": "reports/2026-10.xlsx"}).refused("INVALID_INPUT")
    catalog.post("/media/images", shop.who, {"object_key": "uploads/../secrets"}).refused("INVALID_INPUT")
