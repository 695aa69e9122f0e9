"""The order in which files are imported, against importers that answer as the API does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.demo.build.cast import DemoError
from infra.demo.build.history import Edition, day_before, edition
from infra.demo.build.imports import AT_ONCE, NEEDS, File, Known, import_all, known_imports
from infra.demo.build.progress import Progress
from infra.demo.city.build import SERVICES

SERVICE_OF = {kind: service for service, kinds in SERVICES.items() for kind in kinds}
CHOSEN = Edition(date(2026, 10, 31), 7)


class Importers:
    """The five answers that the build asks for. A file passes through its states one look at a time; `answers` gives other ends."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.on_start: Callable[[str], None] = lambda kind: None
        self._lock = threading.Lock()

    def run(self, kind: str, state: str, filename: str) -> dict[str, Any]:
        run = {"id": f"run-{len(self.runs)}", "service": SERVICE_OF[kind], "kind": kind, "filename": filename, "state": state, "rows": 1,
               "done": 0, "documents": 1, "errorCount": 0, "errors": []}  # fmt: skip
        self.runs[run["id"]] = run
        return run

    def upload(self, filename: str, content: bytes, purpose: str) -> str:
        assert purpose == "import"
        return filename

    def do(self, name: str, given: dict[str, Any], answer: str) -> Any:
        if name == "applyImport":
            self.runs[given["id"]]["state"] = "APPLYING"
            return self.runs[given["id"]]
        assert name == "startImport"
        assert given["applyWhenClean"]
        with self._lock:
            self.begun.append(given["kind"])
            self.on_start(given["kind"])
            return dict(self.run(given["kind"], "CHECKING", given["uploadId"]))

    def ask(self, document: str, **variables: Any) -> Any:
        if "sync" in document:
            return {"sync": [{"service": s, "parked": 0, "cutover": None, "positions": []} for s in SERVICES]}
        with self._lock:
            run = self.runs[variables["id"]]
            end = (self.answers.get(run["kind"]) or [{"state": "APPLIED"}]).pop(0) if run["state"] == "APPLYING" else {"state": "APPLYING"}
            run.update(end)
            if run["state"] == "APPLIED":
                self.ended.append(run["kind"])
            return {"importRun": dict(run)}

    def pages(self, field: str, arguments: str, node: str) -> Iterator[dict[str, Any]]:
        assert field == "importRuns"
        service = arguments.split('"')[1]
        yield from [r for r in reversed(list(self.runs.values())) if r["service"] == service]


@pytest.fixture
def importers(monkeypatch: pytest.MonkeyPatch) -> Importers:
    monkeypatch.setattr("infra.demo.build.imports.poll_seconds", lambda rows: 0.001)
    return Importers()


@pytest.fixture
def files(tmp_path: Path) -> list[File]:
    made = []
    for n, (kind, service) in enumerate(SERVICE_OF.items(), start=1):
        path = tmp_path / f"{n:02d}-{kind}.csv"
        path.write_bytes(b"")
        made.append(File(service, kind, path, CHOSEN.name(path.name), 1, 1))
    return made


def build(importers: Importers, files: list[File]) -> list[str]:
    applied: list[str] = []
    import_all(importers, files, known_imports(importers), Progress(len(files), terminal=False), applied.append)  # type: ignore[arg-type]
    return applied


def test_every_file_of_the_city_has_its_place_and_needs_only_what_stands_before_it() -> None:
    assert set(NEEDS) == set(SERVICE_OF)
    seen: set[str] = set()
    for kind in sorted(NEEDS, key=lambda k: len(_all_needs(k))):
        assert set(NEEDS[kind]) <= seen
        seen.add(kind)


def _all_needs(kind: str) -> set[str]:
    return {kind} | {n for need in NEEDS[kind] for n in _all_needs(need)}


def test_a_file_begins_when_all_that_it_needs_is_applied(importers: Importers, files: list[File]) -> None:
    importers.on_start = lambda kind: [_assert_applied(importers, need) for need in NEEDS[kind]] and None
    assert sorted(build(importers, files)) == sorted(NEEDS)


def _assert_applied(importers: Importers, kind: str) -> None:
    assert kind in importers.ended


def test_a_service_is_given_no_more_files_than_it_can_hold_at_once(importers: Importers, files: list[File]) -> None:
    def few(kind: str) -> None:
        open_runs = [r for r in importers.runs.values() if r["service"] == SERVICE_OF[kind] and r["state"] in ("CHECKING", "APPLYING")]
        assert len(open_runs) < AT_ONCE

    importers.on_start = few
    build(importers, files)


def test_what_is_applied_is_not_sent_again(importers: Importers, files: list[File]) -> None:
    build(importers, files)
    importers.begun.clear()
    assert sorted(build(importers, files)) == sorted(NEEDS)
    assert importers.begun == []


@pytest.mark.parametrize("state", ["CHECKING", "READY", "APPLYING"])
def test_an_import_that_a_killed_build_began_is_followed(importers: Importers, files: list[File], state: str) -> None:
    merchants = next(f for f in files if f.kind == "merchants")
    importers.run("merchants", state, merchants.name)
    build(importers, files)
    assert "merchants" not in importers.begun
    assert "merchants" in importers.ended


def test_a_refused_or_withdrawn_import_is_sent_again(importers: Importers, files: list[File]) -> None:
    for kind, state in (("merchants", "REFUSED"), ("outlets", "WITHDRAWN"), ("departments", "FAILED")):
        importers.run(kind, state, next(f.name for f in files if f.kind == kind))
    build(importers, files)
    assert {"merchants", "outlets", "departments"} <= set(importers.begun)


def test_what_is_only_late_is_sent_again(importers: Importers, files: list[File]) -> None:
    late = {"line": 2, "column": "产品编号", "code": "NOT_YET_KNOWN", "value": "P1", "message": "on its way"}
    importers.answers["contracts"] = [{"state": "REFUSED", "errorCount": 1, "errors": [late]}]
    build(importers, files)
    assert importers.begun.count("contracts") == 2


def test_a_refusal_is_told_by_row_and_column(importers: Importers, files: list[File]) -> None:
    wrong = {"line": 17, "column": "产品编号", "code": "UNKNOWN", "value": "P-9", "message": "does not exist here"}
    importers.answers["contracts"] = [{"state": "REFUSED", "errorCount": 3, "errors": [wrong]}]
    with pytest.raises(DemoError, match=r"contracts was refused with 3 errors\n  row 17 产品编号: UNKNOWN does not exist here P-9"):
        build(importers, files)


# ------------------------------------------------------------------------------------------ which demo


def known(*names: str) -> Known:
    return Known({name: {"filename": name, "state": "APPLIED"} for name in names})


def test_the_history_ends_with_the_last_whole_month_unless_said_otherwise() -> None:
    chosen = edition(None, None, None, known())
    assert (chosen.as_of.month % 12) + 1 == edition(None, None, None, known()).cutover.month
    assert edition(date(2025, 3, 31), 5, None, known()) == Edition(date(2025, 3, 31), 5)


def test_a_demo_that_was_begun_is_gone_on_with_in_a_later_month_too() -> None:
    begun = known("demo-2025-03-31-9-01-merchants.csv")
    assert edition(None, None, "2025-03-31T16:00:00+00:00", begun) == Edition(date(2025, 3, 31), 9)


@pytest.mark.parametrize(
    ("as_of", "seed", "names", "words"),
    [
        (date(2025, 4, 30), None, ("demo-2025-03-31-9-01-merchants.csv",), "can end on no other day"),
        (None, 10, ("demo-2025-03-31-9-01-merchants.csv",), "begun with seed 9"),
        (None, None, ("主体.csv",), "history of its own"),
    ],
)
def test_another_demo_or_a_bureaus_own_history_is_not_built_over(
    as_of: date | None, seed: int | None, names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DemoError, match=words):
        edition(as_of, seed, "2025-03-31T16:00:00Z", known(*names))


def test_what_visitors_import_beside_the_demo_is_no_hindrance() -> None:
    both = known("主体.csv", "demo-2025-03-31-9-01-merchants.csv")
    assert edition(None, None, "2025-03-31T16:00:00Z", both) == Edition(date(2025, 3, 31), 9)


def test_a_month_that_is_not_over_is_refused() -> None:
    with pytest.raises(DemoError, match="not over yet"):
        edition(date(2050, 1, 31), None, None, known())


@pytest.mark.parametrize("cutover", ["2026-10-31T16:00:00Z", "2026-11-01T00:00:00+08:00"])
def test_the_history_of_a_cutover_ends_the_day_before_it(cutover: str) -> None:
    assert day_before(cutover) == date(2026, 10, 31)
    assert Edition(date(2026, 10, 31), 1).cutover.isoformat() == "2026-11-01T00:00:00+08:00"
