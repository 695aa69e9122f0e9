"""Certificates: dated periods of a merchant or product. Both days count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.catalog.domain.certification import Period
from services.kit.db import Conn, Row, every

COLUMNS = (
    "merchant_id",
    "certificate_id",
    "subject",
    "subject_id",
    "certificate_no",
    "document_no",
    "valid_from",
    "valid_until",
    "application_id",
    "import_id",
)


def insert_many(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO certificates (merchant_id, certificate_id, subject, subject_id, certificate_no, document_no, "
            "valid_from, valid_until, "
            "application_id, import_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[row.get(c) for c in COLUMNS] for row in rows],
        )


def of(conn: Conn, subject_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """subject → its certificates in the order of their first day."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in every(
        conn,
        "SELECT certificate_id, subject_id, certificate_no, document_no, valid_from, valid_until, import_id FROM certificates "
        "WHERE subject_id = ANY(%s) ORDER BY subject_id, valid_from",
        [list(subject_ids)],
    ):
        found[row["subject_id"]].append(row)
    return found


def periods(rows: Sequence[Row]) -> list[Period]:
    return [(row["valid_from"], row["valid_until"]) for row in rows]
