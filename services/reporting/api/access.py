"""Who may see which rows. Somebody else's county is not found; who has no part in reporting is forbidden."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.kit import clock
from services.kit.db import Conn
from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.reporting.domain.scope import CITY, Scope

CITY_ROLES = (Role.BUREAU, Role.DEPARTMENT_OFFICER)
INSTITUTION_ROLES = (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER)
REGISTRARS = (Role.BUREAU, Role.DEPARTMENT_OFFICER)


def line_scope(principal: Principal) -> Scope:
    """For sums and lines. Raises Forbidden for whoever has no lines of his own."""
    if any(principal.has(role) for role in CITY_ROLES):
        return CITY
    scope = Scope(
        counties=_scopes(principal, Role.COUNTY_OFFICER),
        merchants=_ids(principal, Role.MERCHANT),
        institutions=_ids(principal, *INSTITUTION_ROLES),
    )
    if scope.nothing:
        raise Forbidden()
    return scope


def officer_scope(principal: Principal) -> Scope:
    """For figures, reports and registers: the city, or the counties of a county officer."""
    if any(principal.has(role) for role in CITY_ROLES):
        return CITY
    scope = Scope(counties=_scopes(principal, Role.COUNTY_OFFICER))
    if not scope.officer:
        raise Forbidden()
    return scope


def counties_asked(scope: Scope, county_code: str | None) -> list[str] | None:
    """None: the whole city. Raises NotFound for a county that is not the reader's."""
    if county_code is None:
        return None if scope.city else list(scope.counties)
    if not scope.covers_county(county_code):
        raise NotFound()
    return [county_code]


def check_county(scope: Scope, county_code: str | None) -> None:
    """A county officer may not even ask by another county; merchants and institutions only narrow their own lines."""
    if county_code is not None and scope.counties and not (scope.merchants or scope.institutions) and not scope.covers_county(county_code):
        raise NotFound()


def today(conn: Conn) -> date:
    return business_date(clock.now(conn))


def _scopes(principal: Principal, *roles: Role) -> tuple[str, ...]:
    return tuple(sorted({scope for role in roles for scope in principal.scopes(role) if scope}))


def _ids(principal: Principal, *roles: Role) -> tuple[str, ...]:
    found = []
    for scope in _scopes(principal, *roles):
        try:
            found.append(str(UUID(scope)))
        except ValueError:
            continue
    return tuple(found)
