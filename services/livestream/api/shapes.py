"""What several routes take."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from services.kit.models import Input
from services.kit.paging import Page

CountyCode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Handle = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Empty(Input):
    pass


class ReasonInput(Input):
    reason: Reason


class SessionPath(Input):
    session_id: UUID


def page(found: Page[Any]) -> dict[str, Any]:
    return {"items": found.items, "next_cursor": found.next_cursor}
