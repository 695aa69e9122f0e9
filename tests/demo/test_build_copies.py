"""Waiting for the copies: for what was there, never for what goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from infra.demo.build import copies


class System:
    """Orders publishes, reporting reads; each look calls `happens(n)` first."""

    def __init__(self, head: int, applied: int, happens: Callable[[System, int], None]) -> None:
        self.head, self.applied, self.happens, self.looks = head, applied, happens, 0
        self.cutovers: list[str | None] = ["2026-10-31T16:00:00Z", "2026-10-31T16:00:00Z"]

    def ask(self, document: str) -> dict[str, Any]:
        self.happens(self, self.looks)
        self.looks += 1
        position = {"source": "orders", "lane": "live", "head": self.head - 1, "waiting": 1, "applied": self.applied}
        return {"sync": [{"service": "orders", "parked": 0, "cutover": self.cutovers[0], "positions": []},
                         {"service": "reporting", "parked": 2, "cutover": self.cutovers[1], "positions": [position]}]}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def test_it_waits_until_what_was_published_is_applied() -> None:
    def step(system: System, n: int) -> None:
        system.applied = min(n, 5)

    system = System(5, 0, step)
    copies.wait_for(system, "reporting", {"orders"})  # type: ignore[arg-type]
    assert system.applied == 5


def test_sales_that_go_on_are_not_waited_for() -> None:
    def sell(system: System, n: int) -> None:
        system.applied, system.head = system.head, system.head + 10

    found = copies.wait_for_all(System(100, 0, sell), 60)  # type: ignore[arg-type]
    assert found.lags == ()


def test_a_copy_that_stays_behind_is_named() -> None:
    found = copies.wait_for_all(System(100, 40, lambda system, n: None), 0)  # type: ignore[arg-type]
    assert found.lags == (copies.Lag("reporting", "orders", "live", 60),)
    assert found.parked == 2


def test_the_cutover_counts_when_all_have_it() -> None:
    system = System(1, 1, lambda system, n: None)
    assert copies.look(system).cutover == "2026-10-31T16:00:00Z"  # type: ignore[arg-type]
    system.cutovers[0] = None
    assert copies.look(system).cutover is None  # type: ignore[arg-type]


def test_a_service_does_not_wait_for_itself() -> None:
    system = System(5, 0, lambda system, n: None)
    copies.wait_for(system, "orders", {"orders"})  # type: ignore[arg-type]
    assert system.looks == 0
