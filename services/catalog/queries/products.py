from __future__ import annotations

from uuid import UUID

from services.catalog.domain.images import card_key
from services.catalog.queries.directory import cards
from services.catalog.store import certificates, labels, listing
from services.kit.db import Conn, Row, every, one

PUBLIC_WITHDRAWAL = (
    "withdrawal_id, subject, subject_id, merchant_id, kind, document_no, decided_at, from_instant, lift_decided_at, until_instant"
)


def product_detail(conn: Conn, product_id: UUID) -> Row | None:
    row = one(conn, "SELECT description, storage, images, version, published FROM products WHERE product_id = %s", [product_id])
    shown = cards(conn, [product_id])
    if row is None or not shown:
        return None
    own = certificates.of(conn, [product_id])[product_id]
    held = labels.labels_of(conn, [product_id])
    _, today = listing.now_and_today(conn)
    in_force = [r for r in held if r["valid_from"] <= today and (r["valid_until"] is None or today <= r["valid_until"])]
    return shown[0] | {
        "description": row["description"],
        "storage": row["storage"],
        "version": row["version"],
        "images": [{"key": key, "card": card_key(key), "large": key} for key in row["images"]],
        "labels": [_label(r) for r in in_force],
        "label_history": [_label(r) for r in held],
        "certificates": [_certificate(c) for c in own],
        "withdrawals": withdrawals_of(conn, product_id),
    }


def _label(row: Row) -> Row:
    return {k: row[k] for k in ("label_id", "label", "certificate_no", "valid_from", "valid_until")}


def _certificate(row: Row) -> Row:
    return {k: row[k] for k in ("certificate_id", "certificate_no", "document_no", "valid_from", "valid_until")}


def withdrawals_of(conn: Conn, subject_id: UUID) -> list[Row]:
    return every(conn, f"SELECT {PUBLIC_WITHDRAWAL} FROM withdrawals WHERE subject_id = %s ORDER BY decided_at", [subject_id])  # noqa: S608


def published_only(conn: Conn, product_ids: list[UUID]) -> set[UUID]:
    """Those that were certified at least once: applications are nobody's business."""
    return {
        row["product_id"] for row in every(conn, "SELECT product_id FROM products WHERE product_id = ANY(%s) AND published", [product_ids])
    }
