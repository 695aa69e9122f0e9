"""What every paper of an outlet has in common: the outlet must be the asker's, its lines become sale lines, reversal undoes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from services.acts import Act
from services.kit import audit, clock
from services.kit.db import Conn, Row
from services.kit.errors import NotFound, WrongState
from services.kit.ids import new_id
from services.kit.principal import Principal, Role
from services.kit.time import business_date
from services.orders.access import demand, is_outlet, scope_of
from services.orders.domain.errors import WrongUnit
from services.orders.domain.ledger.lines import OUTSIDE, Account, Document, Move, NewLine, RefundPart
from services.orders.domain.offers.offer import measure, sells_by
from services.orders.domain.outlets.outlet import channel_of
from services.orders.store.ledger.record import document_lines, record_refund
from services.orders.store.outlets import outlets, papers
from services.orders.usecases.offers.ensure_certified import Judged

ACTS: dict[str, Act] = {"slip": "slip:reverse", "sheet": "sheet:reverse", "fair_order": "fair_order:reverse"}
TILL = (Move(Account.OUTLET_TAKINGS, Account.MERCHANT_PAYABLE),)


def outlet_for_use(conn: Conn, who: Principal, outlet_id: UUID) -> Row:
    """Raises NotFound for an outlet that the asker does not see, Forbidden for one that he only sees."""
    row = outlets.lock_for_use(conn, outlet_id)
    if row is None:
        raise NotFound()
    scope_of(who).must_see(outlet=outlet_id, counties=(row["county_code"],))
    demand(is_outlet(who, outlet_id))
    return row


def sale_line(judged: Judged, outlet: Row, quantity: Decimal, unit: str, amount_fen: int, *, evidence: str, field: str,
              day: date | None = None, paper: str | None = None, consumption_county: str | None = None) -> NewLine:
    """Raises WrongUnit naming ``field``."""
    offer = judged.offer
    if not sells_by(offer, unit):
        raise WrongUnit(field, name=offer.name, unit=unit)
    measured = measure(offer, quantity, unit)
    return NewLine(
        line_id=new_id(), merchant_id=offer.merchant_id, product_id=offer.product_id, channel=channel_of(outlet["kind"]), evidence=evidence,
        sold_at=judged.sold_at, business_date=day, origin_county=offer.county_code,
        consumption_county=consumption_county or outlet["county_code"], quantity=measured.quantity, unit=measured.unit,
        quantity_kg=measured.kg, amount_fen=amount_fen, category=offer.category,
        labels=offer.labels_on(day or business_date(judged.sold_at)), outlet_id=outlet["outlet_id"], paper=paper)


def reverse_paper(conn: Conn, who: Principal, kind: str, document_kind: str, row: Row, reason: str) -> UUID:
    """Every line of the paper is undone by a negative one dated today. ``row`` was found for the asker; once only."""
    paper_id: UUID = row[papers.TABLES[kind][2]]
    locked = papers.lock(conn, kind, paper_id)
    if locked is None or locked["state"] != "recorded":
        raise WrongState(state=locked["state"] if locked else "void")
    if locked["import_id"] is not None:
        # History goes as a whole: by withdrawing its import.
        raise WrongState(state="imported")
    now = clock.now(conn)
    papers.reverse(conn, kind, row["outlet_id"], paper_id, who.subject, now, reason)
    sold = [line for line in document_lines(conn, document_kind, paper_id) if line["kind"] == "sale"]
    by_number = sold[0]["document_no"]
    for merchant_id in sorted({line["merchant_id"] for line in sold}):
        parts = [(line, RefundPart(line["quantity"], line["amount_fen"]), new_id()) for line in sold if line["merchant_id"] == merchant_id]
        record_refund(conn, Document(document_kind, paper_id, by_number, 2), parts, TILL if kind == "slip" else OUTSIDE, recorded_at=now)
    audit.record(conn, who, ACTS[kind], f"{kind}:{paper_id}", before="recorded", after="reversed", reason=reason)
    return paper_id


def paper_of(conn: Conn, who: Principal, kind: str, paper_id: UUID) -> Row:
    """Raises NotFound, also for another outlet's; the outlet and the bureau may change it, the county a sheet or fair order."""
    row = papers.find(conn, kind, paper_id)
    if row is None:
        raise NotFound()
    scope_of(who).must_see(outlet=row["outlet_id"], counties=(row["county_code"],))
    demand(is_outlet(who, row["outlet_id"]) or who.has(Role.BUREAU)
           or (kind != "slip" and who.has(Role.COUNTY_OFFICER, row["county_code"])))
    return row
