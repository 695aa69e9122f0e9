"""The edge: wiring only."""

from __future__ import annotations

import threading
import time

import psycopg
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg_pool import PoolTimeout

from gateway.addresses import BehindProxies
from gateway.cache import AnswerCache, listen_for_purges
from gateway.clients import make_clients
from gateway.concurrency import Concurrency
from gateway.context import Edge
from gateway.documents import Documents
from gateway.http import faults, graphql_view, internal, media, oidc, pages, webhooks
from gateway.http.front import Front
from gateway.limits import LIMITS
from gateway.persisted import PersistedQueries, manifest
from gateway.rates import Limiter
from gateway.schema import schema
from gateway.settings import GatewaySettings
from services.kit import deadline
from services.kit.db import Database
from services.kit.objects import ObjectStore
from services.kit.principal import TokenIssuer
from services.kit.settings import load
from services.kit.telemetry import REQUESTS, configure_logging


def create_app(settings: GatewaySettings | None = None) -> Flask:
    settings = settings or load(GatewaySettings, "gateway")
    configure_logging("gateway-api")
    app = Flask("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    db = Database(settings.database_url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms).open()
    limiter = Limiter(settings.redis_url, settings.session_secret, settings.rate_factor)
    concurrency = Concurrency(max(1, int(LIMITS.concurrent * settings.rate_factor)))
    app.extensions["edge"] = Edge(settings, db, ObjectStore(settings.s3_url), make_clients(settings), limiter, concurrency)
    app.extensions["issuer"] = TokenIssuer("gateway", settings.private_key)
    app.extensions["schema"] = schema.graphql_schema
    app.extensions["documents"] = Documents(schema.graphql_schema, manifest(settings.trusted_manifest))
    app.extensions["persisted"] = PersistedQueries(settings.redis_url, settings.persisted_seconds)
    app.extensions["stop"] = stop = threading.Event()
    app.extensions["answers"] = cache = AnswerCache(settings.cache_seconds)
    threading.Thread(target=listen_for_purges, args=(settings.database_url, cache, stop), daemon=True).start()
    for part in (graphql_view, media, webhooks, internal, pages, oidc):
        app.register_blueprint(part.blueprint)
    faults.install(app)
    _install_health(app, db)
    _install_headers(app)
    app.wsgi_app = Front(app.wsgi_app, cache)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = BehindProxies(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]
    return app


def _install_health(app: Flask, db: Database) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, bool], int]:
        try:
            with db.reading() as conn:
                conn.execute("SELECT 1")
        except (psycopg.Error, PoolTimeout):
            return {"ok": False}, 503
        return {"ok": True}, 200

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _install_headers(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        request.environ["bangfu.started"] = time.perf_counter()
        deadline.begin(None)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        deadline.begin(None)  # the thread goes on to others

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        REQUESTS.labels("gateway", request.endpoint or "none", response.status_code).observe(
            time.perf_counter() - request.environ["bangfu.started"]
        )
        return response
