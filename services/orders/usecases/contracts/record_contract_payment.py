"""The institution has paid by bank transfer, the merchant says so: its debt is smaller and its credit is free again."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.kit import audit, clock
from services.kit.db import Conn, Database
from services.kit.ids import new_id
from services.kit.models import Input, Text
from services.kit.principal import Principal
from services.orders.access import demand, is_merchant
from services.orders.domain.contracts.errors import MoreThanOwed, TransferTwice
from services.orders.domain.ledger.lines import Account, Move
from services.orders.queries.contracts.balance import owed_fen
from services.orders.store.contracts import contracts, credit
from services.orders.store.ledger.record import Entry, moved, post
from services.orders.usecases.contracts.load import contract_of
from services.orders.usecases.once import once


class RecordContractPayment(Input):
    amount_fen: int = Field(gt=0, le=10**13)
    transfer_reference: Text


def record_contract_payment(db: Database, who: Principal, key: str, contract_id: UUID, command: RecordContractPayment) -> UUID:
    """Answers the payment's id."""
    with db.transaction() as conn:
        return once(conn, who, f"contract_payment:{contract_id}", key, command, lambda: _record(conn, who, contract_id, command))


def _record(conn: Conn, who: Principal, contract_id: UUID, command: RecordContractPayment) -> UUID:
    row = contract_of(conn, who, contract_id, contracts.lock_for_change)
    demand(is_merchant(who, row["merchant_id"]))
    owed = owed_fen(conn, row["merchant_id"], contract_id)
    if command.amount_fen > owed:
        raise MoreThanOwed("amount_fen", owed_fen=owed)
    now, payment_id = clock.now(conn), new_id()
    if not contracts.insert_payment(conn, row, payment_id, command.amount_fen, command.transfer_reference, who.subject, now):
        raise TransferTwice("transfer_reference", reference=command.transfer_reference)
    paid = moved((Move(Account.SETTLED_OUTSIDE_RECEIPTS, Account.INSTITUTION_RECEIVABLE, credit_party=str(row["institution_id"])),),
                 command.amount_fen)
    post(conn, [Entry(row["merchant_id"], "payment", "contract", contract_id, paid)], posted_at=now)
    credit.free(conn, row, False, command.amount_fen)
    audit.record(conn, who, "contract:payment", f"contract:{contract_id}", after={"amount_fen": command.amount_fen})
    return payment_id
