"""The first page of web/: a product list with pictures. The pages issue replaces it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory

blueprint = Blueprint("pages", __name__)
WEB = Path(__file__).parents[2] / "web" / "first"
POLICY = ("default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self' ws: wss:; "
          "object-src 'none'; base-uri 'none'; frame-ancestors 'none'")


@blueprint.get("/")
def home() -> Response:
    response = send_from_directory(WEB, "index.html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/web/<path:name>")
def asset(name: str) -> Response:
    response = send_from_directory(WEB, name)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/graphiql")
def graphiql() -> Response:
    """In development only: an explorer of the schema."""
    if current_app.extensions["edge"].settings.env == "production":
        return Response(status=404)
    response = send_from_directory(WEB, "graphiql.html")
    response.headers["Content-Security-Policy"] = POLICY
    return response
