"""Boundaries that a list of forbidden names cannot draw: what a rule may import is a list of what is allowed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from infra.runner.state import ROOT

DOMAIN_MAY = {f"services.kit.{name}" for name in ("money", "units", "clock", "time", "errors", "ids")}
SERVICES = sorted(p.parent for p in (ROOT / "services").glob("*/domain"))


def imports(file: Path) -> set[str]:
    """Absolute names of the modules that a file imports."""
    found: set[str] = set()
    package = file.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(x for x in (base, node.module or "") if x)
            # `from services.kit import money` imports a module, `from services.kit.money import Fen` a name of one.
            found |= {f"{module}.{a.name}" if module in ("services.kit", "services") else module for a in node.names}
    return found


@pytest.mark.parametrize("service", SERVICES, ids=lambda p: p.name)
def test_a_rule_imports_the_standard_library_and_the_kits_plain_types_only(service: Path) -> None:
    own = f"services.{service.name}.domain"
    for file in service.glob("domain/**/*.py"):
        for name in imports(file):
            allowed = (
                name.split(".")[0] in sys.stdlib_module_names
                or name in DOMAIN_MAY
                or name.startswith(own)
                or name.rsplit(".", 1)[0] in DOMAIN_MAY
            )
            assert allowed, f"{file.relative_to(ROOT)} imports {name}"


def test_only_a_services_own_process_names_its_database_setting() -> None:
    """Nobody reads another's database by its URL."""
    for service in ("catalog", "orders", "livestream", "reporting", "gateway"):
        setting = f"BANGFU_{service.upper()}_DATABASE_URL"
        for folder in (ROOT / "services", ROOT / "gateway"):
            for file in folder.rglob("*.py"):
                if setting in file.read_text():
                    assert service in file.relative_to(ROOT).parts, f"{file} reads {setting}"
