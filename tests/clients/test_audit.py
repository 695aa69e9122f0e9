"""GraphQL over HTTP, audited by the specification's own suite (`graphql-http` from npm) against the started gateway."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.clients import node
from tests.support.system import System

pytestmark = pytest.mark.system


def test_every_audit_of_graphql_over_http_passes(system: System, record_property: pytest.FixtureRequest) -> None:
    """MUST, SHOULD and MAY; `python -m pytest tests/clients/test_audit.py` prints the table."""
    results = node.run("audit.mjs", {"url": system.graphql_url})
    lines = [f"{r['status']:<6} {r['id']}  {r['name']}" + (f"  – {r['reason']} ({r['answer']})" if r["reason"] else "") for r in results]
    counts = Counter((r["name"].split()[0], r["status"]) for r in results)
    lines.append(", ".join(f"{level} {status}: {n}" for (level, status), n in sorted(counts.items())))
    record_property("table", "\n".join(["GraphQL over HTTP: audits of graphql-http", *lines]))  # type: ignore[operator]
    assert len(results) >= 60
    assert {r["name"].split()[0] for r in results} == {"MUST", "SHOULD", "MAY"}
    assert [line for line, r in zip(lines, results, strict=False) if r["status"] != "ok"] == []
