"""Finds and ends what an earlier start left behind: processes that carry the state folder's cookie in their
environment, and PostgreSQL's children, which overwrite their environment but work in the data folder."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

from infra.runner.state import Paths, running_supervisor

COOKIE = "BANGFU_COOKIE"


def leftovers(paths: Paths) -> list[psutil.Process]:
    """Every process of this state folder but the caller and the supervisor: left over if none runs, its own otherwise."""
    data = str(paths.data / "postgres")
    found = []
    for process in psutil.process_iter(["pid", "name"]):
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error, OSError):
            is_postgres = "postgres" in (process.info["name"] or "")
            if process.environ().get(COOKIE) == paths.cookie or (is_postgres and process.cwd() == data):
                found.append(process)
    return found


def sweep(paths: Paths, seconds: float = 10) -> list[str]:
    """Ends leftovers, gently then by force, and names them."""
    found = leftovers(paths)
    names = sorted({f"{p.name()} (pid {p.pid})" for p in found if p.is_running()})
    for process in found:
        with contextlib.suppress(psutil.Error):
            is_postmaster = "postgres" in process.name() and process.ppid() in (1, os.getpid())
            process.send_signal(signal.SIGINT if is_postmaster else signal.SIGTERM)
    _, alive = psutil.wait_procs(found, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    for process in leftovers(paths):  # born meanwhile
        with contextlib.suppress(psutil.Error):
            process.kill()
    return names


def memory_mb(paths: Paths) -> float:
    """Proportional set size of everything that runs here, engines and the supervisor included, in MB (Linux)."""
    total = 0
    pid = running_supervisor(paths)
    for process in [*leftovers(paths), *([psutil.Process(pid)] if pid else [])]:
        with contextlib.suppress(psutil.Error, OSError):
            total += process.memory_full_info().pss
    return total / (1 << 20)
