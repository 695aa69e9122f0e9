"""The threat model names tests that exist, and every threat has one."""

from __future__ import annotations

import re

from gateway.schema import schema
from infra.runner.state import ROOT

MODEL = ROOT / "docs" / "threat-model.md"


def existing() -> set[str]:
    defined = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)
    return {name for file in (ROOT / "tests").rglob("test_*.py") for name in defined.findall(file.read_text("utf-8"))}


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", MODEL.read_text("utf-8")))
    assert len(named) > 100
    assert sorted(named - existing()) == []


def test_every_threat_and_every_failure_has_a_test() -> None:
    rows = [line for line in MODEL.read_text("utf-8").partition("\n## Threats")[2].splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not re.match(r"\| (?:---|\| threat|failure \|)", row)]
    assert len(rows) > 70
    assert [row for row in rows if "`test_" not in row] == []


def test_nothing_changes_what_was_ordered() -> None:
    """A payment is bound to its order as it was placed (solidusio/solidus_stripe#186): it is paid, cancelled, shipped or refunded."""
    mutations = schema.graphql_schema.mutation_type
    assert mutations is not None
    touching = {name for name in mutations.fields if re.search(r"Order(?!ganis)", name) and "FairOrder" not in name}
    assert touching == {"placeOrder", "cancelOrder", "shipOrder", "refundOrderLine"}
