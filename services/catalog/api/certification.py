from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.catalog.api.common import DocumentNo, MerchantPath, ProductPath, Reason
from services.catalog.domain.certification import Subject
from services.catalog.queries.products import PUBLIC_WITHDRAWAL
from services.catalog.store import withdrawals
from services.catalog.usecases.certification.certify import certify
from services.catalog.usecases.certification.reinstate import reinstate
from services.catalog.usecases.certification.renew import renew
from services.catalog.usecases.certification.withdraw import WithdrawAct, withdraw
from services.kit.app import context, principal
from services.kit.errors import InvalidInput
from services.kit.models import Input

api = APIBlueprint("certification", "certification")
SHOWN = [*(c.strip() for c in PUBLIC_WITHDRAWAL.split(",")), "reason", "lift_reason"]


class Certify(Input):
    application_ids: list[UUID] = Field(min_length=1, max_length=500)
    document_no: DocumentNo
    valid_from: date | None = None
    valid_until: date


class Renew(Input):
    subject: Subject
    subject_ids: list[UUID] = Field(min_length=1, max_length=500)
    document_no: DocumentNo
    valid_until: date


class Decide(Input):
    reason: Reason
    document_no: DocumentNo | None = None


def _once(name: str, ids: list[UUID]) -> None:
    if len(set(ids)) != len(ids):
        raise InvalidInput(name, "each once")


@api.post("/certifications")
def post_certifications(body: Certify) -> dict[str, Any]:
    _once("application_ids", body.application_ids)
    return {"items": certify(context().db, principal(), body.application_ids, body.document_no, body.valid_from, body.valid_until)}


@api.post("/renewals")
def post_renewals(body: Renew) -> dict[str, Any]:
    _once("subject_ids", body.subject_ids)
    return {"items": renew(context().db, principal(), body.subject, body.subject_ids, body.document_no, body.valid_until)}


def _withdraw(subject: Subject, subject_id: UUID, act: WithdrawAct, body: Decide) -> dict[str, Any]:
    return _shown(withdraw(context().db, principal(), subject, subject_id, act, body.reason, body.document_no))


def _reinstate(subject: Subject, subject_id: UUID, body: Decide) -> dict[str, Any]:
    return _shown(reinstate(context().db, principal(), subject, subject_id, body.reason, body.document_no))


def _shown(withdrawal_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = withdrawals.find(conn, withdrawal_id)
    return {k: row[k] for k in SHOWN}


@api.post("/products/<uuid:product_id>/suspend")
def suspend_product(path: ProductPath, body: Decide) -> dict[str, Any]:
    return _withdraw("product", path.product_id, "suspend", body)


@api.post("/products/<uuid:product_id>/revoke")
def revoke_product(path: ProductPath, body: Decide) -> dict[str, Any]:
    return _withdraw("product", path.product_id, "revoke", body)


@api.post("/products/<uuid:product_id>/recall")
def recall_product(path: ProductPath, body: Decide) -> dict[str, Any]:
    return _withdraw("product", path.product_id, "recall", body)


@api.post("/products/<uuid:product_id>/reinstate")
def reinstate_product(path: ProductPath, body: Decide) -> dict[str, Any]:
    return _reinstate("product", path.product_id, body)


@api.post("/merchants/<uuid:merchant_id>/suspend")
def suspend_merchant(path: MerchantPath, body: Decide) -> dict[str, Any]:
    return _withdraw("merchant", path.merchant_id, "suspend", body)


@api.post("/merchants/<uuid:merchant_id>/revoke")
def revoke_merchant(path: MerchantPath, body: Decide) -> dict[str, Any]:
    return _withdraw("merchant", path.merchant_id, "revoke", body)


@api.post("/merchants/<uuid:merchant_id>/reinstate")
def reinstate_merchant(path: MerchantPath, body: Decide) -> dict[str, Any]:
    return _reinstate("merchant", path.merchant_id, body)
