"""Names of what a row is about, from the copies, for a page of ids at once."""

from __future__ import annotations

from collections.abc import Iterable

from services.kit.db import Conn, every

_NAMES = {
    "merchant": "SELECT merchant_id::text AS id, name FROM merchants WHERE merchant_id = ANY(%s::uuid[])",
    "product": "SELECT product_id::text AS id, name FROM products WHERE product_id = ANY(%s::uuid[])",
    "institution": "SELECT institution_id::text AS id, name FROM institutions WHERE institution_id = ANY(%s::uuid[])",
    "session": "SELECT session_id::text AS id, title AS name FROM sessions WHERE session_id = ANY(%s::uuid[])",
    "outlet": "SELECT outlet_id::text AS id, name FROM outlets WHERE outlet_id = ANY(%s::uuid[])",
    "contract": "SELECT contract_id::text AS id, contract_no AS name FROM contracts WHERE contract_id = ANY(%s::uuid[])",
    "campaign": "SELECT campaign_id::text AS id, title AS name FROM campaigns WHERE campaign_id = ANY(%s::uuid[])",
}


def names(conn: Conn, of: str, ids: Iterable[object]) -> dict[str, str]:
    """id → name; ids that are not known here are missing. ``of`` without names (channel, month …): empty."""
    wanted = sorted({str(i) for i in ids if i is not None})
    if of not in _NAMES or not wanted:
        return {}
    return {row["id"]: row["name"] for row in every(conn, _NAMES[of], [wanted])}
