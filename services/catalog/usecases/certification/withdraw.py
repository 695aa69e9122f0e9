"""Suspended, revoked, recalled. Hidden from directory and search by this very transaction; no sale from the instant that orders sets."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.acts import Act as AuditAct
from services.catalog.domain.certification import Act, Subject, after, as_of_today
from services.catalog.store import certificates, listing, merchants, products, withdrawals
from services.catalog.usecases.publishing import merchant_changed, product_changed
from services.events.catalog import MerchantWithdrawn, ProductWithdrawn
from services.kit import audit
from services.kit.db import Database
from services.kit.errors import NotFound
from services.kit.ids import new_id
from services.kit.principal import Principal, Role

WithdrawAct = Literal["suspend", "revoke", "recall"]
KINDS: dict[WithdrawAct, Literal["suspended", "revoked", "recalled"]] = {"suspend": "suspended", "revoke": "revoked", "recall": "recalled"}
ACTS: dict[tuple[str, str], AuditAct] = {
    ("merchant", "suspend"): "merchant:suspend",
    ("merchant", "revoke"): "merchant:revoke",
    ("product", "suspend"): "product:suspend",
    ("product", "revoke"): "product:revoke",
    ("product", "recall"): "product:recall",
}


def withdraw(
    db: Database, principal: Principal, subject: Subject, subject_id: UUID, act: WithdrawAct, reason: str, document_no: str | None
) -> UUID:
    """Returns the withdrawal. Raises WrongTransition."""
    principal.require(Role.BUREAU)
    verb: Act = act
    kind = KINDS[act]
    with db.transaction() as conn:
        found = products.find(conn, subject_id) if subject == "product" else merchants.find(conn, subject_id)
        if found is None:
            raise NotFound()
        merchant_id = found["merchant_id"]
        if subject == "product":
            merchants.hold(conn, [merchant_id])
            row = products.lock(conn, [subject_id])[subject_id]
        else:
            row = merchants.lock(conn, [subject_id])[subject_id]
        now, today = listing.now_and_today(conn)
        held = certificates.periods(certificates.of(conn, [subject_id])[subject_id])
        state = after(as_of_today(row["state"], held, today), verb, subject)
        withdrawal_id = new_id()
        withdrawals.insert_many(
            conn,
            [
                {
                    "merchant_id": merchant_id,
                    "withdrawal_id": withdrawal_id,
                    "subject": subject,
                    "subject_id": subject_id,
                    "kind": kind,
                    "reason": reason,
                    "document_no": document_no,
                    "decided_at": now,
                }
            ],
        )
        audit.record(
            conn,
            principal,
            ACTS[subject, act],
            f"{subject}:{subject_id}",
            before={"state": row["state"]},
            after={"state": state, "withdrawal_id": withdrawal_id, "document_no": document_no},
            reason=reason,
        )
        if subject == "product":
            products.set_states(conn, [(merchant_id, subject_id, state)])
            product_changed(
                conn,
                [merchant_id],
                [subject_id],
                lambda s: [ProductWithdrawn(product=s, withdrawal_id=withdrawal_id, kind=kind, decided_at=now)],
            )
        else:
            merchants.set_states(conn, [(subject_id, state)])
            merchant_changed(
                conn, [subject_id], lambda s: [MerchantWithdrawn(merchant=s, withdrawal_id=withdrawal_id, kind=kind, decided_at=now)]
            )
    return withdrawal_id
