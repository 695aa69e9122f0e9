"""Departments, activities, publicity: lists for officers, kept by the bureau and the departments."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field, StringConstraints

from services.kit.app import context, principal
from services.kit.models import Input, PageInput, Text
from services.kit.principal import Role
from services.reporting.api.access import REGISTRARS, counties_asked, officer_scope
from services.reporting.domain.scope import CITY, Scope
from services.reporting.queries import registers as queries
from services.reporting.store.registers import ACTIVITIES, DEPARTMENTS, PUBLICITY, Register
from services.reporting.usecases import keep_registers as usecases

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,40}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[\w.\-/()（）·]{1,32}$")]
County = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Kind = Literal["session", "fair", "signing", "community_day", "matching"]
Medium = Literal["newspaper", "television", "radio", "online", "film", "column", "brochure"]
Level = Literal["central", "provincial", "city"]


class DepartmentInput(Input):
    code: Slug
    name: Text
    duty: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    lead: bool = False
    valid_from: date
    valid_until: date | None = None
    successor: Slug | None = None


class ActivityInput(Input):
    activity_no: Number
    kind: Kind
    title: Text
    held_on: date
    county_code: County | None = None
    department: Slug
    session_id: UUID | None = None
    outlet_id: UUID | None = None
    contract_ids: list[UUID] | None = Field(None, max_length=500)


class RecordInput(Input):
    record_no: Number
    medium: Medium
    level: Level | None = None
    media_kind: Text
    title: Text
    published_on: date
    aired: int | None = Field(None, ge=0, le=1_000_000)


class DepartmentsQuery(PageInput):
    as_of: date | None = None


class ActivitiesQuery(PageInput):
    kind: Kind | None = None
    from_: date | None = Field(None, alias="from")
    until: date | None = None
    county_code: County | None = None


class PublicityQuery(PageInput):
    medium: Medium | None = None
    level: Level | None = None
    from_: date | None = Field(None, alias="from")
    until: date | None = None


class RowPath(BaseModel):
    row_id: UUID


def _reader() -> Scope:
    """The registers are the city's own: officers read them, operators before they import."""
    return CITY if principal().has(Role.OPERATOR) else officer_scope(principal())


def _listed(page: Any) -> dict[str, Any]:
    return {"items": [asdict(item) for item in page.items], "next_cursor": page.next_cursor}


def _one(register: Register, row_id: UUID) -> dict[str, Any]:
    find = {"departments": queries.departments, "activities": queries.activities, "publicity": queries.publicity}[register.table]
    with context().db.reading() as conn:
        return asdict(find(conn, 1, None, row_id=row_id).items[0])


def _row(body: Input) -> dict[str, Any]:
    row = body.model_dump()
    return row | {"contract_ids": row["contract_ids"] or []} if "contract_ids" in row else row


def _enter(register: Register, body: Input) -> tuple[dict[str, Any], int]:
    principal().require_any(*REGISTRARS)
    return _one(register, usecases.enter(context().db, principal(), register, _row(body))), 201


def _change(register: Register, row_id: UUID, body: Input) -> dict[str, Any]:
    principal().require_any(*REGISTRARS)
    usecases.change(context().db, principal(), register, row_id, _row(body))
    return _one(register, row_id)


def _strike(register: Register, row_id: UUID) -> tuple[str, int]:
    principal().require_any(*REGISTRARS)
    usecases.strike(context().db, principal(), register, row_id)
    return "", 204


def blueprint() -> APIBlueprint:
    api = APIBlueprint("registers", "registers")

    @api.get("/departments")
    def list_departments(query: DepartmentsQuery) -> dict[str, Any]:
        _reader()
        with context().db.reading() as conn:
            return _listed(queries.departments(conn, query.first, query.after, as_of=query.as_of))

    @api.post("/departments")
    def enter_department(body: DepartmentInput) -> tuple[dict[str, Any], int]:
        return _enter(DEPARTMENTS, body)

    @api.put("/departments/<uuid:row_id>")
    def change_department(path: RowPath, body: DepartmentInput) -> dict[str, Any]:
        return _change(DEPARTMENTS, path.row_id, body)

    @api.delete("/departments/<uuid:row_id>")
    def strike_department(path: RowPath) -> tuple[str, int]:
        return _strike(DEPARTMENTS, path.row_id)

    @api.get("/activities")
    def list_activities(query: ActivitiesQuery) -> dict[str, Any]:
        counties = counties_asked(_reader(), query.county_code)
        with context().db.reading() as conn:
            return _listed(
                queries.activities(conn, query.first, query.after, kind=query.kind, start=query.from_, end=query.until, counties=counties)
            )

    @api.post("/activities")
    def enter_activity(body: ActivityInput) -> tuple[dict[str, Any], int]:
        return _enter(ACTIVITIES, body)

    @api.put("/activities/<uuid:row_id>")
    def change_activity(path: RowPath, body: ActivityInput) -> dict[str, Any]:
        return _change(ACTIVITIES, path.row_id, body)

    @api.delete("/activities/<uuid:row_id>")
    def strike_activity(path: RowPath) -> tuple[str, int]:
        return _strike(ACTIVITIES, path.row_id)

    @api.get("/publicity")
    def list_publicity(query: PublicityQuery) -> dict[str, Any]:
        _reader()
        with context().db.reading() as conn:
            return _listed(
                queries.publicity(
                    conn, query.first, query.after, medium=query.medium, level=query.level, start=query.from_, end=query.until
                )
            )

    @api.post("/publicity")
    def enter_publicity(body: RecordInput) -> tuple[dict[str, Any], int]:
        return _enter(PUBLICITY, body)

    @api.put("/publicity/<uuid:row_id>")
    def change_publicity(path: RowPath, body: RecordInput) -> dict[str, Any]:
        return _change(PUBLICITY, path.row_id, body)

    @api.delete("/publicity/<uuid:row_id>")
    def strike_publicity(path: RowPath) -> tuple[str, int]:
        return _strike(PUBLICITY, path.row_id)

    return api
