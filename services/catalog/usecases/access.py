"""Who may see and act: scope is decided here, by the principal's grants and what the catalog itself knows of membership."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.catalog.store import applications, merchants
from services.kit.db import Conn, Row
from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Principal, Role

READERS = (Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR, Role.SERVICE)


def account_of(principal: Principal) -> UUID:
    """The signed-in account. Raises Forbidden for guests and services."""
    try:
        return UUID(principal.subject)
    except ValueError:
        raise Forbidden() from None


def own_merchants(conn: Conn, principal: Principal) -> set[UUID]:
    """By grant, and by membership that is still on its way to the gateway."""
    found = {UUID(scope) for scope in principal.scopes(Role.MERCHANT) if scope}
    if "limited" in principal.facts:
        return found
    try:
        account = UUID(principal.subject)
    except ValueError:
        return found
    return found | set(merchants.memberships(conn, account))


def is_member(conn: Conn, principal: Principal, merchant_id: UUID) -> bool:
    return principal.has(Role.MERCHANT, str(merchant_id)) or merchant_id in own_merchants(conn, principal)


def reads_city(principal: Principal) -> bool:
    return any(principal.has(role) for role in READERS)


def sees(conn: Conn, principal: Principal, merchant_id: UUID, county_code: str) -> bool:
    """May see rows that are not public: the merchant's own people, its county's officer, the city's offices."""
    return reads_city(principal) or principal.has(Role.COUNTY_OFFICER, county_code) or is_member(conn, principal, merchant_id)


def require_member(conn: Conn, principal: Principal, row: Row | None, *others: Role) -> Row:
    """A merchant's own row, or one of ``others``; somebody else's is absent. Raises NotFound."""
    if row is None or not (any(principal.has(role) for role in others) or is_member(conn, principal, row["merchant_id"])):
        raise NotFound()
    return row


def holds_duty(conn: Conn, principal: Principal, duty: str, today: date) -> bool:
    departments = set(principal.scopes(Role.DEPARTMENT_OFFICER))
    return bool(departments & applications.holders(conn, today).get(duty, set()))
