"""Shapes that several routes share."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from services.catalog.adapters.search.engine import Search
from services.kit.app import context
from services.kit.errors import InvalidInput, TooMany

MAX_IDS = 100

Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
DocumentNo = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w.\-/()（）〔〕·]+$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_\-]{0,39}$")]
CountyCode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]


class MerchantPath(BaseModel):
    merchant_id: UUID


class ProductPath(BaseModel):
    product_id: UUID


class ApplicationPath(BaseModel):
    application_id: UUID


class LabelPath(BaseModel):
    label_id: UUID


class MechanismPath(BaseModel):
    mechanism_id: UUID


def parse_ids(text: str) -> list[UUID]:
    """``a,b,…`` Raises InvalidInput, or TooMany above 100."""
    parts = [p for p in text.split(",") if p]
    if len(parts) > MAX_IDS:
        raise TooMany("ids", limit=MAX_IDS, count=len(parts))
    try:
        return [UUID(p) for p in parts]
    except ValueError:
        raise InvalidInput("ids", "UUID") from None


def search_engine() -> Search:
    engine: Any = context().extra["search"]
    return engine  # type: ignore[no-any-return]
