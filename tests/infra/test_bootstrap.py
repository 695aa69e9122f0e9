"""The root script before there is an environment: with an `uv` that only pretends, so that each accident can be made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.runner.state import ROOT

VERSION = re.search(r"^UV_VERSION=(\S+)$", (ROOT / "bangfu").read_text(), re.M).group(1)  # type: ignore[union-attr]
TOOLS = ("sh", "mkdir", "cksum", "cat", "df", "awk", "rm", "mv", "dirname", "sleep", "env", "chmod")
# Makes a "Python" that only prints its arguments; slowly, so that two starts meet.
FAKE_UV = """#!/bin/sh
echo called >>"{log}"
[ ! -e "{fail}" ] || {{ mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"; echo "no network" >&2; exit 2; }}
sleep 0.5
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
printf '#!/bin/sh\\necho "python $*"\\n' >"$UV_PROJECT_ENVIRONMENT/bin/python"
chmod +x "$UV_PROJECT_ENVIRONMENT/bin/python"
"""


class Checkout:
    def __init__(self, folder: Path, *, python: bool = True) -> None:
        self.folder = folder / "checkout of mine"
        self.folder.mkdir()
        shutil.copy(ROOT / "bangfu", self.folder)
        (self.folder / "uv.lock").write_text("version = 1\n")
        self.home = self.folder / ".bangfu"
        self.log, self.fail = folder / "uv.log", folder / "uv.fail"
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            (self.bin / tool).symlink_to(found)
        if python:
            (self.bin / "python3").symlink_to(sys.executable)

    def with_uv(self) -> Checkout:
        uv = self.home / "uv" / "bin" / "uv"
        uv.parent.mkdir(parents=True)
        uv.write_text(FAKE_UV.format(log=self.log, fail=self.fail))
        uv.chmod(0o755)
        (self.home / "uv" / f".complete-{VERSION}").touch()
        return self

    def open(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["sh", str(self.folder / "bangfu"), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": str(self.bin), "HOME": str(self.folder)},
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.open(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def calls(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path).with_uv()


def test_the_environment_is_made_once_and_the_command_runs_in_it(checkout: Checkout) -> None:
    code, out, err = checkout.run("status", "--json")
    assert (code, out) == (0, "python -m infra.runner status --json\n")
    assert "making the environment" in err
    assert checkout.run("status") == (0, "python -m infra.runner status\n", "")
    assert checkout.calls() == 1


def test_another_lock_file_brings_the_environment_up_to_date(checkout: Checkout) -> None:
    checkout.run("status")
    (checkout.home / "venv" / "kept").touch()
    (checkout.folder / "uv.lock").write_text("version = 2\n")
    checkout.run("status")
    assert checkout.calls() == 2
    assert (checkout.home / "venv" / "kept").exists()


def test_a_half_made_environment_is_said_and_made_anew(checkout: Checkout) -> None:
    checkout.fail.touch()
    code, _, err = checkout.run("up")
    assert code == 1
    assert "no network" in err
    assert "could not be made" in err
    checkout.fail.unlink()
    code, out, err = checkout.run("up")
    assert (code, out) == (0, "python -m infra.runner up\n")
    assert "half made" in err


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run("up")
    (checkout.home / "venv" / "bin" / "python").unlink()
    code, _, err = checkout.run("up")
    assert code == 0
    assert "Python is gone" in err


def test_two_first_starts_make_one_environment(checkout: Checkout) -> None:
    starts = [checkout.open("up") for _ in range(3)]
    for start in starts:
        out, err = start.communicate(timeout=60)
        assert (start.returncode, out) == (0, "python -m infra.runner up\n"), err
    assert checkout.calls() == 1


def test_the_lock_of_a_killed_start_is_taken_over(checkout: Checkout) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (checkout.home / ".making").mkdir()
    (checkout.home / ".making" / "pid").write_text(str(gone.pid))
    assert checkout.run("up")[0] == 0
    assert not (checkout.home / ".making").exists()


def test_without_python_and_uv_it_says_what_to_install(tmp_path: Path) -> None:
    code, _, err = Checkout(tmp_path, python=False).run("up")
    assert code == 1
    assert "python3-venv" in err
    assert os.linesep in err
