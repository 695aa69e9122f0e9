"""The whole product under the supervisor: every process of the table, really started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.runner import state, sweep
from infra.runner.engines import free_port
from infra.runner.processes import TABLE
from infra.runner.state import ROOT, SERVICES, Paths
from tests.support.system import System

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("infra-system")]


def fetch(url: str, body: object = None) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_every_process_of_the_table_is_ready(system: System) -> None:
    rows = system.status()
    assert list(rows) == [p.name for p in TABLE]
    assert {r["state"] for r in rows.values()} == {"ready", "done"}
    for row in rows.values():
        if row["kind"] in ("api", "worker"):
            for path in ("/healthz", "/readyz"):
                assert fetch(f"http://127.0.0.1:{row['port']}{path}")[0] == 200, (row["name"], path)


def test_the_gateway_answers_graphql(system: System) -> None:
    status, body = fetch(system.graphql_url, {"query": "{__typename}"})
    answer = json.loads(body)
    assert (status, answer["data"], answer["extensions"]["cost"]["requested"]) == (200, {"__typename": "Query"}, 1)


def test_a_service_refuses_whoever_shows_no_principal(system: System) -> None:
    for service in SERVICES:
        if service != "gateway":
            assert fetch(f"{system.url(service)}/internal/outbox?lane=live&after=0")[0] in (401, 403), service


def test_a_service_may_not_open_anothers_database(system: System) -> None:
    import psycopg

    own = system.database_url("catalog").rsplit("/", 1)[0]
    for other in ("orders", "gateway"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(f"{own}/{system.database_url(other).rsplit('/', 1)[1]}")


def test_nobody_reads_another_processs_secrets(system: System) -> None:
    """As the kernel shows it: what was really handed over."""
    for name in system.names("api", "worker"):
        own = name.split("-")[0].upper()
        given = Path(f"/proc/{system.pid(name)}/environ").read_bytes().decode().split("\0")
        keys = {v.split("=")[0] for v in given}
        assert {k for k in keys if k.endswith("_PRIVATE_KEY")} == {f"BANGFU_{own}_PRIVATE_KEY"}
        assert {k for k in keys if k.endswith("_DATABASE_URL")} == {f"BANGFU_{own}_DATABASE_URL"}


@pytest.fixture(scope="module")
def own_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Paths, dict[str, str]]]:
    """A whole copy that is stopped and started again, with data in place."""
    folder = tmp_path_factory.mktemp("copy")
    paths = Paths(folder.resolve())
    paths.make()
    state.write_private(paths.ports, {"gateway": free_port()})
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    env = {**kept, "BANGFU_STATE": str(folder), "BANGFU_ENV": "test"}
    yield paths, env
    command(env, "down")
    assert not sweep.leftovers(paths)


def command(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.runner", *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=180
    )


def test_it_starts_stops_in_order_and_starts_again_without_migrating(own_copy: tuple[Paths, dict[str, str]]) -> None:
    paths, env = own_copy
    first = command(env, "up", "--detach", "--empty")
    assert first.returncode == 0, first.stdout + first.stderr
    assert command(env, "down").returncode == 0
    stopped = [json.loads(line.split(" ", 1)[1]) for line in (paths.logs / "supervisor.log").read_text().splitlines()]
    ends = {e["name"]: e["forced"] for e in stopped if e["event"] == "stopped_one"}
    assert ends == {p.name: False for p in TABLE if p.kind != "task"}
    assert not sweep.leftovers(paths)

    again = command(env, "up", "--detach", "--empty")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "migrated" not in again.stdout


def test_nothing_of_a_whole_system_outlives_its_killed_supervisor(own_copy: tuple[Paths, dict[str, str]]) -> None:
    paths, env = own_copy
    command(env, "up", "--detach", "--empty")
    pid = state.running_supervisor(paths)
    assert pid
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while sweep.leftovers(paths):
        assert time.monotonic() < until, sweep.leftovers(paths)
        time.sleep(0.1)


@pytest.mark.full
@pytest.mark.parametrize("name", [p.name for p in TABLE if p.kind != "task"])
def test_every_process_comes_back_from_a_kill(fault_system: System, name: str) -> None:
    fault_system.kill(name)
    fault_system.wait_ready()
