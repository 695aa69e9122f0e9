"""Merchants, their members and contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one

COLUMNS = ("merchant_id", "credit_code", "name", "kind", "county_code", "township", "founded_on", "import_id")


def lock(conn: Conn, merchant_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """For a change of the merchant itself. In id order, merchants before products: no two changes wait for each other."""
    rows = every(conn, "SELECT * FROM merchants WHERE merchant_id = ANY(%s) ORDER BY merchant_id FOR UPDATE", [list(merchant_ids)])
    return {row["merchant_id"]: row for row in rows}


def hold(conn: Conn, merchant_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """For a change of its products: the merchant cannot change meanwhile, so the listing is made of one state."""
    rows = every(conn, "SELECT * FROM merchants WHERE merchant_id = ANY(%s) ORDER BY merchant_id FOR SHARE", [list(merchant_ids)])
    return {row["merchant_id"]: row for row in rows}


def find(conn: Conn, merchant_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM merchants WHERE merchant_id = %s", [merchant_id])


def insert_many(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO merchants (merchant_id, credit_code, name, kind, county_code, township, founded_on, import_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [[row.get(c) for c in COLUMNS] for row in rows],
        )


def set_states(conn: Conn, states: Sequence[tuple[UUID, str]]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany("UPDATE merchants SET state = %s WHERE merchant_id = %s", [(state, mid) for mid, state in states])


def raise_versions(conn: Conn, merchant_ids: Sequence[UUID], *, published: bool) -> None:
    conn.execute(
        "UPDATE merchants SET version = version + 1, published = published OR %s WHERE merchant_id = ANY(%s)",
        [published, list(merchant_ids)],
    )


def set_contact(conn: Conn, merchant_id: UUID, name: str, phone: str) -> None:
    conn.execute(
        "INSERT INTO contacts (merchant_id, name, phone) VALUES (%s, %s, %s) ON CONFLICT (merchant_id) DO UPDATE "
        "SET name = excluded.name, phone = excluded.phone, updated_at = bangfu_now()",
        [merchant_id, name, phone],
    )


def contact(conn: Conn, merchant_id: UUID) -> Row | None:
    return one(conn, "SELECT name, phone FROM contacts WHERE merchant_id = %s", [merchant_id])


def add_member(conn: Conn, merchant_id: UUID, account_id: UUID) -> bool:
    """False when the account was a member already."""
    return (
        conn.execute(
            "INSERT INTO members (merchant_id, account_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", [merchant_id, account_id]
        ).rowcount
        == 1
    )


def memberships(conn: Conn, account_id: UUID) -> list[UUID]:
    return [row["merchant_id"] for row in every(conn, "SELECT merchant_id FROM members WHERE account_id = %s", [account_id])]
