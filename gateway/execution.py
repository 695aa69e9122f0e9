"""From text to answer: documents parsed, checked and validated once and kept by hash; one event loop a thread for the loaders."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)

from gateway import limits
from gateway.context import RequestContext
from gateway.errors import formatted
from gateway.projection import ProjectingContext

KEPT = 2000
MAX_KEPT_BYTES = 20_000


@dataclass(frozen=True)
class Prepared:
    """A valid document and the projectors compiled for it (`gateway.projection`)."""

    document: DocumentNode
    projectors: dict[Any, Any] = field(default_factory=dict)


class Documents:
    """Sources seen before. Only valid documents of reasonable length are kept, the least used leave first."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, source: str) -> Prepared | list[GraphQLError]:
        with self._lock:
            prepared = self._kept.get(source)
            if prepared is not None:
                self._kept.move_to_end(source)
                return prepared
        try:
            document = parse(source, max_tokens=limits.LIMITS.tokens)
            limits.check(document)
        except GraphQLError as error:
            return [error]
        except RecursionError:
            return [limits.refuse("QUERY_TOO_DEEP", limits.LIMITS.depth, limits.LIMITS.tokens)]
        errors = validate(self._schema, document, max_errors=10)
        if errors:
            return errors
        prepared = Prepared(document)
        if len(source) <= MAX_KEPT_BYTES:
            with self._lock:
                self._kept[source] = prepared
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return prepared


_loops = threading.local()


def _loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop | None = getattr(_loops, "loop", None)
    if loop is None:
        loop = _loops.loop = asyncio.new_event_loop()
    return loop


def operation_of(prepared: Prepared, name: str | None) -> OperationDefinitionNode | None:
    return get_operation_ast(prepared.document, name)


def run(
    schema: GraphQLSchema, prepared: Prepared, context: RequestContext, variables: dict[str, Any] | None, operation_name: str | None
) -> dict[str, Any]:
    context.projectors = prepared.projectors

    async def execute_in_loop() -> ExecutionResult:
        result = execute(
            schema,
            prepared.document,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            execution_context_class=ProjectingContext,
        )
        return await result if not isinstance(result, ExecutionResult) else result

    result = _loop().run_until_complete(execute_in_loop())
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [formatted(e) for e in result.errors]
    if result.data is not None or not result.errors:
        answer["data"] = result.data
    return answer


def is_query(operation: OperationDefinitionNode | None) -> bool:
    return operation is not None and operation.operation is OperationType.QUERY
