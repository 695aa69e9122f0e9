"""Replay of the gateway's own events, for the readers of other services."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from gateway.context import Edge
from services.kit import json, outbox, reader, relay
from services.kit.errors import HTTP_STATUS, DomainError, Unauthenticated
from services.kit.principal import Principal, Role, TokenVerifier

blueprint = Blueprint("internal", __name__, url_prefix="/internal")


def _caller() -> Principal:
    edge: Edge = current_app.extensions["edge"]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Unauthenticated()
    principal = TokenVerifier("gateway", edge.settings.public_keys).verify(token)
    principal.require(Role.SERVICE)
    return principal


@blueprint.get("/outbox")
def replay() -> Response:
    _caller()
    edge: Edge = current_app.extensions["edge"]
    limit = min(500, int(request.args.get("limit", 200)))
    with edge.db.reading() as conn:
        events = outbox.replay(conn, "gateway", request.args.get("lane", "live"), int(request.args.get("after", 0)), limit)
    return _json({"events": [e.model_dump() for e in events]})


@blueprint.get("/sync")
def sync() -> Response:
    _caller()
    edge: Edge = current_app.extensions["edge"]
    with edge.db.reading() as conn:
        return _json(
            {"heads": relay.heads(conn), "waiting": relay.waiting(conn), "applied": reader.applied(conn), "parked": reader.parked(conn)}
        )


@blueprint.errorhandler(DomainError)
def refused(error: DomainError) -> tuple[dict[str, Any], int]:
    return error.as_dict("en"), HTTP_STATUS[error.kind]


def _json(body: Any) -> Response:
    return Response(json.dumps_bytes(body), content_type="application/json")
