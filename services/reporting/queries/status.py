"""Whether the figures may be trusted as whole: events that could not be applied, and the last reconciliation."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.db import Conn, every, value


@dataclass(frozen=True)
class Status:
    """``parked``: source → events that wait for a mend. ``reconciled`` None: never compared yet."""

    parked: dict[str, int]
    reconciled: bool | None

    def incomplete(self, source: str | None = None) -> bool:
        return bool(self.parked if source is None else self.parked.get(source))


def status(conn: Conn) -> Status:
    parked = {row["source"]: row["n"] for row in every(conn, "SELECT source, count(*) AS n FROM parked_events GROUP BY source")}
    last = value(
        conn, "SELECT state FROM reconciliation_runs WHERE state IN ('equal', 'different') ORDER BY checked_at DESC, run_id DESC LIMIT 1"
    )
    return Status(parked, None if last is None else last == "equal")
