"""Memory at rest and under load; the cold start with data in place."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from infra.runner.state import ROOT
from tests.bench.city import City
from tests.bench.rows import Row

REST_SECONDS, REST_MB, BUSY_MB, START_SECONDS = 60, 1536.0, 2048.0, 20.0


def at_rest(city: City) -> Iterator[Row]:
    time.sleep(REST_SECONDS)
    yield Row(
        "memory of all processes at rest",
        None,
        city.system.memory_mb(),
        "MB PSS",
        None,
        REST_MB,
        "lower",
        f"{REST_SECONDS} s after the last work",
    )


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
    """The second `up` of a state folder: the first makes the data."""
    with tempfile.TemporaryDirectory(prefix="bangfu-start-") as folder:
        env = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")} | {"BANGFU_STATE": folder}
        times = []
        for _ in range(2):
            begun = time.perf_counter()
            subprocess.run(
                [str(ROOT / "bangfu"), "up", "--empty", "--detach", "--port", "0"], env=env, check=True, capture_output=True, cwd=ROOT
            )
            times.append(time.perf_counter() - begun)
            subprocess.run([str(ROOT / "bangfu"), "down"], env=env, check=True, capture_output=True, cwd=ROOT)
        yield Row(
            "cold start of everything, data in place", None, times[1], "s", None, START_SECONDS, "lower", f"first start {times[0]:.1f} s"
        )
