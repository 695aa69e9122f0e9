"""The job that writes a report's files: one snapshot of the database, so that every sheet adds up to the same figures."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.events.others import BulletinPublished
from services.kit import audit, clock, outbox
from services.kit.db import Conn, Database
from services.kit.jobs import Job, JobRefused
from services.kit.objects import ObjectStore
from services.kit.principal import Grant, Principal, Role
from services.kit.time import SHANGHAI
from services.reporting.adapters.sheets import CsvFile, Workbook
from services.reporting.domain.cells import Cell
from services.reporting.domain.figures import DEFINITIONS_VERSION
from services.reporting.queries import report_content as content
from services.reporting.queries.figures import scope_of
from services.reporting.queries.lines import every_line
from services.reporting.queries.lines_of import Filters
from services.reporting.queries.status import Status, status
from services.reporting.queries.sums import cross
from services.reporting.store import reports
from services.reporting.store.reports import File, Report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
STEP = 5_000
ITSELF = Principal("service:reporting", (Grant(Role.SERVICE, "reporting"),))


@dataclass(frozen=True)
class Content:
    """``lines``: how many sale lines the period has."""

    conn: Conn
    report: Report
    filters: Filters
    counties: list[str] | None
    state: Status
    made_at: datetime
    lines: int


def make_report(job: Job) -> dict[str, int]:
    report_id = UUID(job.args["report_id"])
    with job.db.transaction() as conn:
        report = reports.find(conn, report_id)
        if report is None:
            raise JobRefused("no such report")
        if report.state == "done":
            return {"files": 0}
        reports.begin(conn, report_id)
    try:
        with tempfile.TemporaryDirectory(prefix="bangfu-report-") as folder, _snapshot(job.db) as conn:
            found = _content(conn, report)
            files = _write(job, found, Path(folder))
    except Exception as error:
        if job.attempts >= 3:
            with job.db.transaction() as conn:
                reports.fail(conn, report_id, repr(error))
            raise JobRefused(repr(error)[:500]) from error
        raise
    with job.db.transaction() as conn:
        if reports.finish(
            conn,
            report_id,
            files,
            incomplete=found.state.incomplete(),
            reconciled=found.state.reconciled,
            definitions_version=DEFINITIONS_VERSION,
        ):
            period = f"{report.period_from}/{report.period_until}"
            outbox.publish(conn, BulletinPublished(report_id=report_id, period=period, county_code=report.county_code), 1)
            after = {"files": len(files), "reconciled": found.state.reconciled, "definitions_version": DEFINITIONS_VERSION}
            audit.record(conn, ITSELF, "report:made", f"report:{report_id}", after=after)
    return {"files": len(files)}


@contextlib.contextmanager
def _snapshot(db: Database) -> Iterator[Conn]:
    with db.transaction() as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        conn.execute("SET LOCAL statement_timeout = '5min'")
        conn.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        yield conn


def _content(conn: Conn, report: Report) -> Content:
    counties = None if report.county_code is None else [report.county_code]
    filters = Filters(report.period_until, report.period_from)
    lines = sum(found.lines for _, _, found in cross(conn, "channel", "month", filters, scope_of(counties)))
    return Content(conn, report, filters, counties, status(conn), clock.now(conn), lines)


def _write(job: Job, found: Content, folder: Path) -> list[File]:
    passes = len(found.report.formats)
    progress = _Progress(job, found.report.report_id, max(1, found.lines) * passes)
    files = []
    if "xlsx" in found.report.formats:
        path = folder / "report.xlsx"
        rows = _write_workbook(found, path, progress)
        files.append(_upload(job.context.objects, found.report, path, "xlsx", XLSX, rows))
    if "csv" in found.report.formats:
        for name, write in (("figures.csv", _write_figures), ("lines.csv", _write_lines)):
            path = folder / name
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = write(found, CsvFile(file), progress)
            files.append(_upload(job.context.objects, found.report, path, "csv", CSV, rows))
    return files


def _heading(found: Content) -> list[tuple[Cell, ...]]:
    report, state = found.report, found.state
    return [
        ("消费帮扶报告 Consumption assistance report",),
        ("范围 scope", report.county_code or "全市 city"),
        ("期间 period", f"{report.period_from} – {report.period_until}"),
        ("截至 as of", str(report.period_until)),
        ("生成时间 created at", found.made_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") + " Asia/Shanghai"),
        ("口径版本 definitions", DEFINITIONS_VERSION),
        ("数据完整 complete", "否：有事件未能入账 no: events wait to be applied" if state.incomplete() else "是 yes"),
        ("与台账核对 reconciled", {True: "一致 equal", False: "不一致 different", None: "尚未核对 not yet"}[state.reconciled]),
        ("明细行数 lines", found.lines),
        (),
    ]


def _write_workbook(found: Content, path: Path, progress: Callable[[], None]) -> int:
    book = Workbook(str(path))
    scope = scope_of(found.counties)
    try:
        book.sheet("指标 figures", widths=(6, 24, 28, 24, 12, 18, 18, 18, 18, 18, 60, 60, 60, 12, 18, 8))
        for row in _heading(found):
            book.write(row)
        book.write(content.FIGURES_HEADER, bold=True)
        for position, line in enumerate(
            content.figure_lines(found.conn, found.report.period_from, found.report.period_until, found.counties), start=1
        ):
            book.write(line.cells(position))
        book.sheet("渠道与月份 channels", ("月份 month", "渠道 channel", *content.MEASURES_HEADER), (12, 16, *[16] * 8))
        for row in content.channel_months(found.conn, found.filters, scope):
            book.write(row)
        for wanted in content.BREAKDOWNS:
            book.sheet(wanted.name, (*wanted.header, *content.MEASURES_HEADER), (*[38] * len(wanted.header), *[16] * 8))
            for row in content.breakdown(found.conn, wanted, found.filters, scope):
                book.write(row)
        book.sheet("明细 lines", content.LINES_HEADER, [14] * len(content.LINES_HEADER))
        written = 0
        for sale in every_line(found.conn, found.filters, scope):
            book.write(content.line_cells(sale))
            progress()
            written += 1
    finally:
        book.close()
    return written


def _write_figures(found: Content, file: CsvFile, progress: Callable[[], None]) -> int:
    file.write(content.FIGURES_HEADER)
    for position, line in enumerate(
        content.figure_lines(found.conn, found.report.period_from, found.report.period_until, found.counties), start=1
    ):
        file.write(line.cells(position))
    return file.rows - 1


def _write_lines(found: Content, file: CsvFile, progress: Callable[[], None]) -> int:
    file.write(content.LINES_HEADER)
    for sale in every_line(found.conn, found.filters, scope_of(found.counties)):
        file.write(content.line_cells(sale))
        progress()
    return file.rows - 1


def _upload(store: ObjectStore, report: Report, path: Path, format_: str, content_type: str, rows: int) -> File:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    key, size = f"reports/{report.report_id}/{path.name}", path.stat().st_size
    with path.open("rb") as file:
        store.put(key, file, content_type, size)
    return File(path.name, format_, key, content_type, size, digest.hexdigest(), rows)


class _Progress:
    """Counts lines; tells the report's row and the job's lease now and then, on a connection of its own."""

    def __init__(self, job: Job, report_id: UUID, total: int) -> None:
        self._job, self._report_id, self._total, self._done = job, report_id, total, 0

    def __call__(self) -> None:
        self._done += 1
        if self._done % STEP == 0:
            self._job.progress(self._done, self._total)
            with self._job.db.reading() as conn:
                reports.progress(conn, self._report_id, self._done, self._total)
