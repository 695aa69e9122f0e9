"""The credit an institution uses under a contract: held from the call-off on, owed from the acceptance on, free when paid."""

from __future__ import annotations

from services.kit.db import Conn, Row
from services.orders.store.ledger import limits

ACCOUNT = "credit"


def uses_credit(contract: Row, welfare: bool) -> bool:
    """A welfare call-off is the union's debt, not the institution's."""
    return contract["credit_limit_fen"] is not None and not welfare


def open_account(conn: Conn, contract: Row) -> None:
    if contract["credit_limit_fen"] is not None:
        limits.set_limit(conn, ACCOUNT, contract["contract_id"], contract["credit_limit_fen"])


def take(conn: Conn, contract: Row, welfare: bool, amount_fen: int) -> None:
    """Raises LimitExceeded with what is left."""
    if amount_fen > 0 and uses_credit(contract, welfare):
        limits.take(conn, ACCOUNT, contract["contract_id"], amount_fen)


def free(conn: Conn, contract: Row, welfare: bool, amount_fen: int) -> None:
    """Never below nothing: goods that are returned after they were paid for leave the merchant owing, not more credit."""
    if amount_fen > 0 and uses_credit(contract, welfare):
        conn.execute("UPDATE limits SET used_fen = greatest(used_fen - %s, 0) WHERE account = %s AND subject_id = %s",
                     [amount_fen, ACCOUNT, str(contract["contract_id"])])
