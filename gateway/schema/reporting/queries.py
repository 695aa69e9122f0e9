from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import by_id, connection_of, fetch_page, listing, page_arguments, raw_id
from gateway.schema.reporting.types import (
    Activity,
    Department,
    Figure,
    FigureRow,
    Figures,
    PublicityRecord,
    Reconciliation,
    Report,
    SaleLine,
    Sum,
)
from gateway.schema.scalars import Day
from services.kit.money import to_yuan

_KINDS = {
    "merchant_id": "Merchant",
    "product_id": "Product",
    "institution_id": "Institution",
    "session_id": "LiveSession",
    "outlet_id": "Outlet",
    "contract_id": "Contract",
    "campaign_id": "Campaign",
}


class Dimension(graphene.Enum):
    CHANNEL = "channel"
    EVIDENCE = "evidence"
    MONTH = "month"
    DAY = "day"
    ORIGIN_COUNTY = "origin_county"
    CONSUMPTION_COUNTY = "consumption_county"
    MERCHANT = "merchant"
    PRODUCT = "product"
    INSTITUTION = "institution"
    SESSION = "session"
    OUTLET = "outlet"
    CONTRACT = "contract"
    CAMPAIGN = "campaign"


class SaleFilter(graphene.InputObjectType):
    """Days count inclusively; the earlier of ``until`` and ``asOf`` holds."""

    from_ = Day(name="from")
    until = Day()
    as_of = Day()
    channel = graphene.String()
    evidence = graphene.String()
    county_code = graphene.String(description="Origin or consumption")
    origin_county = graphene.String()
    consumption_county = graphene.String()
    merchant_id = graphene.ID()
    product_id = graphene.ID()
    institution_id = graphene.ID()
    session_id = graphene.ID()
    outlet_id = graphene.ID()
    contract_id = graphene.ID()
    campaign_id = graphene.ID()
    document_id = graphene.String()


def filters_of(given: Any) -> dict[str, Any]:
    filters = {}
    for name, value in (given or {}).items():
        key = "from" if name == "from_" else name
        if value is not None:
            filters[key] = raw_id(value, _KINDS[key]) if key in _KINDS else value
    return filters


def resolve_figures(_root: Any, info: Any, **given: Any) -> Any:
    return info.context.clients.reporting.get("/figures", {k: v for k, v in given.items() if v is not None}, info.context.principal)


class FigureRowConnection(connection_of(FigureRow)):  # type: ignore[misc]
    """Rows that add up to the figure exactly."""

    figure = graphene.Field(Figure, required=True)

    class Meta:
        name = "FigureRows"


def resolve_figure_rows(_root: Any, info: Any, key: str, first: int = 20, after: str | None = None, **given: Any) -> Any:
    if not key.replace("_", "").isalnum():
        return None
    filters = {k: v for k, v in given.items() if v is not None}

    def fetch(page: dict[str, Any]) -> Any:
        answer = info.context.clients.reporting.get(f"/figures/{key}/rows", {**page, **filters}, info.context.principal)
        if answer["figure"]["unit"] == "CNY":
            for row in answer["items"]:
                row["number"] = to_yuan(row["number"])
        return answer

    return fetch_page(fetch, first, after)


class SumConnection(connection_of(Sum)):  # type: ignore[misc]
    """Sums of a dimension with their total over all pages."""

    total = graphene.Field(Sum, required=True)

    class Meta:
        name = "Sums"


def resolve_sums(_root: Any, info: Any, by: Any, first: int = 20, after: str | None = None, filter: Any = None) -> Any:
    return fetch_page(
        lambda page: info.context.clients.reporting.get(
            "/sums", {**page, "by": getattr(by, "value", by), **filters_of(filter)}, info.context.principal
        ),
        first,
        after,
    )


def sale_lines(context: Any, page: dict[str, Any], filter: Any = None) -> Any:
    return context.clients.reporting.get("/lines", {**page, **filters_of(filter)}, context.principal)


def _plain(path: str) -> Any:
    def fetch(context: Any, page: dict[str, Any], **given: Any) -> Any:
        filters = {("from" if k == "from_" else k): v for k, v in given.items() if v is not None}
        return context.clients.reporting.get(path, {**page, **filters}, context.principal)

    return fetch


def resolve_reconciliation(_root: Any, info: Any) -> Any:
    answer = info.context.clients.reporting.get("/reconciliation", principal=info.context.principal)
    return {"state": "never", **(answer.get("run") or {}), "differences": answer["items"]}


_PERIOD = {"from_": Day(name="from"), "until": Day()}
QUERIES = {
    "figures": graphene.Field(
        graphene.NonNull(Figures),
        as_of=Day(description="Default today"),
        county_code=graphene.String(),
        more=graphene.Boolean(description="Also figures that are not published"),
        resolver=resolve_figures,
        description="The program's figures as of the end of a day",
    ),
    "figure_rows": graphene.Field(
        graphene.NonNull(FigureRowConnection),
        key=graphene.String(required=True),
        as_of=Day(),
        county_code=graphene.String(),
        resolver=resolve_figure_rows,
        description="What a figure is made of",
        **page_arguments(),
    ),
    "sums": graphene.Field(
        graphene.NonNull(SumConnection),
        by=graphene.Argument(Dimension, required=True),
        filter=SaleFilter(),
        resolver=resolve_sums,
        description="Sales by one dimension",
        **page_arguments(),
    ),
    "sale_lines": listing(SaleLine, sale_lines, "Lines of sales and refunds, newest first", filter=SaleFilter()),
    "reports": listing(Report, _plain("/reports"), "Reports asked for, newest first"),
    "report": by_id(Report, "Report", "/reports/{}", "reporting", "A report with links to its files"),
    "departments": listing(Department, _plain("/departments"), "Departments that take part", as_of=Day()),
    "activities": listing(
        Activity, _plain("/activities"), "Special sales activities", kind=graphene.String(), county_code=graphene.String(), **_PERIOD
    ),
    "publicity": listing(
        PublicityRecord,
        _plain("/publicity"),
        "Articles and broadcasts about the program",
        medium=graphene.String(),
        level=graphene.String(),
        **_PERIOD,
    ),
    "reconciliation": graphene.Field(
        graphene.NonNull(Reconciliation), resolver=resolve_reconciliation, description="Facts against the ledger, as of the last check"
    ),
}
