"""Applications with the steps of their path, and the paths themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.catalog.domain.reviews import Outcome, Step
from services.kit.db import Conn, Row, every, one
from services.kit.ids import new_id


def path_for(conn: Conn, subject: str, category: str | None, today: date) -> Row | None:
    """The path of this kind of product, else of the subject."""
    return one(
        conn,
        "SELECT * FROM review_paths WHERE subject = %s AND product_kind IN (%s, '*') AND valid_from <= %s "
        "AND (valid_until IS NULL OR valid_until >= %s) ORDER BY product_kind = '*', created_at DESC LIMIT 1",
        [subject, category or "*", today, today],
    )


def path_steps(conn: Conn, path_id: UUID) -> list[Step]:
    return [
        Step(row["duty"], row["position"], row["by"])
        for row in every(conn, "SELECT * FROM review_steps WHERE path_id = %s ORDER BY position, duty", [path_id])
    ]


def holders(conn: Conn, day: date) -> dict[str, set[str]]:
    """duty → the departments that hold it on that day."""
    found: dict[str, set[str]] = {}
    for row in every(
        conn, "SELECT duty, department FROM duty_holders WHERE valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s)", [day, day]
    ):
        found.setdefault(row["duty"], set()).add(row["department"])
    return found


def insert(conn: Conn, row: dict[str, Any], steps: Sequence[Step]) -> UUID:
    application_id = new_id()
    conn.execute(
        "INSERT INTO applications (merchant_id, application_id, subject, subject_id, county_code, category, state, path_id, notice_days, "
        "applied_by, submitted_at) VALUES (%(merchant_id)s, %(application_id)s, %(subject)s, %(subject_id)s, "
        "%(county_code)s, %(category)s, "
        "'in_review', %(path_id)s, %(notice_days)s, %(applied_by)s, %(submitted_at)s)",
        {**row, "application_id": application_id},
    )
    insert_steps(conn, row["merchant_id"], application_id, 1, steps)
    return application_id


def insert_steps(conn: Conn, merchant_id: UUID, application_id: UUID, round_: int, steps: Sequence[Step]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO application_steps (merchant_id, application_id, round, duty, position, by) VALUES (%s, %s, %s, %s, %s, %s)",
            [(merchant_id, application_id, round_, s.duty, s.position, s.by) for s in steps],
        )


def find(conn: Conn, application_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM applications WHERE application_id = %s", [application_id])


def lock(conn: Conn, application_ids: Sequence[UUID]) -> dict[UUID, Row]:
    rows = every(
        conn, "SELECT * FROM applications WHERE application_id = ANY(%s) ORDER BY application_id FOR UPDATE", [list(application_ids)]
    )
    return {row["application_id"]: row for row in rows}


def steps(conn: Conn, application: Row) -> list[Step]:
    """Of the current round."""
    return [
        Step(row["duty"], row["position"], row["by"], row["verdict"])
        for row in every(
            conn,
            "SELECT * FROM application_steps WHERE (merchant_id, application_id, round) = (%s, %s, %s) ORDER BY position, duty",
            [application["merchant_id"], application["application_id"], application["round"]],
        )
    ]


def record_verdict(conn: Conn, application: Row, duty: str, verdict: str, reason: str | None, by: str, at: datetime) -> None:
    conn.execute(
        "UPDATE application_steps SET verdict = %s, reason = %s, decided_by = %s, decided_at = %s "
        "WHERE (merchant_id, application_id, round, duty) = (%s, %s, %s, %s)",
        [verdict, reason, by, at, application["merchant_id"], application["application_id"], application["round"], duty],
    )


def set_outcome(conn: Conn, application: Row, outcome: Outcome, at: datetime) -> None:
    conn.execute(
        "UPDATE applications SET state = %s, notice_until = %s, decided_at = %s WHERE (merchant_id, application_id) = (%s, %s)",
        [
            outcome.state,
            outcome.notice_until,
            None if outcome.state == "in_review" else at,
            application["merchant_id"],
            application["application_id"],
        ],
    )


def next_round(conn: Conn, application: Row, at: datetime) -> int:
    conn.execute(
        "UPDATE applications SET state = 'in_review', round = round + 1, submitted_at = %s, decided_at = NULL "
        "WHERE (merchant_id, application_id) = (%s, %s)",
        [at, application["merchant_id"], application["application_id"]],
    )
    return int(application["round"]) + 1


def set_certified(conn: Conn, application_ids: Sequence[UUID], at: datetime) -> None:
    conn.execute("UPDATE applications SET state = 'certified', decided_at = %s WHERE application_id = ANY(%s)", [at, list(application_ids)])
