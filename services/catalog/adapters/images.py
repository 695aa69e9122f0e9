"""Pictures are taken apart and made anew: what is served is never what was uploaded (bagisto/bagisto#11067: script in an SVG)."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from services.catalog.domain.errors import BadImage, ImageTooLarge

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MIN_SIDE = 64
CARD, LARGE = 480, 1200
QUALITY = 82


@dataclass(frozen=True)
class Picture:
    """``width`` and ``height`` of the large one."""

    card: bytes
    large: bytes
    width: int
    height: int


def remake(data: bytes) -> Picture:
    """JPEG, PNG or WebP → WebP in two sizes, upright, without metadata. Raises BadImage or ImageTooLarge."""
    if len(data) > MAX_BYTES:
        raise ImageTooLarge("object_key", size=f"{len(data)} B", limit=f"{MAX_BYTES} B")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a bomb up to twice its limit; ours is looked at below, before a pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise BadImage("object_key", reason="only JPEG, PNG and WebP", reason_zh="只支持 JPEG、PNG、WebP") from None
    except Image.DecompressionBombError:
        raise ImageTooLarge("object_key", size="> 178 MP", limit=f"{MAX_PIXELS // 1_000_000} MP") from None
    except (OSError, ValueError, SyntaxError) as error:
        raise BadImage("object_key", reason="damaged", reason_zh="文件已损坏") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageTooLarge("object_key", size=f"{width}×{height}", limit=f"{MAX_PIXELS // 1_000_000} MP")
    if min(width, height) < MIN_SIDE:
        raise BadImage("object_key", reason=f"smaller than {MIN_SIDE} px", reason_zh=f"边长小于 {MIN_SIDE} 像素")
    try:
        if image.format == "JPEG":
            image.draft("RGB", (LARGE, LARGE))
        upright = ImageOps.exif_transpose(image)
        plain = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    except (OSError, ValueError, SyntaxError, IndexError, Image.DecompressionBombError) as error:
        raise BadImage("object_key", reason="damaged", reason_zh="文件已损坏") from error
    large, card = _fitted(plain, LARGE), _fitted(plain, CARD)
    return Picture(_webp(card), _webp(large), *large.size)


def _fitted(image: Image.Image, side: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    return copy


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=3)
    return out.getvalue()
