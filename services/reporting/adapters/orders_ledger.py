"""Orders' side of the reconciliation: what its ledger's sale lines come to, and how far its events have gone."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.kit.client import ServiceClient
from services.reporting.domain.balance import Balance

MAX_PAGES = 200


class OrdersLedger:
    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def published(self) -> dict[str, int]:
        """lane → the number its last committed event has or will get."""
        state = self._client.get("/internal/sync")
        return {lane: head + state["waiting"].get(lane, 0) for lane, head in state["heads"].items()}

    def balances(self, by: str, start: date, end: date) -> dict[str, Balance]:
        """key (day, channel or merchant id) → balance; ``by`` is day, channel or merchant."""
        found: dict[str, Balance] = {}
        params: dict[str, Any] = {"by": by, "from": start.isoformat(), "until": end.isoformat()}
        for _ in range(MAX_PAGES):
            answer = self._client.get("/ledger/reconciliation", params)
            rows, after = (answer, None) if isinstance(answer, list) else (answer["items"], answer.get("next_cursor"))
            for row in rows:
                found[str(row["key"])] = Balance(row["gross_fen"], row["refunds_fen"], row["lines"])
            if after is None:
                break
            params["after"] = after
        return found
