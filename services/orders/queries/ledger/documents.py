"""Where a sale line came from: the documents of shopping. The other nouns bring their own readers (`wiring/`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.kit.db import Conn, Row, every, one
from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Principal
from services.orders.queries.ledger.lines import SHOWN
from services.orders.queries.ledger.scope import line_scope


def lines_of(conn: Conn, who: Principal, kind: str, document_id: UUID, *, buyer: str | None = None) -> list[Row]:
    """The asker's share of a document's lines; its buyer sees all. Raises NotFound when there is none."""
    if buyer is not None and buyer == who.subject:
        scope, params = "true", list[Any]()
    else:
        try:
            scope, params = line_scope(who)
        except Forbidden:
            raise NotFound() from None
    rows = every(
        conn, f"SELECT {SHOWN} FROM sale_lines l LEFT JOIN offers o USING (merchant_id, product_id) "  # noqa: S608 – our own words
        f"WHERE l.document_kind = %s AND l.document_id = %s AND {scope} ORDER BY l.recorded_at, l.line_id",
        [kind, document_id, *params])
    if not rows:
        raise NotFound()
    return rows


def _document(kind: str, document_id: UUID, lines: list[Row], **header: Any) -> dict[str, Any]:
    return {"kind": kind, "id": document_id, "no": lines[0]["document_no"], "channel": lines[0]["channel"],
            "evidence": lines[0]["evidence"], "origin": lines[0]["origin"], "business_date": min(x["business_date"] for x in lines),
            "amount_fen": sum(x["amount_fen"] for x in lines), **header, "lines": lines}


def order_document(conn: Conn, who: Principal, document_id: UUID) -> dict[str, Any]:
    """An order of ours, or one of an earlier shop (imported: no row but its lines)."""
    order = one(conn, "SELECT buyer, state, placed_at, paid_at, shipped_at FROM orders WHERE order_id = %s", [document_id])
    lines = lines_of(conn, who, "order", document_id, buyer=order and order["buyer"])
    header = {name: order[name] for name in ("state", "placed_at", "paid_at", "shipped_at")} if order else {}
    return _document("order", document_id, lines, **header)


def session_document(conn: Conn, who: Principal, document_id: UUID) -> dict[str, Any]:
    session = one(
        conn, "SELECT title, platform, county_code, started_at, ended_at, paper, void FROM outside_sessions WHERE session_id = %s",
        [document_id])
    return _document("session", document_id, lines_of(conn, who, "session", document_id), **(session or {}))


def carried_forward_document(conn: Conn, who: Principal, document_id: UUID) -> dict[str, Any]:
    lines = lines_of(conn, who, "carried_forward", document_id)
    return _document("carried_forward", document_id, lines, paper=lines[0]["paper"])


DOCUMENTS = {"order": order_document, "session": session_document, "carried_forward": carried_forward_document}
