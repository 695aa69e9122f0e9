"""`test` and `bench`: what must pass before a stop, in the order of how soon each says something."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from infra.runner import console
from infra.runner.state import ROOT

WORKERS = "2"


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


STATIC: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("boundaries", ("lint-imports", "--no-cache")),
    ("types", ("mypy",)),
)


def run(arguments: Sequence[str], *, full: bool) -> int:
    """Without arguments: the static checks, then every test. With paths or pytest options: only those tests.

    Prints pytest's closing line last; the exit code is not 0 if anything failed.
    """
    failed = [] if arguments else _static()
    pytest = [sys.executable, "-m", "pytest", *_defaults(arguments), *(["--full"] if full else []), *arguments]
    code = subprocess.run(pytest, cwd=ROOT, check=False, env=_environment()).returncode
    if failed:
        console.trouble(f"failed before the tests: {', '.join(failed)}", "the lines at the top say where")
    return code or (1 if failed else 0)


def _defaults(arguments: Sequence[str]) -> list[str]:
    """In parallel, unless the caller says how, or wants one test's output or a debugger."""
    alone = any(a in ("-n", "-s", "--pdb", "-p", "--collect-only") or a.startswith(("-n", "--dist")) or "::" in a for a in arguments)
    if alone:
        return []
    measured = () if arguments else ("services", "gateway", "infra")
    coverage = [*(f"--cov={m}" for m in measured), "--cov-report=json:.bangfu/coverage.json"] if measured else []
    return ["-n", WORKERS, "--dist", "loadgroup", "-q", *coverage]


def _static() -> list[str]:
    failed = []
    for name, command in STATIC:
        begun = time.monotonic()
        done = subprocess.run([_tool(command[0]), *command[1:]], cwd=ROOT, check=False, capture_output=True, text=True, env=_environment())
        seconds = time.monotonic() - begun
        if done.returncode == 0:
            console.say(f"{name}: ok ({seconds:.1f} s)")
        else:
            failed.append(name)
            console.say(f"{name}: FAILED ({seconds:.1f} s)")
            console.say((done.stdout + done.stderr).strip())
    return failed


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COVERAGE_FILE": str(ROOT / ".bangfu" / "coverage")}


def bench(arguments: Sequence[str]) -> int:
    """`python -m tests.bench` with the caller's arguments: it starts a system of its own."""
    command = [sys.executable, "-m", "tests.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, env=_environment()).returncode
