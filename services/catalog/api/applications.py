from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.catalog.api.common import ApplicationPath, CountyCode, Reason, Slug
from services.catalog.domain.certification import Subject
from services.catalog.queries import applications as queries
from services.catalog.queries.directory import as_answer
from services.catalog.store import applications as store
from services.catalog.store import listing
from services.catalog.usecases.access import is_member, own_merchants, sees
from services.catalog.usecases.applications.apply_merchant import apply_merchant
from services.catalog.usecases.applications.apply_product import apply_product
from services.catalog.usecases.applications.review_application import resubmit_application, review_application
from services.kit.app import context, principal
from services.kit.db import Conn
from services.kit.errors import NotFound
from services.kit.models import Input, PageInput, Text
from services.kit.paging import Page
from services.kit.principal import Role

api = APIBlueprint("applications", "applications")


class ApplyMerchant(Input):
    credit_code: str = Field(min_length=18, max_length=18)
    name: Text
    kind: Literal["cooperative", "company", "family_farm", "village_collective", "sole_trader"]
    county_code: CountyCode
    township: Text | None = None
    founded_on: date | None = None
    contact_name: str = Field(min_length=1, max_length=60)
    contact_phone: str = Field(pattern=r"^[0-9+\- ]{6,20}$")


class ApplyProduct(Input):
    merchant_id: UUID
    product_id: UUID | None = None
    name: Text
    category: Slug
    family: Slug
    county_code: CountyCode
    unit: str = Field(min_length=1, max_length=8)
    pack: Text
    net_weight_g: int | None = None
    price_fen: int
    bulk_price_fen_per_kg: int | None = None
    is_food: bool
    season_months: list[int] = Field(default_factory=list, max_length=12)
    storage: Literal["ambient", "chilled", "frozen", "live"] = "ambient"
    description: str = Field(min_length=1, max_length=2000)
    image_keys: list[str] = Field(default_factory=list, max_length=8)


class Review(Input):
    duty: Slug
    verdict: Literal["pass", "return", "reject"]
    reason: Reason | None = None


class Resubmit(Input):
    note: Reason | None = None


class ApplicationsQuery(PageInput):
    queue: bool = False
    state: Literal["in_review", "returned", "rejected", "notice", "passed", "certified"] | None = None
    subject: Subject | None = None


@api.post("/merchants/apply")
def post_merchant(body: ApplyMerchant) -> dict[str, Any]:
    return _shown(apply_merchant(context().db, principal(), body.model_dump()))


@api.post("/products/apply")
def post_product(body: ApplyProduct) -> dict[str, Any]:
    return _shown(apply_product(context().db, principal(), body.model_dump()))


@api.get("/applications")
def get_applications(query: ApplicationsQuery) -> dict[str, Any]:
    with context().db.reading() as conn:
        page = _queue(conn, query) if query.queue else _own_or_scope(conn, query)
        mine = own_merchants(conn, principal())
    return as_answer(Page([row | {"mine": row["merchant_id"] in mine} for row in page.items], page.next_cursor))


def _queue(conn: Conn, query: ApplicationsQuery) -> Page[dict[str, Any]]:
    """What waits for the asker, by the office held: bureau, county or department."""
    who = principal()
    rest: dict[str, Any] = {"subject": query.subject, "first": query.first, "after": query.after}
    if who.has(Role.BUREAU):
        return queries.certification_queue(conn, **rest)
    if who.has(Role.COUNTY_OFFICER):
        return queries.review_queue(conn, by="county", duties=None, counties=who.scopes(Role.COUNTY_OFFICER), **rest)
    who.require(Role.DEPARTMENT_OFFICER)
    own = set(who.scopes(Role.DEPARTMENT_OFFICER))
    _, today = listing.now_and_today(conn)
    duties = [duty for duty, departments in store.holders(conn, today).items() if departments & own]
    return queries.review_queue(conn, by="department", duties=duties, counties=None, **rest)


def _own_or_scope(conn: Conn, query: ApplicationsQuery) -> Page[dict[str, Any]]:
    who = principal()
    rest: dict[str, Any] = {"state": query.state, "subject": query.subject, "first": query.first, "after": query.after}
    if any(who.has(role) for role in (Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR)):
        return queries.applications_of(conn, merchant_ids=None, counties=None, **rest)
    if who.has(Role.COUNTY_OFFICER):
        return queries.applications_of(conn, merchant_ids=None, counties=who.scopes(Role.COUNTY_OFFICER), **rest)
    return queries.applications_of(conn, merchant_ids=sorted(own_merchants(conn, who)), counties=None, **rest)


@api.get("/applications/<uuid:application_id>")
def get_application(path: ApplicationPath) -> dict[str, Any]:
    return _shown(path.application_id)


@api.post("/applications/<uuid:application_id>/reviews")
def post_review(path: ApplicationPath, body: Review) -> dict[str, Any]:
    review_application(context().db, principal(), path.application_id, body.duty, body.verdict, body.reason)
    return _shown(path.application_id)


@api.post("/applications/<uuid:application_id>/resubmit")
def post_resubmit(path: ApplicationPath, body: Resubmit) -> dict[str, Any]:
    with context().db.reading() as conn:
        mine = own_merchants(conn, principal())
    resubmit_application(context().db, principal(), path.application_id, mine, body.note)
    return _shown(path.application_id)


def _shown(application_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = queries.find_application(conn, application_id)
        if row is None or not sees(conn, principal(), row["merchant_id"], row["county_code"]):
            raise NotFound()
        return row | {"mine": is_member(conn, principal(), row["merchant_id"])}
