from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.app import context, principal
from services.kit.errors import NotFound
from services.kit.models import Input, PageInput
from services.kit.principal import Role
from services.orders.api.common import blueprint, paged
from services.orders.queries.ledger.checks import offers_digest, proof_certified, reconciliation, trial_balance
from services.orders.queries.ledger.lines import LineFilter, list_lines

api = blueprint("ledger")

AUDITORS = (Role.SERVICE, Role.BUREAU, Role.OPERATOR)


class DocumentPath(BaseModel):
    kind: str
    document_id: UUID


class LinesPage(PageInput):
    from_day: date | None = Field(None, alias="from")
    until_day: date | None = Field(None, alias="until")
    channel: str | None = Field(None, max_length=30)
    merchant_id: UUID | None = None
    product_id: UUID | None = None
    document_kind: str | None = Field(None, max_length=30)
    document_id: UUID | None = None
    import_id: UUID | None = None


class Span(Input):
    from_day: date | None = Field(None, alias="from")
    until_day: date | None = Field(None, alias="until")
    by: Literal["day", "channel", "merchant"] = "day"


@api.get("/documents/<string:kind>/<uuid:document_id>")
def get_document(path: DocumentPath) -> dict[str, Any]:
    reader = context().extra["documents"].get(path.kind)
    if reader is None:
        raise NotFound()
    with context().db.reading() as conn:
        document: dict[str, Any] = reader(conn, principal(), path.document_id)
        return document


@api.get("/sale-lines")
def get_sale_lines(query: LinesPage) -> dict[str, Any]:
    wanted = LineFilter(query.from_day, query.until_day, query.channel, query.merchant_id, query.product_id, query.document_kind,
                        query.document_id, query.import_id)
    with context().db.reading() as conn:
        return paged(list_lines(conn, principal(), wanted, query.first, query.after))


@api.get("/ledger/reconciliation")
def get_reconciliation(query: Span) -> dict[str, Any]:
    principal().require_any(*AUDITORS)
    with context().db.reading() as conn:
        return {"items": reconciliation(conn, query.from_day, query.until_day, query.by)}


@api.get("/ledger/trial")
def get_trial() -> dict[str, Any]:
    principal().require_any(*AUDITORS)
    with context().db.reading() as conn:
        return trial_balance(conn)


@api.get("/proof/certified")
def get_proof() -> dict[str, Any]:
    principal().require_any(*AUDITORS)
    with context().db.reading() as conn:
        return proof_certified(conn)


@api.get("/offers/digest")
def get_digest() -> dict[str, Any]:
    principal().require_any(*AUDITORS)
    with context().db.reading() as conn:
        return offers_digest(conn)
