"""What each event of another service changes in our copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.events import catalog, livestream, orders
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.reporting.store import copies


def merchant_changed(conn: Conn, event: Any, envelope: Envelope) -> None:
    copies.put_merchant(conn, event.merchant)


def product_changed(conn: Conn, event: Any, envelope: Envelope) -> None:
    copies.put_product(conn, event.product)


def mechanism_recorded(conn: Conn, event: catalog.MechanismRecorded, envelope: Envelope) -> None:
    copies.put_mechanism(conn, event, envelope.aggregate_version)


def withdrawal_in_force(conn: Conn, event: orders.WithdrawalInForce, envelope: Envelope) -> None:
    copies.withdraw(conn, event.subject, event.subject_id, event.withdrawal_id, event.kind, event.from_instant)


def reinstatement_in_force(conn: Conn, event: orders.ReinstatementInForce, envelope: Envelope) -> None:
    copies.reinstate(conn, event.subject, event.subject_id, event.withdrawal_id, event.until_instant)


def orders_placed(conn: Conn, envelopes: Sequence[Envelope]) -> None:
    events = [orders.OrderPlaced.model_validate(e.payload) for e in envelopes]
    copies.put_placed_orders(conn, [(e.merchant_id, e.order_id, e.order_no, e.amount_fen, e.placed_at) for e in events])


def deliveries_accepted(conn: Conn, envelopes: Sequence[Envelope]) -> None:
    events = [orders.DeliveryAccepted.model_validate(e.payload) for e in envelopes]
    copies.put_deliveries(conn, [(e.delivery_id, e.contract_id, e.institution_id, e.amount_fen, e.accepted_at) for e in events])


def institution_registered(conn: Conn, event: orders.InstitutionRegistered, envelope: Envelope) -> None:
    copies.put(conn, "institutions", "institution_id", event.version, event.model_dump(exclude={"version"}))


def contract_signed(conn: Conn, event: orders.ContractSigned, envelope: Envelope) -> None:
    copies.put(conn, "contracts", "contract_id", envelope.aggregate_version, event.model_dump())


def contract_ended(conn: Conn, event: orders.ContractEnded, envelope: Envelope) -> None:
    copies.end_contract(conn, event.contract_id, envelope.aggregate_version, event.ended_on, event.void)


def outlet_opened(conn: Conn, event: orders.OutletOpened, envelope: Envelope) -> None:
    row = event.model_dump(exclude={"version"})
    copies.put(conn, "outlets", "outlet_id", event.version, {"planned_close": row.pop("closed_on"), **row})


def outlet_closed(conn: Conn, event: orders.OutletClosed, envelope: Envelope) -> None:
    copies.close_outlet(conn, event.outlet_id, envelope.aggregate_version, event.closed_on, event.void)


def campaign_closed(conn: Conn, event: orders.CampaignClosed, envelope: Envelope) -> None:
    copies.put(conn, "campaigns", "campaign_id", envelope.aggregate_version, event.model_dump())


def session_scheduled(conn: Conn, event: livestream.SessionScheduled, envelope: Envelope) -> None:
    _put_session(conn, event, envelope, {"state": "scheduled", "starts_at": event.starts_at, "outside": False})


def session_started(conn: Conn, event: livestream.SessionStarted, envelope: Envelope) -> None:
    _put_session(conn, event, envelope, {"state": "live", "starts_at": event.started_at, "outside": False})


def session_ended(conn: Conn, event: livestream.SessionEnded, envelope: Envelope) -> None:
    _put_session(
        conn,
        event,
        envelope,
        {
            "state": "ended",
            "starts_at": event.started_at,
            "ended_at": event.ended_at,
            "outside": False,
            "business_date": event.business_date,
            "participants": event.participants,
            "peak": event.peak,
        },
    )


def outside_session_confirmed(conn: Conn, event: livestream.OutsideSessionConfirmed, envelope: Envelope) -> None:
    _put_session(
        conn,
        event,
        envelope,
        {
            "state": "void" if event.void else "ended",
            "starts_at": event.started_at,
            "ended_at": event.ended_at,
            "outside": True,
            "platform": event.platform,
            "business_date": event.business_date,
            "participants": event.participants,
            "peak": event.peak,
            "paper": event.evidence,
            "import_id": event.import_id,
        },
    )


def _put_session(conn: Conn, event: Any, envelope: Envelope, row: dict[str, Any]) -> None:
    copies.put(
        conn,
        "sessions",
        "session_id",
        envelope.aggregate_version,
        {"session_id": event.session_id, "session_no": event.session_no, "title": event.title, "county_code": event.county_code, **row},
    )


def product_linked(conn: Conn, event: livestream.ProductLinked, envelope: Envelope) -> None:
    copies.link_product(conn, event.session_id, event.product_id, envelope.aggregate_version, True)


def product_unlinked(conn: Conn, event: livestream.ProductUnlinked, envelope: Envelope) -> None:
    copies.link_product(conn, event.session_id, event.product_id, envelope.aggregate_version, False)
