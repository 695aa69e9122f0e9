"""Withdrawn intervals and the marks on the offer rows. The caller holds the offers' locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.events.catalog import WithdrawnPeriod
from services.kit.db import Conn, value

SubjectKind = Literal["product", "merchant"]


def known(conn: Conn, subject_id: UUID, withdrawal_id: UUID) -> bool:
    return bool(value(conn, "SELECT true FROM withdrawn_intervals WHERE subject_id = %s AND withdrawal_id = %s",
                      [subject_id, withdrawal_id]))


def begin(conn: Conn, subject: SubjectKind, subject_id: UUID, withdrawal_id: UUID | None, kind: str, instant: datetime) -> None:
    conn.execute("INSERT INTO withdrawn_intervals (subject_id, from_instant, subject, withdrawal_id, kind) VALUES (%s, %s, %s, %s, %s)",
                 [subject_id, instant, subject, withdrawal_id, kind])
    mark(conn, subject, subject_id)


def end(conn: Conn, subject: SubjectKind, subject_id: UUID, withdrawal_id: UUID, instant: datetime) -> bool:
    """False when that withdrawal is not open (ended before, or never seen). Imported ones have no id here: they end too."""
    done = conn.execute(
        "UPDATE withdrawn_intervals SET until_instant = %s WHERE subject_id = %s AND until_instant IS NULL "
        "AND (withdrawal_id = %s OR withdrawal_id IS NULL)",
        [instant, subject_id, withdrawal_id]).rowcount
    mark(conn, subject, subject_id)
    return bool(done)


def adopt(conn: Conn, subject: SubjectKind, subject_id: UUID, history: Sequence[WithdrawnPeriod]) -> None:
    """Imported withdrawals were in force from the file's instants: written as they are, known ones left alone; those whose
    import was withdrawn are gone from the history, and from here."""
    conn.execute("DELETE FROM withdrawn_intervals WHERE subject_id = %s AND withdrawal_id IS NULL AND NOT from_instant = ANY(%s)",
                 [subject_id, [period.from_instant for period in history]])
    for period in history:
        conn.execute(
            "INSERT INTO withdrawn_intervals AS w (subject_id, from_instant, subject, kind, until_instant) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (subject_id, from_instant) DO UPDATE SET until_instant = excluded.until_instant "
            "WHERE w.withdrawal_id IS NULL AND w.until_instant IS DISTINCT FROM excluded.until_instant",
            [subject_id, period.from_instant, subject, period.kind, period.until_instant])
    mark(conn, subject, subject_id)


def mark(conn: Conn, subject: SubjectKind, subject_id: UUID) -> None:
    """Bring the marks that sales look at in line with the open intervals."""
    since = value(conn, "SELECT min(from_instant) FROM withdrawn_intervals WHERE subject_id = %s AND until_instant IS NULL", [subject_id])
    if subject == "product":
        conn.execute("UPDATE offers SET withdrawn_since = %s WHERE product_id = %s", [since, subject_id])
    else:
        conn.execute("UPDATE merchants SET withdrawn_since = %s WHERE merchant_id = %s", [since, subject_id])
        conn.execute("UPDATE offers SET merchant_withdrawn_since = %s WHERE merchant_id = %s", [since, subject_id])
