"""A document's measure by its tokens is that of the parsed document: to the field, whatever the spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    build_schema,
    get_introspection_query,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import LIMITS, LimitPassed, Shapes, errors, scan
from gateway.limits.table import DEFAULT_PAGE, HIGHEST, LIST_LENGTH, MUTATION_FIELD, QUERY_FIELD

SCHEMA = build_schema("""
    type Query { items(first: Int = 20, after: String): ItemConnection, item(id: ID!): Item, nodes(ids: [ID!]!): [Item],
                 search(first: Int, words: [String!]): ItemConnection }
    type Mutation { change(input: In!): Item }
    input In { name: String, tags: [[String]] }
    type ItemConnection { nodes: [Item!]!, edges: [Edge!]!, pageInfo: Info! }
    type Edge { node: Item!, cursor: String! }
    type Info { hasNextPage: Boolean! }
    type Item { id: ID!, name(in: String, tags: [[String]]): String, maker: Item, parts: [Item!]!, items(first: Int): ItemConnection }
""")
SHAPES = Shapes(SCHEMA)
ANY = replace(
    LIMITS, characters=10**6, tokens=10**6, depth=10**3, aliases=10**6, directives=10**6, root_fields=10**6, repeats=10**6, spreads=10**6
)
KINDS = {"Query": ("items", "item", "search", "nodes"), "Item": ("id", "name", "maker", "parts", "items"), "Info": ("hasNextPage",)} | {
    "ItemConnection": ("nodes", "edges", "pageInfo"),
    "Edge": ("node", "cursor"),
}
INSIDE = {"items": "ItemConnection", "search": "ItemConnection", "item": "Item", "nodes": "Item", "maker": "Item", "parts": "Item"} | {
    "edges": "Edge",
    "node": "Item",
    "pageInfo": "Info",
}
LENGTH = {("Query", "items"): DEFAULT_PAGE, ("Query", "search"): 20, ("Item", "items"): 20, ("Item", "parts"): LIST_LENGTH}
LENGTH |= {("Query", "nodes"): LIST_LENGTH}
SPACE = st.sampled_from((" ", "\n", ", ", "\t", ' # { first: 1 } "\n', "\ufeff "))
VALUE = st.sampled_from(('""', '"} ) { first: 9"', '"\\"{"', '"""a "b" { \\""" }"""', '"""\n"""', "$v"))


@dataclass(frozen=True)
class Measure:
    cost: int
    height: int
    width: int
    aliases: int
    directives: int


class Walk:
    """The same over the tree of graphql-core, as one would write it without haste."""

    def __init__(self, source: str) -> None:
        self.document = parse(source)
        self.fragments = {d.name.value: d for d in self.document.definitions if isinstance(d, FragmentDefinitionNode)}

    def operation(self, variables: dict[str, Any]) -> Measure:
        operation = next(d for d in self.document.definitions if isinstance(d, OperationDefinitionNode))
        defaults = {d.variable.name.value: d.default_value for d in operation.variable_definitions}
        self.variables = {n: int(v.value) for n, v in defaults.items() if isinstance(v, IntValueNode)} | variables
        found = self.selections(operation.selection_set, "Query")
        return replace(found, directives=found.directives + len(operation.directives))

    def selections(self, selection_set: SelectionSetNode, kind: str) -> Measure:
        total = Measure(0, 1, 0, 0, 0)
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                total = self.plus(total, self.field(node, kind), len(node.directives), int(node.alias is not None))
            elif isinstance(node, InlineFragmentNode):
                within = node.type_condition.name.value if node.type_condition else kind
                total = self.plus(total, self.selections(node.selection_set, within), len(node.directives), 0)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inside = self.selections(fragment.selection_set, fragment.type_condition.name.value)
                total = self.plus(total, inside, len(node.directives) + len(fragment.directives), 0)
        return total

    @staticmethod
    def plus(a: Measure, b: Measure, directives: int, aliases: int) -> Measure:
        return Measure(
            a.cost + b.cost, max(a.height, b.height), a.width + b.width, a.aliases + b.aliases + aliases,
            a.directives + b.directives + directives,
        )  # fmt: skip

    def field(self, node: FieldNode, kind: str) -> Measure:
        name = node.name.value
        price = {"search": 40}.get(name, QUERY_FIELD) if kind == "Query" and name in KINDS["Query"] else 1
        if node.selection_set is None:
            return Measure(price, 1, 1, 0, 0)
        inside = self.selections(node.selection_set, INSIDE.get(name, "?"))
        times = self.times(node, kind)
        return Measure(price + times * inside.cost, inside.height + 1, 1, inside.aliases, inside.directives)

    def times(self, node: FieldNode, kind: str) -> int:
        length = 1 if kind == "ItemConnection" else LENGTH.get((kind, node.name.value), 1)
        for argument in node.arguments:
            if argument.name.value in ("first", "ids"):
                value = argument.value
                if isinstance(value, IntValueNode):
                    return int(value.value)
                if isinstance(value, ListValueNode):
                    return max(1, len(value.values))
                if isinstance(value, VariableNode):
                    given = self.variables.get(value.name.value, length)
                    return max(1, len(given)) if isinstance(given, list) else int(given)
        return length


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Valid as to the grammar; fragments refer only to later ones."""
    count = draw(st.integers(0, 3))
    names = [f"F{i}" for i in range(count)]

    def space() -> str:
        return draw(SPACE)

    def directives() -> str:
        return "".join(f"@include(if:{space()}$v){space()}" for _ in range(draw(st.integers(0, 9)) // 8))

    def arguments(name: str, kind: str) -> str:
        if name in ("items", "search"):
            return draw(st.sampled_from(("", "(first: 3)", "(first:$n)", "(after: {s}, first: 2)", "(words: [{s}, {s}] first: $m)")))
        if name == "nodes" and kind == "Query":
            return draw(st.sampled_from(("(ids: [{s}, {s}, {s}])", "(ids: $ids)", "(ids: [])")))
        return draw(st.sampled_from(("", "(in: {s})", "(tags: [[{s}] [{s}, {s}]], in: {s})"))) if name == "name" else ""

    def selections(kind: str, depth: int, spreadable: list[str]) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            what = draw(st.integers(0, 7))
            if what == 0 and spreadable:
                parts.append(f"...{space()}{draw(st.sampled_from(spreadable))}{space()}{directives()}")
            elif what == 1 and depth:
                on = draw(st.sampled_from(("", f"on{space()}Item", f"on {kind}")))
                parts.append(f"...{on}{space()}{directives()}{selections(on[2:].strip() or kind, depth - 1, spreadable)}")
            else:
                name = draw(st.sampled_from(KINDS.get(kind, ("x",))))
                alias = f"a{draw(st.integers(0, 99))}:{space()}" if draw(st.booleans()) else ""
                given = arguments(name, kind)
                while "{s}" in given:
                    given = given.replace("{s}", draw(VALUE), 1)
                inside = selections(INSIDE[name], depth - 1, spreadable) if name in INSIDE and depth else ""
                parts.append(f"{alias}{name}{given}{space()}{directives()}{inside}")
        return "{" + space().join(parts) + "}"

    operation = draw(st.sampled_from(("", "query", "query Q", 'query Q($n: Int = 4, $m: Int, $v: [[String!]!] = [["{"]], $ids: [ID])')))
    written = [f"{operation}{directives() if operation else ''}{selections('Query', 4, names)}"]
    for i, name in enumerate(names):
        on = draw(st.sampled_from(("Item", "Query", "ItemConnection")))
        written.append(f"fragment {name} on {on} {directives()}{selections(on, 2, names[i + 1 :])}")
    return space().join(draw(st.permutations(written)))


@given(
    source=documents(), variables=st.fixed_dictionaries({}, optional={"n": st.integers(1, 9), "ids": st.lists(st.just("x"), max_size=5)})
)
def test_the_measure_is_that_of_the_parsed_document(source: str, variables: dict[str, Any]) -> None:
    expected = Walk(source).operation(variables)
    try:
        plan = scan(source, SHAPES, ANY)
    except errors.QueryTooCostly:
        assert expected.cost > HIGHEST
        return
    assert plan.cost(None, variables) == expected.cost
    for field, value, error in (
        ("depth", expected.height, errors.QueryTooDeep),
        ("aliases", expected.aliases, errors.TooManyAliases),
        ("directives", expected.directives, errors.TooManyDirectives),
        ("root_fields", expected.width, errors.TooManyRootFields),
        ("tokens", plan.tokens, errors.TooManyTokens),
    ):
        scan(source, SHAPES, replace(ANY, **{field: value}))
        if value:
            with pytest.raises(error):
                scan(source, SHAPES, replace(ANY, **{field: value - 1}))


@given(st.text(alphabet='{}()[]:$@!"#\\.,ab1 \n', max_size=60))
def test_nothing_that_parses_is_unmeasured_and_nothing_else_fails_otherwise(source: str) -> None:
    try:
        parse(source)
        parses = True
    except GraphQLSyntaxError:
        parses = False
    try:
        scan(source, SHAPES)
    except LimitPassed:
        pass
    except GraphQLSyntaxError:
        assert not parses


def test_a_fragment_that_doubles_itself_is_counted_and_not_walked() -> None:
    bomb = "query { ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(24))
    with pytest.raises(LimitPassed) as refused:
        scan(bomb + " fragment F24 on Query { items(first: $n) { nodes { id } } }", SHAPES, replace(ANY, root_fields=10**9))
    assert refused.value.code == "QUERY_TOO_COSTLY"


def test_what_no_limit_would_stop_is_cheap_all_the_same() -> None:
    for hostile in ('"' * 9_000, '"""' * 5_000, "#" * 50_000, " " * 50_000, "{" * 50_000, "{ a(x: " + "[" * 50_000, "\\" * 9_000):
        with pytest.raises((LimitPassed, GraphQLSyntaxError)):
            scan(hostile, SHAPES)


def test_the_standard_question_for_the_schema_is_within_every_limit() -> None:
    from gateway.schema import schema

    plan = scan(get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True), Shapes(schema.graphql_schema))
    assert plan.cost(None, None) < 10_000


def test_a_mutation_and_an_unknown_field_have_a_price() -> None:
    assert scan('mutation { change(input: {name: "x"}) { id } }', SHAPES).cost(None, None) == MUTATION_FIELD + 1
    assert scan("{ nothing { like this } }", SHAPES).cost(None, None) == 3
