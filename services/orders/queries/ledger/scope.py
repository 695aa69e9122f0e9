"""Which sale lines a principal may see, as part of the statement."""

from __future__ import annotations

from typing import Any

from services.kit.errors import Forbidden
from services.kit.principal import Principal, Role

EVERYTHING = (Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR, Role.SERVICE)


def line_scope(who: Principal, alias: str = "l") -> tuple[str, list[Any]]:
    """(condition, parameters). Numbers, lines, amounts and dates only: no statement here joins a person. Raises Forbidden."""
    if any(who.has(role) for role in EVERYTHING):
        return "true", []
    conditions, params = list[str](), list[Any]()
    counties = who.scopes(Role.COUNTY_OFFICER)
    if counties:
        conditions.append(f"({alias}.origin_county = ANY(%s) OR {alias}.consumption_county = ANY(%s))")
        params += [counties, counties]
    merchants = who.scopes(Role.MERCHANT)
    if merchants:
        conditions.append(f"{alias}.merchant_id = ANY(%s::uuid[])")
        params.append(merchants)
    if not conditions:
        raise Forbidden()
    return f"({' OR '.join(conditions)})", params
