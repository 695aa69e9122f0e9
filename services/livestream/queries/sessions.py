"""Sessions as viewers, hosts and officers see them: seven statements a page, however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn, Row, every
from services.kit.errors import NotFound
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role
from services.livestream.domain.certified import Product
from services.livestream.store import products
from services.livestream.usecases.access import SEES_ALL

SELECT = """
SELECT s.*, h.handle, c.watching, c.participants AS counted, c.peak, p.product_id AS pinned_product_id,
    EXISTS (SELECT FROM session_controllers x WHERE x.session_id = s.session_id AND x.account_id::text = %(subject)s) AS controls
FROM live_sessions s
JOIN session_counts c USING (session_id)
LEFT JOIN handles h ON h.owner_id = s.streamer_id
LEFT JOIN session_pins p ON p.session_id = s.session_id AND p.unpinned_at IS NULL
"""


@dataclass(frozen=True)
class Sold:
    unit: str
    quantity: Any
    lines: int


@dataclass(frozen=True)
class LinkedProduct:
    product_id: UUID
    product_no: str
    name: str
    unit: str
    price_fen: int
    image: str | None
    merchant_id: UUID
    pinned: bool
    sold: list[Sold]


@dataclass(frozen=True)
class Unlinked:
    product_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True)
class Results:
    gross_fen: int
    refund_fen: int
    net_fen: int


@dataclass(frozen=True)
class SessionView:
    """``results`` and ``unlinked`` for the host, the county's officer, the bureau and departments; None for others.

    ``mine``: the asker is one of its room controllers.
    """

    session_id: UUID
    session_no: str
    title: str
    county_code: str
    streamer_id: UUID
    handle: str | None
    state: str
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    business_date: date | None
    stream_url: str | None
    pinned_product_id: UUID | None
    watching: int
    participants: int
    peak: int
    products: list[LinkedProduct]
    results: Results | None
    unlinked: list[Unlinked] | None
    version: int
    mine: bool


def get_session(conn: Conn, who: Principal, session_id: UUID) -> SessionView:
    """Raises NotFound."""
    found = sessions_by_ids(conn, who, [session_id])
    if not found:
        raise NotFound()
    return found[0]


def sessions_by_ids(conn: Conn, who: Principal, session_ids: Sequence[UUID]) -> list[SessionView]:
    """In the order asked; unknown ids are left out."""
    rows = every(conn, SELECT + "WHERE s.session_id = ANY(%(ids)s)", {"subject": who.subject, "ids": list(session_ids)})
    views = {view.session_id: view for view in _views(conn, who, rows)}
    return [views[i] for i in dict.fromkeys(session_ids) if i in views]


def list_sessions(conn: Conn, who: Principal, *, first: int, after: str | None, state: str | None = None, county_code: str | None = None,
                  streamer_id: UUID | None = None) -> Page[SessionView]:
    """Newest start first."""
    key = decode_cursor(after, 2)
    conditions, params = ["true"], {"subject": who.subject, "limit": first + 1}
    for column, wanted in (("state", state), ("county_code", county_code), ("streamer_id", streamer_id)):
        if wanted is not None:
            conditions.append(f"s.{column} = %({column})s")
            params[column] = str(wanted)
    if key is not None:
        conditions.append("(s.starts_at, s.session_id) < (%(at)s::timestamptz, %(id)s::uuid)")
        params |= {"at": str(key[0]), "id": str(key[1])}
    rows = every(conn, SELECT + f"WHERE {' AND '.join(conditions)} ORDER BY s.starts_at DESC, s.session_id DESC LIMIT %(limit)s", params)
    return page_of(_views(conn, who, rows), first, lambda view: [view.starts_at, view.session_id])


def _views(conn: Conn, who: Principal, rows: list[Row]) -> list[SessionView]:
    ids = [row["session_id"] for row in rows]
    if not ids:
        return []
    links, unlinked = defaultdict(list), defaultdict(list)
    for row in every(conn, "SELECT * FROM session_products WHERE session_id = ANY(%s) ORDER BY position", [ids]):
        if row["unlinked_at"] is None:
            links[row["session_id"]].append(row["product_id"])
        else:
            unlinked[row["session_id"]].append(Unlinked(row["product_id"], row["reason"], row["unlinked_at"]))
    sold = defaultdict(list)
    money: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for row in every(conn, "SELECT * FROM session_sales WHERE session_id = ANY(%s) ORDER BY unit", [ids]):
        sold[row["session_id"], row["product_id"]].append(Sold(row["unit"], row["quantity"], row["lines"]))
        money[row["session_id"]][0] += row["gross_fen"]
        money[row["session_id"]][1] += row["refund_fen"]
    known = products.by_ids(conn, {p for found in links.values() for p in found})
    now = clock.now(conn)
    sellable = {p: product for p, product in known.items() if product.refusal_at(now) is None}
    return [_view(who, row, [sellable[p] for p in links[row["session_id"]] if p in sellable], sold, money[row["session_id"]],
                  unlinked[row["session_id"]]) for row in rows]


def _view(who: Principal, row: Row, linked: list[Product], sold: dict[tuple[UUID, UUID], list[Sold]], money: list[int],
          unlinked: list[Unlinked]) -> SessionView:
    session_id, ended = row["session_id"], row["state"] == "ended"
    inside = (row["controls"] or who.has(Role.STREAMER, str(row["streamer_id"])) or who.has(Role.COUNTY_OFFICER, row["county_code"])
              or any(who.has(role) for role in SEES_ALL))
    shown = {p.product_id for p in linked}
    pinned = row["pinned_product_id"] if row["pinned_product_id"] in shown else None
    return SessionView(
        session_id, row["session_no"], row["title"], row["county_code"], row["streamer_id"], row["handle"], row["state"],
        row["starts_at"], row["started_at"], row["ended_at"], row["business_date"], row["stream_url"], pinned,
        0 if ended else row["watching"], row["participants"] if ended else row["counted"], row["peak"],
        [LinkedProduct(p.product_id, p.product_no, p.name, p.unit, p.price_fen, p.image, p.merchant_id, p.product_id == pinned,
                       sold.get((session_id, p.product_id), [])) for p in linked],
        Results(money[0], money[1], money[0] - money[1]) if inside else None, unlinked if inside else None, row["version"], row["controls"])
