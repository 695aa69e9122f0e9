"""Inputs of mutations as data: how a field looks at the edge, and what the service is sent for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import graphene

from gateway.errors import camel
from gateway.schema.fields import raw_id
from gateway.schema.scalars import Day, Instant, MoneyInput, Quantity, fen_of
from services.kit.errors import DomainError


@dataclass(frozen=True)
class In:
    """``send(value)`` → what goes into the service's body under ``key`` (default: the field's own name).

    ``kinds``: what an id may be the id of; ``parts``: the fields of a nested input.
    """

    kind: Any
    required: bool = True
    description: str | None = None
    key: str | None = None
    send: Callable[[Any], Any] = lambda value: value
    kinds: tuple[str, ...] = ()
    parts: Mapping[str, In] | None = None

    def field(self) -> Any:
        return graphene.InputField(graphene.NonNull(self.kind) if self.required else self.kind, description=self.description)


def text(description: str | None = None, *, required: bool = True) -> In:
    return In(graphene.String, required, description)


def number(description: str | None = None, *, required: bool = True) -> In:
    return In(graphene.Int, required, description)


def flag(description: str | None = None, *, required: bool = False) -> In:
    return In(graphene.Boolean, required, description)


def day(description: str | None = None, *, required: bool = True) -> In:
    return In(Day, required, description)


def instant(description: str | None = None, *, required: bool = True) -> In:
    return In(Instant, required, description)


def quantity(description: str | None = None, *, required: bool = True) -> In:
    return In(Quantity, required, description)


def amount(key: str, description: str | None = None, *, required: bool = True) -> In:
    """Money at the edge, integer fen under ``key`` inside."""
    return In(MoneyInput, required, description, key, fen_of)


def ref(*kinds: str, key: str, description: str | None = None, required: bool = True) -> In:
    return In(
        graphene.ID,
        required,
        description or "Global id of " + " or ".join(f"`{kind}`" for kind in kinds),
        key,
        lambda v: raw_id(v, *kinds),
        kinds,
    )


def refs(kind: str, *, key: str, description: str | None = None, required: bool = True) -> In:
    return In(
        graphene.List(graphene.NonNull(graphene.ID)),
        required,
        description or f"Global ids of `{kind}`",
        key,
        lambda v: [_sent(i, lambda one: raw_id(one, kind), one) for i, one in enumerate(v)],
        (kind,),
    )


def texts(description: str | None = None, *, required: bool = True) -> In:
    return In(graphene.List(graphene.NonNull(graphene.String)), required, description)


def numbers(description: str | None = None, *, required: bool = True) -> In:
    return In(graphene.List(graphene.NonNull(graphene.Int)), required, description)


def choice(enum: Any, description: str | None = None, *, required: bool = True) -> In:
    return In(enum, required, description, None, lambda v: getattr(v, "value", v))


def rows(name: str, fields: Mapping[str, In], description: str | None = None, *, required: bool = True) -> In:
    """A list of small objects (lines)."""
    kind = input_type(name, fields)
    return In(
        graphene.List(graphene.NonNull(kind)),
        required,
        description,
        None,
        lambda v: [_sent(i, partial(body_of, fields), one) for i, one in enumerate(v)],
        (),
        fields,
    )


def part(name: str, fields: Mapping[str, In], description: str | None = None, *, required: bool = True) -> In:
    return In(input_type(name, fields), required, description, None, lambda v: body_of(fields, v), (), fields)


def input_type(name: str, fields: Mapping[str, In]) -> Any:
    return type(name, (graphene.InputObjectType,), {key: spec.field() for key, spec in fields.items()})


def body_of(fields: Mapping[str, In], given: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was given: an omitted field is not sent, a null one is sent as null. A refusal names its field by its path."""
    return {
        spec.key or name: None if given[name] is None else _sent(name, spec.send, given[name])
        for name, spec in fields.items()
        if name in given
    }


def _sent(name: object, send: Callable[[Any], Any], value: Any) -> Any:
    try:
        return send(value)
    except DomainError as error:
        error.field = f"{name}.{error.field}" if error.field else str(name)
        raise


def edge_path(fields: Mapping[str, In], path: str | None) -> str | None:
    """Where a service's field stands in the input: ``lines.3.price_fen`` → ``lines.3.price``, ``product_id`` → ``id``."""
    if path is None:
        return None
    found: list[str] = []
    level: Mapping[str, In] | None = fields
    for part in path.split("."):
        if part.isdigit():
            found.append(part)
            continue
        name = next((n for n, spec in (level or {}).items() if part in (spec.key or n, n)), None)
        level = level[name].parts if level and name else None
        found.append(camel(name or part) or part)
    return ".".join(found)
