"""What reporting, the bench and auditors compare with: sums of the ledger, the trial balance, the proof of certification."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from services.kit.db import Conn, every, value

By = Literal["day", "channel", "merchant"]
_KEYS: dict[By, str] = {"day": "business_date", "channel": "channel", "merchant": "merchant_id"}


def reconciliation(conn: Conn, first: date | None, last: date | None, by: By) -> list[dict[str, Any]]:
    """One row a key over the days given, both included."""
    return every(
        conn, f"""
        SELECT {_KEYS[by]} AS key, count(*) AS lines, coalesce(sum(amount_fen) FILTER (WHERE kind = 'sale'), 0)::bigint AS gross_fen,
            coalesce(-sum(amount_fen) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunds_fen, sum(amount_fen)::bigint AS net_fen,
            coalesce(sum(quantity_kg), 0) AS quantity_kg
        FROM sale_lines WHERE (%s::date IS NULL OR business_date >= %s) AND (%s::date IS NULL OR business_date <= %s)
        GROUP BY 1 ORDER BY 1""", [first, first, last, last])  # noqa: S608 – a key of ours


def trial_balance(conn: Conn) -> dict[str, Any]:
    """Debits and credits by account, and the three ways in which lines and postings must agree."""
    accounts = every(
        conn, "SELECT account, coalesce(sum(amount_fen) FILTER (WHERE amount_fen > 0), 0)::bigint AS debit_fen, "
        "coalesce(-sum(amount_fen) FILTER (WHERE amount_fen < 0), 0)::bigint AS credit_fen, sum(amount_fen)::bigint AS balance_fen "
        "FROM postings GROUP BY account ORDER BY account")
    return {
        "accounts": accounts, "difference_fen": sum(a["balance_fen"] for a in accounts),
        "unbalanced_entries": value(
            conn, "SELECT count(*) FROM (SELECT 1 FROM postings GROUP BY merchant_id, entry_id HAVING sum(amount_fen) <> 0) x"),
        "lines_without_entry": value(
            conn, "SELECT count(*) FROM sale_lines l LEFT JOIN journal_entries e USING (merchant_id, entry_id) WHERE e.entry_id IS NULL"),
        "sales_fen": value(conn, "SELECT coalesce(sum(amount_fen), 0)::bigint FROM sale_lines"),
    }


_INSIDE = """
    SELECT l.merchant_id, l.line_id, l.document_kind, l.document_id, l.document_no, l.product_id, l.sold_at, w.from_instant,
        w.until_instant, 'withdrawn' AS why
    FROM sale_lines l JOIN withdrawn_intervals w ON w.subject_id IN (l.product_id, l.merchant_id)
    WHERE l.kind = 'sale' AND l.evidence <> 'carried_forward' AND l.sold_at >= w.from_instant
        AND (w.until_instant IS NULL OR l.sold_at < w.until_instant)"""

# A call-off confirmed while certified may be accepted when its certificate has merely expired: contracts prove that at the
# confirmation. Every other line needs product and merchant certified on the day of its `sold_at`.
_UNCOVERED = """
    SELECT l.merchant_id, l.line_id, l.document_kind, l.document_id, l.document_no, l.product_id, l.sold_at, NULL::timestamptz,
        NULL::timestamptz, 'not_certified' AS why
    FROM sale_lines l JOIN offers o USING (merchant_id, product_id)
    WHERE l.kind = 'sale' AND l.evidence <> 'carried_forward' AND NOT (l.channel IN ('contract', 'union') AND l.origin = 'native')
        AND NOT ((l.sold_at AT TIME ZONE 'Asia/Shanghai')::date <@ ANY (
                SELECT daterange((c ->> 'valid_from')::date, (c ->> 'valid_until')::date, '[]') FROM jsonb_array_elements(o.certificates) c)
            AND (l.sold_at AT TIME ZONE 'Asia/Shanghai')::date <@ ANY (
                SELECT daterange((c ->> 'valid_from')::date, (c ->> 'valid_until')::date, '[]')
                FROM jsonb_array_elements(o.merchant_certificates) c))"""


def proof_certified(conn: Conn) -> dict[str, Any]:
    """Lines of kind sale whose ``sold_at`` lies in a withdrawn interval of product or merchant, or outside every certificate:
    there must be none. Lists at most a thousand."""
    return {
        "checked": value(conn, "SELECT count(*) FROM sale_lines WHERE kind = 'sale' AND evidence <> 'carried_forward'"),
        "violations": every(conn, f"{_INSIDE} UNION ALL {_UNCOVERED} LIMIT 1000"),
    }


def offers_digest(conn: Conn) -> dict[str, Any]:
    """One number for the whole copy: the same on both sides when every row is."""
    rows = every(
        conn, "SELECT count(*) AS offers, md5(coalesce(string_agg(product_id::text || ':' || offer_version || ':' || price_fen, ',' "
        "ORDER BY product_id), '')) AS digest FROM offers")
    return rows[0]
