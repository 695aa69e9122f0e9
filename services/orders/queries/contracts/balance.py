"""What an institution owes under a contract."""

from __future__ import annotations

from uuid import UUID

from services.kit.db import Conn, value


def owed_fen(conn: Conn, merchant_id: UUID, contract_id: UUID) -> int:
    """Accepted less returned less paid. History was settled outside, welfare call-offs are the union's: neither counts."""
    return int(value(
        conn,
        "SELECT (SELECT coalesce(sum(l.amount_fen - l.returned_fen), 0) FROM deliveries d "
        "JOIN delivery_lines l USING (merchant_id, delivery_id) LEFT JOIN call_offs c USING (merchant_id, call_off_id) "
        "WHERE d.contract_id = %(contract)s AND d.merchant_id = %(merchant)s AND d.import_id IS NULL AND l.state = 'settled' "
        "AND NOT coalesce(c.welfare, false)) - (SELECT coalesce(sum(amount_fen), 0) FROM contract_payments "
        "WHERE merchant_id = %(merchant)s AND contract_id = %(contract)s) AS owed",
        {"contract": contract_id, "merchant": merchant_id}))
