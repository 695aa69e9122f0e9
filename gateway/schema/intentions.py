"""One mutation a user's intention: input → the service's use case → payload with the object and ``userErrors``.

The one place where the call and the mapping of refusals meet. Permission stands in `gateway.permissions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import graphene

from gateway.errors import user_errors
from gateway.schema.inputs import In, body_of, edge_path, input_type, text
from services.kit.errors import DomainError, InvalidInput


class Fact(graphene.ObjectType):
    """A number or word of a refusal: what was asked, what is left, the old and the new price."""

    name = graphene.String(required=True)
    value = graphene.String(required=True)


class UserError(graphene.ObjectType):
    """Something the user can mend."""

    code = graphene.String(required=True, description="Stable; see docs/api/errors.md")
    field = graphene.String(description="Path of the input field, e.g. lines.3.quantity")
    message = graphene.String(required=True, description="In the language of the request")
    facts = graphene.List(graphene.NonNull(Fact), required=True)


@dataclass(frozen=True)
class Instead:
    """What is answered in place of the payload's first object."""

    value: Any


Perform = Callable[[Any, dict[str, Any], str | None], Any]


def intention(
    name: str,
    description: str,
    fields: Mapping[str, In],
    output: tuple[str, Any],
    perform: Perform,
    *,
    keyed: bool = False,
    instead: tuple[str, Any] | None = None,
) -> Any:
    """A mutation field. ``perform(context, body, key)`` calls the service and returns the object of the payload.

    ``keyed``: moves money or goods, so the input carries an ``idempotencyKey``. ``instead``: a second object that the payload may hold in
    place of the first; ``perform`` then answers `Instead(object)`.
    """
    specs = dict(fields)
    if keyed:
        specs["idempotency_key"] = text("8 to 100 printable ASCII characters; the same key never has its effect twice")
    output_name, output_type = output
    title = name[0].upper() + name[1:]
    payload = type(
        f"{title}Payload",
        (graphene.ObjectType,),
        {
            output_name: graphene.Field(output_type),
            **({instead[0]: graphene.Field(instead[1])} if instead else {}),
            "user_errors": graphene.List(graphene.NonNull(UserError), required=True),
        },
    )
    argument = graphene.Argument(graphene.NonNull(input_type(f"{title}Input", specs)))

    def resolve(_root: Any, info: Any, input: Mapping[str, Any]) -> dict[str, Any]:
        try:
            body = body_of(specs, input)
            key = body.pop("idempotency_key", None)
            if keyed and not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
                raise InvalidInput("idempotency_key", "8–100 ASCII")
            done = perform(info.context, body, key)
            if instead and isinstance(done, Instead):
                return {output_name: None, instead[0]: done.value, "user_errors": []}
            return {output_name: done, "user_errors": []}
        except DomainError as error:
            mendable = user_errors(error, partial(edge_path, specs))
            if mendable is None:
                raise
            return {output_name: None, "user_errors": mendable}

    return graphene.Field(graphene.NonNull(payload), description=description, resolver=resolve, input=argument)


def send(service: str, path: str, *ids: str, method: str = "POST") -> Perform:
    """POST the body to ``path``, whose ``{}`` are taken, in order, from the body's ``ids``."""

    def perform(context: Any, body: dict[str, Any], key: str | None) -> Any:
        filled = path.format(*(body.pop(i) for i in ids))
        return context.clients.named(service).call(method, filled, body, context.principal, key=key)

    return perform
