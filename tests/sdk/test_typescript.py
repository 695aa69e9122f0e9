"""The generated TypeScript is the schema's, compiles strictly, and its example runs on Node against the started system."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.runner.state import ROOT
from tests.clients.node import OFFLINE, programs
from tests.journeys.client import PASSWORD, wait_for
from tests.journeys.world import World

CLIENT, API = ROOT / "clients" / "typescript", ROOT / "docs" / "api"
CACHE = ROOT / ".bangfu" / "clients"
LOCK = CLIENT / "package-lock.json"


def modules() -> Path:
    """`node_modules` of the lock file, installed once. Skips the test where the registry cannot be reached."""
    folder = CACHE / f"typescript-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    done = folder / "installed"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(folder)
            done.touch()
    return folder / "node_modules"


def _install(folder: Path) -> None:
    node, npm = programs()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENT / name, folder / name)
    found = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--cache", str(CACHE / "npm")],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    if found.returncode and OFFLINE.search(found.stderr):
        pytest.skip(f"npm's registry cannot be reached: {found.stderr.strip().splitlines()[0][:200]}")
    assert found.returncode == 0, found.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the client with its packages, beside a copy of what it is generated from."""
    packages = modules()
    root = tmp_path_factory.mktemp("typescript")
    copy = root / "clients" / "typescript"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(packages)
    (root / "docs" / "api").mkdir(parents=True)
    shutil.copy(API / "schema.graphql", root / "docs" / "api")
    shutil.copytree(API / "examples", root / "docs" / "api" / "examples")
    return copy


def _node(project: Path, *arguments: str, seconds: float = 200) -> str:
    node: Sequence[str] = programs()[0]
    done = subprocess.run([*node, *arguments], cwd=project, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, f"{arguments[0]}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_types_are_generated_from_the_present_schema_and_compile(project: Path) -> None:
    """To renew them: npm ci && npm run generate, in clients/typescript"""
    before = {p.name: p.read_text("utf-8") for p in (CLIENT / "src" / "gql").glob("*.ts")}
    shutil.rmtree(project / "src" / "gql")
    _node(project, "node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.json")
    fresh = {p.name: p.read_text("utf-8") for p in (project / "src" / "gql").glob("*.ts")}
    assert sorted(name for name in fresh.keys() | before.keys() if fresh.get(name) != before.get(name)) == []
    _node(project, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")


def test_the_shoppers_example_buys(project: Path, world: World) -> None:
    product = world.product(world.merchant(), stock="50")
    shopper = world.account()
    wait_for(lambda: world.visitor.ask("query($q: String!) { search(query: $q) { total } }", q=product.name)["total"], what="found")
    given = {"url": world.url, "login": shopper.login, "password": PASSWORD, "words": product.name, "paymentMethod": "pm_card_visa"}
    out = _node(project, "--no-warnings", "--experimental-strip-types", "examples/shopper.ts", json.dumps(given))
    assert json.loads(out.strip().splitlines()[-1]) == {"state": "paid", "orders": [{"state": "paid", "amount": "25.00"}]}
