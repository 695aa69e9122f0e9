"""PostgreSQL, Valkey and the object store for a test session: one of each, shared by all xdist workers.

The first test that needs an engine starts the *host* (this module run as a program): it owns the engines, watches the
pytest process that started the session, and stops them when that ends, however it ends. Workers find it through the
session's folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.runner import engines

SESSION_DIR = "BANGFU_TEST_SESSION_DIR"
CONTROLLER = "BANGFU_TEST_CONTROLLER_PID"
DATABASES = 64
START_SECONDS = 60


@dataclass(frozen=True)
class Hosted:
    """Where the session's engines are. `redis_base` lacks the database number, `s3_base` the bucket."""

    host_pid: int
    pg_admin_url: str
    redis_base: str
    s3_base: str
    s3_folder: str


def open_session() -> None:
    """Called once by the controlling pytest process, before its workers start: they inherit the environment."""
    os.environ[SESSION_DIR] = tempfile.mkdtemp(prefix="bangfu-tests-")
    os.environ[CONTROLLER] = str(os.getpid())


def close_session() -> None:
    folder = os.environ.pop(SESSION_DIR, "")
    if not folder:
        return
    from tests.support.system import close_systems

    close_systems(Path(folder))
    hosted = _read(Path(folder))
    if hosted is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(hosted.host_pid, signal.SIGTERM)
        until = time.monotonic() + 20
        while time.monotonic() < until and (Path(folder) / "hosted.json").exists():
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def session_folder() -> Path:
    return Path(os.environ[SESSION_DIR])


@contextlib.contextmanager
def session_lock(name: str) -> Iterator[None]:
    """One holder among all workers of this test session."""
    with open(session_folder() / f"{name}.lock", "a") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def hosted() -> Hosted:
    """The running engines, started by whoever asks first."""
    folder = session_folder()
    found = _read(folder)
    if found is not None:
        return found
    with session_lock("engines"):
        found = _read(folder)
        if found is not None:
            return found
        log = folder / "host.log"
        with open(log, "ab") as out:
            host = subprocess.Popen(
                [sys.executable, "-m", "tests.support.engines", str(folder), os.environ[CONTROLLER]],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            found = _read(folder)
            if found is not None:
                return found
            if host.poll() is not None:
                break
            time.sleep(0.02)
        host.terminate()
        raise RuntimeError(f"the test engines did not start:\n{log.read_text()[-4000:]}")


def _read(folder: Path) -> Hosted | None:
    try:
        return Hosted(**json.loads((folder / "hosted.json").read_text()))
    except (OSError, ValueError):
        return None


# -------------------------------------------------------------------------- the host program


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _host(folder: Path, controller: int) -> int:
    stop = False

    def on_signal(*_: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pg = engines.Postgres(folder / "postgres", engines.free_port(), secrets.token_urlsafe(18), settings=engines.POSTGRES_TEST_SETTINGS)
    valkey = engines.Valkey(folder / "valkey", engines.free_port(), secrets.token_urlsafe(18), databases=DATABASES, durable=False)
    objects = engines.Objects(folder / "objects", engines.free_port(), "testkey", secrets.token_urlsafe(18))
    running: list[tuple[engines.Engine, subprocess.Popen[bytes]]] = []
    try:
        started: tuple[engines.Engine, ...] = (pg, valkey, objects)
        for engine in sorted(started, key=lambda e: e.name == "postgres"):  # initdb takes longest: the others start beside it
            engine.prepare()
            command = engines.shimmed(engine.command(), death_signal=signal.SIGKILL, leave_root=engine.leaves_root)
            running.append((engine, subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)))
        until = time.monotonic() + START_SECONDS
        for engine, process in running:
            while not engine.ready():
                if process.poll() is not None or time.monotonic() > until or stop:
                    print(f"{engine.name} did not become ready (exit {process.poll()})", flush=True)
                    return 1
                time.sleep(0.02)
        hosted = Hosted(os.getpid(), pg.admin_url, valkey.url()[:-1], objects.url(""), str(objects.data))
        (folder / "hosted.tmp").write_text(json.dumps(asdict(hosted)))
        (folder / "hosted.tmp").rename(folder / "hosted.json")
        while not stop and alive(controller):
            time.sleep(0.1)
        return 0
    finally:
        for engine, process in reversed(running):
            # Their data is thrown away: no need to be gentle with anything but PostgreSQL's children.
            process.send_signal(signal.SIGQUIT if engine.name == "postgres" else signal.SIGKILL)
        for _, process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        (folder / "hosted.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(_host(Path(sys.argv[1]), int(sys.argv[2])))
