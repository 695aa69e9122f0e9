"""What a monthly report of outside sales may be refused for."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class ReportExists(DomainError):
    code, kind = "REPORT_EXISTS", Kind.CONFLICT
    zh, en = "{month} 已有报告 {report_no}", "There is a report {report_no} for {month}"
