"""A report, found by its merchant, its county and the readers only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.kit.db import Conn, Row
from services.kit.errors import NotFound
from services.kit.principal import Principal
from services.orders.access import scope_of


def report_of(conn: Conn, who: Principal, report_id: UUID, find: Callable[[Conn, UUID], Row | None]) -> Row:
    """Raises NotFound, also for somebody else's."""
    row = find(conn, report_id)
    if row is None or row["state"] == "void":
        raise NotFound()
    scope_of(who).must_see(merchant=row["merchant_id"], counties=(row["county_code"],))
    return row
