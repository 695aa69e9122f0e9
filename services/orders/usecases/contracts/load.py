"""Rows of the two parties' documents, found only by those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.kit.db import Conn, Row, value
from services.kit.errors import NotFound
from services.kit.principal import Principal
from services.orders.access import scope_of

Find = Callable[[Conn, UUID], Row | None]


def contract_of(conn: Conn, who: Principal, contract_id: UUID, find: Find) -> Row:
    """By ``find``, which may lock it. Raises NotFound, also for somebody else's."""
    return _seen(conn, who, find(conn, contract_id))


def call_off_of(conn: Conn, who: Principal, call_off_id: UUID, find: Find) -> Row:
    return _seen(conn, who, find(conn, call_off_id))


def delivery_of(conn: Conn, who: Principal, delivery_id: UUID, find: Find) -> Row:
    return _seen(conn, who, find(conn, delivery_id))


def _seen(conn: Conn, who: Principal, row: Row | None) -> Row:
    if row is None:
        raise NotFound()
    scope = scope_of(who)
    if not scope.sees(merchant=row["merchant_id"], institution=row["institution_id"]):
        scope.must_see(counties=(
            value(conn, "SELECT county_code FROM institutions WHERE institution_id = %s", [row["institution_id"]]),
            value(conn, "SELECT county_code FROM merchants WHERE merchant_id = %s", [row["merchant_id"]])))
    return row
