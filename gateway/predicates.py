"""Predicates over a principal and an object: what the permission table is written in.

An object is a row as its owning service sends it. A fact that the row does not carry holds for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
        named = set(_texts(row, self._paths))
        return any(g.role == self.role and g.scope and g.scope in named for g in principal.grants)

    def words(self) -> str:
        if self.role is None:
            return "its owner" if self.facts else "everybody"
        return self.role.value + (" of its " + " or ".join(fact.rsplit(".", 1)[-1] for fact in self.facts) if self.facts else "")


def _fact(row: Facts, path: tuple[str, ...]) -> Any:
    found: Any = row
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(row: Facts, paths: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for path in paths:
        found = _fact(row, path)
        if isinstance(found, list):
            yield from map(str, found)
        elif found is not None:
            yield str(found)


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
        """As each predicate's `holds`, in one pass over the grants: microseconds, however many there are."""
        facts = row if isinstance(row, Mapping) else {}
        if any(predicate.holds(principal, facts) for predicate in self._unroled):
            return True
        named: dict[Role, set[str]] = {}
        for grant in principal.grants:
            paths = self._by_role.get(grant.role)
            if paths is None:
                continue
            if not paths:
                return True
            if grant.role not in named:
                named[grant.role] = set(_texts(facts, paths))
            if grant.scope and grant.scope in named[grant.role]:
                return True
        return False

    @cached_property
    def _unroled(self) -> tuple[Predicate, ...]:
        return tuple(p for p in self.any_of if p.role is None)

    @cached_property
    def _by_role(self) -> dict[Role, tuple[tuple[str, ...], ...]]:
        """role → paths of the facts that name its scope; none: wherever it is held."""
        found: dict[Role, tuple[tuple[str, ...], ...]] = {}
        for predicate in self.any_of:
            if predicate.role is not None:
                before = found.get(predicate.role)
                anywhere = not predicate.facts or before == ()
                found[predicate.role] = () if anywhere else (*(before or ()), *predicate._paths)
        return found

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
