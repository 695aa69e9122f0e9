"""How far the services' copies of each other are, as the API tells it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from infra.demo.client import Api, until

QUERY = "{ sync { service parked cutover positions { source lane head waiting applied } } }"
# What is published in consequence of something applied is waited for as well: a confirmed session becomes sale lines, these become facts.
CONSEQUENCES = 3


@dataclass(frozen=True)
class Lag:
    """A copy that is `behind` events behind its source."""

    service: str
    source: str
    lane: str
    behind: int


@dataclass(frozen=True)
class Copies:
    """`parked`: events that could not be applied, over all services. `cutover`: ISO instant, None until it is set in all of them.
    `heads`: (source, lane) → what it has published. `applied`: (service, source, lane) → what of it is in the copy."""

    parked: int
    cutover: str | None
    heads: dict[tuple[str, str], int]
    applied: dict[tuple[str, str, str], int]
    lags: tuple[Lag, ...] = ()

    def behind(self, goal: dict[tuple[str, str], int]) -> tuple[Lag, ...]:
        """Copies that have not come to `goal`, which are heads of a moment ago."""
        return tuple(
            Lag(service, source, lane, goal[source, lane] - applied)
            for (service, source, lane), applied in self.applied.items()
            if applied < goal.get((source, lane), 0)
        )


def look(api: Api) -> Copies:
    states = api.ask(QUERY)["sync"]
    cutovers = {state["cutover"] for state in states}
    positions = [(state["service"], p) for state in states for p in state["positions"]]
    return Copies(
        sum(state["parked"] for state in states),
        cutovers.pop() if len(cutovers) == 1 else None,
        {(p["source"], p["lane"]): p["head"] + p["waiting"] for _, p in positions},
        {(service, p["source"], p["lane"]): p["applied"] for service, p in positions},
    )


def wait_for(api: Api, service: str, sources: Iterable[str], seconds: float = 300.0) -> None:
    """Until `service` has applied what `sources` had published when this was called."""
    wanted = set(sources) - {service}
    if not wanted:
        return
    goal = {key: head for key, head in look(api).heads.items() if key[0] in wanted}
    until(
        lambda: all(lag.service != service for lag in look(api).behind(goal)),
        f"{service} to know what {', '.join(sorted(wanted))} have published",
        seconds,
        pause=0.2,
    )


def wait_for_all(api: Api, seconds: float) -> Copies:
    """Until all copies have what was published when this was called, and what followed from it. After `seconds` the `lags` of the
    answer say what is missing. Sales that go on meanwhile are not waited for."""
    end = time.monotonic() + seconds
    copies = look(api)
    for _ in range(CONSEQUENCES):
        goal = copies.heads
        while True:
            copies = look(api)
            lags = copies.behind(goal)
            if not lags:
                break
            if time.monotonic() > end:
                return replace(copies, lags=lags)
            time.sleep(0.2)
    return copies
