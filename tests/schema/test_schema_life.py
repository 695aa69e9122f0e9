"""What was released stays, or its going is listed; what is deprecated says until when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import graphene
import pytest
from graphql import build_schema

from gateway.deprecation import deprecated, deprecations
from infra import schema_diff

DAY = date(2027, 1, 1)
OLD = """
enum Colour { RED GREEN }
input Wish { colour: Colour size: Int = 1 }
type Query { apple(size: Int = 1): String pear: String! plum(wish: Wish): Colour }
"""


def compared(new: str, changes: str = "", today: date = DAY) -> schema_diff.Report:
    return schema_diff.compare(OLD, new, changes, today)


def test_no_change_since_the_last_release_goes_unlisted() -> None:
    """To list one: `python -m infra.schema_diff` prints the line for docs/api/changes.md."""
    found = schema_diff.report(datetime.now(UTC).date())
    assert not found.fails, "\n".join(found.lines())


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("pear: String! ", "", "FIELD_REMOVED"),
        ("pear: String!", "pear: String", "FIELD_CHANGED_KIND"),
        ("apple(size: Int = 1)", "apple(size: Int = 1, taste: Int!)", "REQUIRED_ARG_ADDED"),
        ("input Wish { colour: Colour", "input Wish { colour: Colour!", "FIELD_CHANGED_KIND"),
        ("size: Int = 1 }", "size: Int = 1 weight: Int! }", "REQUIRED_INPUT_FIELD_ADDED"),
        ("RED GREEN", "RED", "VALUE_REMOVED_FROM_ENUM"),
        ("RED GREEN", "RED GREEN BLUE", "VALUE_ADDED_TO_ENUM"),
        ("apple(size: Int = 1)", "apple(size: Int = 2)", "ARG_DEFAULT_VALUE_CHANGE"),
    ],
)
def test_a_change_that_clients_notice_fails_until_it_is_listed_with_a_reason(before: str, after: str, kind: str) -> None:
    new = OLD.replace(before, after)
    found = compared(new)
    assert kind in {c.kind for c in found.unlisted}
    assert found.fails
    lines = [change.line("nobody ever used it") for change in found.unlisted]
    assert not compared(new, "\n".join(["## Unreleased", *lines, ""])).fails
    assert compared(new, "\n".join(["## 0.9", *lines, ""])).fails, "what was listed for an earlier release does not count again"
    assert compared(new, "\n".join(["## Unreleased", *(line.split(" – ")[0] for line in lines), ""])).fails, "a reason is given"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pear: String!", "pear: String! fig: Int"),
        ("apple(size: Int = 1)", "apple(size: Int = 1, taste: Int)"),
        ("size: Int = 1 }", "size: Int = 1 weight: Int }"),
        ("apple(size: Int = 1): String", "apple(size: Int = 1): String!"),
    ],
)
def test_what_is_added_or_promised_more_firmly_needs_no_line(before: str, after: str) -> None:
    assert not compared(OLD.replace(before, after)).fails


def test_a_listed_change_that_did_not_happen_is_found() -> None:
    text = "## Unreleased\n- `FIELD_REMOVED` Query.pear was removed. – nobody ate pears\n"
    assert compared(OLD, text).stale == ("FIELD_REMOVED Query.pear was removed.",)


def test_a_deprecation_names_its_date_and_what_to_use_instead() -> None:
    assert deprecated("2027-06-01", "use `apple`") == "Leaves on 2027-06-01: use `apple`"
    for day, words in (("2027-6-1", "use `apple`"), ("soon", "use `apple`"), ("2027-06-01", "")):
        with pytest.raises(ValueError):
            deprecated(day, words)


def test_deprecations_without_a_date_are_refused_and_those_past_it_listed() -> None:
    class Query(graphene.ObjectType):
        old = graphene.String(deprecation_reason=deprecated("2026-12-31", "use `new` instead"))
        older = graphene.String(deprecation_reason="No longer supported")
        new = graphene.String(word=graphene.String(deprecation_reason=deprecated("2027-03-01", "leave it out")))

    text = str(graphene.Schema(query=Query))
    assert [d.coordinate for d in deprecations(build_schema(text))] == ["Query.new(word:)", "Query.old", "Query.older"]
    found = schema_diff.compare(text, text, "", DAY)
    assert [d.coordinate for d in found.undated] == ["Query.older"]
    assert [d.coordinate for d in found.overdue] == ["Query.old"]
    assert found.fails
    assert any(line.startswith("past its date: Query.old") for line in found.lines())


def test_a_release_keeps_the_schema_and_closes_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schema-1.9.graphql").write_text(OLD)
    (tmp_path / "schema-1.10.graphql").write_text(OLD)
    (tmp_path / "now.graphql").write_text(OLD.replace("pear: String! ", ""))
    (tmp_path / "changes.md").write_text("# Changes\n\n## Unreleased\n- `FIELD_REMOVED` Query.pear was removed. – nobody ate pears\n")
    monkeypatch.setattr(schema_diff, "RELEASED", tmp_path)
    monkeypatch.setattr(schema_diff, "CURRENT", tmp_path / "now.graphql")
    monkeypatch.setattr(schema_diff, "CHANGES", tmp_path / "changes.md")
    assert schema_diff.last_released().name == "schema-1.10.graphql"
    with pytest.raises(ValueError):
        schema_diff.release("1.9", DAY)
    assert not schema_diff.report(DAY).fails
    schema_diff.release("1.11", DAY)
    found = schema_diff.report(DAY)
    assert (found.release, found.changes, found.fails) == ("1.11", (), False)
    assert "## 1.11 (2027-01-01)\n- `FIELD_REMOVED`" in (tmp_path / "changes.md").read_text()
