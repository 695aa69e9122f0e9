"""Deliveries and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.orders.domain.contracts.acceptance import AcceptedLine


@dataclass(frozen=True)
class SentLine:
    line_no: int
    product_id: UUID
    price_unit: str
    unit: str
    price_fen: int
    quantity: Decimal


def insert(conn: Conn, call_off: Row, delivery_id: UUID, number: str, lines: Sequence[SentLine], by: str, at: datetime) -> None:
    conn.execute(
        "INSERT INTO deliveries (merchant_id, delivery_id, delivery_no, contract_id, call_off_id, institution_id, state, sent_by, sent_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, 'sent', %s, %s)",
        [call_off["merchant_id"], delivery_id, number, call_off["contract_id"], call_off["call_off_id"], call_off["institution_id"], by,
         at])
    conn.execute(
        "INSERT INTO delivery_lines (merchant_id, delivery_id, line_no, product_id, price_unit, unit, price_fen, delivered_quantity) "
        "SELECT %s, %s, * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::numeric[])",
        [call_off["merchant_id"], delivery_id, [line.line_no for line in lines], [line.product_id for line in lines],
         [line.price_unit for line in lines], [line.unit for line in lines], [line.price_fen for line in lines],
         [line.quantity for line in lines]])


def find(conn: Conn, delivery_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM deliveries WHERE delivery_id = %s", [delivery_id])


def lock(conn: Conn, delivery_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM deliveries WHERE delivery_id = %s FOR UPDATE", [delivery_id])


def lines(conn: Conn, merchant_id: UUID, delivery_id: UUID) -> list[Row]:
    return every(conn, "SELECT * FROM delivery_lines WHERE merchant_id = %s AND delivery_id = %s ORDER BY line_no",
                 [merchant_id, delivery_id])


def propose(conn: Conn, row: Row, found: Sequence[AcceptedLine], by: str, at: datetime) -> None:
    """What the first of two persons found; replaces what anybody found before."""
    conn.execute("UPDATE delivery_lines SET accepted_quantity = NULL, rejected_quantity = NULL, reject_reason = NULL, amount_fen = 0 "
                 "WHERE merchant_id = %s AND delivery_id = %s AND state = 'sent'", [row["merchant_id"], row["delivery_id"]])
    _write(conn, row, found, "sent", [None] * len(found))
    conn.execute("UPDATE deliveries SET first_accepted_by = %s, first_accepted_at = %s, version = version + 1 "
                 "WHERE merchant_id = %s AND delivery_id = %s", [by, at, row["merchant_id"], row["delivery_id"]])


def settle(conn: Conn, row: Row, found: Sequence[AcceptedLine], sale_line_ids: Sequence[UUID | None]) -> None:
    _write(conn, row, found, "settled", sale_line_ids)


def _write(conn: Conn, row: Row, found: Sequence[AcceptedLine], state: str, sale_line_ids: Sequence[UUID | None]) -> None:
    conn.execute(
        "UPDATE delivery_lines l SET state = %s, accepted_quantity = w.accepted, rejected_quantity = w.rejected, reject_reason = w.reason, "
        "amount_fen = w.fen, sale_line_id = w.sale FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::text[], %s::bigint[], "
        "%s::uuid[]) AS w (line_no, accepted, rejected, reason, fen, sale) "
        "WHERE l.merchant_id = %s AND l.delivery_id = %s AND l.line_no = w.line_no",
        [state, [f.line_no for f in found], [f.accepted for f in found], [f.rejected for f in found], [f.reason for f in found],
         [f.amount_fen for f in found], list(sale_line_ids), row["merchant_id"], row["delivery_id"]])


def accepted(conn: Conn, row: Row, *, whole: bool, by: str, accepted_at: datetime, recorded_at: datetime) -> Row:
    """After lines were settled; ``whole`` when none is left. Answers the row with its new version and amount."""
    changed = one(
        conn, "UPDATE deliveries d SET version = version + 1, accepted_by = %s, accepted_at = %s, recorded_at = %s, "
        "first_accepted_by = CASE WHEN %s THEN first_accepted_by END, first_accepted_at = CASE WHEN %s THEN first_accepted_at END, "
        "amount_fen = s.fen, state = CASE WHEN NOT %s THEN 'sent' WHEN s.accepted = 0 THEN 'rejected' ELSE 'accepted' END "
        "FROM (SELECT coalesce(sum(amount_fen), 0)::bigint AS fen, coalesce(sum(accepted_quantity), 0) AS accepted FROM delivery_lines "
        "WHERE merchant_id = %s AND delivery_id = %s AND state = 'settled') s "
        "WHERE d.merchant_id = %s AND d.delivery_id = %s RETURNING d.*",
        [by, accepted_at, recorded_at, whole, whole, whole, row["merchant_id"], row["delivery_id"], row["merchant_id"], row["delivery_id"]])
    assert changed is not None
    return changed


def returned(conn: Conn, row: Row, parts: Sequence[tuple[int, Decimal, int]]) -> int:
    """(line, quantity, fen) each → the delivery's new version."""
    conn.execute(
        "UPDATE delivery_lines l SET returned_quantity = l.returned_quantity + w.quantity, returned_fen = l.returned_fen + w.fen "
        "FROM unnest(%s::int[], %s::numeric[], %s::bigint[]) AS w (line_no, quantity, fen) "
        "WHERE l.merchant_id = %s AND l.delivery_id = %s AND l.line_no = w.line_no",
        [[p[0] for p in parts], [p[1] for p in parts], [p[2] for p in parts], row["merchant_id"], row["delivery_id"]])
    changed = one(conn, "UPDATE deliveries SET version = version + 1 WHERE merchant_id = %s AND delivery_id = %s RETURNING version",
                  [row["merchant_id"], row["delivery_id"]])
    assert changed is not None
    return int(changed["version"])
