"""The schema against the one last released: what a client may have relied on does not go without a line in docs/api/changes.md.

``python -m infra.schema_diff`` prints what changed and what is deprecated, and ends with 1 for a change that is not listed, a listed one
that did not happen, or a deprecation without a date. ``python -m infra.schema_diff --release 1.1`` keeps the present schema as released.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graphql import GraphQLSchema, build_schema, find_breaking_changes, find_dangerous_changes

from gateway.deprecation import Deprecation, deprecations
from infra.runner.state import ROOT

API = ROOT / "docs" / "api"
RELEASED, CHANGES, CURRENT = API / "released", API / "changes.md", API / "schema.graphql"
# A new optional argument or input field breaks nobody. A new enum value does break a client that has listed them all.
HARMLESS = {"OPTIONAL_ARG_ADDED", "OPTIONAL_INPUT_FIELD_ADDED"}
_LISTED = re.compile(r"^- `(?P<kind>[A-Z_]+)` (?P<what>.+?) – (?P<why>\S.{9,})$")


@dataclass(frozen=True, order=True)
class Change:
    """``kind`` and ``what`` as graphql-core names them, e.g. FIELD_REMOVED, ``Product.family was removed.``"""

    kind: str
    what: str
    breaking: bool

    def line(self, why: str = "…") -> str:
        """As it stands in changes.md."""
        return f"- `{self.kind}` {self.what} – {why}"


@dataclass(frozen=True)
class Report:
    release: str
    changes: tuple[Change, ...]
    unlisted: tuple[Change, ...]
    stale: tuple[str, ...]
    undated: tuple[Deprecation, ...]
    overdue: tuple[Deprecation, ...]

    @property
    def fails(self) -> bool:
        return bool(self.unlisted or self.stale or self.undated)

    def lines(self) -> Iterable[str]:
        yield f"released last: {self.release}; changes since then that a client may notice: {len(self.changes)}"
        for change in self.changes:
            yield f"{'not listed' if change in self.unlisted else 'listed':<10} {change.kind} {change.what}"
        for text in self.stale:
            yield f"listed, but did not happen: {text}"
        for one in self.undated:
            yield f"deprecated without a date: {one.coordinate}: {one.reason}"
        for one in self.overdue:
            yield f"past its date: {one.coordinate}: {one.reason}"
        if self.unlisted:
            yield f"Undo the change, or add under “Unreleased” of {CHANGES.relative_to(ROOT)}, with a reason:"
            yield from (change.line() for change in self.unlisted)


def version_of(file: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in file.stem.removeprefix("schema-").split("."))


def last_released() -> Path:
    """Raises ValueError when nothing was ever released."""
    return max(RELEASED.glob("schema-*.graphql"), key=version_of)


def differences(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """What may break a client: breaking changes, and the dangerous ones that are not harmless."""
    breaking = [Change(c.type.name, c.description, True) for c in find_breaking_changes(old, new)]
    dangerous = [Change(c.type.name, c.description, False) for c in find_dangerous_changes(old, new) if c.type.name not in HARMLESS]
    return sorted(breaking + dangerous)


def listed(text: str) -> set[tuple[str, str]]:
    """(kind, what) of the lines under “Unreleased” that give a reason."""
    section = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    lines = section[1].splitlines() if section else []
    return {(found["kind"], found["what"]) for line in lines if (found := _LISTED.match(line))}


def compare(old: str, new: str, changes: str, today: date, release: str = "") -> Report:
    """Three texts: the schema released last, the present one, and the list of changes."""
    schema = build_schema(new)
    found = differences(build_schema(old), schema)
    known = listed(changes)
    happened = {(c.kind, c.what) for c in found}
    going = deprecations(schema)
    return Report(
        release,
        tuple(found),
        tuple(c for c in found if (c.kind, c.what) not in known),
        tuple(f"{kind} {what}" for kind, what in sorted(known - happened)),
        tuple(d for d in going if d.day is None),
        tuple(d for d in going if d.day is not None and d.day < today),
    )


def report(today: date) -> Report:
    last = last_released()
    texts = (last.read_text("utf-8"), CURRENT.read_text("utf-8"), CHANGES.read_text("utf-8"))
    return compare(*texts, today, last.stem.removeprefix("schema-"))


def release(version: str, today: date) -> Path:
    """Keeps the present schema under its version and closes the list. Raises ValueError for a version that is not above the last."""
    file = RELEASED / f"schema-{version}.graphql"
    if version_of(file) <= version_of(last_released()):
        raise ValueError(f"{version} is not above {last_released().stem}")
    file.write_text(CURRENT.read_text("utf-8"), "utf-8")
    text = CHANGES.read_text("utf-8").replace("## Unreleased\n", f"## Unreleased\n\n## {version} ({today.isoformat()})\n", 1)
    CHANGES.write_text(text, "utf-8")
    return file


def main(arguments: list[str]) -> int:
    today = date.today()
    if arguments[:1] == ["--release"]:
        print(f"kept as {release(arguments[1], today).relative_to(ROOT)}")
        return 0
    found = report(today)
    print("\n".join(found.lines()))
    return 1 if found.fails else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
