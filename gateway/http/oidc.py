"""The two addresses of a sign-in through somebody else: out to the provider, and back from it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request

from gateway.accounts import oidc
from gateway.accounts.usecases import SecondStep
from gateway.context import Edge
from gateway.http import identity
from gateway.limits.errors import RateLimited
from gateway.rates import STRANGERS
from services.kit import json
from services.kit.errors import HTTP_STATUS, DomainError
from services.kit.telemetry import language

blueprint = Blueprint("oidc", __name__, url_prefix="/auth/oidc")


@blueprint.get("/<name>/start")
def start(name: str) -> Response:
    edge = _counted()
    begun = oidc.start(edge.db, edge.settings, name, return_to=request.args.get("return_to", "/"))
    response = _to(begun.url)
    _set(response, identity.OIDC_COOKIE, begun.browser, int(oidc.LIFETIME.total_seconds()))
    return response


@blueprint.get("/<name>/callback")
def callback(name: str) -> Response:
    """Sets the session's cookies and goes on to where it began; an account with a second factor gets its challenge behind the #, which no
    server and no log sees."""
    edge = _counted()
    done = oidc.finish(
        edge.db,
        edge.settings,
        name,
        state=request.args.get("state", ""),
        code=request.args.get("code", ""),
        issuer=request.args.get("iss"),
        browser=request.cookies.get(identity.OIDC_COOKIE, ""),
        asking=identity.asking(cookies=True),
    )
    if isinstance(done.opened, SecondStep):
        response = _to(f"{done.return_to}#secondFactor={done.opened.challenge}")
    else:
        response = _to(done.return_to)
        if done.opened is not None:
            for cookie, value in identity.cookies_of(done.opened).items():
                _set(response, cookie, value, 30 * 86400)
    response.delete_cookie(identity.OIDC_COOKIE, path="/")
    return response


def _counted() -> Edge:
    """An attempt at a credential, as one by GraphQL is. Raises RateLimited."""
    edge: Edge = current_app.extensions["edge"]
    edge.limiter.credential("outside sign-in", STRANGERS, request.remote_addr or "", "")
    return edge


def _to(place: str) -> Response:
    response = make_response(redirect(place, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, httponly=True, samesite="Lax", secure=request.is_secure, max_age=seconds, path="/")


@blueprint.errorhandler(DomainError)
def refused(error: DomainError) -> Any:
    status = 429 if isinstance(error, RateLimited) else HTTP_STATUS[error.kind]
    response = Response(json.dumps_bytes(error.as_dict(language())), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(identity.OIDC_COOKIE, path="/")
    return response
