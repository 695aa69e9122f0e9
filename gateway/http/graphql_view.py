"""GraphQL over HTTP (the specification's draft): POST with JSON, GET for queries. A cookie counts only together with our own header."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import Blueprint, Response, current_app, request
from graphql import GraphQLError, OperationDefinitionNode, OperationType

from gateway import execution, limits
from gateway.cache import AnswerCache, key_of
from gateway.context import Edge, RequestContext
from gateway.documents import Documents, Prepared, hash_of, operation_of, without_suggestion
from gateway.errors import graphql_error
from gateway.http.asked import Asked, read
from gateway.http.front import SPELLING, VARY, is_anonymous
from gateway.http.identity import identify
from gateway.http.negotiation import JSON, negotiated
from gateway.http.refusals import (
    BadRequest,
    DocumentNotTrusted,
    IntrospectionOff,
    MethodNotAllowed,
    NoSuchOperation,
    NotAcceptable,
    PersistedQueryMismatch,
    PersistedQueryNotFound,
    SubscriptionsGoBySocket,
)
from gateway.limits import LIMITS
from gateway.limits.errors import TooFast
from gateway.permissions import is_cacheable
from gateway.persisted import PersistedQueries
from gateway.rates import ALLOWANCE_HEADER, client_of
from services.kit import deadline, json
from services.kit.errors import HTTP_STATUS, DomainError
from services.kit.principal import Role
from services.kit.telemetry import begin_request, language, request_id

blueprint = Blueprint("graphql", __name__)
TIMEOUT_HEADER = "X-Bangfu-Timeout-Ms"
INTROSPECTION_SCOPE = "schema:read"
Answer = tuple[bytes, int]


class InvalidDocument(Exception):
    """The text is no valid document, or passes a limit."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors


@blueprint.route("/graphql", methods=["GET", "POST"])
def graphql() -> Response:
    begin_request(request.headers.get("X-Request-Id"), request.headers.get("Accept-Language"))
    deadline.begin(LIMITS.mutation_ms)
    wanted = negotiated(request.headers.get("Accept"))
    if wanted is None:
        return _response(*_refused(NotAcceptable(), JSON), JSON)
    edge: Edge = current_app.extensions["edge"]
    cookies: dict[str, str | None] = {}
    headers: dict[str, str] = {}
    try:
        asked = read(request, edge.settings.batch_max)
        context = identify(edge)
        context.address, context.allowance_token = request.remote_addr or "", request.headers.get(ALLOWANCE_HEADER, "")
        headers = context.headers
        cookies = context.set_cookies
        if isinstance(asked, list):
            answers = [_answered(one, _another(context), JSON)[0] for one in asked]
            data, status = b"[" + b",".join(answers) + b"]", 200
        else:
            data, status = _answered(asked, context, wanted)
    except DomainError as error:
        data, status = _refused(error, wanted)
    return _response(data, status, wanted, cookies, headers)


def _another(context: RequestContext) -> RequestContext:
    """Each operation of a batch has its own loaders and counts for itself."""
    return dataclasses.replace(context, projectors={}, counted=False)


def _answered(asked: Asked, context: RequestContext, wanted: str) -> Answer:
    """One operation, from what was asked to the bytes of its answer."""
    try:
        prepared = _prepared(asked, context)
        operation = _operation(prepared, asked)
        _may_ask(prepared, context)
        if is_anonymous(request.environ) and execution.is_query(operation) and is_cacheable(operation):
            return _kept(asked, prepared, context, wanted)
        return _executed(asked, prepared, context, wanted)[:2]
    except DomainError as error:
        if isinstance(error, TooFast):
            context.headers |= error.headers
        return _refused(error, wanted)
    except InvalidDocument as invalid:
        hide = not may_introspect(context)
        body = {"errors": [_plain(e, hide) for e in invalid.errors]}
        return json.dumps_bytes(body), _status(400, True, wanted)


def _kept(asked: Asked, prepared: Prepared, context: RequestContext, wanted: str) -> Answer:
    """The answer that somebody else got within the second, or a new one, computed by one of all who ask."""
    cache: AnswerCache = current_app.extensions["answers"]
    key = key_of(prepared.sha256, asked.operation, asked.variables, language())
    found = cache.get(key) or cache.begin(key)
    if isinstance(found, bytes):
        return found, 200
    keep: bytes | None = None
    try:
        data, status, clean = _executed(asked, prepared, context, wanted)
        if clean and context.is_anonymous:
            keep = data
            if SPELLING in request.environ:
                cache.spell(request.environ[SPELLING], key)
        return data, status
    finally:
        cache.put(found, keep)


def _count(context: RequestContext, *, new_document: bool = False) -> None:
    """One operation more of this client. Raises RateLimited."""
    if not context.counted:
        context.counted = True
        context.headers |= context.edge.limiter.request(
            context.principal,
            context.address,
            api_key=context.api_key_id,
            trusted=context.trusted_document,
            new_document=new_document,
            allowance=context.allowance_token,
        )


def _hurry(asked_for: str | None, is_query: bool) -> None:
    """A query has less time than a mutation, and nobody more than he asks for."""
    if is_query:
        deadline.shorten(LIMITS.query_ms)
    wanted = deadline.read(asked_for)
    if wanted is not None:
        deadline.shorten(wanted)


def _executed(asked: Asked, prepared: Prepared, context: RequestContext, wanted: str) -> tuple[bytes, int, bool]:
    """(answer, status, whether it is free of errors)."""
    _hurry(request.headers.get(TIMEOUT_HEADER), execution.is_query(operation_of(prepared, asked.operation)))
    _count(context)
    client = client_of(context.principal, context.address, context.api_key_id)
    times, own = context.edge.limiter.allowance(context.allowance_token)
    with context.edge.concurrency.place(own or client, times):
        answer = execution.run(current_app.extensions["schema"], prepared, context, asked.variables, asked.operation)
    status = 200 if "data" in answer else _status(400, True, wanted)
    if context.too_fast is not None:
        context.headers |= context.too_fast.headers
        status = context.too_fast.status
    return json.dumps_bytes(answer), status, "errors" not in answer


def _prepared(asked: Asked, context: RequestContext) -> Prepared:
    """Raises BadRequest, LimitPassed, InvalidDocument."""
    documents: Documents = current_app.extensions["documents"]
    persisted: PersistedQueries = current_app.extensions["persisted"]
    source = asked.source
    if source is None:
        known = documents.known(asked.sha256 or "")
        if known is not None:
            _measure(known.plan, asked, context, known.sha256)
            if not documents.is_pinned(known.sha256):
                persisted.store(known)
            return known
        context.trusted_document = _is_trusted(context, asked.sha256 or "")
        _count(context)
        source = persisted.find(asked.sha256 or "")
        if source is None:
            raise PersistedQueryNotFound()
    elif asked.sha256 is not None and hash_of(source) != asked.sha256:
        raise PersistedQueryMismatch()
    try:
        plan = documents.measure(source)
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    _measure(plan, asked, context, asked.sha256 or hash_of(source))
    if documents.known(hash_of(source)) is None:
        _count(context, new_document=True)
    prepared = documents.get(source, plan)
    if isinstance(prepared, list):
        raise InvalidDocument(prepared)
    if (asked.persist or asked.source is None) and not documents.is_pinned(prepared.sha256):
        persisted.store(prepared)
    return prepared


def _is_trusted(context: RequestContext, sha256: str) -> bool:
    """A key or the operator's role answers for what is asked with it; others' documents are limited harder where that is on."""
    documents: Documents = current_app.extensions["documents"]
    answered_for = context.api_key_id is not None or context.has_any(Role.OPERATOR)
    return context.edge.settings.trust == "off" or answered_for or documents.is_pinned(sha256)


def _measure(plan: limits.Plan, asked: Asked, context: RequestContext, sha256: str) -> None:
    """What it costs, and whether who asks may spend that. Raises LimitPassed."""
    context.trusted_document = _is_trusted(context, sha256)
    context.allowance = limits.allowance_of(context.principal, by_api_key=context.api_key_id is not None, trusted=context.trusted_document)
    context.cost = limits.ensure(plan, asked.operation, asked.variables, context.allowance)


def _operation(prepared: Prepared, asked: Asked) -> OperationDefinitionNode:
    operation = operation_of(prepared, asked.operation)
    if operation is None:
        raise NoSuchOperation()
    if operation.operation is OperationType.SUBSCRIPTION:
        raise SubscriptionsGoBySocket()
    if request.method != "POST" and operation.operation is not OperationType.QUERY:
        raise MethodNotAllowed()
    return operation


def _may_ask(prepared: Prepared, context: RequestContext) -> None:
    """Raises DocumentNotTrusted, IntrospectionOff."""
    context.document_is_new = prepared.is_new
    if context.edge.settings.trust == "required" and not context.trusted_document:
        raise DocumentNotTrusted()
    if prepared.introspects and not may_introspect(context):
        raise IntrospectionOff()


def may_introspect(context: RequestContext) -> bool:
    return context.edge.settings.introspection_open or context.has_any(Role.OPERATOR) or INTROSPECTION_SCOPE in context.api_key_scopes


def _plain(error: GraphQLError, hide: bool) -> dict[str, Any]:
    body: dict[str, Any] = dict(error.formatted)
    body.setdefault("extensions", {}).setdefault("code", "INVALID_DOCUMENT")
    if hide:
        body["message"] = without_suggestion(body["message"])
    return body


def _refused(error: DomainError, wanted: str) -> Answer:
    body = json.dumps_bytes({"errors": [graphql_error(error).formatted]})
    if isinstance(error, BadRequest):
        return body, _status(error.status, error.well_formed, wanted)
    return body, HTTP_STATUS[error.kind]


def _status(status: int, well_formed: bool, wanted: str) -> int:
    """Old clients read `application/json` only with 200."""
    return 200 if well_formed and wanted == JSON else status


def _response(
    data: bytes, status: int, wanted: str, cookies: dict[str, str | None] | None = None, headers: dict[str, str] | None = None
) -> Response:
    response = Response(data, status, content_type=f"{wanted}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = VARY
    response.headers.update(headers or {})
    response.headers["X-Request-Id"] = request_id() or ""
    if status == MethodNotAllowed.status:
        response.headers["Allow"] = "POST"
    for name, value in (cookies or {}).items():
        if value is None:
            response.delete_cookie(name, path="/")
        else:
            response.set_cookie(name, value, httponly=True, samesite="Lax", secure=request.is_secure, max_age=30 * 86400, path="/")
    return response
