"""Quality labels and assistance mechanisms: dated facts with their papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one

LABEL_COLUMNS = ("merchant_id", "label_id", "product_id", "label", "certificate_no", "valid_from", "valid_until", "import_id")
MECHANISM_COLUMNS = (
    "merchant_id",
    "mechanism_id",
    "mechanism_no",
    "kind",
    "households",
    "persons",
    "valid_from",
    "valid_until",
    "evidence",
    "import_id",
)


def insert_labels(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO labels (merchant_id, label_id, product_id, label, certificate_no, valid_from, valid_until, import_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [[row.get(c) for c in LABEL_COLUMNS] for row in rows],
        )


def labels_of(conn: Conn, product_ids: Sequence[UUID]) -> list[Row]:
    return every(conn, "SELECT * FROM labels WHERE product_id = ANY(%s) ORDER BY valid_from", [list(product_ids)])


def find_label(conn: Conn, label_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM labels WHERE label_id = %s", [label_id])


def end_label(conn: Conn, row: Row, last_day: date, reason: str) -> None:
    conn.execute(
        "UPDATE labels SET valid_until = %s, end_reason = %s WHERE (merchant_id, label_id) = (%s, %s)",
        [last_day, reason, row["merchant_id"], row["label_id"]],
    )


def insert_mechanisms(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO mechanisms (merchant_id, mechanism_id, mechanism_no, kind, households, persons, valid_from, valid_until, "
            "evidence, import_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[row.get(c) for c in MECHANISM_COLUMNS] for row in rows],
        )


def find_mechanism(conn: Conn, mechanism_id: UUID) -> Row | None:
    return one(
        conn, "SELECT x.*, m.county_code FROM mechanisms x JOIN merchants m USING (merchant_id) WHERE mechanism_id = %s", [mechanism_id]
    )


def end_mechanism(conn: Conn, row: Row, last_day: date, reason: str) -> None:
    conn.execute(
        "UPDATE mechanisms SET valid_until = %s, end_reason = %s WHERE (merchant_id, mechanism_id) = (%s, %s)",
        [last_day, reason, row["merchant_id"], row["mechanism_id"]],
    )
