"""What the routes of orders share."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from services.kit.app import context, principal
from services.kit.errors import Forbidden, InvalidInput, TooMany
from services.kit.models import PageInput
from services.kit.paging import Page
from services.kit.principal import Principal
from services.orders.usecases.shopping.desk import Desk, desk_of

MOST_IDS = 100


def _as_text(value: object) -> object:
    """A quantity is parsed once, in the domain, by its unit: here it is only text. No floats: they are not what was typed."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


QuantityText = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=32)]


class IdsPage(PageInput):
    """``ids``: comma-separated, at most a hundred; of them, what the asker may see, and nothing else of the list's filters counts."""

    ids: str | None = Field(None, max_length=4000)


class OrderPath(BaseModel):
    order_id: UUID


class ProductPath(BaseModel):
    product_id: UUID


class PaymentPath(BaseModel):
    payment_id: UUID


def blueprint(name: str, prefix: str = "") -> APIBlueprint:
    return APIBlueprint(name, name, url_prefix=prefix or None)


def desk() -> Desk:
    return desk_of(context())


def buyer() -> Principal:
    """An account or a guest: whoever has a cart. Raises Forbidden."""
    who = principal()
    if who.subject == "anonymous" or who.subject.startswith("service:"):
        raise Forbidden()
    return who


def uuids(texts: list[str], field: str) -> list[UUID]:
    """From repeated or comma-separated ids, at most a hundred."""
    parts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    if len(parts) > MOST_IDS:
        raise TooMany(field, limit=MOST_IDS, count=len(parts))
    try:
        return [UUID(part) for part in parts]
    except ValueError as error:
        raise InvalidInput(field, "id") from error


def paged(page: Page[dict[str, Any]]) -> dict[str, Any]:
    return {"items": page.items, "next_cursor": page.next_cursor}
