"""Search behind one port. An adapter finds and ranks; the rows shown come from the directory, which alone says what may be sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from services.kit.db import Conn


@dataclass(frozen=True)
class SearchQuery:
    """``q`` as typed. ``after`` is the adapter's own cursor."""

    q: str
    county_code: str | None = None
    category: str | None = None
    label: str | None = None
    merchant_id: UUID | None = None
    first: int = 20
    after: str | None = None


@dataclass(frozen=True)
class Found:
    """``product_ids`` best first. ``facets``: dimension → value → number, each counted without its own filter.

    ``corrected`` is what was searched instead, None when the words as typed were found.
    """

    product_ids: list[UUID]
    next_cursor: str | None
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    corrected: str | None = None


@dataclass(frozen=True)
class SelfCheck:
    missing: int
    different: int
    extra: int
    up_to_date: int


class SearchFailed(Exception):
    """The engine did not answer as it should; another one may."""


class SearchIndex(Protocol):
    name: str

    def search(self, conn: Conn, query: SearchQuery) -> Found:
        """Raises SearchFailed."""
        ...

    def feed(self, conn: Conn, limit: int = 500) -> int:
        """Bring changed products into the index. Returns how many were sent."""
        ...

    def self_check(self, conn: Conn) -> SelfCheck:
        """Compare the index with the products, and mend it."""
        ...

    def digests(self, conn: Conn, product_ids: Sequence[UUID]) -> dict[UUID, str]:
        """What the index holds of these products."""
        ...
