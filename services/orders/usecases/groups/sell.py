"""A campaign's goods become sales when they are paid for: one line a product and payer, judged under the shelves' locks.

What was withdrawn or expired since it was chosen is no sale: its money is owed back, its goods go back to the shelf.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, Row
from services.kit.ids import new_id
from services.kit.time import business_date
from services.orders.domain.entered import stored_unit
from services.orders.domain.groups.campaign import PayerLine, payer_lines
from services.orders.domain.ledger.lines import Document, Move, NewLine
from services.orders.domain.offers.offer import Offer, is_sellable_at, measure
from services.orders.store.groups import campaigns
from services.orders.store.ledger.record import record_sale
from services.orders.store.stock import shelves
from services.orders.usecases.groups.shelf import movement


@dataclass(frozen=True)
class Part:
    """A choice with the parts that are paid now."""

    choice: Row
    union: bool
    member: bool

    @property
    def amount_fen(self) -> int:
        union: int = self.choice["union_fen"]
        member: int = self.choice["amount_fen"] - union
        return (union if self.union else 0) + (member if self.member else 0)


@dataclass(frozen=True)
class Outcome:
    """``sold``: (merchant, payer) → fen. ``refused``: merchant → fen that was paid for what could not be sold, with the reason."""

    now: datetime
    sold: dict[tuple[UUID, str], int]
    refused: dict[UUID, tuple[int, str]]


def sell(conn: Conn, row: Row, parts: Sequence[Part], moves: Mapping[str, tuple[Move, ...]]) -> Outcome:
    """``row``: the campaign, locked, with the version that this change makes. ``moves`` by payer (union, employee)."""
    locked = shelves.lock(conn, (p.choice["product_id"] for p in parts))
    now = clock.now(conn)
    reasons = {product_id: is_sellable_at(shelf.offer, now) for product_id, shelf in locked.items()}
    good = [p for p in parts if reasons[p.choice["product_id"]] is None]
    bad = [p for p in parts if p not in good]
    sold = [p.choice for p in good if p.choice["stock_state"] == "reserved"]
    back = [p.choice for p in bad if p.choice["stock_state"] == "reserved"]
    shelves.move(
        conn,
        [movement(locked[c["product_id"]].offer, c["choice_id"], "sold", c["quantity"]) for c in sold]
        + [movement(locked[c["product_id"]].offer, c["choice_id"], "released", c["quantity"]) for c in back],
        locked,
    )
    campaigns.set_stock(conn, row["campaign_id"], [c["choice_id"] for c in sold], "sold")
    campaigns.set_stock(conn, row["campaign_id"], [c["choice_id"] for c in back], "released")
    offers = {product_id: shelf.offer for product_id, shelf in locked.items()}
    lines = payer_lines((campaigns.choice_of(p.choice), p.union, p.member) for p in good)
    _record(conn, row, lines, offers, moves, now)
    _note_refused(conn, row, bad, offers)
    refused: dict[UUID, tuple[int, str]] = {}
    for part in bad:
        merchant_id = part.choice["merchant_id"]
        reason = reasons[part.choice["product_id"]]
        refused[merchant_id] = refused.get(merchant_id, (0, ""))[0] + part.amount_fen, reason.value if reason else ""
    totals: dict[tuple[UUID, str], int] = {}
    for line in lines:
        key = offers[line.product_id].merchant_id, line.channel
        totals[key] = totals.get(key, 0) + line.amount_fen
    return Outcome(now, totals, refused)


def _record(
    conn: Conn, row: Row, lines: Sequence[PayerLine], offers: dict[UUID, Offer], moves: Mapping[str, tuple[Move, ...]], now: datetime
) -> None:
    ids = [new_id() for _ in lines]
    _note(conn, row, [(line_id, line, "sold") for line_id, line in zip(ids, lines, strict=True)], offers)
    for payer in ("union", "employee"):
        sales = [
            _sale_line(row, line_id, line, offers[line.product_id], now)
            for line_id, line in zip(ids, lines, strict=True)
            if line.channel == payer
        ]
        if sales:
            record_sale(
                conn, Document("campaign", row["campaign_id"], row["campaign_no"], row["version"]), sales, moves[payer], recorded_at=now
            )


def _note(conn: Conn, row: Row, lines: Sequence[tuple[UUID, PayerLine, str]], offers: dict[UUID, Offer]) -> None:
    goods = {g["product_id"]: g for g in campaigns.goods(conn, row["campaign_id"])}
    campaigns.add_lines(
        conn,
        row["campaign_id"],
        [
            (
                line_id,
                line.product_id,
                offers[line.product_id].merchant_id,
                line.channel,
                line.quantity,
                goods[line.product_id]["unit"],
                goods[line.product_id]["price_fen"],
                goods[line.product_id]["price_unit"],
                line.amount_fen,
                state,
            )
            for line_id, line, state in lines
        ],
    )


def _note_refused(conn: Conn, row: Row, bad: Sequence[Part], offers: dict[UUID, Offer]) -> None:
    lines = payer_lines((campaigns.choice_of(p.choice), p.union, p.member) for p in bad)
    _note(conn, row, [(new_id(), line, "withdrawn") for line in lines], offers)


def _sale_line(row: Row, line_id: UUID, line: PayerLine, offer: Offer, now: datetime) -> NewLine:
    measured = measure(offer, line.quantity, stored_unit(offer.unit))
    return NewLine(
        line_id=line_id,
        merchant_id=offer.merchant_id,
        product_id=offer.product_id,
        channel=line.channel,
        evidence="transacted",
        sold_at=now,
        origin_county=offer.county_code,
        consumption_county=row["consumption_county"],
        quantity=measured.quantity,
        unit=measured.unit,
        quantity_kg=measured.kg,
        amount_fen=line.amount_fen,
        category=offer.category,
        labels=offer.labels_on(business_date(now)),
        buyer_org_id=row["institution_id"],
        campaign_id=row["campaign_id"],
        organised_by="union" if row["kind"] == "union" else row["organised_by"],
    )
