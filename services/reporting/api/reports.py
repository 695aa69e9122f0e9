"""Reports: asked for, made by a job, fetched from the object store by a link that the gateway signs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Literal
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.db import Conn
from services.kit.errors import InvalidInput, NotFound
from services.kit.models import Input, PageInput
from services.kit.paging import decode_cursor, page_of
from services.reporting.api.access import counties_asked, officer_scope
from services.reporting.domain.scope import Scope
from services.reporting.store import reports
from services.reporting.store.reports import File, Report
from services.reporting.usecases.request_report import request_report


class ReportInput(Input):
    from_: date = Field(alias="from")
    until: date
    county_code: str | None = Field(None, pattern=r"^\d{6}$")
    formats: list[Literal["xlsx", "csv"]] | None = Field(None, min_length=1, max_length=2)


class ReportPath(BaseModel):
    report_id: UUID


def shown(report: Report, files: list[File]) -> dict[str, Any]:
    return {
        "report_id": report.report_id,
        "state": report.state,
        "from": report.period_from,
        "until": report.period_until,
        "county_code": report.county_code,
        "formats": report.formats,
        "done": report.done,
        "total": report.total,
        "as_of": report.period_until,
        "definitions_version": report.definitions_version,
        "incomplete": report.incomplete,
        "reconciled": report.reconciled,
        "created_at": report.created_at,
        "finished_at": report.finished_at,
        "error": report.error,
        "files": [asdict(file) for file in files],
    }


def _visible(conn: Conn, scope: Scope, report_id: UUID) -> Report:
    report = reports.find(conn, report_id)
    if report is None or not (scope.city or (report.county_code is not None and scope.covers_county(report.county_code))):
        raise NotFound()
    return report


def blueprint() -> APIBlueprint:
    api = APIBlueprint("reports", "reports", url_prefix="/reports")

    @api.post("")
    def ask_for_report(body: ReportInput) -> tuple[dict[str, Any], int]:
        scope = officer_scope(principal())
        counties = counties_asked(scope, body.county_code)
        if counties is not None and len(counties) != 1:
            raise InvalidInput("countyCode", ", ".join(counties))
        report_id = request_report(
            context().db,
            principal(),
            idempotency_key(),
            body.from_,
            body.until,
            counties[0] if counties else None,
            sorted(set(body.formats or ("xlsx", "csv")), reverse=True),
        )
        with context().db.reading() as conn:
            return shown(_visible(conn, scope, report_id), reports.files(conn, [report_id]).get(report_id, [])), 202

    @api.get("")
    def list_reports(query: PageInput) -> dict[str, Any]:
        scope = officer_scope(principal())
        with context().db.reading() as conn:
            rows = reports.recent(conn, None if scope.city else list(scope.counties), decode_cursor(query.after, 2), query.first + 1)
            page = page_of(rows, query.first, lambda r: [r.created_at, r.report_id])
            files = reports.files(conn, [r.report_id for r in page.items])
        return {"items": [shown(r, files.get(r.report_id, [])) for r in page.items], "next_cursor": page.next_cursor}

    @api.get("/<uuid:report_id>")
    def get_report(path: ReportPath) -> dict[str, Any]:
        scope = officer_scope(principal())
        with context().db.reading() as conn:
            report = _visible(conn, scope, path.report_id)
            return shown(report, reports.files(conn, [report.report_id]).get(report.report_id, []))

    return api
