"""What programs find that read code: bandit, detect-secrets and pip-audit, each with its findings reviewed."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import detect_secrets.plugins
import pytest
from bandit.core.config import BanditConfig
from bandit.core.manager import BanditManager
from detect_secrets.plugins.base import RegexBasedDetector

from infra.runner.state import ROOT

# What a stranger's bytes reach first; the whole of it in `--full`.
EXPOSED = ("gateway/http", "gateway/accounts", "gateway/webhooks", "gateway/limits", "services/kit", "infra/paysim")
ALL = ("services", "gateway", "infra")
# As in the configuration of ruff, which reads the same rules: starting programs is what the runner is for; asserts are for the checker.
NOT_ASKED = {"B101", "B404"}
OF_THE_RUNNER = {"B603", "B607"}
BASELINE = ROOT / ".secrets.baseline"
SCANNED = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".html", ".js", ".ts", ".sh", ".cfg", ".ini", ".example", ".env", ""}
NOT_SCANNED = ("docs/api/", "web/vendor/", "package-lock.json", "uv.lock")


# ---------------------------------------------------------------------------------------------------- bandit


def findings(*folders: str) -> list[str]:
    manager = BanditManager(BanditConfig(), "file")
    manager.discover_files([str(ROOT / folder) for folder in folders], recursive=True)
    assert len(manager.files_list) > 10
    manager.run_tests()
    found = []
    for issue in manager.get_issue_list():
        file = Path(issue.fname).relative_to(ROOT)
        if issue.test_id in NOT_ASKED or (issue.test_id in OF_THE_RUNNER and file.parts[0] == "infra"):
            continue
        if not is_justified(file, issue):
            found.append(f"{file}:{issue.lineno} {issue.test_id} {issue.text}")
    return found


def is_justified(file: Path, issue: Any) -> bool:
    """A line of the finding says so, for bandit or for ruff, whose rules of that number are bandit's."""
    lines = (ROOT / file).read_text("utf-8").splitlines()[min(issue.linerange) - 1 : max(issue.linerange) + 1]
    number = issue.test_id.removeprefix("B")
    return any(re.search(rf"# noqa: [A-Z0-9, ]*S{number}|# nosec B{number}", line) for line in lines)


def test_bandit_finds_nothing_where_strangers_reach() -> None:
    assert findings(*EXPOSED) == []


@pytest.mark.full
def test_bandit_finds_nothing() -> None:
    assert findings(*ALL) == []


# ---------------------------------------------------------------------------------------------------- secrets


def detectors() -> Iterator[RegexBasedDetector]:
    """Those that know a secret by its form: keys of providers, private keys, tokens, passwords in addresses."""
    for module in pkgutil.iter_modules(detect_secrets.plugins.__path__):
        loaded = importlib.import_module(f"detect_secrets.plugins.{module.name}")
        for _, kind in inspect.getmembers(loaded, inspect.isclass):
            own = inspect.isclass(kind) and kind.__module__ == loaded.__name__ and not inspect.isabstract(kind)
            if own and issubclass(kind, RegexBasedDetector) and kind.__name__ != "IPPublicDetector":
                yield kind()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [
        Path(name)
        for name in listed.split("\0")
        if name and Path(name).suffix in SCANNED and not name.endswith(".gz") and not any(part in name for part in NOT_SCANNED)
    ]


def secrets() -> dict[str, str]:
    """`kind: SHA-256 of what looks like a secret` → where. What is filled in by a format string is none."""
    found: dict[str, str] = {}
    every = [(d.secret_type, regex) for d in detectors() for regex in d.denylist]
    for file in tracked():
        try:
            text = (ROOT / file).read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        for kind, regex in every:
            for match in regex.finditer(text):
                if "{" not in match.group(0):
                    digest = hashlib.sha256(match.group(0).encode()).hexdigest()[:20]
                    found[f"{kind}: {digest}"] = f"{file}:{text.count(chr(10), 0, match.start()) + 1}"
    return found


def test_no_secret_is_committed() -> None:
    """The baseline lists what only looks like one, each with the reason; what is gone leaves the list."""
    reviewed: dict[str, str] = json.loads(BASELINE.read_text("utf-8"))
    assert all(reviewed.values())
    found = secrets()
    assert {key: line for key, line in found.items() if key not in reviewed} == {}
    assert sorted(reviewed.keys() - found.keys()) == []


def test_the_scan_finds_what_it_is_for() -> None:
    samples = ("AKIA" + "IOSFODNN7EXAMPLE", "-----BEGIN " + "RSA PRIVATE KEY-----", "sk_live_" + "a" * 24, "postgres://user:" + "pw9x@db/x")
    for sample in samples:
        assert any(regex.search(sample) for d in detectors() for regex in d.denylist), sample


# ---------------------------------------------------------------------------------------------------- dependencies


def locked() -> list[str]:
    """`name==version` of every package of the lock file."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    return sorted(f"{p['name']}=={p['version']}" for p in packages if "registry" in p.get("source", {}))


@pytest.mark.full
def test_no_locked_package_has_a_known_weakness(tmp_path: Path) -> None:
    """By the open database of advisories, where it can be reached; elsewhere the reason is printed."""
    (tmp_path / "locked.txt").write_text("\n".join(locked()))
    command = [sys.executable, "-m", "pip_audit", "-r", str(tmp_path / "locked.txt"), "--no-deps", "--disable-pip", "-s", "osv"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off", "--format", "json", "--timeout", "10"],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        pytest.skip("pip-audit: the advisories do not answer")
    except ValueError:
        pytest.skip(f"pip-audit: the advisories cannot be had here: {done.stderr.strip()[-300:]}")
    weak = {d["name"]: [v["id"] for v in d["vulns"] if v.get("fix_versions")] for d in answer["dependencies"] if d.get("vulns")}
    assert {name: ids for name, ids in weak.items() if ids} == {}


def test_every_locked_package_is_asked_about() -> None:
    assert len(locked()) > 100 and len(set(locked())) == len(locked())
