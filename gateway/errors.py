"""From a service's refusal to what a client gets: once, here.

What a user can mend travels as ``userErrors`` in the payload; the rest as a GraphQL error with a stable code and the
request's id. Nothing of stack, SQL or host leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Plain:
    """A code that no class of refusals stands behind."""

    code: str
    status: int
    zh: str
    en: str

    def message(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.zh


INTERNAL = Plain("INTERNAL", 500, "系统内部错误；反馈时请附上请求编号", "Internal error")
INVALID_DOCUMENT = Plain(
    "INVALID_DOCUMENT", 400, "查询文档无效；说明见 message（英文）", "The document does not fit the schema; the message says where"
)
PLAIN = (INTERNAL, INVALID_DOCUMENT)


def camel(path: str | None) -> str | None:
    """``lines.3.offer_version`` → ``lines.3.offerVersion``."""
    if path is None:
        return None
    return ".".join(part if part.isdigit() else _camel_word(part) for part in path.split("."))


def _camel_word(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(r.title() for r in rest)


def _as_dict(error: DomainError) -> dict[str, Any]:
    if not isinstance(error, RemoteError):
        return error.as_dict(language())
    if "kind" in error.body and "code" in error.body:
        return {"field": error.field, "facts": {}, "message": error.message(language()), **error.body}
    # Not a refusal in our form: a proxy's page, a route that is not there. Its text is nobody's business outside.
    if error.status in (429, 502, 503, 504):
        return Unavailable().as_dict(language())
    log.error("unexpected_answer", request_id=request_id(), status=error.status, remote_code=error.remote_code)
    return {"kind": "internal", "code": INTERNAL.code, "message": INTERNAL.message(language())}


def user_errors(error: DomainError, path: Callable[[str | None], str | None] = camel) -> list[dict[str, Any]] | None:
    """What belongs into the payload; None when it is a GraphQL error. ``path`` tells where a service's field stands in the input."""
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
            "field": path(e.get("field")),
            "message": e["message"],
            "facts": [{"name": camel(k), "value": v} for k, v in (e.get("facts") or {}).items()],
        }
        for e in (several or [body])
    ]


def graphql_error(error: DomainError) -> GraphQLError:
    body = _as_dict(error)
    code = INTERNAL.code if body["kind"] == "internal" else body["code"]
    message = INTERNAL.message(language()) if code == INTERNAL.code else body["message"]
    extensions = {"code": code, "field": camel(body.get("field")), "requestId": request_id(), "retryable": code in RETRYABLE}
    extensions |= {k: v for k, v in error.facts.items() if k in ("limit", "found", "seconds") and isinstance(v, int)}
    return GraphQLError(message, extensions={k: v for k, v in extensions.items() if v not in (None, False)})


def internal(error: GraphQLError | None = None) -> GraphQLError:
    """What is said of a fault of ours: its code and the request's id, by which the log is searched."""
    where = (error.nodes, error.path) if error else (None, None)
    extensions = {"code": INTERNAL.code, "requestId": request_id()}
    return GraphQLError(INTERNAL.message(language()), where[0], path=where[1], extensions=extensions)


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
        error = internal(error)
    body = dict(error.formatted)
    body.setdefault("extensions", {}).setdefault("code", "BAD_REQUEST")
    return body
