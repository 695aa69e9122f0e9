"""A viewer taps a product in the room: he gets a signed token that credits his purchase to the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.kit import audit, clock
from services.kit.db import Conn, Database, one
from services.kit.principal import Principal, Role
from services.livestream.adapters.attribution import AttributionSigner
from services.livestream.domain.attribution import Rule, claims
from services.livestream.domain.errors import NotLinked, OwnPurchase
from services.livestream.store import sessions
from services.livestream.usecases.access import viewer_of
from services.livestream.usecases.link_products import require_sellable


@dataclass(frozen=True)
class Attribution:
    token: str
    expires_at: datetime


def issue_attribution(db: Database, signer: AttributionSigner, who: Principal, session_id: UUID, product_id: UUID) -> Attribution:
    """Nothing is stored. Orders judges once more at the sale. Raises SessionNotLive, NotLinked, NotSellable, OwnPurchase."""
    viewer = viewer_of(who, None)
    with db.reading() as conn:
        session = sessions.find(conn, session_id)
        session.require("attribution")
        if product_id not in sessions.linked(conn, session_id):
            raise NotLinked("product_id")
        if sessions.is_host(conn, session, viewer):
            raise OwnPurchase()
        now = clock.now(conn)
        require_sellable(conn, [product_id], now)
        content, expires_at = claims(viewer, session_id, product_id, rule_in_force(conn), now)
    return Attribution(signer.sign(content), expires_at)


def rule_in_force(conn: Conn) -> Rule:
    row = one(conn, "SELECT version, window_minutes, grace_minutes FROM attribution_rules ORDER BY version DESC LIMIT 1")
    return Rule(**(row or {}))


def set_attribution_rule(db: Database, who: Principal, window_minutes: int, grace_minutes: int) -> None:
    """A new version; tokens given before keep the one that is in them."""
    who.require(Role.BUREAU)
    with db.transaction() as conn:
        conn.execute("LOCK TABLE attribution_rules IN SHARE ROW EXCLUSIVE MODE")
        before = rule_in_force(conn)
        conn.execute("INSERT INTO attribution_rules (version, window_minutes, grace_minutes, set_by) VALUES (%s, %s, %s, %s)",
                     [before.version + 1, window_minutes, grace_minutes, who.subject])
        audit.record(conn, who, "attribution_rule:set", f"attribution_rule:{before.version + 1}",
                     before={"window_minutes": before.window_minutes, "grace_minutes": before.grace_minutes},
                     after={"window_minutes": window_minutes, "grace_minutes": grace_minutes})
