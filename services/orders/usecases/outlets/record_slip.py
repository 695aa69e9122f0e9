"""A sale over the counter, judged at its own time: a till that was offline sends it later, and more than once."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.kit import audit, clock
from services.kit.db import Conn, Database, Row
from services.kit.errors import InvalidInput, TooMany
from services.kit.ids import new_id
from services.kit.models import DecimalText, Input, Text
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.domain.ledger.lines import Document
from services.orders.domain.outlets.errors import SlipNumberTaken
from services.orders.domain.outlets.fingerprint import fingerprint
from services.orders.domain.outlets.outlet import check_open
from services.orders.domain.outlets.slip import MAX_LINES, EnteredSlipLine, Slip, slip_of
from services.orders.domain.periods import is_open
from services.orders.store.ledger.record import record_sale
from services.orders.store.offers import offers
from services.orders.store.outlets import papers
from services.orders.usecases.offers.ensure_certified import At, ensure_certified
from services.orders.usecases.once import once
from services.orders.usecases.outlets.selling import TILL, outlet_for_use, paper_of, reverse_paper, sale_line


class RecordedLine(Input):
    product_id: UUID
    quantity: DecimalText | str
    unit: str = Field(max_length=10)
    price_fen: int


class RecordSlip(Input):
    """``slip_no``: device and running number; within an outlet it stands for one sale. ``sold_at``: of an offline sale."""

    slip_no: str = Field(pattern=r"^[\w.\-/]{1,32}$")
    sold_at: AwareDatetime | None = None
    lines: list[RecordedLine]
    rounding_fen: int = 0
    pay_type: Literal["cash", "scan", "card", "voucher"]


class ReversePaper(Input):
    reason: Text


def record_slip(db: Database, who: Principal, key: str, outlet_id: UUID, command: RecordSlip) -> UUID:
    if len(command.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(command.lines))
    with db.transaction() as conn:
        return once(conn, who, f"record_slip:{outlet_id}", key, command, lambda: _record(conn, who, outlet_id, command))


def _record(conn: Conn, who: Principal, outlet_id: UUID, command: RecordSlip) -> UUID:
    outlet = outlet_for_use(conn, who, outlet_id)
    slip = slip_of([EnteredSlipLine(i.product_id, i.quantity, i.unit, i.price_fen) for i in command.lines], command.rounding_fen)
    print_ = fingerprint(command.sold_at, command.rounding_fen, command.pay_type, [
        [str(line.product_id), line.quantity.normalize(), line.unit, line.price_fen, line.price_unit] for line in slip.lines])
    earlier = papers.slip_of_number(conn, outlet_id, command.slip_no)
    if earlier is None:
        slip_id = new_id()
        if _write(conn, who, outlet, slip_id, slip, print_, command):
            return slip_id
        earlier = papers.slip_of_number(conn, outlet_id, command.slip_no)
    if earlier is None or earlier["fingerprint"] != print_:
        raise SlipNumberTaken("slip_no", slip_no=command.slip_no)
    return UUID(str(earlier["slip_id"]))


def _write(conn: Conn, who: Principal, outlet: Row, slip_id: UUID, slip: Slip, print_: str, command: RecordSlip) -> bool:
    """False when another request has written this number meanwhile. The offers are locked first, then the clock is read."""
    offers.lock(conn, (line.product_id for line in slip.lines))
    now = clock.now(conn)
    at = command.sold_at or now
    if command.sold_at is not None and not is_open(at, now, clock.cutover(conn)):
        raise InvalidInput("sold_at", "an open period, not the future")
    judged = ensure_certified(conn, [At(line.product_id, at, f"lines.{n}.product_id") for n, line in enumerate(slip.lines)])
    day = business_date(at)
    check_open(outlet["state"], outlet["opened_on"], outlet["closed_on"], day, "sold_at")
    sales = [sale_line(j, outlet, line.quantity, line.unit, line.sold_fen, evidence="transacted", field=f"lines.{n}.unit")
             for n, (j, line) in enumerate(zip(judged, slip.lines, strict=True))]
    head = {"outlet_id": outlet["outlet_id"], "slip_id": slip_id, "slip_no": command.slip_no, "sold_at": at, "recorded_at": now,
            "business_date": day, "pay_type": command.pay_type, "rounding_fen": slip.rounding_fen, "amount_fen": slip.total_fen,
            "fingerprint": print_, "recorded_by": who.subject}
    if not papers.insert(conn, "slip", head, [
            {"outlet_id": outlet["outlet_id"], "slip_id": slip_id, "line_no": line.line_no, "product_id": line.product_id,
             "merchant_id": sale.merchant_id, "quantity": line.quantity, "unit": line.unit, "price_fen": line.price_fen,
             "price_unit": line.price_unit, "amount_fen": line.amount_fen, "rounding_fen": line.rounding_fen, "sale_line_id": sale.line_id}
            for line, sale in zip(slip.lines, sales, strict=True)]):
        return False
    record_sale(conn, Document("slip", slip_id, command.slip_no), sales, TILL, recorded_at=now)
    audit.record(conn, who, "slip:record", f"slip:{slip_id}", after={"amount_fen": slip.total_fen})
    return True


def reverse_slip(db: Database, who: Principal, key: str, slip_id: UUID, command: ReversePaper) -> UUID:
    with db.transaction() as conn:
        row = paper_of(conn, who, "slip", slip_id)
        return once(conn, who, f"reverse_slip:{slip_id}", key, command,
                    lambda: reverse_paper(conn, who, "slip", "slip", row, command.reason))
