"""Starts the process table, keeps it running and stops it: one program a state folder.

Started by the command with the state's lock held (as an inherited file descriptor), a pipe as standard input and
events as JSON lines on standard output. The pipe's end means stop, unless the line `detach` came before. SIGTERM
means stop, too.

Each process is the leader of its own group. When a leader ends, its group is killed before it is started again
(granian's main, killed by SIGKILL, leaves workers that hold the port). When this program is killed, the guard ends
every group; on Linux the kernel does so as well.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from infra.runner import processes as tables
from infra.runner.engines import Engine, EngineError, http_answers, shimmed
from infra.runner.processes import Process
from infra.runner.rotate import RotatingLog, tail
from infra.runner.state import ROOT, Config, Paths, write_holder, write_private

START_TRIES = 5  # deaths before it was ever ready, in the first start, that make the start a failure
CALM_SECONDS = 30.0  # running this long forgets earlier deaths
WATCH_SECONDS = 5.0
GUARD = ROOT / "infra" / "runner" / "guard.py"


@dataclass
class Running:
    """One row of the table at run time. `state`: waiting, starting, ready, unready, backoff, done, stopped."""

    process: Process
    engine: Engine | None
    log: RotatingLog
    state: str = "waiting"
    popen: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    restarts: int = 0
    early_deaths: int = 0
    was_ready: bool = False
    retry_at: float = 0.0
    generation: int = 0
    last_exit: int | None = None
    started_at: float = field(default_factory=time.time)


class Supervisor:
    def __init__(self, config: Config, only: str) -> None:
        self.config = config
        self.settings = tables.environment(config)
        self.rows = {
            p.name: Running(p, tables.engine(config, p.name), RotatingLog(config.paths.logs / f"{p.name}.log"))
            for p in tables.table(config, only)
        }
        self.selector = selectors.DefaultSelector()
        self.stopping = False
        self.detached = False
        self.healthy = False
        self.failed = False
        self.started = time.monotonic()
        self.last_written = ""
        self.guard: subprocess.Popen[bytes] | None = None
        self._wake_r, self._wake_w = os.pipe()
        for fd in (self._wake_r, self._wake_w):
            os.set_blocking(fd, False)

    # ------------------------------------------------------------------------------------------------- the loop

    def run(self) -> int:
        signal.set_wakeup_fd(self._wake_w, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self._wake_r, selectors.EVENT_READ, self._drain_wake)
        os.set_blocking(0, False)
        os.set_blocking(1, False)  # a command that was suspended does not read, and must not hold us up
        self.selector.register(0, selectors.EVENT_READ, self._on_command)
        self._start_guard()
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            while not self.stopping:
                self._start_what_may_start()
                self._report()
                self._wait(self._pause())
                self._reap()
        finally:
            self._stop_all()
        return 1 if self.failed else 0

    def _pause(self) -> float:
        waits = [r.retry_at - time.monotonic() for r in self.rows.values() if r.state == "backoff"]
        return max(0.0, min([1.0, *waits]))

    def _wait(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            key.data()

    def _on_stop(self, *_: object) -> None:
        self.stopping = True

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_r, 4096)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake_w, b"x")

    def _on_command(self) -> None:
        try:
            data = os.read(0, 4096)
        except BlockingIOError:
            return
        if b"detach" in data:
            self.detached = True
        if not data:
            self.selector.unregister(0)
            if not self.detached:
                self.stopping = True

    # ---------------------------------------------------------------------------------------------- starting, ending

    def _start_what_may_start(self) -> None:
        now = time.monotonic()
        for row in self.rows.values():
            due = row.state == "waiting" or (row.state == "backoff" and now >= row.retry_at)
            # Needs order the first start only: whoever lost an engine later reconnects by itself.
            if due and (row.was_ready or all(self._reached(n) for n in row.process.needs)):
                self._start(row)

    def _reached(self, name: str) -> bool:
        return self.rows[name].was_ready

    def _start(self, row: Running) -> None:
        process = row.process
        if row.engine is not None:
            try:
                row.engine.prepare()
            except (EngineError, OSError) as error:
                self._died(row, None, str(error))
                return
        command = tables.command(self.config, process, sys.executable)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
        environment |= tables.process_environment(self.config, process, self.settings)
        if process.name in ("provision", "migrate"):  # parts of the runner itself: they read its state
            environment |= {k: v for k, v in os.environ.items() if k.startswith("BANGFU_")}
            environment["BANGFU_STATE"] = str(self.config.paths.state)
        environment["BANGFU_COOKIE"] = self.config.paths.cookie
        leave_root = row.engine is not None and row.engine.leaves_root
        death = process.stop_signal if process.kind == "engine" else signal.SIGTERM
        row.popen = subprocess.Popen(
            shimmed(command, death_signal=death, leave_root=leave_root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=ROOT,
            env=environment,
        )
        self._tell_guard(f"+{row.popen.pid} {int(process.stop_signal)}")
        out = row.popen.stdout
        assert out is not None
        os.set_blocking(out.fileno(), False)
        self.selector.register(out, selectors.EVENT_READ, lambda: self._pump(row, out))
        row.state, row.since, row.started_at = "starting", time.monotonic(), time.time()
        row.generation += 1
        self._event("starting", name=process.name, pid=row.popen.pid)
        if process.ready:
            threading.Thread(target=self._await_ready, args=(row, row.generation), daemon=True).start()

    def _pump(self, row: Running, out: Any) -> None:
        try:
            data = os.read(out.fileno(), 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            row.log.write(data)
        else:
            self.selector.unregister(out)
            out.close()

    def _is_ready(self, row: Running) -> bool:
        if row.engine is not None:
            return row.engine.ready()
        return http_answers(self.config.ports[row.process.port], row.process.ready)

    def _await_ready(self, row: Running, generation: int) -> None:
        """In a thread of its own until the process is ready or gone."""
        while not self.stopping and row.generation == generation and row.state == "starting":
            if self._is_ready(row):
                if row.generation == generation and row.state == "starting":
                    row.state, row.was_ready = "ready", True
                    self._event("ready", name=row.process.name, seconds=round(time.monotonic() - row.since, 2))
                    self._wake()
                return
            time.sleep(0.05)

    def _watch(self) -> None:
        """Notes who stops answering; a process is restarted only when it ends, for a slow answer is often another's
        fault."""
        while not self.stopping:
            time.sleep(WATCH_SECONDS)
            for row in list(self.rows.values()):
                if row.state in ("ready", "unready") and row.process.ready:
                    generation, answers = row.generation, self._is_ready(row)
                    if row.generation == generation and row.state in ("ready", "unready"):
                        row.state = "ready" if answers else "unready"
            self._wake()

    def _reap(self) -> None:
        for row in self.rows.values():
            popen = row.popen
            if popen is None or not _has_ended(popen.pid):
                continue
            # The leader is still a zombie, so its number cannot have been given to anybody else's group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(popen.pid, signal.SIGKILL)
            code = popen.wait()
            row.popen = None
            self._tell_guard(f"-{popen.pid}")
            if row.process.kind == "task" and code == 0:
                row.state, row.was_ready = "done", True
                self._event("ready", name=row.process.name, seconds=round(time.monotonic() - row.since, 2))
            else:
                self._died(row, code, "")
        if self.guard is not None and self.guard.poll() is not None and not self.stopping:
            self._start_guard()

    def _died(self, row: Running, code: int | None, reason: str) -> None:
        now = time.monotonic()
        row.last_exit = code
        lived = now - row.since if row.since else 0.0
        row.early_deaths = 1 if row.was_ready and lived > CALM_SECONDS else row.early_deaths + 1
        row.generation += 1
        first, longest = row.process.backoff_seconds
        why = reason or _in_words(code)
        row.log.write(f"-- {row.process.name} ended: {why}\n".encode())
        hopeless = row.process.kind == "task" or (not row.was_ready and row.early_deaths >= START_TRIES) or bool(reason)
        if hopeless and not self.healthy:
            row.state = "stopped"
            for _ in range(3):
                self._wait(0.01)  # its last words
            self._event("failed", name=row.process.name, reason=why, tail=tail(row.log.path, 25))
            self.failed = self.stopping = True
            return
        row.restarts += 1
        wait = min(longest, first * 2 ** (row.early_deaths - 1))
        row.state, row.retry_at = "backoff", now + wait
        self._event("ended", name=row.process.name, reason=why, again_in=round(wait, 1))

    # ------------------------------------------------------------------------------------------------------ stopping

    def _stop_all(self) -> None:
        self.stopping = True
        self._event("stopping")
        engines = [r for r in self.rows.values() if r.process.kind == "engine" and r.engine is not None]
        others = [r for r in self.rows.values() if r not in engines]
        for group in (others, engines):
            self._stop(group)
        with contextlib.suppress(OSError):
            self.config.paths.status.unlink()
        if self.guard is not None and self.guard.stdin is not None:
            self.guard.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.guard.wait(2)
        self._event("stopped")

    def _stop(self, rows: list[Running]) -> None:
        alive = [r for r in rows if r.popen is not None]
        for row in alive:
            assert row.popen is not None
            with contextlib.suppress(ProcessLookupError):
                row.popen.send_signal(row.process.stop_signal)
        begun = time.monotonic()
        while alive:
            self._wait(0.05)
            for row in list(alive):
                assert row.popen is not None
                ended = _has_ended(row.popen.pid)
                if not ended and time.monotonic() - begun < row.process.stop_seconds:
                    continue
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(row.popen.pid, signal.SIGKILL)
                row.last_exit = row.popen.wait()
                self._tell_guard(f"-{row.popen.pid}")
                row.popen, row.state = None, "stopped"
                self._event("stopped_one", name=row.process.name, forced=not ended)
                alive.remove(row)

    # ------------------------------------------------------------------------------------------------ guard, reports

    def _start_guard(self) -> None:
        self.guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "BANGFU_COOKIE": self.config.paths.cookie},
        )
        for row in self.rows.values():
            if row.popen is not None:
                self._tell_guard(f"+{row.popen.pid} {int(row.process.stop_signal)}")

    def _tell_guard(self, line: str) -> None:
        if self.guard is not None and self.guard.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self.guard.stdin.write(line.encode() + b"\n")
                self.guard.stdin.flush()

    def _event(self, kind: str, **values: object) -> None:
        line = json.dumps({"event": kind, **values}, ensure_ascii=False)
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), line, file=sys.stderr, flush=True)
        with contextlib.suppress(OSError, ValueError):
            os.write(1, line.encode() + b"\n")

    def _report(self) -> None:
        if not self.healthy and all(r.was_ready for r in self.rows.values()):
            self.healthy = True
            self._event("healthy", seconds=round(time.monotonic() - self.started, 2))
        status = {
            "pid": os.getpid(),
            "healthy": self.healthy,
            "public_url": self.config.public_url,
            "processes": [
                {
                    "name": r.process.name,
                    "kind": r.process.kind,
                    "state": r.state,
                    "pid": r.popen.pid if r.popen else None,
                    "port": self.config.ports.get(r.process.port),
                    "restarts": r.restarts,
                    "started_at": round(r.started_at, 1),
                    "last_exit": r.last_exit,
                }
                for r in self.rows.values()
            ],
        }
        text = json.dumps(status)
        if text != self.last_written:
            self.last_written = text
            with contextlib.suppress(OSError):
                write_private(self.config.paths.status, status)


def _has_ended(pid: int) -> bool:
    """Without taking the exit code: the zombie keeps its number."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13: the code is taken by wait() right after
        import psutil

        try:
            return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return True
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _in_words(code: int | None) -> str:
    if code is None:
        return "did not start"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def main() -> int:
    """usage: python -m infra.runner.supervisor LOCK_FD"""
    lock = int(sys.argv[1])
    write_holder(lock)
    os.set_inheritable(lock, False)
    config = Config.load(Paths.of_environment())
    return Supervisor(config, os.environ.get("BANGFU_RUNNER_ONLY", "")).run()


if __name__ == "__main__":
    sys.exit(main())
