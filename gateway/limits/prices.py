"""What each field of the schema costs, and what multiplies what is asked inside it. Made once from the schema and the table."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import GraphQLInputType, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema

from gateway.limits.table import DEFAULT_PAGE, FIELD, LENGTHS, LIST_LENGTH, MUTATION_FIELD, PRICES, QUERY_FIELD

ROWS_OF_A_PAGE = frozenset(("nodes", "edges"))


@dataclass(frozen=True, eq=False)
class Field:
    """``length``: how many there are unless an argument of ``sized_by`` says so."""

    price: int
    length: int
    sized_by: frozenset[str]
    inside: dict[str, Field]


Shape = dict[str, Field]
_UNKNOWN: Shape = {}


class Shapes:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._shapes: dict[str, Shape] = {name: {} for name in schema.type_map}
        for kind in schema.type_map.values():
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                self._fill(kind, schema)
        kinds = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
        self._roots = {operation: self._shapes[kind.name] for operation, kind in kinds.items() if kind is not None}
        if schema.query_type is not None:
            for meta in ("__schema", "__type"):
                inside = self._shapes["__Schema" if meta == "__schema" else "__Type"]
                self._shapes[schema.query_type.name][meta] = Field(PRICES[f"Query.{meta}"], 1, frozenset(), inside)

    def root(self, operation: str) -> Shape:
        return self._roots.get(operation, _UNKNOWN)

    def named(self, kind: str) -> Shape:
        return self._shapes.get(kind, _UNKNOWN)

    def _fill(self, kind: GraphQLObjectType | GraphQLInterfaceType, schema: GraphQLSchema) -> None:
        shape = self._shapes[kind.name]
        standard = FIELD
        if kind is schema.query_type or kind is schema.subscription_type:
            standard = QUERY_FIELD
        elif kind is schema.mutation_type:
            standard = MUTATION_FIELD
        for name, field in kind.fields.items():
            inner, many = field.type, False
            while isinstance(inner, GraphQLNonNull | GraphQLList):
                many = many or isinstance(inner, GraphQLList)
                inner = inner.of_type
            inside = self._shapes[inner.name]
            sized_by = frozenset(a for a in ("first", "last") if a in field.args)
            if many and not sized_by:
                lists = [a for a, argument in field.args.items() if _is_list(argument.type)]
                sized_by = frozenset(lists) if len(lists) == 1 else frozenset()
            length = 1
            if sized_by & {"first", "last"}:
                length = DEFAULT_PAGE
            elif many and name not in ROWS_OF_A_PAGE and not kind.name.startswith("__"):
                length = LENGTHS.get(f"{kind.name}.{name}", LIST_LENGTH)
            elif many and sized_by:
                length = LIST_LENGTH
            shape[name] = Field(PRICES.get(f"{kind.name}.{name}", standard), length, sized_by, inside)


def _is_list(kind: GraphQLInputType) -> bool:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    return isinstance(kind, GraphQLList)
