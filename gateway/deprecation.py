"""A field leaves by a date that stands in its own words, so that a client's developer can plan for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

_REASON = re.compile(r"Leaves on (\d{4}-\d{2}-\d{2}): (.{8,})", re.DOTALL)


def deprecated(day: str, words: str) -> str:
    """The ``deprecation_reason`` of a field, argument, input field or enum value: ``deprecated("2027-06-01", "use `name`")``.

    Raises ValueError for a day that is none, or without saying what to use instead.
    """
    reason = f"Leaves on {date.fromisoformat(day).isoformat()}: {words}"
    if _REASON.fullmatch(reason) is None:
        raise ValueError("say in at least eight characters what to use instead")
    return reason


@dataclass(frozen=True)
class Deprecation:
    """``coordinate`` as in ``Type.field``, ``Type.field(argument:)``; ``day`` is None where the reason names none."""

    coordinate: str
    reason: str

    @property
    def day(self) -> date | None:
        found = _REASON.fullmatch(self.reason)
        return date.fromisoformat(found[1]) if found else None


def deprecations(schema: GraphQLSchema) -> list[Deprecation]:
    return sorted((Deprecation(where, reason) for where, reason in _reasons(schema) if reason is not None), key=lambda d: d.coordinate)


def _reasons(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in kind.fields.items():
                yield f"{name}.{key}", field.deprecation_reason
                for argument, spec in field.args.items():
                    yield f"{name}.{key}({argument}:)", spec.deprecation_reason
        elif isinstance(kind, GraphQLInputObjectType):
            for key, given in kind.fields.items():
                yield f"{name}.{key}", given.deprecation_reason
        elif isinstance(kind, GraphQLEnumType):
            for key, value in kind.values.items():
                yield f"{name}.{key}", value.deprecation_reason
