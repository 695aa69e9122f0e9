from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.catalog.api.common import Code, CountyCode, MechanismPath, MerchantPath, Reason, parse_ids
from services.catalog.domain.certification import State
from services.catalog.queries import merchants as queries
from services.catalog.queries.directory import as_answer
from services.catalog.queries.registers import mechanisms_page
from services.catalog.store import labels
from services.catalog.store import merchants as store
from services.catalog.usecases.access import own_merchants, reads_city, sees
from services.catalog.usecases.merchants.add_member import add_member
from services.catalog.usecases.merchants.record_mechanism import end_mechanism, record_mechanism
from services.kit.app import context, principal
from services.kit.db import Row
from services.kit.errors import NotFound
from services.kit.models import Input, PageInput, Text
from services.kit.principal import Role

api = APIBlueprint("merchants", "merchants")


class MerchantsQuery(PageInput):
    ids: str | None = Field(None, max_length=4000)
    county_code: CountyCode | None = None
    kind: Literal["cooperative", "company", "family_farm", "village_collective", "sole_trader"] | None = None
    q: str | None = Field(None, max_length=100)
    state: State | None = None


class AddMember(Input):
    account_id: UUID


class RecordMechanism(Input):
    merchant_id: UUID
    mechanism_no: Code | None = None
    kind: Literal["purchase_order", "employment", "land_lease", "dividend", "training"]
    households: int = Field(ge=1, le=1_000_000)
    persons: int = Field(ge=1, le=5_000_000)
    valid_from: date | None = None
    valid_until: date | None = None
    evidence: Text


class EndMechanism(Input):
    valid_until: date | None = None
    reason: Reason


class MechanismsQuery(PageInput):
    merchant_id: UUID | None = None


def _plain(row: Row) -> Row:
    row.pop("published", None)
    return row


@api.get("/merchants")
def get_merchants(query: MerchantsQuery) -> dict[str, Any]:
    """The public sees certified ones; a county's officer those of the county in any state, the city's offices all."""
    who = principal()
    with context().db.reading() as conn:
        if query.ids is not None:
            rows = queries.merchants_by_ids(conn, parse_ids(query.ids))
            hidden = [r for r in rows if not r["published"]]
            mine = own_merchants(conn, who) if hidden and not reads_city(who) else set()
            return {
                "items": [
                    _plain(r)
                    for r in rows
                    if r["published"] or reads_city(who) or r["merchant_id"] in mine or who.has(Role.COUNTY_OFFICER, r["county_code"])
                ]
            }
        officer = reads_city(who) or who.has(Role.COUNTY_OFFICER)
        within = None if reads_city(who) or query.state is None else who.scopes(Role.COUNTY_OFFICER)
        page = queries.merchants_page(
            conn,
            county_code=query.county_code,
            kind=query.kind,
            q=query.q,
            state=query.state if officer else None,
            sellable_only=not officer or query.state is None,
            within=within if officer else None,
            first=query.first,
            after=query.after,
        )
    for row in page.items:
        _plain(row)
    return as_answer(page)


@api.get("/merchants/<uuid:merchant_id>")
def get_merchant(path: MerchantPath) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = queries.merchant_detail(conn, path.merchant_id)
        if row is None:
            raise NotFound()
        inside = sees(conn, principal(), path.merchant_id, row["county_code"])
        if not row["sellable"] and not inside:
            raise NotFound()
        if inside and not principal().has(Role.SERVICE):
            row["contact"] = store.contact(conn, path.merchant_id)
    return _plain(row)


@api.post("/merchants/<uuid:merchant_id>/members")
def post_member(path: MerchantPath, body: AddMember) -> dict[str, Any]:
    add_member(context().db, principal(), path.merchant_id, body.account_id)
    return {"merchant_id": path.merchant_id, "account_id": body.account_id}


@api.post("/mechanisms")
def post_mechanism(body: RecordMechanism) -> dict[str, Any]:
    return _mechanism(record_mechanism(context().db, principal(), body.model_dump()))


@api.post("/mechanisms/<uuid:mechanism_id>/end")
def post_mechanism_end(path: MechanismPath, body: EndMechanism) -> dict[str, Any]:
    end_mechanism(context().db, principal(), path.mechanism_id, body.valid_until, body.reason)
    return _mechanism(path.mechanism_id)


def _mechanism(mechanism_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        row = labels.find_mechanism(conn, mechanism_id)
    assert row is not None
    return {k: v for k, v in row.items() if k not in ("import_id", "end_reason")}


@api.get("/mechanisms")
def get_mechanisms(query: MechanismsQuery) -> dict[str, Any]:
    who = principal()
    with context().db.reading() as conn:
        wanted = [query.merchant_id] if query.merchant_id else None
        if reads_city(who):
            page = mechanisms_page(conn, merchant_ids=wanted, counties=None, first=query.first, after=query.after)
        elif who.has(Role.COUNTY_OFFICER):
            page = mechanisms_page(
                conn, merchant_ids=wanted, counties=who.scopes(Role.COUNTY_OFFICER), first=query.first, after=query.after
            )
        else:
            mine = own_merchants(conn, who)
            chosen = sorted(mine & set(wanted) if wanted else mine)
            page = mechanisms_page(conn, merchant_ids=chosen, counties=None, first=query.first, after=query.after)
    return as_answer(page)
