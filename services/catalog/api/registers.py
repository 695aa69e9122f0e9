from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.catalog.api.common import CountyCode, Slug
from services.catalog.domain.certification import Subject
from services.catalog.queries import registers as queries
from services.catalog.queries.directory import as_answer
from services.catalog.store import listing
from services.catalog.usecases.access import own_merchants, reads_city
from services.catalog.usecases.paths import hand_over_duty, replace_path
from services.kit.app import context, principal
from services.kit.db import Row
from services.kit.errors import InvalidInput, NotFound
from services.kit.models import Input, PageInput
from services.kit.principal import Role

api = APIBlueprint("registers", "registers")


class CertificatePath(BaseModel):
    certificate_no: str = Field(max_length=64)


class WithdrawalsQuery(PageInput):
    subject: Subject | None = None
    subject_id: UUID | None = None


class CountsQuery(Input):
    as_of: datetime | None = None
    county_code: CountyCode | None = None


class DigestQuery(Input):
    subject: Subject
    after: UUID | None = None
    first: int = Field(500, ge=1, le=1000)


class StepInput(Input):
    duty: Slug
    position: int = Field(ge=1, le=20)
    by: Literal["county", "department"]


class PathInput(Input):
    subject: Subject
    product_kind: str = Field("*", pattern=r"^(\*|[a-z][a-z0-9_]{0,39})$")
    notice_days: int = Field(0, ge=0, le=60)
    steps: list[StepInput] = Field(min_length=1, max_length=20)


class HolderInput(Input):
    duty: Slug
    department: Slug
    valid_from: date


@api.get("/certificates/<path:certificate_no>")
def get_certificate(path: CertificatePath) -> dict[str, Any]:
    principal()
    with context().db.reading() as conn:
        row = queries.certificate(conn, path.certificate_no)
    if row is None:
        raise NotFound()
    return row


@api.get("/withdrawals")
def get_withdrawals(query: WithdrawalsQuery) -> dict[str, Any]:
    who = principal()
    if (query.subject is None) != (query.subject_id is None):
        raise InvalidInput("subject_id", "subject and subject_id together")
    with context().db.reading() as conn:
        mine = own_merchants(conn, who)

        def reads_reason(row: Row) -> bool:
            return reads_city(who) or row["merchant_id"] in mine or who.has(Role.COUNTY_OFFICER, row["county_code"])

        return as_answer(
            queries.withdrawals_page(
                conn, subject=query.subject, subject_id=query.subject_id, with_reasons_of=reads_reason, first=query.first, after=query.after
            )
        )


@api.get("/counts")
def get_counts(query: CountsQuery) -> dict[str, Any]:
    principal()
    if query.as_of is not None and query.as_of.tzinfo is None:
        raise InvalidInput("as_of", "instant with zone")
    with context().db.reading() as conn:
        return queries.counts(conn, query.as_of, query.county_code)


@api.get("/review-paths")
def get_review_paths() -> dict[str, Any]:
    principal()
    return _review_paths()


def _review_paths() -> dict[str, Any]:
    with context().db.reading() as conn:
        return queries.review_paths(conn, listing.now_and_today(conn)[1])


@api.post("/review-paths")
def post_review_path(body: PathInput) -> dict[str, Any]:
    replace_path(
        context().db, principal(), body.subject, body.product_kind, body.notice_days, [(s.duty, s.position, s.by) for s in body.steps]
    )
    return _review_paths()


@api.post("/duty-holders")
def post_duty_holder(body: HolderInput) -> dict[str, Any]:
    hand_over_duty(context().db, principal(), body.duty, body.department, body.valid_from)
    return _review_paths()


@api.get("/digest")
def get_digest(query: DigestQuery) -> dict[str, Any]:
    principal().require_any(Role.SERVICE, Role.OPERATOR)
    with context().db.reading() as conn:
        rows = queries.digest(conn, query.subject, query.after, query.first)
    return {"items": rows, "next_cursor": str(rows[-1]["id"]) if len(rows) == query.first else None}
