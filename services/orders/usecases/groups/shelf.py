"""Between a choice's stored quantity and the unit in which the shelf is counted; goods held for a campaign and given back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row
from services.kit.units import WEIGHED
from services.orders.domain.offers.offer import Offer
from services.orders.store.groups import campaigns
from services.orders.store.ledger import limits
from services.orders.store.stock import shelves
from services.orders.store.stock.shelves import LockedShelf, Movement, Reason


def on_shelf(offer: Offer, stored: Decimal) -> Decimal:
    """Kilograms as 斤 where the shelf is counted in 斤."""
    return stored / WEIGHED[offer.unit] if offer.unit in WEIGHED else stored


def movement(offer: Offer, choice_id: UUID, reason: Reason, stored: Decimal) -> Movement:
    """Unique per (choice, reason): nothing is taken or given back twice."""
    return Movement(offer.merchant_id, offer.product_id, choice_id, reason, on_shelf(offer, stored))


def release(conn: Conn, row: Row, accounts: Sequence[str], locked: dict[UUID, LockedShelf] | None = None) -> None:
    """These members' goods go back to the shelf and their part to the budget; they no longer count. The campaign is locked."""
    found = [c for c in campaigns.choices(conn, row["campaign_id"], accounts) if c["stock_state"] == "reserved"]
    locked = locked or shelves.lock(conn, (c["product_id"] for c in found))
    shelves.move(conn, [movement(locked[c["product_id"]].offer, c["choice_id"], "released", c["quantity"]) for c in found], locked)
    campaigns.set_stock(conn, row["campaign_id"], [c["choice_id"] for c in found], "released")
    campaigns.set_members(conn, row["campaign_id"], accounts, "lapsed")
    union_fen = sum(c["union_fen"] for c in found)
    if row["budget_fen"] is not None and union_fen:
        limits.give_back(conn, campaigns.BUDGET, row["campaign_id"], union_fen)
    campaigns.change(conn, row["campaign_id"], members=row["members"] - len(accounts), union_fen=row["union_fen"] - union_fen,
                     member_fen=row["member_fen"] - sum(c["amount_fen"] - c["union_fen"] for c in found))
