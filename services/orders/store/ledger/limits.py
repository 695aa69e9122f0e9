"""Accounts with a limit (credit terms, budgets, allowances): the only balances that are stored, taken by one conditional
update in the transaction that spends them."""

from __future__ import annotations

from uuid import UUID

from services.kit.db import Conn, one
from services.orders.domain.errors import LimitExceeded


def set_limit(conn: Conn, account: str, subject_id: UUID | str, limit_fen: int) -> None:
    """Raises psycopg's CheckViolation when more than that is used already."""
    conn.execute("INSERT INTO limits (account, subject_id, limit_fen) VALUES (%s, %s, %s) "
                 "ON CONFLICT (account, subject_id) DO UPDATE SET limit_fen = excluded.limit_fen", [account, str(subject_id), limit_fen])


def take(conn: Conn, account: str, subject_id: UUID | str, amount_fen: int) -> None:
    """Raises LimitExceeded with what is left. Negative amounts give back."""
    done = conn.execute("UPDATE limits SET used_fen = used_fen + %s WHERE account = %s AND subject_id = %s "
                        "AND used_fen + %s BETWEEN 0 AND limit_fen", [amount_fen, account, str(subject_id), amount_fen]).rowcount
    if not done:
        raise LimitExceeded(needed_fen=amount_fen, left_fen=left(conn, account, subject_id))


def give_back(conn: Conn, account: str, subject_id: UUID | str, amount_fen: int) -> None:
    take(conn, account, subject_id, -amount_fen)


def left(conn: Conn, account: str, subject_id: UUID | str) -> int:
    row = one(conn, "SELECT limit_fen - used_fen AS left FROM limits WHERE account = %s AND subject_id = %s", [account, str(subject_id)])
    return int(row["left"]) if row else 0
