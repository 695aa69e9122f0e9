"""An account was closed: its cart goes at once, name, phone and address as soon as no parcel needs them any more. Orders, ledger and
events keep ids only, so nothing else has to be touched."""

from __future__ import annotations

from services.events.others import AccountChanged
from services.kit.db import Conn, Database
from services.kit.outbox import Envelope

_FORGET = """
    DELETE FROM recipients r USING closed_accounts c WHERE c.buyer = r.buyer AND (%s::text IS NULL OR r.buyer = %s)
    AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.buyer = r.buyer AND o.recipient_id = r.recipient_id AND o.state IN ('placed', 'paid'))"""


def account_changed(conn: Conn, event: AccountChanged, envelope: Envelope) -> None:
    if not event.closed:
        return
    buyer = str(event.account_id)
    close_account(conn, buyer)
    conn.execute(_FORGET, [buyer, buyer])


def close_account(conn: Conn, buyer: str) -> int:
    """Remembers that it is closed, for recipients still needed. Returns how many lines its cart had."""
    conn.execute("INSERT INTO closed_accounts (buyer) VALUES (%s) ON CONFLICT DO NOTHING", [buyer])
    return conn.execute("DELETE FROM carts WHERE buyer = %s", [buyer]).rowcount


def forget_shipped(db: Database) -> int:
    """What was still needed when the account was closed. Returns how many recipients are gone."""
    with db.transaction() as conn:
        return conn.execute(_FORGET, [None, None]).rowcount
