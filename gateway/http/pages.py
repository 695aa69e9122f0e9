"""The first page of web/: a product list with pictures (the pages issue replaces it), and the explorer where it may be used."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, send_from_directory

from gateway.accounts.domain import SessionEnded
from gateway.context import Edge
from gateway.http.identity import session_by_cookie
from services.kit.principal import Role

blueprint = Blueprint("pages", __name__)
WEB = Path(__file__).parents[2] / "web"
TYPES = {".js": "text/javascript", ".css": "text/css"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
EXPLORER_POLICY = (
    POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; font-src 'self' data:; worker-src 'self' blob:"
)


def _page(name: str, policy: str) -> Response:
    response = send_from_directory(WEB / "first", name)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/")
def home() -> Response:
    return _page("index.html", POLICY)


@blueprint.get("/web/<name>")
def asset(name: str) -> Response:
    response = send_from_directory(WEB / "first", name)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _explorer_allowed() -> None:
    """Where introspection is open to everybody; elsewhere for a signed-in operator. The page holds nothing: what it asks is checked
    as every question is."""
    edge: Edge = current_app.extensions["edge"]
    if edge.settings.introspection_open:
        return
    try:
        operator = session_by_cookie(edge).has(Role.OPERATOR)
    except SessionEnded:
        operator = False
    if not operator:
        abort(404)


@blueprint.get("/graphiql")
def graphiql() -> Response:
    _explorer_allowed()
    return _page("graphiql.html", EXPLORER_POLICY)


@blueprint.get("/web/vendor/<name>")
def vendored(name: str) -> Response:
    """Kept compressed, sent compressed."""
    _explorer_allowed()
    response = send_from_directory(WEB / "vendor" / "graphiql", f"{name}.gz", mimetype=TYPES.get(Path(name).suffix, "text/plain"))
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
