"""docker-compose.yml is the process table on other engines: same processes, same needs, no secret."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from infra.runner import compose
from infra.runner.processes import TABLE
from infra.runner.state import ROOT, SERVICES

FILE = ROOT / "docker-compose.yml"
OURS = [p for p in TABLE if p.name not in compose.SERVER]
REFERENCE = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


def test_the_file_is_what_the_process_table_gives() -> None:
    assert FILE.read_text() == compose.render(), "run: .bangfu/venv/bin/python -m infra.runner.compose > docker-compose.yml"


def test_every_process_of_the_table_is_there(document: dict[str, Any]) -> None:
    assert set(document["services"]) == {p.name for p in OURS} | set(compose.engines())


@pytest.mark.parametrize("process", OURS, ids=lambda p: p.name)
def test_a_process_waits_for_what_it_needs_and_tells_its_health(document: dict[str, Any], process: Any) -> None:
    made = document["services"][process.name]
    assert {compose.SERVER.get(n, n) for n in process.needs} <= set(made.get("depends_on", {}))
    assert made["image"] == compose.IMAGE
    assert made["read_only"] is True
    assert made["cap_drop"] == ["ALL"]
    if process.kind != "task":
        assert process.ready in " ".join(made["healthcheck"]["test"])
    if "volumes" in made:
        assert all(v.split(":")[0] in document["volumes"] for v in made["volumes"])


@pytest.mark.parametrize("process", [p for p in OURS if p.kind in ("api", "worker")], ids=lambda p: p.name)
def test_a_process_is_given_the_settings_of_the_table(document: dict[str, Any], process: Any) -> None:
    given = set(document["services"][process.name]["environment"])
    assert given - {"BANGFU_HEALTH_PORT"} == set(process.env) & set(compose.settings())
    others = {f"BANGFU_{s.upper()}_PRIVATE_KEY" for s in SERVICES if not process.name.startswith(s)}
    assert not given & others


def test_nothing_is_published_beyond_loopback(document: dict[str, Any]) -> None:
    for name, made in document["services"].items():
        for port in made.get("ports", []):
            assert port.startswith("127.0.0.1:"), name


def test_every_server_keeps_its_data_in_a_named_volume_and_tells_its_health(document: dict[str, Any]) -> None:
    for name in compose.engines():
        made = document["services"][name]
        assert made["healthcheck"]["test"]
        assert made["volumes"][0].split(":")[0] in document["volumes"]
        assert ":" in made["image"]
        assert not made["image"].endswith(":latest")


def test_every_secret_is_a_reference_that_env_answers() -> None:
    """A value that looks like a key or password stands nowhere in the file, and .env has every required name."""
    text = FILE.read_text()
    required = {m.group(1) for m in REFERENCE.finditer(text) if (m.group(2) or "").startswith(":?")}
    answered = {line.split("=", 1)[0] for line in compose.fresh_env().splitlines()}
    assert required == answered
    for line in text.splitlines():
        if re.search(r"(PASSWORD|SECRET|PRIVATE_KEY|STRIPE_KEY|MASTER_KEY|AUTH)\b.*: ", line.split("#")[0]):
            assert "${" in line, line


def test_fresh_secrets_are_fresh() -> None:
    one, two = compose.fresh_env(), compose.fresh_env()
    assert not set(one.splitlines()) & set(two.splitlines())


def test_the_image_is_not_run_by_root_and_takes_no_state_or_secret() -> None:
    docker = (ROOT / "infra" / "images" / "Dockerfile").read_text()
    assert re.search(r"^USER bangfu$", docker, re.M)
    last_user = docker.rindex("USER bangfu")
    assert "RUN" not in docker[last_user:]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert not any(line.startswith(("!.bangfu", "!.env", "!tests")) for line in ignored)
