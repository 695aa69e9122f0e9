"""The HTTP side of a service: wiring that is the same everywhere. Routes parse, call, answer; errors are mapped here, once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import Flask, Response, current_app, g, jsonify, request
from flask.json.provider import JSONProvider
from flask_openapi3 import APIBlueprint, Info, OpenAPI  # type: ignore[attr-defined]
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, Field, ValidationError
from werkzeug.exceptions import HTTPException

from services.kit import audit, clock, deadline, json, outbox, reader, relay
from services.kit.client import RemoteError
from services.kit.errors import HTTP_STATUS, DomainError, InvalidInput, Several, Unauthenticated, Unavailable
from services.kit.imports.api import import_blueprint
from services.kit.models import Input
from services.kit.openapi import Api, Refusal
from services.kit.principal import Principal, Role, TokenVerifier
from services.kit.service import Context, Service, make_context
from services.kit.settings import load
from services.kit.telemetry import REQUESTS, begin_request, configure_logging, language, log, request_id

OPEN_ENDPOINTS = frozenset({"healthz", "readyz", "metrics", "static"})
OPEN_PREFIXES = ("openapi.",)
MAX_BODY = 2 * 1024 * 1024


class _Json(JSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return json.dumps(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return json.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return current_app.response_class(json.dumps_bytes(self._prepare_response_obj(args, kwargs)), mimetype="application/json")


def context() -> Context:
    """The context of the running app, in a request."""
    return current_app.extensions["bangfu"]  # type: ignore[no-any-return]


def principal() -> Principal:
    return g.principal  # type: ignore[no-any-return]


def idempotency_key() -> str:
    """The key of a call that moves money or goods. Raises InvalidInput without one."""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 100 or not key.isascii() or not key.isprintable():
        raise InvalidInput("idempotencyKey", "8–100 ASCII")
    return key


def create_api(service: Service, settings: Any = None) -> Flask:
    settings = settings or load(service.settings, service.name)
    configure_logging(f"{service.name}-api")
    app = _routes(service, test_mode=settings.is_test)
    app.extensions["bangfu"] = make_context(service, settings)
    _install_principal(app, service, TokenVerifier(service.name, settings.public_keys))
    return app


def api_document(service: Service) -> dict[str, Any]:
    """The service's OpenAPI document, made from its typed handlers; needs neither settings nor engines."""
    document: dict[str, Any] = _routes(service, test_mode=False).api_doc
    return document


def _routes(service: Service, *, test_mode: bool) -> OpenAPI:
    app = Api(service.package, info=Info(title=f"Bangfu {service.name}", version="1.0.0"), doc_prefix="/openapi",
              security_schemes={"principal": {"type": "http", "scheme": "bearer"}},
              validation_error_model=Refusal, validation_error_callback=_validation_answer)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["service"] = service
    _install_errors(app)
    _install_health(app)
    for blueprint in (*service.blueprints(), _internal_blueprint(test_mode)):
        app.register_api(blueprint)
    if service.imports:
        app.register_api(import_blueprint(service.imports))
    return app


def _install_principal(app: OpenAPI, service: Service, verifier: TokenVerifier) -> None:
    @app.before_request
    def identify() -> None:
        g.started = time.perf_counter()
        begin_request(request.headers.get("X-Request-Id"), request.headers.get("Accept-Language"))
        deadline.begin(deadline.read(request.headers.get(deadline.HEADER)))
        if request.endpoint in OPEN_ENDPOINTS or (request.endpoint or "").startswith(OPEN_PREFIXES):
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise Unauthenticated()
        g.principal = verifier.verify(token)
        deadline.ensure()

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        deadline.begin(None)  # the thread goes on to others

    @app.after_request
    def account(response: Response) -> Response:
        if "started" in g:
            REQUESTS.labels(service.name, request.endpoint or "none", response.status_code).observe(time.perf_counter() - g.started)
        response.headers["X-Request-Id"] = request_id() or ""
        return response


def _answer(body: dict[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    return response


def _install_errors(app: OpenAPI) -> None:
    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Response:
        body = error.as_dict(language())
        if isinstance(error, RemoteError):
            body |= {"code": error.remote_code, "kind": error.remote_kind}
            return _answer(body, error.status)
        if isinstance(error, Several):
            body["errors"] = [e.as_dict(language()) for e in error.errors]
        return _answer(body, HTTP_STATUS[error.kind])

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        return _answer({"code": (error.name or "error").upper().replace(" ", "_"), "message": error.name, "field": None},
                       error.code or 500)

    @app.errorhandler(psycopg.errors.QueryCanceled)
    @app.errorhandler(psycopg.errors.LockNotAvailable)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(psycopg.OperationalError)
    def busy(error: Exception) -> Response:
        if deadline.remaining_ms() == 0:
            return _answer(deadline.DeadlineExceeded().as_dict(language()), 503)
        log.warning("database_unavailable", error=type(error).__name__, detail=str(error)[:200], request_id=request_id())
        return _answer(Unavailable().as_dict(language()), 503)

    @app.errorhandler(psycopg.DataError)
    def unstorable(error: Exception) -> Response:
        """What the database cannot take came from outside: a NUL in a text, a forged cursor, a number beyond its column."""
        log.warning("data_refused", error=type(error).__name__, detail=str(error)[:200], request_id=request_id())
        return _answer(InvalidInput(None, "value").as_dict(language()), 422)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("unexpected", request_id=request_id(), endpoint=request.endpoint, exc_info=error)
        return _answer({"code": "INTERNAL", "kind": "internal", "message": "Internal error", "field": None,
                        "requestId": request_id()}, 500)


def _validation_answer(error: ValidationError) -> Response:
    return _answer(_validation_body(error), 422)


def _validation_body(error: ValidationError) -> dict[str, Any]:
    errors = [InvalidInput(_path(e["loc"]), e["msg"]).as_dict(language()) for e in error.errors()]
    return {**errors[0], "errors": errors}


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _install_health(app: OpenAPI) -> None:
    @app.route("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.route("/readyz")
    def readyz() -> tuple[dict[str, bool], int]:
        try:
            with context().db.reading() as conn:
                conn.execute("SELECT 1")
        except (psycopg.Error, PoolTimeout):
            return {"ok": False}, 503
        return {"ok": True}, 200

    @app.route("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), mimetype=CONTENT_TYPE_LATEST)


class OutboxQuery(Input):
    lane: str = "live"
    after: int = Field(0, ge=0)
    limit: int = Field(200, ge=1, le=500)


class AuditQuery(Input):
    after: int = Field(0, ge=0)
    limit: int = Field(500, ge=1, le=1000)


class CutoverInput(Input):
    cutover: datetime


class ClockInput(Input):
    offset_seconds: float


class _Ok(BaseModel):
    ok: bool = True


def _internal_blueprint(test_mode: bool) -> APIBlueprint:
    """Replay and sync for our own processes; the clock exists in test mode only."""
    api = APIBlueprint("internal", "internal", url_prefix="/internal")

    @api.get("/outbox")
    def replay(query: OutboxQuery) -> dict[str, Any]:
        principal().require(Role.SERVICE)
        service: Service = current_app.extensions["service"]
        with context().db.reading() as conn:
            return {"events": [e.model_dump() for e in outbox.replay(conn, service.name, query.lane, query.after, query.limit)]}

    @api.get("/audit")
    def audit_rows(query: AuditQuery) -> dict[str, Any]:
        """The chained rows behind a number, for the gateway alone."""
        principal().require(Role.SERVICE, "gateway")
        with context().db.reading() as conn:
            return {"entries": audit.page(conn, query.after, query.limit)}

    @api.get("/sync")
    def sync() -> dict[str, Any]:
        principal().require_any(Role.SERVICE, Role.OPERATOR, Role.BUREAU)
        with context().db.reading() as conn:
            return {"heads": relay.heads(conn), "waiting": relay.waiting(conn), "applied": reader.applied(conn),
                    "parked": reader.parked(conn), "cutover": clock.cutover(conn), "now": clock.now(conn)}

    @api.put("/cutover")
    def put_cutover(body: CutoverInput) -> dict[str, Any]:
        """Set once, before the first import; an operator's act."""
        principal().require(Role.OPERATOR)
        with context().db.transaction() as conn:
            current = clock.cutover(conn)
            if current is not None and current != body.cutover:
                raise InvalidInput("cutover", f"already {current.isoformat()}")
            if current is None:
                clock.set_cutover(conn, body.cutover)
                audit.record(conn, principal(), "cutover:set", "cutover:history", after={"cutover": body.cutover})
        return {"cutover": body.cutover}

    if test_mode:
        @api.put("/clock")
        def put_clock(body: ClockInput) -> dict[str, Any]:
            with context().db.transaction() as conn:
                clock.set_offset(conn, timedelta(seconds=body.offset_seconds))
            return {"ok": True}

    return api
