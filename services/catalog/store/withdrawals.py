"""Withdrawals: decided here, in force from and until the instants that orders sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one

COLUMNS = (
    "merchant_id",
    "withdrawal_id",
    "subject",
    "subject_id",
    "kind",
    "reason",
    "document_no",
    "decided_at",
    "from_instant",
    "lift_decided_at",
    "until_instant",
    "import_id",
)


def insert_many(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO withdrawals (merchant_id, withdrawal_id, subject, subject_id, kind, reason, document_no, "
            "decided_at, from_instant, "
            "lift_decided_at, until_instant, import_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[row.get(c) for c in COLUMNS] for row in rows],
        )


def find(conn: Conn, withdrawal_id: UUID) -> Row:
    row = one(conn, "SELECT * FROM withdrawals WHERE withdrawal_id = %s", [withdrawal_id])
    assert row is not None
    return row


def not_lifted(conn: Conn, merchant_id: UUID, subject_id: UUID) -> list[Row]:
    return every(
        conn,
        "SELECT * FROM withdrawals WHERE (merchant_id, subject_id) = (%s, %s) AND lift_decided_at IS NULL "
        "AND until_instant IS NULL ORDER BY decided_at FOR UPDATE",
        [merchant_id, subject_id],
    )


def lift(conn: Conn, rows: Sequence[Row], at: datetime, reason: str, document_no: str | None) -> None:
    conn.execute(
        "UPDATE withdrawals SET lift_decided_at = %s, lift_reason = %s, lift_document_no = %s WHERE withdrawal_id = ANY(%s)",
        [at, reason, document_no, [row["withdrawal_id"] for row in rows]],
    )


def set_in_force(conn: Conn, withdrawal_id: UUID, instant: datetime) -> Row | None:
    """Once: a repeated event changes nothing. Returns the withdrawal it set."""
    return one(
        conn,
        "UPDATE withdrawals SET from_instant = %s WHERE withdrawal_id = %s AND from_instant IS NULL RETURNING *",
        [instant, withdrawal_id],
    )


def set_ended(conn: Conn, withdrawal_id: UUID, instant: datetime) -> int:
    """Once: a repeated event changes nothing."""
    return conn.execute(
        "UPDATE withdrawals SET until_instant = greatest(%s, from_instant) WHERE withdrawal_id = %s AND lift_decided_at IS NOT NULL "
        "AND until_instant IS NULL",
        [instant, withdrawal_id],
    ).rowcount
