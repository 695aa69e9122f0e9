"""Streamers: apply, and the county's decision."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]

from services.kit.app import context, principal
from services.kit.models import Input, PageInput
from services.livestream.api.shapes import CountyCode, Empty, Handle, ReasonInput, page
from services.livestream.queries import streamers as queries
from services.livestream.usecases.apply_streamer import apply_streamer
from services.livestream.usecases.decide_streamer import approve_streamer, reject_streamer

api = APIBlueprint("streamers", "streamers", url_prefix="/streamers")


class ApplyInput(Input):
    """``handle``: what viewers see; never a person's real name."""

    handle: Handle
    county_code: CountyCode


class StreamerPath(Input):
    streamer_id: UUID


class StreamersQuery(PageInput):
    state: Literal["applied", "approved", "rejected"] | None = None


def _shown(streamer_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_streamer(conn, principal(), streamer_id))


@api.post("/apply")
def apply(body: ApplyInput) -> dict[str, Any]:
    return _shown(apply_streamer(context().db, principal(), body.handle, body.county_code))


@api.post("/<uuid:streamer_id>/approve")
def approve(path: StreamerPath, body: Empty) -> dict[str, Any]:
    approve_streamer(context().db, principal(), path.streamer_id)
    return _shown(path.streamer_id)


@api.post("/<uuid:streamer_id>/reject")
def reject(path: StreamerPath, body: ReasonInput) -> dict[str, Any]:
    reject_streamer(context().db, principal(), path.streamer_id, body.reason)
    return _shown(path.streamer_id)


@api.get("")
def list_streamers(query: StreamersQuery) -> dict[str, Any]:
    with context().db.reading() as conn:
        return page(queries.list_streamers(conn, principal(), first=query.first, after=query.after, state=query.state))


@api.get("/<uuid:streamer_id>")
def get_streamer(path: StreamerPath) -> dict[str, Any]:
    return _shown(path.streamer_id)
