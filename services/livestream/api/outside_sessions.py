"""Sessions held on other platforms: recorded with their paper, confirmed or returned by the county."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import AwareDatetime, Field, StringConstraints

from services.kit.app import context, idempotency_key, principal
from services.kit.errors import InvalidInput
from services.kit.models import Input, PageInput, Text
from services.livestream.api.shapes import CountyCode, Empty, Fen, Handle, ReasonInput, SessionPath, page
from services.livestream.domain.outside import MAX_LINES, Draft, read_line
from services.livestream.queries import outside_sessions as queries
from services.livestream.usecases.confirm_outside_session import confirm_outside_session, return_outside_session
from services.livestream.usecases.record_outside_session import record_outside_session, resubmit_outside_session

api = APIBlueprint("outside_sessions", "outside_sessions", url_prefix="/outside-sessions")

Count = Annotated[int, Field(strict=True, ge=1, le=10**9)]


class LineInput(Input):
    """``quantity`` as paid, decimal text; ``refund_fen`` positive."""

    product_id: UUID
    quantity: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=10)]
    gross_fen: Fen
    refund_fen: Fen = 0


class ContentInput(Input):
    """``host``: the handle shown on the platform. ``evidence``: number or name of the paper."""

    title: Text
    platform: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    host: Handle
    started_at: AwareDatetime
    ended_at: AwareDatetime
    participants: Count
    peak: Annotated[int, Field(strict=True, ge=0)] | None = None
    paid_fen: Fen
    refund_fen: Fen
    evidence: Text
    lines: Annotated[list[LineInput], Field(min_length=1, max_length=MAX_LINES)]

    def draft(self) -> Draft:
        """Raises InvalidInput, InvalidQuantity."""
        if self.peak is not None and self.peak > self.participants:
            raise InvalidInput("peak", "≤ participants")
        lines = tuple(read_line(i, x.product_id, x.quantity, x.unit, x.gross_fen, x.refund_fen, f"lines.{i - 1}")
                      for i, x in enumerate(self.lines, start=1))
        return Draft(self.title, self.platform, self.started_at, self.ended_at, self.participants, self.peak, self.paid_fen,
                     self.refund_fen, self.evidence, lines)


class RecordInput(ContentInput):
    county_code: CountyCode | None = None
    merchant_id: UUID | None = None
    streamer_id: UUID | None = None


class OutsideQuery(PageInput):
    state: Literal["submitted", "returned", "confirmed", "void"] | None = None


def _shown(session_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_outside_session(conn, principal(), session_id))


@api.post("")
def record(body: RecordInput) -> dict[str, Any]:
    return _shown(record_outside_session(
        context().db, principal(), idempotency_key(), body.draft(), body.host, county_code=body.county_code, merchant_id=body.merchant_id,
        streamer_id=body.streamer_id, command=body.model_dump()))


@api.post("/<uuid:session_id>/resubmit")
def resubmit(path: SessionPath, body: ContentInput) -> dict[str, Any]:
    return _shown(resubmit_outside_session(context().db, principal(), idempotency_key(), path.session_id, body.draft(), body.host,
                                           command=body.model_dump()))


@api.post("/<uuid:session_id>/confirm")
def confirm(path: SessionPath, body: Empty) -> dict[str, Any]:
    confirm_outside_session(context().db, principal(), path.session_id)
    return _shown(path.session_id)


@api.post("/<uuid:session_id>/return")
def return_(path: SessionPath, body: ReasonInput) -> dict[str, Any]:
    return_outside_session(context().db, principal(), path.session_id, body.reason)
    return _shown(path.session_id)


@api.get("")
def list_outside_sessions(query: OutsideQuery) -> dict[str, Any]:
    with context().db.reading() as conn:
        return page(queries.list_outside_sessions(conn, principal(), first=query.first, after=query.after, state=query.state))


@api.get("/<uuid:session_id>")
def get_outside_session(path: SessionPath) -> dict[str, Any]:
    return _shown(path.session_id)
