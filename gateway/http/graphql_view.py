"""GraphQL over HTTP: POST with JSON, GET for queries. A cookie counts only together with our own header."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, current_app, request

from gateway import execution
from gateway.cache import AnswerCache
from gateway.context import Edge, RequestContext
from gateway.http.front import key_of
from gateway.http.identity import identify
from gateway.limits import LIMITS
from gateway.permissions import is_cacheable
from services.kit import json
from services.kit.errors import DomainError
from services.kit.telemetry import begin_request, language

blueprint = Blueprint("graphql", __name__)
RESPONSE_TYPE = "application/graphql-response+json"


@blueprint.route("/graphql", methods=["GET", "POST"])
def graphql() -> Response:
    begin_request(request.headers.get("X-Request-Id") or uuid4().hex, request.headers.get("Accept-Language", "zh-CN"))
    cache: AnswerCache = current_app.extensions["answers"]
    anonymous = "Authorization" not in request.headers and not request.cookies and "X-Bangfu-Guest" not in request.headers
    if not anonymous:
        return _answer(*_run(request.get_data(cache=False) if request.method == "POST" else None)[:2])
    body = request.get_data(cache=False) if request.method == "POST" else request.query_string
    key = key_of(request.method, request.headers.get("Accept-Language", ""), body)
    kept = cache.get(key)
    if kept is not None:
        return _answer(kept, 200)
    ticket = cache.begin(key)
    if ticket is None:
        kept = cache.get(key)
        if kept is not None:
            return _answer(kept, 200)
        ticket = -1
    keep: bytes | None = None
    try:
        data, status, cacheable = _run(body if request.method == "POST" else None)
        keep = data if cacheable and status == 200 else None
        return _answer(data, status)
    finally:
        cache.put(key, ticket, keep)


def _run(body: bytes | None) -> tuple[bytes, int, bool]:
    """(answer, status, may be kept)."""
    try:
        source, variables, name = _parsed(body)
    except ValueError as error:
        return _refusal(str(error), "BAD_REQUEST", 400)
    document = current_app.extensions["documents"].get(source)
    if isinstance(document, list):
        return json.dumps_bytes({"errors": [_plain(e) for e in document]}), 400, False
    operation = execution.operation_of(document, name)
    if operation is None:
        return _refusal("Name one operation of the document", "BAD_REQUEST", 400)
    if request.method == "GET" and not execution.is_query(operation):
        return _refusal("Mutations go by POST", "METHOD_NOT_ALLOWED", 405)
    edge: Edge = current_app.extensions["edge"]
    try:
        context: RequestContext = identify(edge)
    except DomainError as error:
        return json.dumps_bytes({"errors": [{"message": error.message(language()), "extensions": {"code": error.code}}]}), 401, False
    answer = execution.run(current_app.extensions["schema"], document, context, variables, name)
    cacheable = "errors" not in answer and execution.is_query(operation) and context.is_anonymous and is_cacheable(operation)
    _remember_cookies(context)
    return json.dumps_bytes(answer), 200, cacheable


def _parsed(body: bytes | None) -> tuple[str, dict[str, Any] | None, str | None]:
    if body is None:
        fields: dict[str, Any] = dict(request.args)
        if fields.get("variables"):
            fields["variables"] = json.loads(fields["variables"])
    else:
        if request.mimetype != "application/json":
            raise ValueError("Send application/json")
        if len(body) > LIMITS.body_bytes:
            raise ValueError(f"The body is above {LIMITS.body_bytes} bytes")
        fields = json.loads(body)
        if not isinstance(fields, dict):
            raise ValueError("Send one operation, not a batch")
    source, variables, name = fields.get("query"), fields.get("variables"), fields.get("operationName")
    if not isinstance(source, str) or not source or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise ValueError("query is text, variables an object, operationName text")
    return source, variables, name or None


def _plain(error: Any) -> dict[str, Any]:
    body = dict(error.formatted)
    body.setdefault("extensions", {}).setdefault("code", "INVALID_DOCUMENT")
    return body


def _refusal(message: str, code: str, status: int) -> tuple[bytes, int, bool]:
    return json.dumps_bytes({"errors": [{"message": message, "extensions": {"code": code}}]}), status, False


def _answer(data: bytes, status: int) -> Response:
    wanted = RESPONSE_TYPE if RESPONSE_TYPE in request.headers.get("Accept", "") else "application/json"
    response = Response(data, status, content_type=f"{wanted}; charset=utf-8")
    for name, value in getattr(request, "bangfu_cookies", {}).items():
        if value is None:
            response.delete_cookie(name, path="/")
        else:
            response.set_cookie(name, value, httponly=True, samesite="Lax", secure=request.is_secure, max_age=30 * 86400, path="/")
    return response


def _remember_cookies(context: RequestContext) -> None:
    request.bangfu_cookies = context.set_cookies  # type: ignore[attr-defined]
