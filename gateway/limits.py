"""What one request may ask, looked at before validation and execution (CVE-2026-33756: thousands of operations in one)."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True)
class Limits:
    body_bytes: int = 512 * 1024
    tokens: int = 4000
    depth: int = 14
    aliases: int = 30
    root_fields: int = 20
    cost: int = 20_000
    page: int = 100


LIMITS = Limits()


def refuse(code: str, limit: int, found: int) -> GraphQLError:
    return GraphQLError(f"{code}: at most {limit}, got {found}", extensions={"code": code, "limit": limit, "found": found})


def check(document: DocumentNode, limits: Limits = LIMITS) -> None:
    """Raises GraphQLError with the code of the limit that is passed. Fragments that refer to each other are refused."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    for operation in operations:
        mutations = operation.operation.value == "mutation"
        if mutations and len(operation.selection_set.selections) > 1:
            raise refuse("ONE_MUTATION", 1, len(operation.selection_set.selections))
        walk = _Walk(fragments, limits)
        cost = walk.cost(operation.selection_set, 1, ())
        if cost > limits.cost:
            raise refuse("QUERY_TOO_COSTLY", limits.cost, cost)


class _Walk:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode], limits: Limits) -> None:
        self.fragments, self.limits, self.aliases, self.fields = fragments, limits, 0, 0

    def cost(self, selection_set: SelectionSetNode | None, depth: int, inside: tuple[str, ...]) -> int:
        if selection_set is None:
            return 0
        if depth > self.limits.depth:
            raise refuse("QUERY_TOO_DEEP", self.limits.depth, depth)
        total = 0
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                if node.alias is not None:
                    self.aliases += 1
                    if self.aliases > self.limits.aliases:
                        raise refuse("TOO_MANY_ALIASES", self.limits.aliases, self.aliases)
                self.fields += 1
                if self.fields > self.limits.cost:
                    raise refuse("QUERY_TOO_COSTLY", self.limits.cost, self.fields)
                total += 1 + self._page(node) * self.cost(node.selection_set, depth + 1, inside)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in inside:
                    raise GraphQLError("Fragments refer to each other", extensions={"code": "FRAGMENT_CYCLE"})
                fragment = self.fragments.get(name)
                if fragment is not None:
                    total += self.cost(fragment.selection_set, depth, (*inside, name))
            elif isinstance(node, InlineFragmentNode):
                total += self.cost(node.selection_set, depth, inside)
        return total

    def _page(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                return int(argument.value.value) if isinstance(argument.value, IntValueNode) else 20
        return 1
