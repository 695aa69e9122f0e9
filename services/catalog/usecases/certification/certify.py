"""The bureau certifies: one application or a batch under one document number, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.acts import Act as AuditAct
from services.catalog.domain import reviews
from services.catalog.domain.certification import WITHDRAWN, Period, after, as_of_today, check_period, overlapping
from services.catalog.domain.errors import MerchantNotCertified, NotReady, PeriodOverlaps
from services.catalog.store import applications, certificates, codes, listing, merchants, products
from services.catalog.usecases.certification.reinstate import lift_all
from services.catalog.usecases.publishing import merchant_changed, product_changed
from services.events.catalog import MerchantCertified, MerchantReinstated, ProductCertified, ProductReinstated
from services.kit import audit
from services.kit.db import Conn, Database, Row
from services.kit.errors import DomainError, NotFound, Several
from services.kit.ids import new_id
from services.kit.principal import Principal, Role

PREFIXES = {"merchant": "BFM", "product": "BFP"}
ACTS: dict[str, AuditAct] = {"merchant": "merchant:certify", "product": "product:certify"}


def certify(
    db: Database, principal: Principal, application_ids: Sequence[UUID], document_no: str, valid_from: date | None, valid_until: date
) -> list[dict[str, Any]]:
    principal.require(Role.BUREAU)
    with db.transaction() as conn:
        now, today = listing.now_and_today(conn)
        period = (valid_from or today, valid_until)
        check_period(*period, today)
        chosen = applications.lock(conn, application_ids)
        subjects = _locked(conn, list(chosen.values()))
        held = certificates.of(conn, list(subjects))
        problems: list[DomainError] = []
        certified_merchants = {a["subject_id"] for a in chosen.values() if a["subject"] == "merchant"}
        for n, application_id in enumerate(application_ids):
            try:
                application = chosen.get(application_id)
                if application is None:
                    raise NotFound(f"application_ids.{n}")
                _check(
                    conn,
                    application,
                    subjects[application["subject_id"]],
                    held[application["subject_id"]],
                    period,
                    today,
                    certified_merchants,
                )
            except DomainError as error:
                error.field = error.field or f"application_ids.{n}"
                problems.append(error)
        if problems:
            raise problems[0] if len(problems) == 1 else Several(problems)
        made = _give(conn, [chosen[a] for a in application_ids], subjects, document_no, period, today)
        applications.set_certified(conn, application_ids, now)
        for row in made:
            audit.record(
                conn,
                principal,
                ACTS[row["subject"]],
                f"{row['subject']}:{row['subject_id']}",
                after={k: row[k] for k in ("certificate_no", "document_no", "valid_from", "valid_until")},
            )
        publish_certified(conn, made)
    return [
        {k: row[k] for k in ("application_id", "subject", "subject_id", "certificate_id", "certificate_no", "valid_from", "valid_until")}
        for row in made
    ]


def _locked(conn: Conn, chosen: Sequence[Row]) -> dict[UUID, Row]:
    """Merchants before products, each in id order. Merchants of products only are locked too: their rows follow."""
    found: dict[UUID, Row] = dict(merchants.lock(conn, sorted({a["merchant_id"] for a in chosen})))
    return found | products.lock(conn, sorted(a["subject_id"] for a in chosen if a["subject"] == "product"))


def _check(conn: Conn, application: Row, subject: Row, held: Sequence[Row], period: Period, today: date, merchants_too: set[UUID]) -> None:
    state = reviews.as_of_today(application["state"], application["notice_until"], today)
    if state != "passed":
        raise NotReady(application_id=application["application_id"], state=state)
    after(as_of_today(subject["state"], certificates.periods(held), today), "certify", application["subject"])
    clash = next((c for c in held if overlapping([(c["valid_from"], c["valid_until"])], period)), None)
    if clash is not None and subject["state"] not in WITHDRAWN:
        raise PeriodOverlaps(certificate_no=clash["certificate_no"])
    if application["subject"] == "product" and application["merchant_id"] not in merchants_too:
        merchant = merchants.find(conn, application["merchant_id"])
        assert merchant is not None
        own = certificates.periods(certificates.of(conn, [application["merchant_id"]])[application["merchant_id"]])
        if as_of_today(merchant["state"], own, today) != "certified":
            raise MerchantNotCertified(name=subject["name"])


def _give(
    conn: Conn, chosen: Sequence[Row], subjects: dict[UUID, Row], document_no: str, period: Period, today: date
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for subject, prefix in PREFIXES.items():
        own = [a for a in chosen if a["subject"] == subject]
        if not own:
            continue
        numbers = codes.next_numbers(conn, codes.CERTIFICATE_NO, f"{prefix}-{today.year}-", len(own), 5)
        made += [
            {
                "merchant_id": a["merchant_id"],
                "certificate_id": new_id(),
                "subject": subject,
                "subject_id": a["subject_id"],
                "certificate_no": number,
                "document_no": document_no,
                "valid_from": period[0],
                "valid_until": period[1],
                "application_id": a["application_id"],
            }
            for a, number in zip(own, numbers, strict=True)
        ]
    codes.take_many(conn, codes.CERTIFICATE_NO, [(row["certificate_no"], row["merchant_id"], row["certificate_id"]) for row in made])
    certificates.insert_many(conn, made)
    return made


def publish_certified(conn: Conn, made: Sequence[dict[str, Any]]) -> None:
    """States, ready rows and events, merchants first. Who was withdrawn before is reinstated by the new certificate."""
    now, _ = listing.now_and_today(conn)
    shops = sorted({row["subject_id"] for row in made if row["subject"] == "merchant"})
    goods = [row for row in made if row["subject"] == "product"]
    merchants.set_states(conn, [(m, "certified") for m in shops])
    products.set_states(conn, [(row["merchant_id"], row["subject_id"], "certified") for row in goods])
    lifted = {
        row["subject_id"]: lift_all(conn, row["merchant_id"], row["subject_id"], now, "certified anew", row["document_no"]) for row in made
    }
    merchant_changed(
        conn,
        shops,
        lambda state: [
            MerchantCertified(merchant=state),
            *(MerchantReinstated(merchant=state, withdrawal_id=w, decided_at=now) for w in lifted[state.merchant_id]),
        ],
        certified=True,
    )
    product_changed(
        conn,
        sorted({row["merchant_id"] for row in goods}),
        sorted({row["subject_id"] for row in goods}),
        lambda state: [
            ProductCertified(product=state),
            *(ProductReinstated(product=state, withdrawal_id=w, decided_at=now) for w in lifted[state.product_id]),
        ],
        certified=True,
    )
