"""Deliveries as the two parties and the officers see them; also the document behind a contract's sale line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.listing import newest_first, pick

SELECT = (
    "SELECT d.*, i.name AS institution_name, m.name AS merchant_name, k.acceptors_required, k.contract_no, "
    "i.county_code AS institution_county, m.county_code AS merchant_county, ARRAY(SELECT DISTINCT o.county_code FROM delivery_lines x "
    "JOIN offers o USING (merchant_id, product_id) WHERE x.merchant_id = d.merchant_id AND x.delivery_id = d.delivery_id) "
    "AS origin_counties FROM deliveries d "
    "JOIN institutions i USING (institution_id) JOIN merchants m USING (merchant_id) "
    "JOIN contracts k USING (merchant_id, contract_id) WHERE d.state <> 'void' AND (%(everything)s "
    "OR d.merchant_id = ANY(%(merchants)s::uuid[]) "
    "OR d.institution_id = ANY(%(institutions)s::uuid[]) OR i.county_code = ANY(%(counties)s::text[]) "
    "OR m.county_code = ANY(%(counties)s::text[]) OR EXISTS (SELECT 1 FROM delivery_lines x JOIN offers o "
    "USING (merchant_id, product_id) WHERE x.merchant_id = d.merchant_id AND x.delivery_id = d.delivery_id "
    "AND o.county_code = ANY(%(counties)s::text[])))"
)
FIELDS = (
    "delivery_id",
    "delivery_no",
    "call_off_id",
    "contract_id",
    "contract_no",
    "institution_id",
    "institution_name",
    "merchant_id",
    "merchant_name",
    "institution_county",
    "merchant_county",
    "origin_counties",
    "state",
    "sent_at",
    "first_accepted_at",
    "accepted_at",
    "recorded_at",
    "amount_fen",
    "acceptors_required",
)
LINE_FIELDS = (
    "line_no",
    "product_id",
    "product_name",
    "unit",
    "price_unit",
    "price_fen",
    "delivered_quantity",
    "state",
    "accepted_quantity",
    "rejected_quantity",
    "reject_reason",
    "amount_fen",
    "sale_line_id",
    "returned_quantity",
    "returned_fen",
)


@dataclass(frozen=True)
class DeliveryLineShown:
    """Quantities in ``unit`` as stored; ``price_fen`` per ``price_unit``. In state `sent` with quantities: what a first
    person found."""

    line_no: int
    product_id: UUID
    product_name: str | None
    unit: str
    price_unit: str
    price_fen: int
    delivered_quantity: Decimal
    state: str
    accepted_quantity: Decimal | None
    rejected_quantity: Decimal | None
    reject_reason: str | None
    amount_fen: int
    sale_line_id: UUID | None
    returned_quantity: Decimal
    returned_fen: int


@dataclass(frozen=True)
class DeliveryShown:
    delivery_id: UUID
    delivery_no: str
    call_off_id: UUID | None
    contract_id: UUID
    contract_no: str
    institution_id: UUID
    institution_name: str
    merchant_id: UUID
    merchant_name: str
    institution_county: str
    merchant_county: str
    origin_counties: list[str]
    state: str
    sent_at: datetime
    first_accepted_at: datetime | None
    accepted_at: datetime | None
    recorded_at: datetime | None
    amount_fen: int
    acceptors_required: int
    waiting_for_second: bool
    lines: list[DeliveryLineShown] = field(default_factory=list)


def list_deliveries(
    conn: Conn, who: Principal, *, state: str | None, contract_id: UUID | None, call_off_id: UUID | None, first: int, after: str | None
) -> Page[DeliveryShown]:
    return newest_first(
        conn,
        SELECT + " AND (%(state)s::text IS NULL OR d.state = %(state)s) AND (%(contract)s::uuid IS NULL "
        "OR d.contract_id = %(contract)s) AND (%(call_off)s::uuid IS NULL OR d.call_off_id = %(call_off)s)",
        "d.delivery_id",
        {**scope_of(who).params, "state": state, "contract": contract_id, "call_off": call_off_id},
        first,
        after,
        _shown,
    )


def get_delivery(conn: Conn, who: Principal, delivery_id: UUID) -> DeliveryShown:
    """Raises NotFound, also for somebody else's."""
    row = one(conn, SELECT + " AND d.delivery_id = %(id)s", {**scope_of(who).params, "id": delivery_id})
    if row is None:
        raise NotFound()
    lines = every(
        conn,
        "SELECT l.*, o.name AS product_name FROM delivery_lines l LEFT JOIN offers o USING (merchant_id, product_id) "
        "WHERE l.merchant_id = %s AND l.delivery_id = %s ORDER BY l.line_no",
        [row["merchant_id"], delivery_id],
    )
    return _shown(row, [DeliveryLineShown(**pick(line, LINE_FIELDS)) for line in lines])


def _shown(row: Row, lines: list[DeliveryLineShown] | None = None) -> DeliveryShown:
    return DeliveryShown(
        **pick(row, FIELDS), waiting_for_second=row["state"] == "sent" and row["first_accepted_at"] is not None, lines=lines or []
    )
