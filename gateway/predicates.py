"""Predicates over a principal and an object: what the permission table is written in.

An object is a row as its owning service sends it. A fact that the row does not carry holds for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.kit.principal import Principal, Role

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Predicate:
    """``role`` held for the scope that the object names in one of ``facts`` (dotted paths), or anywhere when there are none.

    Without a role: ``facts`` name the account itself, or say ``mine`` (the owning service compared the accounts); no facts: everybody.
    An empty scope names nothing.
    """

    role: Role | None
    facts: tuple[str, ...] = ()

    @cached_property
    def _paths(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(fact.split(".")) for fact in self.facts)

    def holds(self, principal: Principal, row: Facts) -> bool:
        if self.role is None:
            return any((found := _fact(row, path)) is True or str(found) == principal.subject for path in self._paths) or not self.facts
        if not self.facts:
            return principal.has(self.role)
        scopes = [g.scope for g in principal.grants if g.role == self.role and g.scope]
        return bool(scopes) and any(_names(_fact(row, path), scopes) for path in self._paths)

    def words(self) -> str:
        if self.role is None:
            return "its owner" if self.facts else "everybody"
        return self.role.value + (" of its " + " or ".join(fact.rsplit(".", 1)[-1] for fact in self.facts) if self.facts else "")


def _fact(row: Facts, path: tuple[str, ...]) -> Any:
    found: Any = row
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _names(found: Any, scopes: list[str]) -> bool:
    if isinstance(found, list):
        return any(str(one) in scopes for one in found)
    return found is not None and str(found) in scopes


OWNER = Predicate(None, ("mine",))


def owner(*facts: str) -> tuple[Predicate, ...]:
    """The account that one of ``facts`` names."""
    return (Predicate(None, facts),)


def holders(*roles: Role) -> tuple[Predicate, ...]:
    """Whoever has one of the roles, wherever."""
    return tuple(Predicate(role) for role in roles)


def party(*roles: Role, to: tuple[str, ...]) -> tuple[Predicate, ...]:
    """Whoever has one of the roles for the very merchant, institution, outlet … that the object names."""
    return tuple(Predicate(role, to) for role in roles)


def county(*facts: str) -> tuple[Predicate, ...]:
    """The officer of the county that the object names."""
    return (Predicate(Role.COUNTY_OFFICER, facts),)


@dataclass(frozen=True)
class FieldRule:
    """Who sees a field of a type, by whatever path it is reached. Any one predicate is enough.

    ``hidden``: null for the others, where they may see the object itself; else the field is refused with an error.
    """

    any_of: tuple[Predicate, ...]
    hidden: bool = False

    def allows(self, principal: Principal, row: Any) -> bool:
        facts = row if isinstance(row, Mapping) else {}
        return any(predicate.holds(principal, facts) for predicate in self.any_of)

    def words(self) -> str:
        return ", ".join(dict.fromkeys(predicate.words() for predicate in self.any_of))


def behind(rule: FieldRule, resolve: Callable[..., Any], refuse: Callable[[Any], Exception]) -> Callable[..., Any]:
    """A resolver behind a field's rule; it stands on the type, so no path goes round it."""

    def resolve_allowed(row: Any, info: Any, **arguments: Any) -> Any:
        if rule.allows(info.context.principal, row):
            return resolve(row, info, **arguments)
        if rule.hidden:
            return None
        raise refuse(info.context)

    return resolve_allowed
