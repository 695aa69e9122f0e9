"""What nobody foresaw, wherever in the gateway: logged with its stack, answered with a code and the request's id only."""

from __future__ import annotations

import psycopg
from flask import Flask, Response, request
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import HTTPException

from gateway.errors import graphql_error, internal
from gateway.http.negotiation import JSON, negotiated
from gateway.http.refusals import MethodNotAllowed
from services.kit import json
from services.kit.errors import HTTP_STATUS, DomainError, Unavailable
from services.kit.telemetry import log, request_id


def install(app: Flask) -> None:
    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException) and not _of_graphql():
            return error
        if isinstance(error, HTTPException) and error.code == MethodNotAllowed.status:
            response = _answer(graphql_error(MethodNotAllowed()).formatted, MethodNotAllowed.status)
            response.headers["Allow"] = "GET, POST"
            return response
        if isinstance(error, DomainError):
            return _answer(graphql_error(error).formatted, HTTP_STATUS[error.kind])
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout):
            log.warning("database_unavailable", request_id=request_id(), endpoint=request.endpoint, error=type(error).__name__)
            return _answer(graphql_error(Unavailable()).formatted, HTTP_STATUS[Unavailable.kind])
        log.error("unexpected", request_id=request_id(), endpoint=request.endpoint, exc_info=error)
        return _answer(internal().formatted, 500)


def _of_graphql() -> bool:
    return request.path == "/graphql"


def _answer(error: object, status: int) -> Response:
    wanted = (negotiated(request.headers.get("Accept")) or JSON) if _of_graphql() else JSON
    response = Response(json.dumps_bytes({"errors": [error]}), status, content_type=f"{wanted}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = request_id() or ""
    return response
