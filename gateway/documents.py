"""Documents parsed, checked and validated once and kept by hash, in bounded memory.

A flood of documents that are never seen again costs each its own work and nothing that lasts: only what is asked for a second
time is kept, and what is kept is bounded by its length (a parsed document takes some 76 times its text).
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_operation_ast,
    parse,
    validate,
)

from gateway import limits

KEPT = 800
KEPT_BYTES = 512 * 1024
MAX_KEPT_BYTES = 16 * 1024
REMEMBERED = 4096
_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)


@dataclass
class Prepared:
    """A valid document and the projectors compiled for it (`gateway.projection`)."""

    document: DocumentNode
    sha256: str
    source: str
    introspects: bool
    plan: limits.Plan
    is_new: bool = True
    projectors: dict[Any, Any] = field(default_factory=dict)
    stored_until: float = 0.0


class Documents:
    """``pinned``: documents known beforehand, hash → text; they are always kept. Raises GraphQLError naming one that is not valid."""

    def __init__(self, schema: GraphQLSchema, pinned: Mapping[str, str] | None = None) -> None:
        self._schema, self._shapes = schema, limits.Shapes(schema)
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._once = _SeenOnce(REMEMBERED)
        self._pinned: dict[str, Prepared] = {}
        self._pinned = {sha: self._pin(sha, source) for sha, source in (pinned or {}).items()}

    def __len__(self) -> int:
        return len(self._kept)

    def known(self, sha256: str) -> Prepared | None:
        """One that is in memory."""
        found = self._pinned.get(sha256)
        if found is None:
            with self._lock:
                found = self._kept.get(sha256)
                if found is not None:
                    self._kept.move_to_end(sha256)
        return found

    def is_pinned(self, sha256: str) -> bool:
        return sha256 in self._pinned

    def measure(self, source: str) -> limits.Plan:
        """What a document asks for, before it is parsed. Raises LimitPassed, or GraphQLSyntaxError for what is none."""
        found = self.known(hash_of(source))
        return found.plan if found is not None else limits.scan(source, self._shapes)

    def get(self, source: str, plan: limits.Plan) -> Prepared | list[GraphQLError]:
        """The errors are those of the text. ``plan``: its measure, taken before."""
        sha256 = hash_of(source)
        found = self.known(sha256)
        if found is not None:
            return found
        prepared = self._prepare(source, sha256, plan)
        if isinstance(prepared, Prepared) and len(source) <= MAX_KEPT_BYTES:
            with self._lock:
                if self._once.again(sha256):
                    self._keep(prepared)
        return prepared

    def _keep(self, prepared: Prepared) -> None:
        prepared.is_new = False
        if prepared.sha256 not in self._kept:
            self._bytes += len(prepared.source)
        self._kept[prepared.sha256] = prepared
        while len(self._kept) > KEPT or self._bytes > KEPT_BYTES:
            self._bytes -= len(self._kept.popitem(last=False)[1].source)

    def _prepare(self, source: str, sha256: str, plan: limits.Plan) -> Prepared | list[GraphQLError]:
        try:
            document = parse(source, max_tokens=limits.LIMITS.tokens)
        except GraphQLError as error:
            return [error]
        errors = validate(self._schema, document, max_errors=10)
        return errors or Prepared(document, sha256, source, _introspects(document), plan)

    def _pin(self, sha256: str, source: str) -> Prepared:
        prepared = self._prepare(source, hash_of(source), self.measure(source))
        if not isinstance(prepared, Prepared):
            raise GraphQLError(f"Trusted document {sha256}: {prepared[0].message}")
        if prepared.sha256 != sha256:
            raise GraphQLError(f"Trusted document {sha256} has the hash {prepared.sha256}")
        prepared.is_new = False
        return prepared


class _SeenOnce:
    """What was seen lately, in at most two generations of ``size``."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: set[int] = set()
        self._old: set[int] = set()

    def again(self, sha256: str) -> bool:
        key = int(sha256[:16], 16)
        if key in self._young or key in self._old:
            return True
        if len(self._young) >= self._size:
            self._old, self._young = self._young, set()
        self._young.add(key)
        return False


def hash_of(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def operation_of(prepared: Prepared, name: str | None) -> OperationDefinitionNode | None:
    return get_operation_ast(prepared.document, name)


def without_suggestion(message: str) -> str:
    """Where the schema is not to be asked, its names are not to be guessed from mistakes either."""
    return _SUGGESTION.sub("", message)


def _introspects(document: DocumentNode) -> bool:
    """Asks for the schema itself; ``__typename`` alone does not."""
    return any(
        _meta(definition.selection_set)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    )


def _meta(selection_set: SelectionSetNode | None) -> bool:
    for node in selection_set.selections if selection_set else ():
        name = getattr(node, "name", None)
        if name is not None and name.value in ("__schema", "__type") and node.kind == "field":
            return True
        if _meta(getattr(node, "selection_set", None)):
            return True
    return False
