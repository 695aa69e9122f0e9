"""Merchants' monthly reports of what they sold elsewhere."""

from __future__ import annotations

from services.orders.api.external import reports
from services.orders.importers.external.external_reports import EXTERNAL_REPORTS
from services.orders.queries.documents import document_reader
from services.orders.wiring.part import Part

PART = Part(
    blueprints=(reports.api,), imports=(EXTERNAL_REPORTS,), documents={"external_report": document_reader("external_report")})
