"""Products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one

COLUMNS = (
    "merchant_id",
    "product_id",
    "product_no",
    "name",
    "category",
    "family",
    "county_code",
    "unit",
    "pack",
    "net_weight_g",
    "price_fen",
    "bulk_price_fen_per_kg",
    "is_food",
    "season_months",
    "storage",
    "description",
    "images",
    "import_id",
)
CHANGEABLE = ("unit", "pack", "net_weight_g", "price_fen", "bulk_price_fen_per_kg", "description", "offer_version")
APPLIED = (
    "name",
    "category",
    "family",
    "county_code",
    "unit",
    "pack",
    "net_weight_g",
    "price_fen",
    "bulk_price_fen_per_kg",
    "is_food",
    "season_months",
    "storage",
    "description",
    "images",
    "offer_version",
)


def find(conn: Conn, product_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM products WHERE product_id = %s", [product_id])


def lock(conn: Conn, product_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """In id order; the merchants are held or locked before."""
    rows = every(conn, "SELECT * FROM products WHERE product_id = ANY(%s) ORDER BY product_id FOR UPDATE", [list(product_ids)])
    return {row["product_id"]: row for row in rows}


def insert_many(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    defaults: dict[str, Any] = {"season_months": [], "storage": "ambient", "images": []}
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO products (merchant_id, product_id, product_no, name, category, family, county_code, unit, "
            "pack, net_weight_g, price_fen, "
            "bulk_price_fen_per_kg, is_food, season_months, storage, description, images, import_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [[defaults[c] if row.get(c) is None and c in defaults else row.get(c) for c in COLUMNS] for row in rows],
        )


def update(conn: Conn, row: Row, columns: Sequence[str] = CHANGEABLE) -> None:
    """Writes back ``columns`` of a locked row."""
    assignments = ", ".join(f"{column} = %s" for column in columns)
    conn.execute(
        f"UPDATE products SET {assignments} WHERE (merchant_id, product_id) = (%s, %s)",  # noqa: S608 – own names
        [*(row[column] for column in columns), row["merchant_id"], row["product_id"]],
    )


def set_images(conn: Conn, row: Row, images: Sequence[str]) -> None:
    conn.execute(
        "UPDATE products SET images = %s WHERE (merchant_id, product_id) = (%s, %s)", [list(images), row["merchant_id"], row["product_id"]]
    )


def set_states(conn: Conn, states: Sequence[tuple[UUID, UUID, str]]) -> None:
    """(merchant_id, product_id, state)"""
    with conn.cursor() as cursor:
        cursor.executemany("UPDATE products SET state = %s WHERE (merchant_id, product_id) = (%s, %s)", [(s, m, p) for m, p, s in states])


def raise_versions(conn: Conn, product_ids: Sequence[UUID], *, published: bool) -> None:
    conn.execute(
        "UPDATE products SET version = version + 1, published = published OR %s WHERE product_id = ANY(%s)", [published, list(product_ids)]
    )
