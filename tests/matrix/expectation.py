"""What the permission table says of each operation × role × own or another's object. Nothing here knows an operation by name."""

from __future__ import annotations

from gateway.permissions import Rule
from gateway.predicates import OWNER, Predicate
from gateway.restricted import ACTS, FREE, OBJECTS, ONE_IS_ENOUGH
from services.kit.principal import Principal
from tests.matrix.arguments import Position, positions
from tests.matrix.cast import Side

OPEN, DOOR, OBJECT = "allowed", "refused at the door", "not their object"


def scoped(operation: str) -> list[Position]:
    """Positions whose object decides."""
    return [p for p in positions(operation) if p.path not in FREE.get(operation, ())]


def expected(operation: str, rule: Rule, who: Principal, sides: dict[str, Side], default: Side) -> str:
    """``sides``: position → whose object stands there; ``default`` elsewhere."""
    if rule.refusal(who) is not None:
        return DOOR
    if rule.cacheable:
        return OPEN
    asked = [
        may(operation, position, who, sides.get(position.path, default))
        for position in scoped(operation)
        if position.path not in left_out(operation, who, sides, default)
    ]
    holds = any(asked) if operation in ONE_IS_ENOUGH and asked else all(asked)
    return OPEN if holds else OBJECT


def left_out(operation: str, who: Principal, sides: dict[str, Side], default: Side) -> frozenset[str]:
    """Optional ids of things that are not the asker's own: named by nobody who has no part in them."""
    return frozenset(
        p.path
        for p in scoped(operation)
        if not p.required and p.path not in sides and (p.path.startswith("filter.") or not may(operation, p, who, default))
    )


def _of(kind: str) -> tuple[Predicate, ...]:
    """A kind without a row is its owner's alone, and `test_every_id_of_an_operation_is_of_a_kind_with_predicates` fails."""
    return OBJECTS.get(kind, (OWNER,))


def may(operation: str, position: Position, who: Principal, side: Side) -> bool:
    kind = next((k for k in position.kinds if k in side.ids), position.kinds[0])
    predicates = _of(kind) if kind == "Account" else ACTS.get(operation) or _of(kind)
    return any(predicate.holds(who, side.facts_for(kind, who)) for predicate in predicates)
