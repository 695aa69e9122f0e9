"""The supervisor with processes that behave badly, which the engines do not."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.runner import state, sweep
from infra.runner.state import ROOT, Paths

# A leader with a child that holds the port, as granian is: the child answers, and outlives its leader.
FORKING = """
import http.server, os, signal, socket, sys, time
port = int(sys.argv[1])
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", port)); s.listen()
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        c, _ = s.accept(); c.recv(999); c.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"); c.close()
time.sleep(1000)
"""
STUBBORN = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
print("Größe: 二十", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
"""
MAIN = """
import json, sys
from infra.runner import processes, supervisor
from infra.runner.processes import Process
processes.TABLE = tuple(
    Process(n, k, ("{python}", "-c", code, "{port}"), port=p, ready="/" if k != "task" else "", stop_seconds=0.5)
    for n, k, code, p in json.loads(sys.argv.pop())
)
sys.exit(supervisor.main())
"""


class Running:
    def __init__(self, folder: Path, *rows: tuple[str, str, str, str]) -> None:
        self.paths = Paths(folder.resolve())
        self.paths.make()
        state.choose_ports(self.paths, state.free_port())
        state.load_secrets(self.paths)
        lock = state.take_lock(self.paths)
        assert lock is not None
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", MAIN, str(lock), json.dumps(rows)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(lock,),
            cwd=ROOT,
            env={**kept, "BANGFU_STATE": str(self.paths.state), "PYTHONPATH": str(ROOT)},
        )
        os.close(lock)
        self.events: list[dict[str, Any]] = []

    def until(self, kind: str, name: str = "") -> dict[str, Any]:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == kind and (not name or self.events[-1].get("name") == name):
                return self.events[-1]
        raise AssertionError(f"no {kind} {name}: {self.events}")

    def pid(self, name: str) -> int:
        return int([e for e in self.events if e["event"] == "starting" and e["name"] == name][-1]["pid"])

    def stop(self) -> list[dict[str, Any]]:
        assert self.popen.stdin is not None
        self.popen.stdin.close()
        self.until("stopped")
        self.popen.wait(20)
        return self.events


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def begin(*rows: tuple[str, str, str, str]) -> Running:
        made.append(Running(tmp_path / f"s{len(made)}", *rows))
        return made[-1]

    yield begin
    for running in made:
        with contextlib.suppress(OSError):
            running.popen.kill()
        running.popen.wait()
        left = sweep.sweep(running.paths, 0.1)
        assert not sweep.leftovers(running.paths), left


def wait_gone(paths: Paths, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while sweep.leftovers(paths):
        assert time.monotonic() < until, sweep.leftovers(paths)
        time.sleep(0.05)


def test_orphans_of_a_killed_leader_do_not_keep_its_port(start: Callable[..., Running]) -> None:
    running = start(("web", "api", FORKING, "gateway"))
    running.until("healthy")
    orphan = psutil.Process(running.pid("web")).children()[0]
    os.kill(running.pid("web"), signal.SIGKILL)
    assert running.until("ended", "web")["reason"] == "killed by SIGKILL"
    running.until("ready", "web")
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    running.stop()
    wait_gone(running.paths, 5)


def test_a_process_that_ignores_the_signal_is_killed_and_named(start: Callable[..., Running]) -> None:
    running = start(("deaf", "api", STUBBORN, "gateway"))
    running.until("healthy")
    events = running.stop()
    assert {"event": "stopped_one", "name": "deaf", "forced": True} in events
    assert "Größe: 二十" in (running.paths.logs / "deaf.log").read_text()
    wait_gone(running.paths, 5)


def test_a_killed_supervisor_takes_deaf_processes_and_orphans_with_it(start: Callable[..., Running]) -> None:
    running = start(("deaf", "api", STUBBORN, "gateway"), ("web", "api", FORKING, "catalog"))
    running.until("healthy")
    running.popen.kill()
    wait_gone(running.paths)


def test_deaths_are_followed_by_longer_and_longer_waits(start: Callable[..., Running]) -> None:
    running = start(("web", "api", FORKING, "gateway"))
    running.until("healthy")
    waits = []
    for _ in range(3):
        os.kill(running.pid("web"), signal.SIGKILL)
        waits.append(running.until("ended", "web")["again_in"])
        running.until("ready", "web")
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_a_process_that_never_gets_ready_ends_the_start_with_its_last_words(start: Callable[..., Running]) -> None:
    running = start(("fine", "api", FORKING, "gateway"), ("broken", "api", "raise SystemExit('no such table')", "catalog"))
    failed = running.until("failed")
    assert failed["name"] == "broken"
    assert "no such table" in failed["tail"]
    running.until("stopped")
    assert running.popen.wait(20) == 1
    wait_gone(running.paths, 5)


def test_a_failed_task_ends_the_start_at_once(start: Callable[..., Running]) -> None:
    running = start(("migrate", "task", "raise SystemExit('bad migration')", ""), ("web", "api", FORKING, "gateway"))
    assert "bad migration" in running.until("failed", "migrate")["tail"]
    assert running.popen.wait(20) == 1
