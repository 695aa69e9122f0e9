"""Memory at rest and under load; the cold start with data in place."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.runner.state import ROOT, Paths
from infra.runner.sweep import memory_mb
from tests.bench.city import City
from tests.bench.rows import Row

REST_SECONDS, REST_MB, BUSY_MB, START_SECONDS = 60, 1536.0, 2048.0, 20.0


@contextmanager
def watched(city: City) -> Iterator[list[float]]:
    """Samples of the memory while other benches run."""
    samples: list[float] = []
    stop = threading.Event()

    def sample() -> None:
        while not stop.wait(2):
            samples.append(city.system.memory_mb())

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join()


def cold_start() -> Iterator[Row]:
    """The whole demo city is built in a folder of its own, stopped, and started again; then the memory, at rest."""
    with tempfile.TemporaryDirectory(prefix="bangfu-start-") as folder:
        built = _bangfu(folder, "up", "--detach")
        time.sleep(REST_SECONDS)
        after_build = memory_mb(Paths(Path(folder)))
        _bangfu(folder, "down")
        started = _bangfu(folder, "up", "--detach")
        yield Row(
            "cold start of everything, the demo city in place", None, started, "s", None, START_SECONDS, "lower", f"built in {built:.0f} s"
        )
        time.sleep(REST_SECONDS)
        at_rest = memory_mb(Paths(Path(folder)))
        note = f"{REST_SECONDS} s after the start; {after_build:,.0f} MB {REST_SECONDS} s after the build of the city"
        yield Row("memory of all processes at rest", None, at_rest, "MB PSS", None, REST_MB, "lower", note)
        _bangfu(folder, "down")


def _bangfu(folder: str, *arguments: str) -> float:
    """Seconds the command took."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")} | {"BANGFU_STATE": folder}
    begun = time.perf_counter()
    done = subprocess.run([str(ROOT / "bangfu"), *arguments], env=env, check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"bench: ./bangfu {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - begun
