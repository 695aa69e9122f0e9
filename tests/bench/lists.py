"""Product list of 20 cards through the gateway, beside a bare Flask endpoint with the same bytes on the same server."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.runner.engines import http_answers
from infra.runner.state import ROOT, free_port
from tests.bench import load
from tests.bench.city import City
from tests.bench.rows import Row

CARDS = """query Cards($first: Int!) { products(first: $first) {
  nodes { id name image labels countyName merchantName unit availability offerVersion price { amount currency } }
  pageInfo { hasNextPage endCursor } } }"""
CLIENTS = (1, 8, 32)
SECONDS = 5.0
CACHED, UNCACHED = 0.6, 0.03


def bench(city: City, bars: Mapping[int, float] | None = None) -> Iterator[Row]:
    """``bars``: clients → what an uncached list must reach of the bare endpoint."""
    numbers = itertools.count()

    def fresh(_client: int) -> Iterator[bytes]:
        # A variable that no field uses makes each body new: the answer cache is keyed by the request's bytes.
        while True:
            yield load.http_request(city.url, json.dumps({"query": CARDS, "variables": {"first": 20, "n": next(numbers)}}).encode())

    cached = load.same(load.http_request(city.url, json.dumps({"query": CARDS, "variables": {"first": 20}}).encode()))
    load.run(city.url, 4, 2, fresh)
    sample = load.run(city.url, 1, 0.5, cached).sample.split(b"\r\n\r\n", 1)[1]
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        Path(file.name).write_bytes(sample)
        port = free_port()
        bare = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--factory",
                "tests.bench.bare:create_app",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--workers",
                "2",
                "--blocking-threads",
                "4",
                "--no-ws",
            ],
            cwd=ROOT,
            env={**os.environ, "BARE_BYTES": file.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not http_answers(port, "/readyz"):
                time.sleep(0.1)
            reference_url = f"http://127.0.0.1:{port}/graphql"
            plain = load.same(load.http_request(reference_url, b"{}"))
            for clients in CLIENTS:
                # The three take turns, so that a neighbour's load falls on all of them.
                reference = load.run(reference_url, clients, SECONDS, plain)
                kept = load.run(city.url, clients, SECONDS, cached)
                unkept = load.run(city.url, clients, SECONDS, fresh)
                note = f"p99 {unkept.quantile(0.99) * 1000:.0f} ms" + (f", {unkept.failures} failed" if unkept.failures else "")
                yield Row(
                    "list of 20, anonymous cached",
                    clients,
                    kept.rate,
                    "/s",
                    reference.rate,
                    CACHED,
                    note=f"{len(sample)} bytes" + (f", {kept.failures} failed" if kept.failures else ""),
                )
                bar = (bars or {}).get(clients, UNCACHED)
                yield Row("list of 20, uncached", clients, unkept.rate, "/s", reference.rate, bar, note=note)
        finally:
            bare.terminate()
            bare.wait()
