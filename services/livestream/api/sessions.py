"""Live sessions, as their hosts run them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import AwareDatetime, Field

from services.kit.app import context, principal
from services.kit.models import Input, PageInput, Text
from services.livestream.api.shapes import CountyCode, Empty, SessionPath, page
from services.livestream.queries import sessions as queries
from services.livestream.usecases.end_session import end_session
from services.livestream.usecases.link_products import link_products, unlink_product
from services.livestream.usecases.name_controller import name_controller
from services.livestream.usecases.pin_product import pin_product, unpin_product
from services.livestream.usecases.schedule_session import schedule_session
from services.livestream.usecases.start_session import start_session

api = APIBlueprint("sessions", "sessions", url_prefix="/sessions")

ProductIds = Annotated[list[UUID], Field(max_length=200)]


class ScheduleInput(Input):
    """``starts_at`` left out: now. ``stream_url``: where an outside stream of this session is seen, https only."""

    title: Text
    starts_at: AwareDatetime | None = None
    product_ids: ProductIds = Field(default_factory=list)
    stream_url: str | None = Field(None, max_length=500)
    streamer_id: UUID | None = None


class LinkInput(Input):
    product_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class ProductInput(Input):
    product_id: UUID


class ControllerInput(Input):
    account_id: UUID


class SessionsQuery(PageInput):
    state: Literal["scheduled", "live", "ended"] | None = None
    county_code: CountyCode | None = None
    streamer_id: UUID | None = None
    ids: list[UUID] = Field(default_factory=list, max_length=100)


def _shown(session_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_session(conn, principal(), session_id))


@api.post("")
def schedule(body: ScheduleInput) -> dict[str, Any]:
    return _shown(schedule_session(
        context().db, principal(), title=body.title, starts_at=body.starts_at, product_ids=body.product_ids, stream_url=body.stream_url,
        streamer_id=body.streamer_id))


@api.get("")
def list_sessions(query: SessionsQuery) -> dict[str, Any]:
    with context().db.reading() as conn:
        if query.ids:
            return {"items": queries.sessions_by_ids(conn, principal(), query.ids), "next_cursor": None}
        return page(queries.list_sessions(conn, principal(), first=query.first, after=query.after, state=query.state,
                                          county_code=query.county_code, streamer_id=query.streamer_id))


@api.get("/<uuid:session_id>")
def get_session(path: SessionPath) -> dict[str, Any]:
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/controllers")
def controllers(path: SessionPath, body: ControllerInput) -> dict[str, Any]:
    name_controller(context().db, principal(), path.session_id, body.account_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/link")
def link(path: SessionPath, body: LinkInput) -> dict[str, Any]:
    link_products(context().db, principal(), path.session_id, body.product_ids)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/unlink")
def unlink(path: SessionPath, body: ProductInput) -> dict[str, Any]:
    unlink_product(context().db, principal(), path.session_id, body.product_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/start")
def start(path: SessionPath, body: Empty) -> dict[str, Any]:
    start_session(context().db, principal(), path.session_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/pin")
def pin(path: SessionPath, body: ProductInput) -> dict[str, Any]:
    pin_product(context().db, principal(), path.session_id, body.product_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/unpin")
def unpin(path: SessionPath, body: Empty) -> dict[str, Any]:
    unpin_product(context().db, principal(), path.session_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/end")
def end(path: SessionPath, body: Empty) -> dict[str, Any]:
    end_session(context().db, principal(), path.session_id)
    return _shown(path.session_id)
