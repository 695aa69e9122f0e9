"""Business keys, each once in the city, and the numbers that are generated. One small table holds them, since a key of a
spread table cannot be unique by itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.kit.db import Conn, Row, every, one, value

CREDIT_CODE, PRODUCT_NO, CERTIFICATE_NO, MECHANISM_NO = "credit_code", "product_no", "certificate_no", "mechanism_no"


def take(conn: Conn, kind: str, code: str, merchant_id: UUID, subject_id: UUID) -> bool:
    """False when the key belongs to another already."""
    return (
        conn.execute(
            "INSERT INTO codes (kind, code, merchant_id, subject_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [kind, code, merchant_id, subject_id],
        ).rowcount
        == 1
    )


def take_many(conn: Conn, kind: str, rows: Sequence[tuple[str, UUID, UUID]]) -> None:
    """(code, merchant_id, subject_id); raises UniqueViolation."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO codes (kind, code, merchant_id, subject_id) VALUES (%s, %s, %s, %s)", [(kind, *row) for row in rows]
        )


def find(conn: Conn, kind: str, code: str) -> Row | None:
    return one(conn, "SELECT * FROM codes WHERE (kind, code) = (%s, %s)", [kind, code])


def find_many(conn: Conn, kind: str, wanted: Sequence[str]) -> dict[str, Row]:
    rows = every(conn, "SELECT * FROM codes WHERE kind = %s AND code = ANY(%s)", [kind, list(wanted)])
    return {row["code"]: row for row in rows}


def give_back(conn: Conn, kind: str, subject_ids: Sequence[UUID]) -> None:
    conn.execute("DELETE FROM codes WHERE kind = %s AND subject_id = ANY(%s)", [kind, list(subject_ids)])


def next_numbers(conn: Conn, kind: str, prefix: str, count: int, digits: int) -> list[str]:
    """``count`` numbers after the last of the series that nobody has, imported ones counted. Locks the series until commit."""
    conn.execute("INSERT INTO number_series (prefix) VALUES (%s) ON CONFLICT DO NOTHING", [prefix])
    last = value(conn, "SELECT last FROM number_series WHERE prefix = %s FOR UPDATE", [prefix])
    found: list[str] = []
    while len(found) < count:
        candidates = [f"{prefix}{n:0{digits}d}" for n in range(last + 1, last + 1 + max(20, count - len(found)))]
        taken = find_many(conn, kind, candidates)
        for candidate in candidates:
            last += 1
            if candidate not in taken:
                found.append(candidate)
            if len(found) == count:
                break
    conn.execute("UPDATE number_series SET last = %s WHERE prefix = %s", [last, prefix])
    return found
