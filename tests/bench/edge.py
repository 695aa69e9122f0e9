"""The edge with everything on: lists as before, what a permission check and a refusal cost, and a flood of documents."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil

from gateway.rates import sign_allowance
from infra.runner.state import ROOT
from services.kit.principal import Grant, Principal, Role
from tests.bench import flood, lists, load
from tests.bench.city import City
from tests.bench.rows import Row

BARS = {1: 0.05, 8: 0.03, 32: 0.03}
CHECK_US, REFUSAL, SLOWER, GROWTH = 20.0, 0.2, 2.0, 1.05
PER_MINUTE, FLOOD_SECONDS, TURNS, TURN_SECONDS = 10_000, 60, 4, 3.0
# As in development, where rates are a hundred times those of production: this client has production's.
AS_IN_PRODUCTION = 0.01


def bench(city: City) -> Iterator[Row]:
    yield from lists.bench(city, BARS)
    yield permission_check()
    yield from refusals(city)
    yield from flooded(city)


def permission_check() -> Row:
    """Every rule of the table for a principal with three roles and for a visitor, refusals included."""
    from gateway.permissions import table
    from services.kit.principal import ANONYMOUS

    officer = Principal("0" * 32, (Grant(Role.SHOPPER, "x"), Grant(Role.COUNTY_OFFICER, "371502"), Grant(Role.BUREAU)))
    rules, rounds = list(table().values()), 200
    begun = time.perf_counter()
    for _ in range(rounds):
        for rule in rules:
            rule.refusal(officer)
            rule.refusal(ANONYMOUS)
    spent = (time.perf_counter() - begun) / (rounds * len(rules) * 2)
    return Row("a permission check", None, spent * 1e6, "µs", None, CHECK_US, "lower", f"{len(rules)} rules")


def _too_deep(number: int) -> str:
    return (
        f"query Deep{number} {{ products {{ nodes " + "{ merchant { ... on Merchant " * 16 + f"{{ a{number}: id }}" + " } }" * 16 + " } }"
    )


def _too_dear(number: int) -> str:
    cards = "{ nodes { id name image labels merchant { id name } offer { price { amount currency } } } }"
    return f"query Dear{number} {{ " + " ".join(f"p{i}: products(first: 100) {cards}" for i in range(19)) + " }"


def refusals(city: City) -> Iterator[Row]:
    """Both documents are new each time. They take turns, so that a neighbour's load falls on all."""
    numbers = itertools.count(10_000_000)

    def fresh(make: Callable[[int], str]) -> Callable[[int], Iterator[bytes]]:
        return lambda _client: (
            load.http_request(city.url, json.dumps({"query": make(next(numbers))}).encode()) for _ in itertools.repeat(0)
        )

    kinds = {
        "list": (flood.document, load.accepted),
        "too deep": (_too_deep, lambda _status, answer: b'"QUERY_TOO_DEEP"' in answer),
        "too dear": (_too_dear, lambda _status, answer: b'"QUERY_TOO_COSTLY"' in answer),
    }
    spent: dict[str, list[float]] = {name: [] for name in kinds}
    failed = dict.fromkeys(kinds, 0)
    for _ in range(TURNS):
        for name, (make, accept) in kinds.items():
            outcome = load.run(city.url, 1, TURN_SECONDS, fresh(make), accept)
            spent[name] += outcome.latencies
            failed[name] += outcome.failures
    mean = {name: sum(times) / len(times) * 1e6 for name, times in spent.items()}
    for name in ("too deep", "too dear"):
        note = "beside an uncached list of 20, both documents new" + (f", {failed[name]} failed" if failed[name] else "")
        yield Row(f"a query refused as {name}", 1, mean[name], "µs", mean["list"], REFUSAL, "lower", note)


def flooded(city: City) -> Iterator[Row]:
    """Ten thousand documents a minute from one client; another goes on asking for the list."""
    token = sign_allowance(city.system.env["BANGFU_SESSION_SECRET"], "flood", AS_IN_PRODUCTION, 3600)
    numbers = itertools.count()

    def well_behaved(_client: int) -> Iterator[bytes]:
        while True:
            variables = {"first": 20, "n": next(numbers)}
            yield load.http_request(city.url, json.dumps({"query": lists.CARDS, "variables": variables}).encode())

    load.run(city.url, 1, 3, well_behaved)
    quiet = load.run(city.url, 1, FLOOD_SECONDS / 2, well_behaved)
    before = _gateway_mb(city)
    flooding = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.flood", city.url, token, str(PER_MINUTE / 60), str(FLOOD_SECONDS)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        loud = load.run(city.url, 1, FLOOD_SECONDS - 5, well_behaved)
        kinds: dict[str, int] = json.loads(flooding.communicate(timeout=2 * FLOOD_SECONDS)[0])
    finally:
        flooding.kill()
        flooding.wait()
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    yield Row("documents of a flood answered or refused", None, float(sum(kinds.values())), "a minute", None, 0.95 * PER_MINUTE, note=told)
    note = f"p50 {loud.median * 1000:.1f} ms, without {quiet.median * 1000:.1f} ms" + (f", {loud.failures} failed" if loud.failures else "")
    yield Row(
        "p99 of a well-behaved client in a flood", 1, loud.quantile(0.99) * 1000, "ms", quiet.quantile(0.99) * 1000, SLOWER, "lower", note
    )
    yield Row("memory of the gateway after the flood", None, _gateway_mb(city), "MB PSS", before, GROWTH, "lower")


def _gateway_mb(city: City) -> float:
    """Proportional set size of the gateway's HTTP processes."""
    root = psutil.Process(city.system.pid("gateway-api"))
    return sum(p.memory_full_info().pss for p in (root, *root.children(recursive=True))) / 2**20
