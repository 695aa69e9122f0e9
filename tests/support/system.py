"""The whole product, started by its own runner in a folder of its own, for tests that use it from outside.

`python -m tests.support.system FOLDER CONTROLLER_PID` is the host: it starts the supervisor as `up` does, and stops it when told or when
the pytest process that wanted it is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.runner import sweep
from infra.runner.engines import http_answers
from infra.runner.rotate import tail
from infra.runner.state import ROOT, Paths, read_json
from tests.support import engines

START_SECONDS = 180


@dataclass(frozen=True)
class System:
    """`env` holds every setting of the start (database URLs, keys, secrets), as in the state's run/env.json."""

    state: Path
    env: dict[str, str]
    ports: dict[str, int]
    _old: dict[str, int] = field(default_factory=dict)

    @property
    def public_url(self) -> str:
        return self.env["BANGFU_PUBLIC_URL"]

    @property
    def graphql_url(self) -> str:
        return f"{self.public_url}/graphql"

    @property
    def live_url(self) -> str:
        return self.env["BANGFU_LIVE_URL"]

    @property
    def stripe_url(self) -> str:
        return self.env["BANGFU_STRIPE_API_BASE"]

    def url(self, service: str) -> str:
        """The HTTP base of a service (or `gateway`)."""
        return self.env[f"BANGFU_{service.upper()}_URL"]

    def database_url(self, service: str) -> str:
        return self.env[f"BANGFU_{service.upper()}_DATABASE_URL"]

    def status(self) -> dict[str, dict[str, Any]]:
        """name → row of the supervisor's status (state, pid, port, restarts …)."""
        rows = read_json(Paths(self.state).status).get("processes", [])
        assert isinstance(rows, list)
        return {r["name"]: r for r in rows}

    def names(self, *kinds: str) -> list[str]:
        """Processes by kind: engine, api, worker."""
        return [n for n, r in self.status().items() if r["kind"] in kinds]

    def pid(self, name: str) -> int:
        pid = self.status()[name]["pid"]
        if pid is None:
            raise AssertionError(f"{name} does not run: {self.status()[name]}")
        return int(pid)

    def kill(self, name: str, number: int = signal.SIGKILL) -> int:
        """Sends a signal to the process and all of its group, and gives the pid it had. `wait_ready` then waits for its successor."""
        pid = self.pid(name)
        self._old[name] = pid
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)
        return pid

    def wait_ready(self, *names: str, seconds: float = 60) -> None:
        """Until each is ready (all, if none is named); after a `kill`, until its successor is."""
        until = time.monotonic() + seconds
        for name in names or tuple(self.status()):
            while not self._is_ready(name):
                if time.monotonic() > until:
                    raise AssertionError(f"{name} is not ready: {self.status().get(name)}\n{self.logs(name)}")
                time.sleep(0.05)
            self._old.pop(name, None)

    def _is_ready(self, name: str) -> bool:
        row = self.status().get(name)
        if row is None or row["state"] not in ("ready", "done") or row["pid"] == self._old.get(name, -1):
            return False
        return row["kind"] not in ("api", "worker") or http_answers(row["port"], "/readyz")

    def memory_mb(self) -> float:
        """Proportional set size of all processes together."""
        return sweep.memory_mb(Paths(self.state))

    def logs(self, name: str, lines: int = 40) -> str:
        return tail(Paths(self.state).logs / f"{name}.log", lines)


def hosted_system(name: str = "system") -> System:
    """The session's system of that name, started by whoever asks first (some 15 s)."""
    folder = engines.session_folder() / name
    with engines.session_lock(name):
        found = _read(folder)
        if found is not None:
            return found
        folder.mkdir(exist_ok=True)
        log = folder / "host.log"
        with open(log, "ab") as out:
            host = subprocess.Popen(
                [sys.executable, "-m", "tests.support.system", str(folder), os.environ[engines.CONTROLLER]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=ROOT,
                env=_environment(folder),
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and host.poll() is None:
            found = _read(folder)
            if found is not None:
                return found
            time.sleep(0.05)
        host.terminate()
        raise RuntimeError(f"the system did not start:\n{log.read_text()[-6000:]}")


def _environment(folder: Path) -> dict[str, str]:
    """The caller's, without settings of its own: the system under test runs on its own engines."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    return {**kept, "BANGFU_STATE": str(folder / "state"), "BANGFU_ENV": "test", "BANGFU_WEBHOOK_ALLOW": "127.0.0.1"}


def _read(folder: Path) -> System | None:
    if not (folder / "host.pid").exists():
        return None
    paths = Paths((folder / "state").resolve())
    env = {k: str(v) for k, v in read_json(paths.environment).items()}
    ports = {k: int(str(v)) for k, v in read_json(paths.ports).items()}
    return System(paths.state, env, ports)


def close_systems(session: Path) -> None:
    """Stops every system of the test session: called by the controlling pytest process."""
    hosts = {f: int(f.read_text()) for f in session.glob("*/host.pid")}
    for pid in hosts.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 60
    while any(f.exists() for f in hosts) and time.monotonic() < until:
        time.sleep(0.05)


# -------------------------------------------------------------------------------- the host program


def _host(folder: Path, controller: int) -> int:
    from infra.runner import state, up

    def on_signal(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(controller,), daemon=True).start()
    paths = Paths.of_environment()
    paths.make()
    # 8000 is for people; tests run beside whatever they do.
    state.write_private(paths.ports, {"gateway": state.free_port()})
    started = up.start(paths, None)
    try:
        up.wait_healthy(started)
        (folder / "host.tmp").write_text(json.dumps(os.getpid()))
        (folder / "host.tmp").rename(folder / "host.pid")
        os.set_blocking(started.popen.stdout.fileno(), False)  # type: ignore[union-attr]
        while started.popen.poll() is None:
            started.popen.stdout.read()  # type: ignore[union-attr]
            time.sleep(0.1)
        return 0
    finally:
        up.stop(started)
        (folder / "host.pid").unlink(missing_ok=True)


def _end_with(controller: int) -> None:
    """A system that never got healthy must not outlive who asked for it."""
    while engines.alive(controller):
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(_host(Path(sys.argv[1]), int(sys.argv[2])))
