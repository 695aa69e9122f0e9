"""Tells the copies what the clock has done already: queries compare with it and never wait for this."""

from __future__ import annotations

from services.catalog.store import listing, merchants, products
from services.catalog.usecases.publishing import product_changed
from services.events.catalog import ProductExpired
from services.kit.db import Database

BATCH = 200


def expire(db: Database) -> dict[str, int]:
    """Returns how many merchants and products were found lapsed."""
    counted = {"merchants": 0, "products": 0}
    while True:
        with db.transaction() as conn:
            _, today = listing.now_and_today(conn)
            shops = listing.lapsed_merchants(conn, today, BATCH)
            merchants.lock(conn, shops)
            still = set(listing.lapsed_merchants(conn, today, BATCH)) & set(shops)
            merchants.set_states(conn, [(m, "expired") for m in sorted(still)])
            counted["merchants"] += len(still)
        with db.transaction() as conn:
            _, today = listing.now_and_today(conn)
            found = listing.lapsed(conn, today, BATCH)
            merchants.hold(conn, sorted({m for m, _ in found}))
            products.lock(conn, [p for _, p in found])
            # Renewed or withdrawn while we waited for the locks: then it is no longer ours to expire.
            lapsed = sorted(set(listing.lapsed(conn, today, BATCH)) & set(found))
            products.set_states(conn, [(m, p, "expired") for m, p in lapsed])
            product_changed(conn, sorted({m for m, _ in lapsed}), [p for _, p in lapsed], lambda state: [ProductExpired(product=state)])
            counted["products"] += len(lapsed)
        if len(shops) < BATCH and len(found) < BATCH:
            return counted
