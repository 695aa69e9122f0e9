"""A reporting service on a fresh database, and short words for asking it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from services.kit.principal import Principal
from services.reporting.app import SERVICE
from tests.support.service import BUREAU, Harness


@dataclass
class Reporting:
    harness: Harness

    def figures(self, who: Principal = BUREAU, **params: Any) -> dict[str, dict[str, Any]]:
        return {item["key"]: item for item in self.harness.get("/figures", who, **params).ok()["items"]}

    def all(self, path: str, who: Principal = BUREAU, first: int = 100, **params: Any) -> list[dict[str, Any]]:
        """Every page of a list."""
        items: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            answer = self.harness.get(path, who, first=first, after=after, **params).ok()
            items += answer["items"]
            after = answer["next_cursor"]
            if after is None:
                return items

    def sums(self, by: str, who: Principal = BUREAU, **params: Any) -> dict[str | None, dict[str, Any]]:
        return {item["key"]: item for item in self.all("/sums", who, by=by, **params)}


@pytest.fixture
def reporting(make_service: Callable[..., Harness]) -> Reporting:
    return Reporting(make_service(SERVICE))
