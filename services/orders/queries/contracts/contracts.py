"""Contracts as the two parties and the officers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.contracts.balance import owed_fen
from services.orders.queries.listing import by_ids, newest_first, pick

SELECT = ("SELECT c.*, i.name AS institution_name, i.kind AS institution_kind, i.county_code AS institution_county, "
          "m.name AS merchant_name, m.county_code AS merchant_county FROM contracts c JOIN institutions i USING (institution_id) "
          "JOIN merchants m USING (merchant_id) WHERE c.state <> 'void' AND (%(everything)s OR c.merchant_id = ANY(%(merchants)s::uuid[]) "
          "OR c.institution_id = ANY(%(institutions)s::uuid[]) OR i.county_code = ANY(%(counties)s::text[]) "
          "OR m.county_code = ANY(%(counties)s::text[]))")
FIELDS = ("contract_id", "contract_no", "state", "hash", "valid_from", "valid_until", "signed_on", "ended_on", "acceptors_required",
          "tolerance", "signing", "proposed_at")


@dataclass(frozen=True)
class ContractLineShown:
    line_no: int
    product_id: UUID
    product_name: str | None
    unit: str
    stored_unit: str
    price_fen: int | None
    max_quantity: Decimal | None
    min_quantity: Decimal | None
    called_quantity: Decimal
    left_quantity: Decimal | None


@dataclass(frozen=True)
class ContractShown:
    contract_id: UUID
    contract_no: str
    state: str
    hash: str
    valid_from: date
    valid_until: date
    signed_on: date | None
    ended_on: date | None
    acceptors_required: int
    tolerance: Decimal
    signing: str | None
    proposed_at: Any
    institution: dict[str, Any]
    merchant: dict[str, Any]
    institution_confirmed: bool
    merchant_confirmed: bool
    credit: dict[str, int] | None = None
    owed_fen: int | None = None
    lines: list[ContractLineShown] = field(default_factory=list)


def list_contracts(conn: Conn, who: Principal, *, state: str | None, institution_id: UUID | None, merchant_id: UUID | None, first: int,
                   after: str | None) -> Page[ContractShown]:
    return newest_first(
        conn, SELECT + " AND (%(state)s::text IS NULL OR c.state = %(state)s) AND (%(institution)s::uuid IS NULL "
        "OR c.institution_id = %(institution)s) AND (%(merchant)s::uuid IS NULL OR c.merchant_id = %(merchant)s)", "c.contract_id",
        {**scope_of(who).params, "state": state, "institution": institution_id, "merchant": merchant_id}, first, after, _shown)


def contracts_by_ids(conn: Conn, who: Principal, ids: Sequence[UUID]) -> list[ContractShown]:
    return by_ids(conn, SELECT, "c.contract_id", scope_of(who).params, ids, _shown)


def get_contract(conn: Conn, who: Principal, contract_id: UUID) -> ContractShown:
    """Raises NotFound, also for somebody else's."""
    row = one(conn, SELECT + " AND c.contract_id = %(id)s", {**scope_of(who).params, "id": contract_id})
    if row is None:
        raise NotFound()
    lines = every(conn, "SELECT l.*, o.name AS product_name FROM contract_lines l LEFT JOIN offers o USING (merchant_id, product_id) "
                  "WHERE l.merchant_id = %s AND l.contract_id = %s ORDER BY l.line_no", [row["merchant_id"], contract_id])
    used = one(conn, "SELECT limit_fen, used_fen FROM limits WHERE account = 'credit' AND subject_id = %s", [str(contract_id)])
    return _shown(row, lines=[_line(line) for line in lines], credit=used, owed_fen=owed_fen(conn, row["merchant_id"], contract_id))


def _shown(row: Row, **more: Any) -> ContractShown:
    return ContractShown(
        **pick(row, FIELDS),
        institution={"institution_id": row["institution_id"], "name": row["institution_name"], "kind": row["institution_kind"],
                     "county_code": row["institution_county"]},
        merchant={"merchant_id": row["merchant_id"], "name": row["merchant_name"], "county_code": row["merchant_county"]},
        institution_confirmed=row["institution_confirmed_at"] is not None, merchant_confirmed=row["merchant_confirmed_at"] is not None,
        **more)


def _line(row: Row) -> ContractLineShown:
    most = row["max_quantity"]
    return ContractLineShown(row["line_no"], row["product_id"], row["product_name"], row["price_unit"], row["unit"], row["price_fen"], most,
                             row["min_quantity"], row["called_quantity"], None if most is None else most - row["called_quantity"])
