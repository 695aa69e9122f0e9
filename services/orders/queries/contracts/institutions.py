"""Institutions as their members, merchants and officers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit.db import Conn, every, one
from services.kit.errors import NotFound
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.access import scope_of
from services.orders.queries.listing import by_ids, newest_first, pick

FIELDS = ("institution_id", "institution_code", "name", "kind", "county_code", "meals_per_day", "kitchen", "registered_at")


@dataclass(frozen=True)
class Member:
    account_id: UUID
    role: str


@dataclass(frozen=True)
class InstitutionShown:
    institution_id: UUID
    institution_code: str
    name: str
    kind: str
    county_code: str
    meals_per_day: int | None
    kitchen: str
    registered_at: datetime
    mine: bool
    members: list[Member] | None = None


SELECT = ("SELECT i.* FROM institutions i WHERE (%(everything)s OR cardinality(%(merchants)s::uuid[]) > 0 "
          "OR i.institution_id = ANY(%(institutions)s::uuid[]) OR i.county_code = ANY(%(counties)s::text[]) OR i.applied_by = %(account)s)")


def list_institutions(conn: Conn, who: Principal, *, q: str | None, kind: str | None, county_code: str | None, first: int,
                      after: str | None) -> Page[InstitutionShown]:
    """Merchants see all, so that they can find whom to offer a contract to."""
    return newest_first(
        conn, SELECT + " AND (%(q)s::text IS NULL OR strpos(i.name, %(q)s) > 0 "
        "OR i.institution_code = %(q)s) AND (%(kind)s::text IS NULL OR i.kind = %(kind)s) "
        "AND (%(county)s::text IS NULL OR i.county_code = %(county)s)", "i.institution_id",
        {**scope_of(who).params, "q": q, "kind": kind, "county": county_code}, first, after,
        lambda row: InstitutionShown(**pick(row, FIELDS), mine=row["applied_by"] == who.subject))


def institutions_by_ids(conn: Conn, who: Principal, ids: Sequence[UUID]) -> list[InstitutionShown]:
    return by_ids(conn, SELECT, "i.institution_id", scope_of(who).params, ids,
                  lambda row: InstitutionShown(**pick(row, FIELDS), mine=row["applied_by"] == who.subject))


def get_institution(conn: Conn, who: Principal, institution_id: UUID) -> InstitutionShown:
    """Raises NotFound."""
    scope = scope_of(who)
    row = one(conn, SELECT + " AND i.institution_id = %(id)s", {**scope.params, "id": institution_id})
    if row is None:
        raise NotFound()
    members = None
    if scope.sees(institution=institution_id) or row["applied_by"] == who.subject:
        members = [Member(m["account_id"], m["role"]) for m in every(
            conn, "SELECT account_id, role FROM institution_members WHERE institution_id = %s ORDER BY granted_at, role", [institution_id])]
    return InstitutionShown(**pick(row, FIELDS), mine=row["applied_by"] == who.subject, members=members)
