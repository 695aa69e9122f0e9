"""The words of the schema, put on once it is built: every type, field, argument, enum value and input field says what it is.

They stand as data in ``words/*.toml``: a table a type, a key a member, ``_`` the type itself, ``"field.argument"`` an argument;
``common.toml`` holds what a name means wherever it stands. A description given where a field is written holds unless the data says
more. What follows from the schema itself (payloads, pages, mutation inputs) is composed here, and who may ask is taken from
`gateway.permissions`, so that it cannot grow old.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

FOLDER = Path(__file__).parent / "words"
COMMON = {"field": "*", "input": "*Input", "argument": "()"}
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}
MAY, SEES = "\n\nWho may: ", "\n\nWho sees it: "
_WHO = {"anyone": "anyone", "visitor": "a guest with a token of `startGuest`, or any account", "account": "any account"}


class Who(Protocol):
    """What is read of a root field's rule (`gateway.permissions`)."""

    who: str
    roles: tuple[Any, ...]


class Sees(Protocol):
    """What is read of a restricted field's rule (`gateway.restricted`)."""

    hidden: bool

    def words(self) -> str: ...


def words_of(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """type → member → words, of all files. Raises ValueError where two files describe the same."""
    merged: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob("*.toml")):
        for kind, members in tomllib.loads(file.read_text("utf-8")).items():
            known = merged.setdefault(kind, {})
            twice = known.keys() & members.keys()
            if twice:
                raise ValueError(f"{file.name} describes again: {kind}.{sorted(twice)}")
            known |= members
    return merged


def describe(
    schema: GraphQLSchema,
    rules: Mapping[str, Who],
    restricted: Mapping[str, Sees],
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Sets every description that is known. What stays without one is found by `undescribed`."""
    given = words_of() if words is None else words
    for kind in _own_types(schema):
        own = given.get(kind.name, {})
        kind.description = own.get("_") or kind.description or _composed_type(schema, kind)
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                value.description = own.get(name) or value.description
        for name, member in _members(kind):
            usual = given.get(COMMON["input" if isinstance(member, GraphQLInputField) else "field"], {})
            member.description = own.get(name) or member.description or _composed(kind.name, name) or usual.get(name)
            for argument, spec in _arguments(member):
                general = given.get(COMMON["argument"], {})
                composed = _composed_argument(kind, schema, argument, spec)
                spec.description = own.get(f"{name}.{argument}") or spec.description or composed or general.get(argument)
            where = f"{kind.name}.{name}"
            if where in rules:
                member.description = f"{member.description or ''}{MAY}{who_may(rules[where])}."
            elif where in restricted:
                member.description = f"{member.description or ''}{SEES}{who_sees(restricted[where])}."


def who_may(rule: Who) -> str:
    """In words: ``anyone``, ``any account``, or the roles."""
    if rule.roles:
        return ", ".join(f"`{getattr(r, 'name', r)}`" for r in rule.roles) + ", each within its scope"
    return _WHO.get(rule.who, rule.who)


def who_sees(rule: Sees) -> str:
    """In words: ``its owner, `MERCHANT` of its merchant, `BUREAU`; null for others``."""
    names = ["its owner" if part == "its owner" else _role_of(part) for part in rule.words().split(", ")]
    return ", ".join(names) + ("; null for others" if rule.hidden else "; refused to others")


def _role_of(part: str) -> str:
    role, _, of = part.partition(" of its ")
    return f"`{role.upper()}`" + (f" of its {of.replace('_id', '').replace('_', ' ')}" if of else "")


def own_words(text: str | None) -> str:
    """A description without what the permission tables add to it."""
    return (text or "").split(MAY)[0].split(SEES)[0].strip()


def members(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """(coordinate, description) of everything that must have one."""
    for kind in _own_types(schema):
        yield kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())
        for name, member in _members(kind):
            yield f"{kind.name}.{name}", member.description
            for argument, spec in _arguments(member):
                yield f"{kind.name}.{name}({argument}:)", spec.description


def undescribed(schema: GraphQLSchema) -> list[str]:
    return [coordinate for coordinate, text in members(schema) if not own_words(text)]


def _own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [kind for name, kind in schema.type_map.items() if not name.startswith("__") and name not in BUILT_IN]


def _members(kind: GraphQLNamedType) -> list[tuple[str, GraphQLField | GraphQLInputField]]:
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        return list(kind.fields.items())
    return []


def _arguments(member: GraphQLField | GraphQLInputField) -> list[tuple[str, GraphQLArgument]]:
    return list(member.args.items()) if isinstance(member, GraphQLField) else []


def _mutation_of(schema: GraphQLSchema, type_name: str, suffix: str) -> GraphQLField | None:
    name = type_name.removesuffix(suffix)
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    return fields.get(name[:1].lower() + name[1:]) if type_name.endswith(suffix) else None


def _composed_type(schema: GraphQLSchema, kind: GraphQLNamedType) -> str | None:
    name = kind.name
    for suffix, lead in (
        ("Payload", "What `{}` answers: its object, or why not in `userErrors`"),
        ("Input", "What `{}` is told; unknown fields are refused"),
    ):
        if _mutation_of(schema, name, suffix) is not None:
            stem = name.removesuffix(suffix)
            return lead.format(stem[:1].lower() + stem[1:])
    if name.endswith("Edge"):
        return f"One {name.removesuffix('Edge')} of a page, with its cursor"
    return None


def _composed_argument(kind: GraphQLNamedType, schema: GraphQLSchema, name: str, spec: GraphQLArgument) -> str | None:
    if kind is not schema.mutation_type or name != "input":
        return None
    given = get_named_type(spec.type)
    if isinstance(given, GraphQLInputObjectType) and "idempotencyKey" in given.fields:
        return "What to do, under a key: after a broken line send exactly the same again, and it happens once"
    return "What to do, and to what"


def _composed(kind: str, name: str) -> str | None:
    if kind.endswith("Payload"):
        if name == "userErrors":
            return "What the caller can mend; nothing has changed where it is not empty"
        if name == "needsSecondFactor":
            return "In place of the object, where a second factor is due: `confirmSignIn` goes on from here"
        return "True when it was done; null where it was not" if name == "done" else "As it is after the call; null where nothing was done"
    if kind.endswith("Edge"):
        return {"node": "The row itself, as in `nodes`", "cursor": "Opaque: as `after` it goes on behind this row"}.get(name)
    return {
        "edges": "Rows with a cursor each; `nodes` is shorter where the page's own cursor will do",
        "pageInfo": "Whether and from where it goes on",
    }.get(name)
