"""The command, as it is typed: what it does when all is well, and after each of the accidents that a machine has.

The engines alone stand for everything here (BANGFU_RUNNER_ONLY): the rows of the process table are all treated alike.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.runner import state, sweep
from infra.runner.engines import free_port
from infra.runner.state import ROOT, Paths
from tests.support.engines import session_folder, session_lock

ENGINES = "postgres,valkey,objects,provision"


class Copy:
    """One copy of the product: a state folder, and the command on it."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder.resolve())
        self.paths.make()
        state.write_private(self.paths.ports, {"gateway": free_port()})
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
        self.env = {**kept, "BANGFU_STATE": str(folder), "BANGFU_ENV": "test", "BANGFU_RUNNER_ONLY": ENGINES}

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "infra.runner", *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**self.env, **env},
            timeout=120,
        )

    def open(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.runner", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=self.env,
        )

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.run("status", "--json").stdout))

    def row(self, name: str) -> dict[str, Any]:
        return next(dict(r) for r in self.status()["processes"] if r["name"] == name)

    def pids(self) -> set[int]:
        return {p.pid for p in sweep.leftovers(self.paths)}


def wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    text = ""
    assert process.stdout is not None
    for line in process.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(f"{words!r} never came:\n{text}")


def _prepared() -> Path:
    """A state folder that was started and stopped once, made once a test session: copying it spares each test an initdb."""
    folder = session_folder() / "prepared"
    with session_lock("prepared"):
        if not (folder / "secrets.json").exists():
            first = Copy(folder / "first")
            started = first.run("up", "--detach")
            assert started.returncode == 0, started.stdout + started.stderr
            first.run("down")
            for kept in ("data", "secrets.json"):
                (folder / "first" / kept).rename(folder / kept)
    return folder


@pytest.fixture
def make_copy(tmp_path: Path) -> Iterator[Callable[..., Copy]]:
    copies: list[Copy] = []

    def make(name: str, *, fresh: bool = False) -> Copy:
        copies.append(Copy(tmp_path / name))
        if not fresh:
            prepared = _prepared()
            shutil.copytree(prepared / "data", copies[-1].paths.data, dirs_exist_ok=True)
            shutil.copy(prepared / "secrets.json", copies[-1].paths.secrets)
        return copies[-1]

    yield make
    for copy in copies:
        copy.run("down")
        assert not copy.pids()


@pytest.fixture
def copy(make_copy: Callable[..., Copy]) -> Copy:
    return make_copy("one")


def test_up_status_logs_down_and_up_again(make_copy: Callable[..., Copy]) -> None:
    copy = make_copy("one", fresh=True)
    first = copy.run("up", "--detach")
    assert first.returncode == 0, first.stdout + first.stderr
    graphql = f"http://127.0.0.1:{json.loads(copy.paths.ports.read_text())['gateway']}/graphql"
    assert any(line.endswith(graphql) for line in first.stdout.splitlines())
    status = copy.status()
    assert status["ready"]
    assert [r["name"] for r in status["processes"]] == ENGINES.split(",")
    assert "ready to accept connections" in copy.run("logs", "postgres").stdout
    assert copy.run("logs", "nobody").returncode == 1
    assert copy.run("down").stdout.strip() == "stopped"
    assert not copy.pids()
    assert copy.run("status").returncode == 3
    assert copy.run("down").stdout.strip() == "nothing was running"

    ports = json.loads(copy.paths.ports.read_text())
    assert copy.run("up", "--detach").returncode == 0
    assert json.loads(copy.paths.ports.read_text()) == ports


def test_a_second_up_in_the_same_folder_says_where_the_first_is(copy: Copy) -> None:
    copy.run("up", "--detach")
    before = copy.pids()
    again = copy.run("up", "--detach")
    assert again.returncode == 0
    assert "already running" in again.stdout
    assert "/graphql" in again.stdout
    assert copy.pids() == before


def test_two_starts_at_once_make_one_system(copy: Copy) -> None:
    starts = [copy.open("up", "--detach") for _ in range(2)]
    texts = [s.communicate(timeout=60)[0] for s in starts]
    assert [s.returncode for s in starts] == [0, 0], texts
    assert sum("already running" in t for t in texts) == 1
    assert sum("running in the background" in t for t in texts) == 1


def test_two_copies_run_side_by_side(make_copy: Callable[..., Copy]) -> None:
    one, two = make_copy("one"), make_copy("two")
    for copy in (one, two):
        assert copy.run("up", "--detach").returncode == 0
    mine, other = (json.loads(c.paths.ports.read_text()) for c in (one, two))
    assert not set(mine.values()) & set(other.values())
    assert one.run("down").returncode == 0
    assert two.status()["ready"]


def test_a_wanted_port_in_use_is_named_with_a_way_out(copy: Copy) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        refused = copy.run("up", "--detach", "--port", str(port))
        assert refused.returncode == 1
        assert f"port {port} is in use" in refused.stderr
        assert "cure: " in refused.stderr
        assert "--port" in refused.stderr.split("cure: ")[1]
    assert copy.run("up", "--detach", "--port", str(port)).returncode == 0


def test_a_remembered_port_taken_by_another_is_replaced_with_a_line(copy: Copy) -> None:
    copy.run("up", "--detach")
    copy.run("down")
    port = json.loads(copy.paths.ports.read_text())["valkey"]
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", port))
        s.listen()
        again = copy.run("up", "--detach")
    assert again.returncode == 0
    assert f"port {port} (valkey) is in use" in again.stdout


def test_stale_pid_files_do_not_stop_a_start(copy: Copy) -> None:
    copy.run("up", "--detach")
    copy.run("down")
    copy.paths.lock.write_text(str(os.getpid()))  # of a supervisor that is gone, its number given to somebody else
    (copy.paths.data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{copy.paths.data}\n")
    assert copy.run("up", "--detach").returncode == 0
    assert copy.status()["ready"]


def test_nothing_outlives_a_killed_supervisor_and_the_next_up_works(copy: Copy) -> None:
    copy.run("up", "--detach")
    os.kill(copy.status()["pid"], signal.SIGKILL)
    wait_for(lambda: not copy.pids())
    assert copy.run("status").returncode == 3
    assert copy.run("up", "--detach").returncode == 0
    assert copy.status()["ready"]


def test_what_outlives_everything_is_ended_by_the_next_up(copy: Copy) -> None:
    stray = subprocess.Popen(["sleep", "300"], env={**os.environ, sweep.COOKIE: copy.paths.cookie})
    begun = copy.run("up", "--detach")
    assert begun.returncode == 0
    assert f"(pid {stray.pid})" in begun.stdout
    assert stray.wait(5) != 0


@pytest.mark.parametrize("name", ["postgres", "valkey", "objects"])
def test_a_killed_engine_comes_back(copy: Copy, name: str) -> None:
    copy.run("up", "--detach")
    old = copy.row(name)["pid"]
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: copy.row(name)["state"] == "ready" and copy.row(name)["pid"] != old)
    assert copy.row(name)["restarts"] == 1


def test_an_engine_killed_with_its_data_emptied_comes_back_empty(copy: Copy) -> None:
    copy.run("up", "--detach")
    old = copy.row("valkey")["pid"]
    os.kill(old, signal.SIGKILL)
    shutil.rmtree(copy.paths.data / "valkey")
    wait_for(lambda: copy.row("valkey")["state"] == "ready" and copy.row("valkey")["pid"] != old)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_whatever_ends_the_foreground_command_ends_everything(copy: Copy, number: signal.Signals) -> None:
    command = copy.open("up")
    read_until(command, "stop it with Ctrl-C")
    assert copy.pids()
    command.send_signal(number)
    text = command.communicate(timeout=60)[0]
    wait_for(lambda: not copy.pids() and state.running_supervisor(copy.paths) is None)
    if number != signal.SIGKILL:
        assert command.returncode == 0
        assert "stopped" in text


def test_ctrl_c_while_it_starts_ends_everything(copy: Copy) -> None:
    command = copy.open("up")
    wait_for(lambda: state.running_supervisor(copy.paths) is not None)
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=60)
    assert not copy.pids()
    assert copy.run("up", "--detach").returncode == 0


def test_a_process_that_cannot_start_is_shown_with_its_last_lines(copy: Copy) -> None:
    copy.run("up", "--detach")
    copy.run("down")
    version = copy.paths.data / "postgres" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9.1\n")
    failed = copy.run("up", "--detach")
    assert failed.returncode == 1
    assert "incompatible with server" in failed.stdout
    assert "postgres does not start: exit code" in failed.stderr
    assert "./bangfu logs postgres" in failed.stderr
    assert not copy.pids()
    version.write_text(kept)
    assert copy.run("up", "--detach").returncode == 0


def test_a_database_folder_left_half_made_is_made_anew(make_copy: Callable[..., Copy]) -> None:
    copy = make_copy("one", fresh=True)
    folder = copy.paths.data / "postgres"
    (folder / "base").mkdir(parents=True)
    (folder / "PG_VERSION").write_text("18\n")
    assert copy.run("up", "--detach").returncode == 0


def test_lost_secrets_are_said_and_never_made_anew_over_data(copy: Copy) -> None:
    copy.run("up", "--detach")
    copy.run("down")
    kept = copy.paths.secrets.read_text()
    copy.paths.secrets.unlink()
    failed = copy.run("up", "--detach")
    assert failed.returncode == 1
    assert "secrets.json is missing" in failed.stderr
    copy.paths.secrets.write_text(kept)
    assert copy.run("up", "--detach").returncode == 0


def test_a_full_disk_is_said_before_anything_starts(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10 << 30, 10 << 30, 3 << 20))
    with pytest.raises(state.RunnerError, match="3 MB free") as raised:
        state.check_space(copy.paths, 500)
    assert "BANGFU_STATE" in raised.value.cure


def test_reset_asks_then_deletes_everything(copy: Copy) -> None:
    copy.run("up", "--detach")
    assert "nothing was deleted" in copy.run("reset").stdout + copy.run("reset").stderr or copy.paths.data.exists()
    assert copy.paths.data.exists()
    assert copy.run("reset", "--yes").returncode == 0
    assert not copy.paths.data.exists()
    assert not copy.paths.secrets.exists()
    assert not copy.pids()


def test_secrets_and_environment_are_for_the_owner_only(copy: Copy) -> None:
    copy.run("up", "--detach")
    for file in (copy.paths.secrets, copy.paths.environment, copy.paths.run / "valkey.acl"):
        assert file.stat().st_mode & 0o077 == 0, file
    for process in sweep.leftovers(copy.paths):
        with contextlib.suppress(psutil.Error):
            for connection in process.net_connections("inet"):
                assert connection.laddr.ip == "127.0.0.1", (process.name(), connection)
