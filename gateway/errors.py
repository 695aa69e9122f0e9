"""From a service's refusal to what a client gets: once, here.

What a user can mend travels as ``userErrors`` in the payload; the rest as a GraphQL error with a stable code and the
request's id. Nothing of stack, SQL or host leaves.
"""

from __future__ import annotations

from typing import Any

import psycopg
from graphql import GraphQLError
from psycopg_pool import PoolTimeout

from services.kit import deadline
from services.kit.client import RemoteError
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import DomainError, Kind, Several, Unavailable
from services.kit.telemetry import language, log, request_id

NOT_FOR_THE_PAYLOAD = {Kind.UNAUTHENTICATED.value, Kind.FORBIDDEN.value, Kind.ABSENT.value, Kind.UNAVAILABLE.value, "internal"}
RETRYABLE = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "OUTCOME_UNKNOWN", "IN_PROGRESS"}


def camel(path: str | None) -> str | None:
    """``lines.3.offer_version`` → ``lines.3.offerVersion``."""
    if path is None:
        return None
    return ".".join(part if part.isdigit() else _camel_word(part) for part in path.split("."))


def _camel_word(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(r.title() for r in rest)


def _as_dict(error: DomainError) -> dict[str, Any]:
    if isinstance(error, RemoteError):
        return {
            "kind": error.remote_kind,
            "code": error.remote_code,
            "field": error.field,
            "facts": {},
            "message": error.message(language()),
            **error.body,
        }
    return error.as_dict(language())


def user_errors(error: DomainError) -> list[dict[str, Any]] | None:
    """What belongs into the payload; None when it is a GraphQL error."""
    body = _as_dict(error)
    if body["kind"] in NOT_FOR_THE_PAYLOAD:
        return None
    several = (
        error.errors
        if isinstance(error, RemoteError)
        else [e.as_dict(language()) for e in error.errors]
        if isinstance(error, Several)
        else []
    )
    return [
        {
            "code": e["code"],
            "field": camel(e.get("field")),
            "message": e["message"],
            "facts": [{"name": camel(k), "value": v} for k, v in (e.get("facts") or {}).items()],
        }
        for e in (several or [body])
    ]


def graphql_error(error: DomainError) -> GraphQLError:
    body = _as_dict(error)
    code = "INTERNAL" if body["kind"] == "internal" else body["code"]
    message = "Internal error" if code == "INTERNAL" else body["message"]
    extensions = {"code": code, "field": camel(body.get("field")), "requestId": request_id(), "retryable": code in RETRYABLE}
    extensions |= {k: v for k, v in error.facts.items() if k in ("limit", "found") and isinstance(v, int)}
    return GraphQLError(message, extensions={k: v for k, v in extensions.items() if v not in (None, False)})


def formatted(error: GraphQLError) -> dict[str, Any]:
    """One error of an answer. What nobody foresaw is logged with its stack and leaves without it."""
    original = error.original_error
    if isinstance(original, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout):
        log.warning("database_unavailable", request_id=request_id(), path=error.path, error=type(original).__name__)
        original = DeadlineExceeded() if deadline.remaining_ms() == 0 else Unavailable()
    if isinstance(original, DomainError):
        mapped = graphql_error(original)
        error = GraphQLError(mapped.message, error.nodes, path=error.path, extensions=mapped.extensions)
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("unexpected", request_id=request_id(), path=error.path, exc_info=original)
        error = GraphQLError("Internal error", error.nodes, path=error.path, extensions={"code": "INTERNAL", "requestId": request_id()})
    body = dict(error.formatted)
    body.setdefault("extensions", {}).setdefault("code", "BAD_REQUEST")
    return body
