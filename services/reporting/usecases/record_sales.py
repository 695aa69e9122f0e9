"""Sale and refund lines become facts and rollups, many lines a transaction.

Once-ness rests on the reader's cursor, which moves in this transaction: the facts need no look-up before they are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.reporting.store import facts, rollups


def record_sales(conn: Conn, envelopes: Sequence[Envelope]) -> None:
    by_lane: dict[str, list[dict[str, Any]]] = {}
    for envelope in envelopes:
        by_lane.setdefault(envelope.lane, []).extend(envelope.payload["lines"])
    for lane, lines in by_lane.items():
        if lines:
            facts.insert(conn, lines)
            rollups.add(conn, lane, rollups.Totals(lines))
