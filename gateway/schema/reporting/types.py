from __future__ import annotations

from typing import Any

import graphene

from gateway.schema.fields import money, node_id, ref_id
from gateway.schema.scalars import Day, Instant, Quantity
from services.kit.money import to_yuan
from services.kit.telemetry import language


def _words(key: str) -> Any:
    return lambda row, _info: row[f"{key}_{'en' if language().startswith('en') else 'zh'}"]


def _number(key: str) -> Any:
    """Figures in CNY are yuan with two decimals at the edge, counts are whole."""

    def resolve(row: dict[str, Any], _info: Any) -> str | None:
        value = row.get(key)
        return None if value is None else to_yuan(value) if row["unit"] == "CNY" else str(value)

    return graphene.Field(Quantity, resolver=resolve)


class Figure(graphene.ObjectType):
    """A figure of the program with its definition; transacted, reported and carried forward add up to its value."""

    key = graphene.String(required=True)
    position = graphene.Int()
    name = graphene.String(required=True, resolver=_words("name"))
    definition = graphene.String(required=True, resolver=_words("definition"))
    formula = graphene.String()
    source = graphene.String()
    owner = graphene.String()
    version = graphene.String()
    unit = graphene.String(required=True, description="CNY, count or persons")
    value = _number("value")
    transacted = _number("transacted")
    reported = _number("reported")
    carried_forward = _number("carried_forward")
    gross = _number("gross")
    refunds = _number("refunds")
    incomplete = graphene.Boolean(description="Events of it are parked")
    reconciled = graphene.Boolean(description="Facts equal the ledger as of the last check")


class Figures(graphene.ObjectType):
    """The figures as of the end of a day."""

    as_of = graphene.Field(Day, required=True)
    county_code = graphene.String()
    incomplete = graphene.Boolean()
    reconciled = graphene.Boolean()
    items = graphene.List(graphene.NonNull(Figure), required=True)


class FigureRow(graphene.ObjectType):
    """A row of a figure: its number and the source it leads back to."""

    id = graphene.String(required=True)
    number = graphene.Field(Quantity, required=True, description="Yuan, persons, or 1 a row of a count")
    business_date = graphene.Field(Day)
    evidence = graphene.String()
    document_kind = graphene.String(required=True)
    document_id = graphene.String(required=True)
    document_no = graphene.String()
    title = graphene.String()
    county_code = graphene.String()
    merchant_id = ref_id("Merchant", "merchant_id")
    merchant_name = graphene.String()
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    channel = graphene.String()
    origin_county = graphene.String()
    consumption_county = graphene.String()

    @staticmethod
    def resolve_id(row: dict[str, Any], _info: Any) -> str:
        return str(row["row_id"])


class Sum(graphene.ObjectType):
    """Sales of one value of a dimension. ``net`` = gross − refunds; the shares are of net."""

    key = graphene.String()
    name = graphene.String()
    gross = money("gross_fen", required=True)
    refunds = money("refunds_fen", required=True)
    net = money("net_fen", required=True)
    transacted = money("transacted_fen", required=True)
    reported = money("reported_fen", required=True)
    carried_forward = money("carried_forward_fen", required=True)
    lines = graphene.Int(required=True)
    quantity_kg = graphene.Field(Quantity)


class SaleLine(graphene.ObjectType):
    """A line of a sale or refund, with the document it came from; never who bought."""

    id = graphene.String(required=True)
    kind = graphene.String(required=True)
    reverses = graphene.String()
    channel = graphene.String(required=True)
    evidence = graphene.String(required=True)
    origin = graphene.String()
    sold_at = graphene.Field(Instant)
    recorded_at = graphene.Field(Instant)
    business_date = graphene.Field(Day)
    merchant_id = ref_id("Merchant", "merchant_id")
    merchant_name = graphene.String()
    product_id = ref_id("Product", "product_id")
    product_name = graphene.String()
    category = graphene.String()
    labels = graphene.List(graphene.NonNull(graphene.String))
    origin_county = graphene.String()
    consumption_county = graphene.String()
    institution_id = ref_id("Institution", "institution_id")
    institution_name = graphene.String()
    organised_by = graphene.String()
    session_id = ref_id("LiveSession", "session_id")
    outlet_id = ref_id("Outlet", "outlet_id")
    contract_id = ref_id("Contract", "contract_id")
    campaign_id = ref_id("Campaign", "campaign_id")
    document_kind = graphene.String(required=True)
    document_id = graphene.String(required=True)
    document_no = graphene.String()
    quantity = graphene.Field(Quantity)
    unit = graphene.String()
    quantity_kg = graphene.Field(Quantity)
    amount = money("amount_fen", required=True)
    paper = graphene.String()

    @staticmethod
    def resolve_id(row: dict[str, Any], _info: Any) -> str:
        return str(row["line_id"])


class ReportFile(graphene.ObjectType):
    """A file of a report, behind a link that ends after 15 minutes."""

    name = graphene.String(required=True)
    format = graphene.String(required=True)
    size = graphene.Int()
    sha256 = graphene.String()
    rows = graphene.Int()
    url = graphene.String(required=True)

    @staticmethod
    def resolve_url(row: dict[str, Any], info: Any) -> str:
        from gateway.http.media import download_link

        return download_link(info.context.edge, row["object_key"], row["name"], row["content_type"])


class Report(graphene.ObjectType):
    """Figures and lines of a period and scope, made by a job."""

    id = node_id("Report", "report_id")
    state = graphene.String(required=True, description="queued, running, done or failed")
    from_ = graphene.Field(Day, name="from", required=True, resolver=lambda row, _i: row["from"])
    until = graphene.Field(Day, required=True)
    county_code = graphene.String()
    done = graphene.Int()
    total = graphene.Int()
    as_of = graphene.Field(Day)
    incomplete = graphene.Boolean()
    error = graphene.String()
    created_at = graphene.Field(Instant)
    finished_at = graphene.Field(Instant)
    files = graphene.List(graphene.NonNull(ReportFile), required=True)

    @staticmethod
    def resolve_files(row: dict[str, Any], _info: Any) -> Any:
        return row.get("files") or []


class Department(graphene.ObjectType):
    id = node_id("Department", "department_id")
    code = graphene.String(required=True)
    name = graphene.String(required=True)
    duty = graphene.String()
    lead = graphene.Boolean()
    valid_from = graphene.Field(Day)
    valid_until = graphene.Field(Day)
    successor = graphene.String()


class Activity(graphene.ObjectType):
    """A special sales activity, once, linked to its session, fair or contracts."""

    id = node_id("Activity", "activity_id")
    activity_no = graphene.String(required=True)
    kind = graphene.String(required=True)
    title = graphene.String(required=True)
    held_on = graphene.Field(Day, required=True)
    county_code = graphene.String()
    department_name = graphene.String()
    session_no = graphene.String()
    outlet_code = graphene.String()
    contract_nos = graphene.List(graphene.NonNull(graphene.String))


class PublicityRecord(graphene.ObjectType):
    id = node_id("PublicityRecord", "record_id")
    record_no = graphene.String(required=True)
    medium = graphene.String(required=True)
    level = graphene.String()
    media_kind = graphene.String()
    title = graphene.String(required=True)
    published_on = graphene.Field(Day, required=True)


class ReconciliationDifference(graphene.ObjectType):
    """Where the facts differ from the ledger."""

    by = graphene.String(required=True)
    key = graphene.String(required=True)
    ledger_gross = money("ledger_gross_fen")
    ledger_refunds = money("ledger_refund_fen")
    facts_gross = money("facts_gross_fen")
    facts_refunds = money("facts_refund_fen")


class Reconciliation(graphene.ObjectType):
    """The last comparison of facts and ledger."""

    state = graphene.String(required=True, description="equal, different, behind, unreachable or never")
    checked_at = graphene.Field(Instant)
    compared = graphene.Int()
    differing = graphene.Int()
    differences = graphene.List(graphene.NonNull(ReconciliationDifference), required=True)
