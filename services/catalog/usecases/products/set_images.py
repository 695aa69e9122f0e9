from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.catalog.domain.errors import UnknownImage
from services.catalog.store import merchants, products
from services.catalog.usecases.access import require_member
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import ProductChanged
from services.kit import audit
from services.kit.db import Conn, Database, every
from services.kit.principal import Principal, Role


def check_images(conn: Conn, image_keys: Sequence[str]) -> None:
    """Only pictures of our own making are shown. Raises UnknownImage."""
    known = {row["image_key"] for row in every(conn, "SELECT image_key FROM images WHERE image_key = ANY(%s)", [list(image_keys)])}
    for n, key in enumerate(image_keys):
        if key not in known:
            raise UnknownImage(f"image_keys.{n}", value=key)


def set_images(db: Database, principal: Principal, product_id: UUID, image_keys: Sequence[str]) -> None:
    with db.transaction() as conn:
        row = require_member(conn, principal, products.find(conn, product_id), Role.BUREAU, Role.OPERATOR)
        check_images(conn, image_keys)
        merchants.hold(conn, [row["merchant_id"]])
        row = products.lock(conn, [product_id])[product_id]
        products.set_images(conn, row, image_keys)
        images = {"before": {"images": row["images"]}, "after": {"images": list(image_keys)}}
        audit.record(conn, principal, "product:images", f"product:{product_id}", **images)
        product_changed(conn, [row["merchant_id"]], [product_id], lambda state: [ProductChanged(product=state)])
