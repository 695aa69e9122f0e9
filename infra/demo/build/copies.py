"""How far the services' copies of each other are, as the API tells it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from infra.demo.client import Api, until

QUERY = "{ sync { service parked cutover positions { source lane head waiting applied } } }"


@dataclass(frozen=True)
class Lag:
    """A copy that is `behind` events behind its source."""

    service: str
    source: str
    lane: str
    behind: int


@dataclass(frozen=True)
class Copies:
    """`parked`: events that could not be applied, over all services. `cutover`: ISO instant, None until it is set in all of them."""

    lags: tuple[Lag, ...]
    parked: int
    cutover: str | None
    heads: dict[tuple[str, str], int]


def look(api: Api) -> Copies:
    states = api.ask(QUERY)["sync"]
    lags = tuple(
        Lag(state["service"], p["source"], p["lane"], p["head"] + p["waiting"] - p["applied"])
        for state in states
        for p in state["positions"]
        if p["head"] + p["waiting"] > p["applied"]
    )
    cutovers = {state["cutover"] for state in states}
    heads = {(p["source"], p["lane"]): p["head"] + p["waiting"] for state in states for p in state["positions"]}
    return Copies(lags, sum(s["parked"] for s in states), cutovers.pop() if len(cutovers) == 1 else None, heads)


def wait_for(api: Api, service: str, sources: Iterable[str], seconds: float = 300.0) -> None:
    """Until `service` has applied what `sources` had published when this was called."""
    wanted = set(sources) - {service}
    if not wanted:
        return
    goal = {key: head for key, head in look(api).heads.items() if key[0] in wanted}

    def reached() -> bool:
        for state in api.ask(QUERY)["sync"]:
            if state["service"] == service:
                return all(p["applied"] >= goal.get((p["source"], p["lane"]), 0) for p in state["positions"])
        return False

    until(reached, f"{service} to know what {', '.join(sorted(wanted))} have published", seconds, pause=0.2)


def wait_for_all(api: Api, seconds: float) -> Copies:
    """Until nothing is on its way, also what is published in consequence of something applied; the last look, whether that came or not."""
    end, quiet = time.monotonic() + seconds, 0
    while True:
        copies = look(api)
        quiet = 0 if copies.lags else quiet + 1
        if quiet == 2 or time.monotonic() > end:
            return copies
        time.sleep(0.2)
