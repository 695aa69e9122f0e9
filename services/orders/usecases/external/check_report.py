"""The county of the merchant looks at the paper: confirmed, the month counts; or sent back with a reason."""

from __future__ import annotations

from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Database, Row
from services.kit.ids import new_id
from services.kit.principal import Principal, Role
from services.orders.access import demand
from services.orders.domain.external.report import check_move
from services.orders.domain.ledger.lines import OUTSIDE, Document, NewLine
from services.orders.domain.offers.offer import measure
from services.orders.domain.outlets.sheet import period_of
from services.orders.store.external import reports
from services.orders.store.ledger.record import record_sale
from services.orders.usecases.external.load import report_of
from services.orders.usecases.offers.ensure_certified import During, Judged, ensure_certified


def confirm_report(db: Database, who: Principal, report_id: UUID) -> UUID:
    """Confirming again changes nothing: the report is counted once."""
    with db.transaction() as conn:
        row = report_of(conn, who, report_id, reports.lock)
        _demand_county(who, row)
        if row["state"] == "confirmed":
            return report_id
        check_move("confirm", row["state"])
        lines = reports.lines(conn, row["merchant_id"], report_id)
        period = period_of("month", row["month"])
        judged = ensure_certified(
            conn, [During(line["product_id"], period.first, period.last, f"lines.{n}.product_id") for n, line in enumerate(lines)]
        )
        now = clock.now(conn)
        sales = [_sale_line(row, line, j) for line, j in zip(lines, judged, strict=True)]
        version = reports.confirm(
            conn, row, [(line["line_no"], sale.line_id) for line, sale in zip(lines, sales, strict=True)], who.subject, now
        )
        record_sale(conn, Document("external_report", report_id, row["report_no"], version), sales, OUTSIDE, recorded_at=now)
        audit.record(conn, who, "external_report:confirm", f"external_report:{report_id}", before="submitted", after="confirmed")
    return report_id


def _sale_line(row: Row, line: Row, judged: Judged) -> NewLine:
    """Dated the last day of the month; where it goes to stands on the line."""
    offer, day = judged.offer, period_of("month", row["month"]).last
    measured = measure(offer, line["quantity"], line["unit"])
    return NewLine(
        line_id=new_id(),
        merchant_id=row["merchant_id"],
        product_id=offer.product_id,
        channel="external",
        evidence="reported",
        sold_at=judged.sold_at,
        business_date=day,
        origin_county=offer.county_code,
        consumption_county=line["consumption_county"],
        quantity=measured.quantity,
        unit=measured.unit,
        quantity_kg=measured.kg,
        amount_fen=line["amount_fen"],
        category=offer.category,
        labels=offer.labels_on(day),
        paper=row["paper"],
    )


def return_report(db: Database, who: Principal, report_id: UUID, reason: str) -> UUID:
    with db.transaction() as conn:
        row = report_of(conn, who, report_id, reports.lock)
        _demand_county(who, row)
        check_move("return", row["state"])
        reports.send_back(conn, row, reason, who.subject, clock.now(conn))
        audit.record(
            conn, who, "external_report:return", f"external_report:{report_id}", before="submitted", after="returned", reason=reason
        )
    return report_id


def _demand_county(who: Principal, row: Row) -> None:
    demand(who.has(Role.COUNTY_OFFICER, row["county_code"]) or who.has(Role.BUREAU))
