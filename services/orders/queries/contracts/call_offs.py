"""Call-offs as the two parties and the officers see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.listing import newest_first, pick

SELECT = ("SELECT c.*, i.name AS institution_name, i.county_code AS institution_county, m.name AS merchant_name, "
          "m.county_code AS merchant_county FROM call_offs c JOIN institutions i USING (institution_id) "
          "JOIN merchants m USING (merchant_id) WHERE (%(everything)s OR c.merchant_id = ANY(%(merchants)s::uuid[]) "
          "OR c.institution_id = ANY(%(institutions)s::uuid[]) OR i.county_code = ANY(%(counties)s::text[]) "
          "OR m.county_code = ANY(%(counties)s::text[]))")
FIELDS = ("call_off_id", "call_off_no", "contract_id", "institution_id", "institution_name", "merchant_id", "merchant_name",
          "institution_county", "merchant_county", "state",
          "deliver_on", "welfare", "amount_fen", "requested_at", "approved_at", "confirmed_at", "ended_at", "reason")
LINE_FIELDS = ("line_no", "product_id", "product_name", "unit", "price_unit", "price_fen", "quantity", "amount_fen", "accepted",
               "accepted_fen", "in_delivery", "given_back")


@dataclass(frozen=True)
class CallOffLineShown:
    """Quantities in ``unit`` as stored; ``price_fen`` per ``price_unit``."""

    line_no: int
    product_id: UUID
    product_name: str | None
    unit: str
    price_unit: str
    price_fen: int | None
    quantity: Decimal
    amount_fen: int
    accepted: Decimal
    accepted_fen: int
    in_delivery: Decimal
    given_back: Decimal
    open: Decimal


@dataclass(frozen=True)
class CallOffShown:
    call_off_id: UUID
    call_off_no: str
    contract_id: UUID
    institution_id: UUID
    institution_name: str
    merchant_id: UUID
    merchant_name: str
    institution_county: str
    merchant_county: str
    state: str
    deliver_on: date
    welfare: bool
    amount_fen: int
    requested_at: datetime
    approved_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    mine: bool
    lines: list[CallOffLineShown] = field(default_factory=list)


def list_call_offs(conn: Conn, who: Principal, *, state: str | None, contract_id: UUID | None, first: int,
                   after: str | None) -> Page[CallOffShown]:
    return newest_first(
        conn, SELECT + " AND (%(state)s::text IS NULL OR c.state = %(state)s) AND (%(contract)s::uuid IS NULL "
        "OR c.contract_id = %(contract)s)", "c.call_off_id",
        {**scope_of(who).params, "state": state, "contract": contract_id}, first, after, lambda row: _shown(row, who))


def get_call_off(conn: Conn, who: Principal, call_off_id: UUID) -> CallOffShown:
    """Raises NotFound, also for somebody else's."""
    row = one(conn, SELECT + " AND c.call_off_id = %(id)s", {**scope_of(who).params, "id": call_off_id})
    if row is None:
        raise NotFound()
    lines = every(conn, "SELECT l.*, o.name AS product_name FROM call_off_lines l LEFT JOIN offers o USING (merchant_id, product_id) "
                  "WHERE l.merchant_id = %s AND l.call_off_id = %s ORDER BY l.line_no", [row["merchant_id"], call_off_id])
    return _shown(row, who, [_line(line) for line in lines])


def _shown(row: Row, who: Principal, lines: list[CallOffLineShown] | None = None) -> CallOffShown:
    return CallOffShown(**pick(row, FIELDS), mine=row["requested_by"] == who.subject, lines=lines or [])


def _line(row: Row) -> CallOffLineShown:
    open_ = max(row["quantity"] - row["accepted"] - row["in_delivery"] - row["given_back"], Decimal(0))
    return CallOffLineShown(**pick(row, LINE_FIELDS), open=open_)
