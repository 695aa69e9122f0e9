"""Monthly sums of the facts, one table for every dimension, kept apart by lane: an import never waits for a sale, nor a sale
for an import. A batch is summed in memory first, so each key is written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from services.kit.db import Conn

NIL = "00000000-0000-0000-0000-000000000000"
# dimension → the key in the event's line; those that a line may lack are passed over, a missing product is counted as nil.
ENTITIES = {
    "institution": "buyer_org_id",
    "session": "session_id",
    "outlet": "outlet_id",
    "contract": "contract_id",
    "campaign": "campaign_id",
}
_ENTITIES = tuple(ENTITIES.items())

# dim, dim_id, month, channel, evidence, origin, consumption, merchant
Key = tuple[str, str, str, str, str, str, str, str]
UPSERT = """
INSERT INTO rollups (dim, dim_id, lane, month, channel, evidence, origin_county, consumption_county, merchant_id,
                     gross_fen, refund_fen, lines, quantity_kg)
SELECT dim, dim_id, %s, month, channel, evidence, origin_county, consumption_county, merchant_id, gross, refund, lines, kg
FROM unnest(%s::text[], %s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[],
            %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[])
     AS t (dim, dim_id, month, channel, evidence, origin_county, consumption_county, merchant_id, gross, refund, lines, kg)
ON CONFLICT (dim, dim_id, lane, month, channel, evidence, origin_county, consumption_county, merchant_id) DO UPDATE SET
    gross_fen = rollups.gross_fen + excluded.gross_fen, refund_fen = rollups.refund_fen + excluded.refund_fen,
    lines = rollups.lines + excluded.lines, quantity_kg = rollups.quantity_kg + excluded.quantity_kg
"""
PIECE = 5_000


class Totals:
    """key → [gross, refunds (positive), lines, kg] of a batch."""

    def __init__(self, lines: Iterable[dict[str, Any]] = ()) -> None:
        self.by_key: dict[Key, list[Any]] = {}
        for line in lines:
            self.add(line)

    def add(self, line: dict[str, Any]) -> None:
        amount = line["amount_fen"]
        gross, refund = (0, -amount) if line["kind"] == "refund" else (amount, 0)
        kg = line.get("quantity_kg")
        weight = Decimal(kg) if kg is not None else Decimal(0)
        merchant = str(line["merchant_id"])
        rest = (
            str(line["business_date"])[:7] + "-01",
            line["channel"],
            line["evidence"],
            line["origin_county"],
            line["consumption_county"],
        )
        self._add(("all", NIL, *rest, NIL), gross, refund, weight)
        self._add(("merchant", merchant, *rest, merchant), gross, refund, weight)
        self._add(("product", str(line.get("product_id") or NIL), *rest, merchant), gross, refund, weight)
        for dim, name in _ENTITIES:
            entity = line.get(name)
            if entity is not None:
                self._add((dim, str(entity), *rest, NIL), gross, refund, weight)

    def _add(self, key: Key, gross: int, refund: int, weight: Decimal) -> None:
        sums = self.by_key.get(key)
        if sums is None:
            self.by_key[key] = [gross, refund, 1, weight]
        else:
            sums[0] += gross
            sums[1] += refund
            sums[2] += 1
            sums[3] += weight


def add(conn: Conn, lane: str, totals: Totals) -> None:
    """In the order of the keys, so that two writers never wait for each other in a circle."""
    rows = sorted(totals.by_key.items())
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        keys = zip(*(key for key, _ in piece), strict=True)
        sums = zip(*(values for _, values in piece), strict=True)
        conn.execute(UPSERT, [lane, *(_array(column) for column in (*keys, *sums))])


def _array(values: Sequence[object]) -> str | list[object]:
    """An array as text; the driver's own way, element by element, takes longer than the upsert, and is left for odd values."""
    texts = [str(value) for value in values]
    joined = ",".join(texts)
    odd = joined.count(",") != len(texts) - 1 or "" in texts or "null" in joined.lower() or any(c in joined for c in '{}"\\ \t\n\r\v\f')
    return list(values) if odd else f"{{{joined}}}"
