"""The whole demo in a started system of its own: built, killed on the way, gone on with, and checked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from infra.demo.check import published
from infra.runner.state import ROOT
from tests.support.system import System, hosted_system

pytestmark = [pytest.mark.full, pytest.mark.system, pytest.mark.timeout(1500)]


def command(system: System, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **system.env, "BANGFU_STATE": str(system.state)}
    return subprocess.Popen(
        [sys.executable, "-m", "infra.demo.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=environment,
    )


def finished(system: System, *arguments: str) -> str:
    process = command(system, *arguments)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return output


def killed_after(system: System, seconds: float) -> None:
    process = command(system, "build")
    time.sleep(seconds)  # not a wait for something: where it falls does not matter
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_demo_that_was_killed_on_the_way_is_gone_on_with_and_all_published_figures_hold() -> None:
    system = hosted_system("demo")
    assert "ready after" in finished(system, "accounts")
    for seconds in (4, 20, 45):
        killed_after(system, seconds)
    assert "is complete" in finished(system, "build")
    answer = json.loads(finished(system, "check", "--json"))
    assert answer["holds"]
    assert [f["key"] for f in answer["figures"]] == [p.key for p in published()]
    assert finished(system, "build").startswith("the demo city as of")
    assert (system.state / "demo.json").stat().st_mode & 0o077 == 0
