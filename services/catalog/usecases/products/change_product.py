from __future__ import annotations

from typing import Any
from uuid import UUID

from services.catalog.domain.goods import asks_shopper_again, check_listing
from services.catalog.store import merchants, products
from services.catalog.usecases.access import require_member
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import ProductChanged
from services.kit import audit
from services.kit.db import Database
from services.kit.errors import WrongState
from services.kit.principal import Principal, Role


def change_product(db: Database, principal: Principal, product_id: UUID, changes: dict[str, Any]) -> None:
    """``changes``: what was given of price, unit, pack, net weight, bulk price, description. Equal values change nothing."""
    with db.transaction() as conn:
        found = require_member(conn, principal, products.find(conn, product_id), Role.BUREAU, Role.OPERATOR)
        merchants.hold(conn, [found["merchant_id"]])
        before = products.lock(conn, [product_id])[product_id]
        if before["state"] == "revoked":
            raise WrongState(state=before["state"])
        after = before | changes
        check_listing(after)
        if after == before:
            return
        if asks_shopper_again(before, after):
            after["offer_version"] = before["offer_version"] + 1
        products.update(conn, after)
        audit.record(
            conn,
            principal,
            "product:change",
            f"product:{product_id}",
            before={k: before[k] for k in changes},
            after={k: after[k] for k in changes},
        )
        product_changed(
            conn, [after["merchant_id"]], [product_id], lambda state: [ProductChanged(product=state)], words="description" in changes
        )
