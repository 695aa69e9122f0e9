"""`doctor` finds what stands in the way, and names a cure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.runner import doctor, state, sweep
from infra.runner.doctor import Check
from infra.runner.state import ROOT, Paths


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    for name in [n for n in os.environ if n.startswith("BANGFU_") and not n.startswith("BANGFU_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BANGFU_STATE", str(tmp_path))
    monkeypatch.setattr(doctor, "NEEDED_MEMORY_MB", 1)  # other tests' systems run beside
    made = Paths.of_environment()
    made.make()
    return made


def bad(paths: Paths) -> dict[str, Check]:
    return {c.name: c for c in doctor.examine(paths) if not c.ok}


def test_a_machine_in_order_has_nothing_bad(paths: Paths) -> None:
    state.choose_ports(paths, None)
    state.load_secrets(paths)
    assert not bad(paths)


def a_misspelt_setting(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    patch.setenv("BANGFU_STRIPE_KEYS", "sk")
    return "settings"


def open_secrets(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    state.load_secrets(paths)
    paths.secrets.chmod(0o644)
    return "secrets"


def damaged_secrets(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    paths.secrets.write_text("{")
    return "secrets"


def lost_secrets(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    (paths.data / "postgres").mkdir()
    return "secrets"


def a_full_disk(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    patch.setattr(doctor, "NEEDED_MB", 1 << 40)
    return "disk"


def little_memory(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    patch.setattr(doctor, "NEEDED_MEMORY_MB", 1 << 40)
    return "memory"


def a_binary_that_does_not_run(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    patch.setattr(doctor.engines, "valkey_bin", lambda: "/nowhere/valkey-server")
    return "valkey"


def a_missing_wheel(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    def missing(_: str) -> str:
        raise doctor.EngineError("the PostgreSQL wheel is not installed")

    patch.setattr(doctor.engines, "postgres_bin", missing)
    return "postgresql"


def a_check_that_breaks(paths: Paths, patch: pytest.MonkeyPatch) -> str:
    def broken() -> frozenset[str]:
        raise ValueError("broken")

    patch.setattr(doctor, "known_settings", broken)
    return "settings"


@pytest.mark.parametrize(
    "trouble",
    [
        a_misspelt_setting,
        open_secrets,
        damaged_secrets,
        lost_secrets,
        a_full_disk,
        little_memory,
        a_binary_that_does_not_run,
        a_missing_wheel,
        a_check_that_breaks,
    ],
    ids=lambda f: f.__name__,
)
def test_a_trouble_is_found_with_its_cause_and_cure(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, trouble: Callable[[Paths, pytest.MonkeyPatch], str]
) -> None:
    name = trouble(paths, monkeypatch)
    found = bad(paths)
    assert list(found) == [name]
    assert found[name].cause
    assert found[name].cure


def test_leftovers_of_a_killed_start_are_found(paths: Paths) -> None:
    stray = subprocess.Popen(["sleep", "60"], env={**os.environ, sweep.COOKIE: paths.cookie})
    try:
        assert bad(paths)["supervisor"].cure == "./bangfu down"
    finally:
        stray.kill()
        stray.wait()


def test_the_command_answers_programs_in_json(paths: Paths) -> None:
    done = subprocess.run([sys.executable, "-m", "infra.runner", "doctor", "--json"], capture_output=True, text=True, cwd=ROOT, check=False)
    checks = json.loads(done.stdout)
    assert {"name", "ok", "finding", "cause", "cure"} == set(checks[0])
    assert done.returncode == (0 if all(c["ok"] for c in checks) else 1)
