"""Call-offs and what has become of each of their lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.orders.domain.contracts.call_off import CalledLine


def insert(conn: Conn, head: dict[str, Any], lines: Sequence[CalledLine]) -> None:
    conn.execute(
        "INSERT INTO call_offs (merchant_id, call_off_id, call_off_no, contract_id, institution_id, state, deliver_on, welfare, "
        "amount_fen, requested_by, requested_at) VALUES (%(merchant_id)s, %(call_off_id)s, %(call_off_no)s, %(contract_id)s, "
        "%(institution_id)s, 'requested', %(deliver_on)s, %(welfare)s, %(amount_fen)s, %(requested_by)s, %(requested_at)s)", head)
    conn.execute(
        "INSERT INTO call_off_lines (merchant_id, call_off_id, line_no, product_id, price_unit, unit, price_fen, quantity, amount_fen) "
        "SELECT %s, %s, * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::numeric[], %s::bigint[])",
        [head["merchant_id"], head["call_off_id"], [c.line.line_no for c in lines], [c.line.product_id for c in lines],
         [c.line.price_unit for c in lines], [c.line.unit for c in lines], [c.line.price_fen for c in lines],
         [c.quantity for c in lines], [c.amount_fen for c in lines]])


def find(conn: Conn, call_off_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM call_offs WHERE call_off_id = %s", [call_off_id])


def lock(conn: Conn, call_off_id: UUID) -> Row | None:
    """The first lock of everything that changes a call-off, its lines or its deliveries."""
    return one(conn, "SELECT * FROM call_offs WHERE call_off_id = %s FOR UPDATE", [call_off_id])


def lines(conn: Conn, merchant_id: UUID, call_off_id: UUID) -> list[Row]:
    return every(conn, "SELECT *, quantity - accepted - in_delivery - given_back AS open FROM call_off_lines "
                 "WHERE merchant_id = %s AND call_off_id = %s ORDER BY line_no", [merchant_id, call_off_id])


def move(conn: Conn, row: Row, state: str, **columns: Any) -> None:
    """To ``state``; more columns by name, from our own code only."""
    names = "".join(f", {name} = %({name})s" for name in columns)
    conn.execute(f"UPDATE call_offs SET state = %(state)s, version = version + 1{names} "  # noqa: S608
                 "WHERE merchant_id = %(merchant_id)s AND call_off_id = %(call_off_id)s",
                 {"state": state, "merchant_id": row["merchant_id"], "call_off_id": row["call_off_id"], **columns})


def put_in_delivery(conn: Conn, row: Row, parts: Sequence[tuple[int, Decimal]]) -> None:
    _add(conn, row, "in_delivery = l.in_delivery + w.quantity", parts)


def settle(conn: Conn, row: Row, parts: Sequence[tuple[int, Decimal, Decimal, int]]) -> None:
    """(line, taken out of delivery, accepted, fen) each."""
    conn.execute(
        "UPDATE call_off_lines l SET in_delivery = l.in_delivery - w.delivered, accepted = l.accepted + w.accepted, "
        "accepted_fen = l.accepted_fen + w.fen "
        "FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::bigint[]) AS w (line_no, delivered, accepted, fen) "
        "WHERE l.merchant_id = %s AND l.call_off_id = %s AND l.line_no = w.line_no",
        [[p[0] for p in parts], [p[1] for p in parts], [p[2] for p in parts], [p[3] for p in parts], row["merchant_id"],
         row["call_off_id"]])


def give_back(conn: Conn, row: Row, parts: Sequence[tuple[int, Decimal]]) -> None:
    _add(conn, row, "given_back = l.given_back + w.quantity", parts)


def _add(conn: Conn, row: Row, change: str, parts: Sequence[tuple[int, Decimal]]) -> None:
    conn.execute(
        f"UPDATE call_off_lines l SET {change} FROM unnest(%s::int[], %s::numeric[]) AS w (line_no, quantity) "  # noqa: S608
        "WHERE l.merchant_id = %s AND l.call_off_id = %s AND l.line_no = w.line_no",
        [[n for n, _ in parts], [q for _, q in parts], row["merchant_id"], row["call_off_id"]])


def unanswered(conn: Conn, contract_id: UUID) -> list[UUID]:
    """Call-offs of a contract that the merchant has not confirmed."""
    return [row["call_off_id"] for row in every(
        conn, "SELECT call_off_id FROM call_offs WHERE contract_id = %s AND state IN ('requested', 'approved') ORDER BY call_off_id",
        [contract_id])]


def head(merchant_id: UUID, call_off_id: UUID, number: str, contract: Row, deliver_on: date, welfare: bool, amount_fen: int,
         by: str, at: datetime) -> dict[str, Any]:
    return {"merchant_id": merchant_id, "call_off_id": call_off_id, "call_off_no": number, "contract_id": contract["contract_id"],
            "institution_id": contract["institution_id"], "deliver_on": deliver_on, "welfare": welfare, "amount_fen": amount_fen,
            "requested_by": by, "requested_at": at}
