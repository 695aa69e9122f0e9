"""A withdrawal is lifted: decided here, ended from the instant that orders sets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.acts import Act as AuditAct
from services.catalog.domain.certification import Subject, after, as_of_today
from services.catalog.store import certificates, listing, merchants, products, withdrawals
from services.catalog.usecases.publishing import merchant_changed, product_changed
from services.events.catalog import MerchantReinstated, ProductReinstated
from services.kit import audit
from services.kit.db import Conn, Database
from services.kit.errors import NotFound
from services.kit.principal import Principal, Role


def lift_all(conn: Conn, merchant_id: UUID, subject_id: UUID, now: datetime, reason: str, document_no: str | None) -> list[UUID]:
    """Every withdrawal that still stands, the lighter one below the stricter one too. Returns their ids."""
    standing = withdrawals.not_lifted(conn, merchant_id, subject_id)
    withdrawals.lift(conn, standing, now, reason, document_no)
    return [row["withdrawal_id"] for row in standing]

ACTS: dict[str, AuditAct] = {"merchant": "merchant:reinstate", "product": "product:reinstate"}


def reinstate(db: Database, principal: Principal, subject: Subject, subject_id: UUID, reason: str, document_no: str | None) -> UUID:
    """Returns the withdrawal that was lifted last."""
    principal.require(Role.BUREAU)
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
        state = after(row["state"], "reinstate", subject)
        lifted = lift_all(conn, merchant_id, subject_id, now, reason, document_no)
        state = as_of_today(state, certificates.periods(certificates.of(conn, [subject_id])[subject_id]), today)
        audit.record(
            conn,
            principal,
            ACTS[subject],
            f"{subject}:{subject_id}",
            before={"state": row["state"]},
            after={"state": state, "document_no": document_no},
            reason=reason,
        )
        if subject == "product":
            products.set_states(conn, [(merchant_id, subject_id, state)])
            product_changed(
                conn, [merchant_id], [subject_id], lambda s: [ProductReinstated(product=s, withdrawal_id=w, decided_at=now) for w in lifted]
            )
        else:
            merchants.set_states(conn, [(subject_id, state)])
            merchant_changed(
                conn, [subject_id], lambda s: [MerchantReinstated(merchant=s, withdrawal_id=w, decided_at=now) for w in lifted]
            )
    return lifted[-1]
