"""The importers, used as a bureau's clerk would: upload, check, apply, and go on when what the next file names is known."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.demo.build.cast import DemoError
from infra.demo.build.copies import wait_for
from infra.demo.build.progress import Progress
from infra.demo.client import Api

SERVICES = ("catalog", "orders", "livestream", "reporting")
# Files of one service are worked on one after the other; a second one waits at its door, so that there is never a gap.
AT_ONCE = 2
TRIES = 4

_CERTIFIED = ("certificates", "labels", "withdrawals")
# What must be applied before a file of this kind can be read; in the order in which they are begun.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "merchants": (), "products": ("merchants",), "certificates": ("products",), "labels": ("products",), "withdrawals": ("certificates",),
    "mechanisms": ("merchants",),
    "institutions": (), "outlets": (), "opening_stock": ("certificates",), "contracts": ("institutions", *_CERTIFIED),
    "slips": ("outlets", *_CERTIFIED), "monthly_sheets": ("outlets", *_CERTIFIED), "external_reports": _CERTIFIED,
    "deliveries": ("contracts",), "day_sheets": ("outlets", *_CERTIFIED), "fair_orders": ("outlets", *_CERTIFIED),
    "campaigns": ("institutions", *_CERTIFIED), "online_orders": _CERTIFIED,
    "departments": (), "publicity": (), "outside_sessions": _CERTIFIED,
    "activities": ("departments", "outlets", "contracts", "outside_sessions"),
}  # fmt: skip

_RUN = "id service kind filename state rows done documents errorCount errors { line column code value message }"
_OPEN = ("CHECKING", "READY", "APPLYING")


@dataclass(frozen=True)
class File:
    """A file of the demo city. `name` is what the importer is told: it says which demo the file is of."""

    service: str
    kind: str
    path: Path
    name: str
    rows: int
    documents: int


@dataclass(frozen=True)
class Known:
    """Imports that the system has: the newest run of each file name."""

    runs: dict[str, dict[str, Any]]

    def of(self, file: File) -> dict[str, Any] | None:
        return self.runs.get(file.name)

    def applied(self, file: File) -> bool:
        run = self.of(file)
        return run is not None and run["state"] in ("APPLIED", "DUPLICATE")


def known_imports(api: Api) -> Known:
    runs: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        for run in api.pages("importRuns", f'service: "{service}"', _RUN):
            if run["state"] != "WITHDRAWN":
                kept = runs.setdefault(run["filename"], run)
                if kept["state"] not in ("APPLIED", *_OPEN) and run["state"] in ("APPLIED", *_OPEN):
                    runs[run["filename"]] = run
    return Known(runs)


def import_all(
    api: Api, files: Iterable[File], known: Known, progress: Progress, applied: Callable[[str], None] = lambda kind: None
) -> None:
    """Apply every file that is not applied yet, each as soon as what it needs is. `applied(kind)` is told each of them.

    Raises DemoError with the importer's own words for a file that is refused.
    """
    by_kind = {f.kind: f for f in files}
    done = {f.kind for f in by_kind.values() if known.applied(f)}
    for kind in NEEDS:
        if kind in done:
            progress.at(kind, by_kind[kind].rows, by_kind[kind].rows)
            applied(kind)
    waiting = [k for k in NEEDS if k in by_kind and k not in done]
    running: dict[Future[None], str] = {}
    pool = ThreadPoolExecutor(len(SERVICES) * AT_ONCE)
    try:
        while waiting or running:
            for kind in tuple(waiting):
                file = by_kind[kind]
                busy = sum(1 for k in running.values() if by_kind[k].service == file.service)
                if busy < AT_ONCE and all(n in done or n not in by_kind for n in NEEDS[kind]):
                    waiting.remove(kind)
                    sources = {by_kind[n].service for n in NEEDS[kind] if n in by_kind}
                    running[pool.submit(_import, api, file, known.of(file), sources, progress)] = kind
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                kind = running.pop(future)
                future.result()
                done.add(kind)
                applied(kind)
    finally:
        # Not waited for: whoever stops here ends the process, and the system goes on with what it has begun.
        pool.shutdown(wait=False, cancel_futures=True)


def _import(api: Api, file: File, begun: dict[str, Any] | None, sources: set[str], progress: Progress) -> None:
    started = time.monotonic()
    for attempt in range(TRIES):
        wait_for(api, file.service, sources)
        if begun is not None and begun["state"] in _OPEN:
            run = begun
        else:
            upload = api.upload(file.name, file.path.read_bytes(), "import")
            run = api.do("startImport", {"kind": file.kind, "uploadId": upload, "applyWhenClean": True}, f"importRun {{ {_RUN} }}")
        begun = None
        run = _followed(api, run, file, progress)
        if run["state"] in ("APPLIED", "DUPLICATE"):
            progress.finished(file.kind, file.rows, f"{file.documents} documents, {file.rows} rows", time.monotonic() - started)
            return
        only_late = bool(run["errors"]) and all(e["code"] == "NOT_YET_KNOWN" for e in run["errors"])
        if not only_late or attempt == TRIES - 1:
            raise DemoError(_refusal(file, run), "see ./bangfu logs " + file.service + "-worker")


def _followed(api: Api, run: dict[str, Any], file: File, progress: Progress) -> dict[str, Any]:
    while run["state"] in _OPEN:
        if run["state"] == "READY":
            api.do("applyImport", {"id": run["id"]}, "importRun { id }")
        progress.at(file.kind, min(run["done"], file.rows), file.rows)
        time.sleep(poll_seconds(file.rows))
        run = api.ask(f"query R($id: ID!) {{ importRun(id: $id) {{ {_RUN} }} }}", id=run["id"])["importRun"]
    return run


def poll_seconds(rows: int) -> float:
    """How often to look: a small file is done in a moment, a large one is not hurried by asking."""
    return 0.2 if rows < 1000 else 0.7


def _refusal(file: File, run: dict[str, Any]) -> str:
    shown = []
    for e in run["errors"][:5]:
        where = f"row {e['line']} {e['column'] or ''}".rstrip()
        shown.append(f"{where}: {e['code']} {e['message']} {e['value'] or ''}".rstrip())
    return f"{file.kind} was {run['state'].lower()} with {run['errorCount']} errors\n  " + "\n  ".join(shown)
