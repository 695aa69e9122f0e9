"""The gateway as the kit sees it: its database, what it publishes and what it follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from gateway.accounts import messages, store
from gateway.accounts.persons_jobs import PERSON_JOBS
from gateway.audit.gather import gather_forever
from gateway.settings import GatewaySettings
from gateway.webhooks import deliver, events
from services.events.catalog import MembershipEnded, MembershipGranted, ProductReinstated, ProductWithdrawn
from services.events.livestream import LiveMembershipGranted
from services.events.orders import OrdersMembershipEnded, OrdersMembershipGranted, WithdrawalInForce
from services.events.others import AccountChanged
from services.kit import audit
from services.kit.db import Conn
from services.kit.outbox import Envelope
from services.kit.principal import Grant, Principal, Role
from services.kit.reader import batch, each
from services.kit.service import Service


def apply_membership(conn: Conn, event: Any, envelope: Envelope) -> None:
    """A crash between the application and this loses nobody: the event waits in the owner's outbox."""
    if store.put_grant(conn, event.account_id, event.role, event.scope, f"service:{envelope.source}"):
        _record(conn, "role:grant", event, envelope)


def end_membership(conn: Conn, event: Any, envelope: Envelope) -> None:
    if store.remove_grant(conn, event.account_id, event.role, event.scope):
        _record(conn, "role:revoke", event, envelope)


def _record(conn: Conn, act: Literal["role:grant", "role:revoke"], event: Any, envelope: Envelope) -> None:
    """By the service that decided it, whose own entry says who did; the event's number leads there."""
    source = Principal(f"service:{envelope.source}", (Grant(Role.SERVICE, envelope.source),))
    value = {"role": event.role, "scope": event.scope, "event_id": envelope.event_id}
    side = {"after": value} if act == "role:grant" else {"before": value}
    audit.record(conn, source, act, f"account:{event.account_id}", **side)


def purge(conn: Conn, event: Any, envelope: Envelope) -> None:
    """Tell the edge's processes to drop cached public answers, when this transaction commits."""
    conn.execute("NOTIFY gateway_purge")


def product_withdrawn(conn: Conn, envelopes: Sequence[Envelope]) -> None:
    conn.execute("NOTIFY gateway_purge")
    events.owe_withdrawal(conn, envelopes)


SERVICE = Service(
    name="gateway",
    package="gateway",
    settings=GatewaySettings,
    publishes=(AccountChanged,),
    handlers={
        "catalog": (
            each(MembershipGranted, apply_membership),
            each(MembershipEnded, end_membership),
            batch(ProductWithdrawn, product_withdrawn),
            each(ProductReinstated, purge),
        ),
        "orders": (
            each(OrdersMembershipGranted, apply_membership),
            each(OrdersMembershipEnded, end_membership),
            each(WithdrawalInForce, purge),
            events.SALES,
            events.CALL_OFFS,
        ),
        "livestream": (each(LiveMembershipGranted, apply_membership),),
        "reporting": (events.STATEMENTS,),
    },
    jobs=(deliver.CLEAN, *messages.JOBS, *PERSON_JOBS),
    lanes=("live",),
    threads=(deliver.deliver_forever, gather_forever),
)
