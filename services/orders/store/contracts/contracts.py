"""Contracts, their lines and the balance on each line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.kit.db import Conn, Row, every, one, value
from services.orders.domain.contracts.terms import ContractLine, Terms


def insert(conn: Conn, contract_id: UUID, terms: Terms, by: str, at: datetime) -> bool:
    """False when the merchant has a contract of this number."""
    done = conn.execute(
        "INSERT INTO contracts (merchant_id, contract_id, contract_no, institution_id, state, valid_from, valid_until, credit_limit_fen, "
        "acceptors_required, tolerance, signing, hash, proposed_by, proposed_at) VALUES (%s, %s, %s, %s, 'proposed', %s, %s, %s, %s, %s, "
        "%s, %s, %s, %s) ON CONFLICT (merchant_id, contract_no) DO NOTHING",
        [terms.merchant_id, contract_id, terms.contract_no, terms.institution_id, terms.valid_from, terms.valid_until,
         terms.credit_limit_fen, terms.acceptors_required, terms.tolerance, terms.signing, terms.hash(), by, at]).rowcount
    if done:
        lines = terms.lines
        conn.execute(
            "INSERT INTO contract_lines (merchant_id, contract_id, line_no, product_id, price_unit, unit, price_fen, max_quantity, "
            "min_quantity) SELECT %s, %s, * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::numeric[], "
            "%s::numeric[])",
            [terms.merchant_id, contract_id, [line.line_no for line in lines], [line.product_id for line in lines],
             [line.price_unit for line in lines], [line.unit for line in lines], [line.price_fen for line in lines],
             [line.max_quantity for line in lines], [line.min_quantity for line in lines]])
    return bool(done)


def find(conn: Conn, contract_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM contracts WHERE contract_id = %s", [contract_id])


def lock_for_change(conn: Conn, contract_id: UUID) -> Row | None:
    """Against every other change of the contract and every call-off under it."""
    return one(conn, "SELECT * FROM contracts WHERE contract_id = %s FOR UPDATE", [contract_id])


def lock_for_use(conn: Conn, contract_id: UUID) -> Row | None:
    """Keeps the contract from being ended meanwhile; other call-offs may use it at the same time."""
    return one(conn, "SELECT * FROM contracts WHERE contract_id = %s FOR KEY SHARE", [contract_id])


def lines(conn: Conn, merchant_id: UUID, contract_id: UUID) -> tuple[ContractLine, ...]:
    return tuple(line_of(row) for row in every(
        conn, "SELECT * FROM contract_lines WHERE merchant_id = %s AND contract_id = %s ORDER BY line_no", [merchant_id, contract_id]))


def line_of(row: Row) -> ContractLine:
    return ContractLine(row["line_no"], row["product_id"], row["price_unit"], row["price_fen"], row["max_quantity"], row["min_quantity"])


def terms_of(row: Row, contract_lines: tuple[ContractLine, ...]) -> Terms:
    return Terms(row["contract_no"], row["institution_id"], row["merchant_id"], row["valid_from"], row["valid_until"], contract_lines,
                 row["credit_limit_fen"], row["acceptors_required"], row["tolerance"], row["signing"])


def lock_lines(conn: Conn, merchant_id: UUID, contract_id: UUID, numbers: Iterable[int]) -> dict[int, Row]:
    """In order of number: whoever else calls the same lines off waits here, never in a circle."""
    return {row["line_no"]: row for row in every(
        conn, "SELECT line_no, called_quantity, max_quantity, unit FROM contract_lines WHERE merchant_id = %s AND contract_id = %s "
        "AND line_no = ANY(%s) ORDER BY line_no FOR NO KEY UPDATE", [merchant_id, contract_id, list(numbers)])}


def take(conn: Conn, merchant_id: UUID, contract_id: UUID, wanted: Sequence[tuple[int, Decimal]]) -> set[int]:
    """Raises what is called off wherever the line's limit allows it. Returns the numbers of the lines that did."""
    rows = every(
        conn, "UPDATE contract_lines l SET called_quantity = l.called_quantity + w.quantity "
        "FROM unnest(%s::int[], %s::numeric[]) AS w (line_no, quantity) WHERE l.merchant_id = %s AND l.contract_id = %s "
        "AND l.line_no = w.line_no AND (l.max_quantity IS NULL OR l.called_quantity + w.quantity <= l.max_quantity) RETURNING l.line_no",
        [[n for n, _ in wanted], [q for _, q in wanted], merchant_id, contract_id])
    return {row["line_no"] for row in rows}


def give_back(conn: Conn, merchant_id: UUID, contract_id: UUID, rest: Sequence[tuple[int, Decimal]]) -> None:
    """The caller holds the row that says what was given back before, so that it happens once."""
    lock_lines(conn, merchant_id, contract_id, (n for n, _ in rest))
    conn.execute(
        "UPDATE contract_lines l SET called_quantity = l.called_quantity - w.quantity "
        "FROM unnest(%s::int[], %s::numeric[]) AS w (line_no, quantity) "
        "WHERE l.merchant_id = %s AND l.contract_id = %s AND l.line_no = w.line_no",
        [[n for n, _ in rest], [q for _, q in rest], merchant_id, contract_id])


def confirm_side(conn: Conn, row: Row, side: str, by: str, at: datetime) -> Row:
    """``side`` is institution or merchant."""
    column = {"institution": "institution_confirmed", "merchant": "merchant_confirmed"}[side]
    changed = one(conn, f"UPDATE contracts SET {column}_by = %s, {column}_at = %s, version = version + 1 "  # noqa: S608 – one of two names
                  "WHERE merchant_id = %s AND contract_id = %s RETURNING *", [by, at, row["merchant_id"], row["contract_id"]])
    assert changed is not None
    return changed


def sign(conn: Conn, row: Row, day: date) -> None:
    conn.execute("UPDATE contracts SET state = 'signed', signed_on = %s WHERE merchant_id = %s AND contract_id = %s",
                 [day, row["merchant_id"], row["contract_id"]])


def end(conn: Conn, row: Row, day: date) -> int:
    """→ the contract's new version."""
    return int(value(conn, "UPDATE contracts SET state = 'ended', ended_on = %s, version = version + 1 "
                     "WHERE merchant_id = %s AND contract_id = %s RETURNING version", [day, row["merchant_id"], row["contract_id"]]))


def insert_payment(conn: Conn, row: Row, payment_id: UUID, amount_fen: int, transfer_reference: str, by: str, at: datetime) -> bool:
    """False when this transfer was recorded before."""
    return bool(conn.execute(
        "INSERT INTO contract_payments (merchant_id, payment_id, contract_id, amount_fen, transfer_reference, recorded_by, recorded_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (merchant_id, contract_id, transfer_reference) DO NOTHING",
        [row["merchant_id"], payment_id, row["contract_id"], amount_fen, transfer_reference, by, at]).rowcount)
