"""The example documents of docs/api: one file a user, each valid by itself, within the limits, with every refusal asked for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from graphql import FieldNode, OperationDefinitionNode, OperationType, build_schema, parse, validate

from gateway import limits
from gateway.documents import Documents
from gateway.schema import schema
from infra.runner.state import ROOT
from services.kit.principal import ANONYMOUS

API = ROOT / "docs" / "api"
FILES = sorted((API / "examples").glob("*.graphql"))
USERS = {
    "shopper",
    "canteen_buyer",
    "canteen_approver",
    "merchant",
    "streamer",
    "bureau_officer",
    "county_officer",
    "integrator",
}
SCHEMA = build_schema((API / "schema.graphql").read_text("utf-8"))


def operations(file: Path) -> list[OperationDefinitionNode]:
    return [d for d in parse(file.read_text("utf-8")).definitions if isinstance(d, OperationDefinitionNode)]


def test_every_user_has_his_example() -> None:
    assert {file.stem for file in FILES} == USERS | {"session"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_an_example_is_valid_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [e.message for e in validate(SCHEMA, parse(text))] == []
    assert text.startswith("# ")


def test_operations_have_names_of_their_own() -> None:
    names = Counter(o.name.value if o.name else "" for file in FILES for o in operations(file))
    assert [name for name, count in names.items() if count > 1 or not re.fullmatch(r"[A-Z]\w+", name)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_mutation_asks_for_what_can_be_mended_and_a_list_for_its_next_page(file: Path) -> None:
    for operation in operations(file):
        for field in operation.selection_set.selections:
            assert isinstance(field, FieldNode) and field.selection_set
            inner = {s.name.value for s in field.selection_set.selections if isinstance(s, FieldNode)}
            if operation.operation is OperationType.MUTATION:
                assert "userErrors" in inner, operation.name
            elif "nodes" in inner:
                assert "pageInfo" in inner, operation.name


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_an_example_costs_what_anybody_may_spend(file: Path) -> None:
    """So that it works for who copies it, even where only the web app's own documents are trusted."""
    plan = Documents(schema.graphql_schema).measure(file.read_text("utf-8"))
    for operation in operations(file):
        limits.ensure(plan, operation.name.value if operation.name else None, {}, limits.allowance_of(ANONYMOUS, trusted=False))


def test_the_guide_names_every_example_and_document() -> None:
    guide = (API / "README.md").read_text("utf-8")
    assert [f.name for f in FILES if f"examples/{f.name}" not in guide] == []
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", guide)
    assert [link for link in linked if not (API / link).exists()] == []
