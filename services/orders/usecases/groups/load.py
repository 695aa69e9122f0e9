"""A campaign, found by its organisers, its members, the merchants of its goods, its county and the readers."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from uuid import UUID

from services.kit.db import Conn, Row, value
from services.kit.errors import NotFound
from services.kit.principal import Principal, Role
from services.orders.access import demand, scope_of
from services.orders.store.groups import campaigns


def campaign_of(conn: Conn, who: Principal, campaign_id: UUID, find: Callable[[Conn, UUID], Row | None], code: str | None = None) -> Row:
    """By ``find``, which may lock it; ``code`` opens it to anybody. Raises NotFound."""
    row = find(conn, campaign_id)
    if row is None:
        raise NotFound()
    if not (code and has_code(row, code)) and campaigns.member(conn, campaign_id, who.subject) is None:
        scope = scope_of(who)
        merchant = value(conn, "SELECT merchant_id FROM campaign_goods WHERE campaign_id = %s AND merchant_id = ANY(%s) LIMIT 1",
                         [campaign_id, scope.merchants]) if scope.merchants else None
        scope.must_see(merchant=merchant, institution=row["institution_id"], counties=(row["consumption_county"],))
    return row


def has_code(row: Row, code: str) -> bool:
    return bool(row["code"]) and hmac.compare_digest(row["code"].encode(), code.strip().upper().encode())


def demand_organiser(who: Principal, row: Row) -> None:
    demand(row["institution_id"] is not None and who.has(Role.GROUP_ORGANISER, str(row["institution_id"])))
