"""Merchants' monthly reports and the county's check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_openapi3 import APIBlueprint  # type: ignore[attr-defined]
from pydantic import BaseModel, Field

from services.kit.app import context, idempotency_key, principal
from services.kit.models import Input, PageInput, Text
from services.kit.time import parse_month
from services.orders.queries.external import reports as queries
from services.orders.usecases.external.check_report import confirm_report, return_report
from services.orders.usecases.external.submit_report import ResubmitReport, SubmitReport, resubmit_report, submit_report

api = APIBlueprint("external_reports", "external_reports", url_prefix="/external-reports")


class ReportPath(BaseModel):
    report_id: UUID


class ReportPage(PageInput):
    state: str | None = Field(None, max_length=20)
    merchant_id: UUID | None = None
    month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")


class ReturnReport(Input):
    reason: Text


@api.post("")
def post_report(body: SubmitReport) -> dict[str, Any]:
    return _shown(submit_report(context().db, principal(), idempotency_key(), body))


@api.get("")
def get_list(query: ReportPage) -> dict[str, Any]:
    with context().db.reading() as conn:
        page = queries.list_reports(conn, principal(), state=query.state, merchant_id=query.merchant_id,
                                    month=parse_month(query.month) if query.month else None, first=query.first, after=query.after)
    return {"items": page.items, "next_cursor": page.next_cursor}


@api.get("/<uuid:report_id>")
def get_one(path: ReportPath) -> dict[str, Any]:
    return _shown(path.report_id)


@api.post("/<uuid:report_id>/confirm")
def post_confirm(path: ReportPath) -> dict[str, Any]:
    return _shown(confirm_report(context().db, principal(), path.report_id))


@api.post("/<uuid:report_id>/return")
def post_return(path: ReportPath, body: ReturnReport) -> dict[str, Any]:
    return _shown(return_report(context().db, principal(), path.report_id, body.reason))


@api.post("/<uuid:report_id>/resubmit")
def post_resubmit(path: ReportPath, body: ResubmitReport) -> dict[str, Any]:
    return _shown(resubmit_report(context().db, principal(), path.report_id, body))


def _shown(report_id: UUID) -> dict[str, Any]:
    with context().db.reading() as conn:
        return vars(queries.get_report(conn, principal(), report_id))
