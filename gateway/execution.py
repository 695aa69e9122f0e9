"""From a prepared document to its answer; one event loop a thread for the loaders."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode, OperationType, execute

from gateway.context import RequestContext
from gateway.documents import Prepared
from gateway.errors import formatted
from gateway.projection import ProjectingContext

_loops = threading.local()


def _loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop | None = getattr(_loops, "loop", None)
    if loop is None:
        loop = _loops.loop = asyncio.new_event_loop()
    return loop


def run(
    schema: GraphQLSchema, prepared: Prepared, context: RequestContext, variables: dict[str, Any] | None, operation_name: str | None
) -> dict[str, Any]:
    """The answer as JSON-able data; without ``data`` when nothing was executed."""
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
    if result.data is not None or not result.errors or any(e.path for e in result.errors):
        answer["data"] = result.data  # without a path nothing was executed (variables of a wrong type): then there is no data
    answer["extensions"] = {"cost": {"requested": context.cost, "allowance": context.allowance}}
    return answer


def is_query(operation: OperationDefinitionNode | None) -> bool:
    return operation is not None and operation.operation is OperationType.QUERY
