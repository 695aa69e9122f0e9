"""A session on an outside platform, confirmed by its county: product totals become sale lines of channel live, evidence
reported, dated the day it began; what was paid back is a refund line. A withdrawn import is undone on its own day."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from services.events.livestream import OutsideLine, OutsideSessionConfirmed
from services.kit import clock
from services.kit.db import Conn, every, one
from services.kit.ids import new_id
from services.kit.outbox import Envelope, Lane
from services.kit.time import business_date
from services.orders.domain.ledger.lines import OUTSIDE, Document, NewLine
from services.orders.domain.offers.offer import measure
from services.orders.store.ledger.record import Booking, Origin, record_many, record_sale, reverse_rows
from services.orders.usecases.offers.ensure_certified import During, Judged, ensure_certified

KIND = "session"


def outside_session_confirmed(conn: Conn, event: OutsideSessionConfirmed, envelope: Envelope) -> None:
    """Once a session; again only to undo it, or to write it anew after that. Raises the refusal of a line: the event is then
    parked and alarmed, and what hangs on it says so."""
    known = one(conn, "SELECT void FROM outside_sessions WHERE session_id = %s FOR UPDATE", [event.session_id])
    if event.void:
        if known is not None and not known["void"]:
            _undo(conn, event)
        return
    if known is not None and not known["void"]:
        return
    conn.execute(
        "INSERT INTO outside_sessions "
        "(session_id, version, session_no, title, platform, county_code, started_at, ended_at, paper, import_id) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (session_id) DO UPDATE SET void = false, version = excluded.version, "
        "import_id = excluded.import_id",
        [event.session_id, envelope.aggregate_version, event.session_no, event.title, event.platform, event.county_code, event.started_at,
         event.ended_at, event.evidence, event.import_id])
    judged = ensure_certified(conn, [During(x.product_id, event.business_date, event.business_date, f"lines.{n}")
                                     for n, x in enumerate(event.lines)])
    lines = [new for line, by in zip(event.lines, judged, strict=True) for new in _lines(event, line, by)]
    document = Document(KIND, event.session_id, event.session_no, envelope.aggregate_version)
    lane, origin = _way(event)
    now = clock.now(conn)
    if event.import_id is not None:
        record_many(conn, [Booking(document, tuple(lines), OUTSIDE)], recorded_at=now, import_id=event.import_id, lane=lane, origin=origin,
                    part=f":{event.session_id}")
    else:
        record_sale(conn, document, lines, OUTSIDE, recorded_at=now, lane=lane, origin=origin)


def _way(event: OutsideSessionConfirmed) -> tuple[Lane, Origin]:
    return ("import", "import") if event.import_id is not None else ("live", "native")


def _lines(event: OutsideSessionConfirmed, line: OutsideLine, by: Judged) -> list[NewLine]:
    """The sale at the session's beginning; if the product was withdrawn just then, at its last moment in force that day."""
    offer = by.offer
    sold_at = event.started_at if by.standing.refusal_at(event.started_at) is None else by.sold_at
    amount = measure(offer, line.quantity, line.unit)
    sale = NewLine(
        line_id=new_id(), merchant_id=offer.merchant_id, product_id=offer.product_id, channel="live", evidence="reported", sold_at=sold_at,
        origin_county=offer.county_code, consumption_county="unknown", quantity=amount.quantity, unit=amount.unit, quantity_kg=amount.kg,
        amount_fen=line.gross_fen, category=offer.category, labels=offer.labels_on(business_date(sold_at)), session_id=event.session_id,
        paper=event.evidence, import_line=line.line_no if event.import_id else None)
    if line.refund_fen == 0:
        return [sale]
    # Of what was paid back only the amount is known; the goods of the line are reported as paid, before refunds.
    refund = replace(sale, line_id=new_id(), kind="refund", reverses=sale.line_id, quantity=-0 * amount.quantity,
                     quantity_kg=None if amount.kg is None else 0 * amount.kg, amount_fen=-line.refund_fen)
    return [sale, refund]


def _undo(conn: Conn, event: OutsideSessionConfirmed) -> None:
    rows = every(conn, "SELECT l.* FROM sale_lines l JOIN journal_entries e USING (merchant_id, entry_id) WHERE l.document_kind = %s "
                 "AND l.document_id = %s AND e.kind <> 'reversal' AND NOT EXISTS (SELECT 1 FROM sale_lines r JOIN journal_entries j "
                 "USING (merchant_id, entry_id) WHERE r.merchant_id = l.merchant_id AND r.reverses = l.line_id AND j.kind = 'reversal')",
                 [KIND, event.session_id])
    lane, origin = _way(event)
    import_id: UUID = event.import_id or event.session_id
    reverse_rows(conn, rows, OUTSIDE, recorded_at=clock.now(conn), import_id=import_id, lane=lane, origin=origin,
                 part=f":{event.session_id}:withdrawn")
    conn.execute("UPDATE outside_sessions SET void = true WHERE session_id = %s", [event.session_id])
