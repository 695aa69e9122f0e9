from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.acts import Act as AuditAct
from services.catalog.domain.certification import Subject, after, as_of_today, check_period, renewal_start
from services.catalog.store import certificates, codes, listing, merchants, products
from services.catalog.usecases.certification.certify import PREFIXES, publish_certified
from services.kit import audit
from services.kit.db import Database, Row
from services.kit.errors import DomainError, NotFound, Several
from services.kit.ids import new_id
from services.kit.principal import Principal, Role

ACTS: dict[str, AuditAct] = {"merchant": "merchant:renew", "product": "product:renew"}


def renew(
    db: Database, principal: Principal, subject: Subject, subject_ids: Sequence[UUID], document_no: str, valid_until: date
) -> list[dict[str, Any]]:
    """A certificate more, from the day after the last one; all or none. Others than certified or expired ones apply anew."""
    principal.require(Role.BUREAU)
    with db.transaction() as conn:
        rows = _locked(conn, subject, subject_ids)
        _, today = listing.now_and_today(conn)
        held = certificates.of(conn, list(subject_ids))
        problems: list[DomainError] = []
        starts: dict[UUID, date] = {}
        for n, subject_id in enumerate(subject_ids):
            try:
                if subject_id not in rows:
                    raise NotFound()
                periods = certificates.periods(held[subject_id])
                after(as_of_today(rows[subject_id]["state"], periods, today), "renew", subject)
                starts[subject_id] = renewal_start(periods, today)
                check_period(starts[subject_id], valid_until, today)
            except DomainError as error:
                error.field = f"subject_ids.{n}"
                problems.append(error)
        if problems:
            raise problems[0] if len(problems) == 1 else Several(problems)
        numbers = codes.next_numbers(conn, codes.CERTIFICATE_NO, f"{PREFIXES[subject]}-{today.year}-", len(subject_ids), 5)
        made = [
            {
                "merchant_id": rows[s]["merchant_id"],
                "certificate_id": new_id(),
                "subject": subject,
                "subject_id": s,
                "certificate_no": number,
                "document_no": document_no,
                "valid_from": starts[s],
                "valid_until": valid_until,
            }
            for s, number in zip(subject_ids, numbers, strict=True)
        ]
        codes.take_many(conn, codes.CERTIFICATE_NO, [(row["certificate_no"], row["merchant_id"], row["certificate_id"]) for row in made])
        certificates.insert_many(conn, made)
        for row in made:
            audit.record(
                conn,
                principal,
                ACTS[subject],
                f"{subject}:{row['subject_id']}",
                after={k: row[k] for k in ("certificate_no", "document_no", "valid_from", "valid_until")},
            )
        publish_certified(conn, made)
    return [
        {"application_id": None}
        | {k: row[k] for k in ("subject", "subject_id", "certificate_id", "certificate_no", "valid_from", "valid_until")}
        for row in made
    ]


def _locked(conn: Any, subject: Subject, subject_ids: Sequence[UUID]) -> dict[UUID, Row]:
    if subject == "merchant":
        return merchants.lock(conn, subject_ids)
    found = [row for s in subject_ids if (row := products.find(conn, s)) is not None]
    merchants.hold(conn, sorted({row["merchant_id"] for row in found}))
    return products.lock(conn, subject_ids)
