"""An uploaded picture becomes two of ours, named by their content: the same upload twice is one picture."""

from __future__ import annotations

import hashlib
from typing import Any

from services.catalog.adapters import images
from services.catalog.domain.errors import BadImage, ImageTooLarge
from services.catalog.domain.images import card_key, large_key
from services.kit import audit
from services.kit.db import Database, one
from services.kit.errors import NotFound
from services.kit.objects import ObjectStore
from services.kit.principal import Principal

ENCODING = b"webp-82-480-1200"


def store_image(db: Database, objects: ObjectStore, who: Principal, object_key: str) -> dict[str, Any]:
    """Raises BadImage, ImageTooLarge."""
    try:
        size = objects.size(object_key)
    except NotFound:
        raise BadImage("object_key", reason="not uploaded", reason_zh="尚未上传") from None
    if size > images.MAX_BYTES:
        raise ImageTooLarge("object_key", size=f"{size} B", limit=f"{images.MAX_BYTES} B")
    data = objects.read(object_key)
    key = large_key(hashlib.sha256(ENCODING + data).hexdigest())
    with db.reading() as conn:
        known = one(conn, "SELECT width, height FROM images WHERE image_key = %s", [key])
    if known is None:
        picture = images.remake(data)
        objects.put(card_key(key), picture.card, "image/webp")
        objects.put(key, picture.large, "image/webp")
        known = {"width": picture.width, "height": picture.height}
        with db.transaction() as conn:
            stored = conn.execute(
                "INSERT INTO images (image_key, width, height, bytes) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [key, picture.width, picture.height, len(picture.large)],
            ).rowcount
            if stored:
                audit.record(conn, who, "image:store", f"image:{key}", after={"bytes": len(picture.large)})
    return {"image_key": key, "card": card_key(key), "large": key, **known}
