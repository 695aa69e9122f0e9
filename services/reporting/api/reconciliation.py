"""The last comparison of the facts with the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]

from services.kit.app import context, principal
from services.kit.models import PageInput
from services.kit.paging import decode_cursor, page_of
from services.kit.principal import Role
from services.reporting.domain.balance import Difference
from services.reporting.store import reconciliation


def shown(found: Difference) -> dict[str, Any]:
    return {
        "by": found.by,
        "key": found.key,
        "ledger_gross_fen": found.ledger.gross_fen,
        "ledger_refund_fen": found.ledger.refund_fen,
        "ledger_lines": found.ledger.lines,
        "facts_gross_fen": found.facts.gross_fen,
        "facts_refund_fen": found.facts.refund_fen,
        "facts_lines": found.facts.lines,
    }


def blueprint() -> APIBlueprint:
    api = APIBlueprint("reconciliation", "reconciliation")

    @api.get("/reconciliation")
    def last_reconciliation(query: PageInput) -> dict[str, Any]:
        principal().require_any(Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR, Role.SERVICE)
        with context().db.reading() as conn:
            run = reconciliation.last_run(conn)
            if run is None:
                return {"run": None, "items": [], "next_cursor": None}
            rows = reconciliation.differences(conn, run.run_id, decode_cursor(query.after, 2), query.first + 1)
        page = page_of(rows, query.first, lambda d: [d.by, d.key])
        return {"run": asdict(run), "items": [shown(d) for d in page.items], "next_cursor": page.next_cursor}

    return api
