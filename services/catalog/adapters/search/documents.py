"""What search knows of a product, the same for every engine. Labels are not in it: they end by the clock (`text.LABEL_WORDS`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.catalog.adapters.search import text
from services.kit import json
from services.kit.db import Conn, Row, every

# Raise it when documents are made differently: the self-check then makes them anew.
MADE = 3

SELECT = """
SELECT p.merchant_id, p.product_id, p.name, p.family, p.description, m.name AS merchant_name, c.name_zh AS county, k.name_zh AS category
FROM products p JOIN merchants m USING (merchant_id) LEFT JOIN counties c ON c.code = p.county_code
    LEFT JOIN categories k ON k.slug = p.category
"""


@dataclass(frozen=True)
class SearchDocument:
    merchant_id: UUID
    product_id: UUID
    name: str
    merchant_name: str
    county: str
    category: str
    family: str
    description: str

    @property
    def digest(self) -> str:
        content = [MADE, self.name, self.merchant_name, self.county, self.category, self.family, self.description]
        return hashlib.sha256(json.canonical(content)).hexdigest()[:32]

    @property
    def segments(self) -> list[str]:
        """The unbroken pieces of the name: brand, kind of goods, grade."""
        return text.runs(self.name)


def documents(conn: Conn, product_ids: Sequence[UUID] | None = None) -> list[SearchDocument]:
    """In id order, so that two writers of many never wait for each other."""
    chosen = " WHERE p.product_id = ANY(%s)" if product_ids is not None else ""
    rows = every(conn, f"{SELECT}{chosen} ORDER BY p.product_id", [list(product_ids)] if product_ids is not None else None)
    return [_document(row) for row in rows]


def _document(row: Row) -> SearchDocument:
    return SearchDocument(
        row["merchant_id"],
        row["product_id"],
        row["name"],
        row["merchant_name"],
        row["county"] or "",
        row["category"] or "",
        row["family"],
        row["description"],
    )
