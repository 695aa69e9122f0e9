"""The offers copy checks itself against its owner: missing, different and up-to-date rows are counted, and mended by version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from services.events.catalog import ProductState
from services.kit.db import every
from services.kit.errors import DomainError
from services.kit.service import Context
from services.kit.telemetry import COPY_ROWS, log
from services.orders.store.offers.offers import upsert_product

COMPARED = ("merchant_id", "product_no", "name", "category", "county_code", "unit", "pack", "net_weight_g", "price_fen",
            "bulk_price_fen_per_kg", "offer_version")
PAGE = 100


def compare_offers(context: Context) -> dict[str, int]:
    """Counts of this pass. A difference that is only on its way shows as different once and is gone in the next pass."""
    with context.db.reading() as conn:
        ours = {row["product_id"]: row for row in every(conn, f"SELECT product_id, {', '.join(COMPARED)} FROM offers")}  # noqa: S608
    counts, wrong, seen = {"missing": 0, "different": 0, "up_to_date": 0}, list[UUID](), set[UUID]()
    try:
        for card in _cards(context, set(ours)):
            product_id = UUID(card["product_id"])
            if product_id in seen:
                continue
            seen.add(product_id)
            result = _result(ours.get(product_id), card)
            counts[result] += 1
            if result != "up_to_date":
                wrong.append(product_id)
        mended = sum(_mend(context, product_id) for product_id in wrong[:200])
    except DomainError as error:
        log.warning("offers_not_compared", error=error.code)
        return {"away": 1}
    for result, count in counts.items():
        COPY_ROWS.labels("orders", "offers", result).set(count)
    return counts | {"mended": mended}


def _cards(context: Context, known: set[UUID]) -> Iterator[dict[str, Any]]:
    """What may be sold now, then the rest of what we know."""
    client, after = context.clients["catalog"], None
    while True:
        page = client.get("/directory", {"first": PAGE, "after": after})
        for card in page["items"]:
            known.discard(UUID(card["product_id"]))
            yield card
        after = page["next_cursor"]
        if after is None:
            break
    rest = sorted(known)
    for start in range(0, len(rest), PAGE):
        yield from client.get("/products", {"ids": ",".join(map(str, rest[start:start + PAGE]))})["items"]


def _result(row: dict[str, Any] | None, card: dict[str, Any]) -> str:
    if row is None:
        return "missing"
    same = all((str(row[name]) if name == "merchant_id" else row[name]) == card.get(name) for name in COMPARED)
    return "up_to_date" if same else "different"


def _mend(context: Context, product_id: UUID) -> bool:
    """Takes the owner's row as it is now; as with events, a higher version only."""
    detail = context.clients["catalog"].get(f"/products/{product_id}")
    state = ProductState.model_validate(detail | {"images": [i["key"] for i in detail.get("images", ())]})
    with context.db.transaction() as conn:
        return upsert_product(conn, state)
