"""What each session sold, from orders' sale lines; a line counts once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.events.orders import SaleLine
from services.kit.db import Conn, Row, every, value


def add(conn: Conn, line: SaleLine) -> Row | None:
    """→ the new totals of its session, product and unit, or None when the line was here already."""
    is_new = value(conn, "INSERT INTO session_sale_lines (session_id, line_id, product_id, kind, sold_at, quantity, unit, amount_fen) "
                   "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING true",
                   [line.session_id, line.line_id, line.product_id, line.kind, line.sold_at, line.quantity, line.unit, line.amount_fen])
    if not is_new or line.product_id is None:
        return None
    sale = line.kind == "sale"
    return every(conn, """
        INSERT INTO session_sales AS s (session_id, product_id, unit, quantity, lines, gross_fen, refund_fen)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (session_id, product_id, unit) DO UPDATE SET quantity = s.quantity + excluded.quantity,
            lines = s.lines + excluded.lines, gross_fen = s.gross_fen + excluded.gross_fen, refund_fen = s.refund_fen + excluded.refund_fen
        RETURNING *""", [line.session_id, line.product_id, line.unit, line.quantity, int(sale),
                         line.amount_fen if sale else 0, 0 if sale else -line.amount_fen])[0]


def is_ours(conn: Conn, session_ids: Sequence[UUID]) -> set[UUID]:
    """Those that are sessions held here; the others were outside and have no room to send frames to."""
    rows = every(conn, "SELECT session_id FROM live_sessions WHERE session_id = ANY(%s)", [list(session_ids)])
    return {row["session_id"] for row in rows}
