"""Keyset paging: a cursor is the sort key of the last row shown, opaque to clients. Never an offset."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.kit import json
from services.kit.errors import InvalidInput

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    next_cursor: str | None
    total: int | None = None


def encode_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps_bytes(list(values))).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, length: int) -> list[Any] | None:
    """The sort key, or None for the first page. Raises InvalidInput on a foreign or damaged cursor."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("after", "cursor") from error
    if not isinstance(values, list) or len(values) != length:
        raise InvalidInput("after", "cursor")
    return values


def page_of(rows: Sequence[T], first: int, key: Callable[[T], Sequence[Any]], total: int | None = None) -> Page[T]:
    """``rows`` were fetched with LIMIT first + 1, so that a next page is known without a count."""
    items = list(rows[:first])
    return Page(items, encode_cursor(key(items[-1])) if len(rows) > first else None, total)
