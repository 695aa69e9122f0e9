"""What a viewer does in a room, and the attribution of what he buys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import Field

from services.kit.app import context, principal
from services.kit.db import Row, one
from services.kit.models import Input
from services.livestream.api.shapes import SessionPath
from services.livestream.usecases.issue_attribution import issue_attribution, set_attribution_rule
from services.livestream.usecases.join_session import heartbeat, join_session

api = APIBlueprint("rooms", "rooms")


class ViewerInput(Input):
    """``viewer``: only the gateway's own process names one (an account id or ``guest:<device>``)."""

    viewer: str | None = Field(None, min_length=8, max_length=80, pattern=r"^[\w:.\-]+$")


class AttributionInput(Input):
    product_id: UUID


class RuleInput(Input):
    window_minutes: int = Field(ge=1, le=1440)
    grace_minutes: int = Field(ge=0, le=1440)


def _rule() -> Row:
    with context().db.reading() as conn:
        return one(conn, "SELECT version, window_minutes, grace_minutes, valid_from FROM attribution_rules "
                   "ORDER BY version DESC LIMIT 1") or {}


@api.post("/sessions/<uuid:session_id>/join")
def join(path: SessionPath, body: ViewerInput) -> dict[str, Any]:
    return vars(join_session(context().db, principal(), path.session_id, body.viewer))


@api.post("/sessions/<uuid:session_id>/heartbeat")
def beat(path: SessionPath, body: ViewerInput) -> dict[str, Any]:
    return vars(heartbeat(context().db, principal(), path.session_id, body.viewer))


@api.post("/sessions/<uuid:session_id>/attribution")
def attribution(path: SessionPath, body: AttributionInput) -> dict[str, Any]:
    return vars(issue_attribution(context().db, context().extra["attribution"], principal(), path.session_id, body.product_id))


@api.get("/attribution-rules")
def get_rule() -> dict[str, Any]:
    return _rule()


@api.post("/attribution-rules")
def set_rule(body: RuleInput) -> dict[str, Any]:
    set_attribution_rule(context().db, principal(), body.window_minutes, body.grace_minutes)
    return _rule()
