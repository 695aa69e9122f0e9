"""A member leaves an institution, or loses one of his roles in it; it keeps at least one member."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.events.orders import OrdersMembershipEnded
from services.kit import audit, outbox
from services.kit.db import Conn, Database, every
from services.kit.errors import NotFound
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role
from services.orders.access import demand, scope_of
from services.orders.domain.contracts.errors import LastMember
from services.orders.store.contracts import institutions


def _must_manage(conn: Conn, who: Principal, institution_id: UUID) -> None:
    """Members, bureau, operator. Raises NotFound, or Forbidden for those who only see the institution."""
    row = institutions.lock(conn, institution_id)
    if row is None:
        raise NotFound()
    scope_of(who).must_see(institution=institution_id, counties=(row["county_code"],))
    demand(institution_id in scope_of(who).institutions or who.has(Role.BUREAU) or who.has(Role.OPERATOR))


def remove_member(db: Database, who: Principal, institution_id: UUID, account_id: UUID, role: str) -> None:
    """Raises NotFound (also for who does not hold the role), Forbidden, LastMember. The gateway takes the grant away by the event."""
    with db.transaction() as conn:
        _must_manage(conn, who, institution_id)
        held = [(row["account_id"], row["role"]) for row in every(
            conn, "SELECT account_id, role FROM institution_members WHERE institution_id = %s", [institution_id])]
        if (account_id, role) not in held:
            raise NotFound("account_id")
        if len(held) == 1 and not (who.has(Role.BUREAU) or who.has(Role.OPERATOR)):
            raise LastMember("account_id")
        end_membership(conn, institution_id, account_id, role)
        audit.record(conn, who, "institution:remove_member", f"institution:{institution_id}",
                     before={"account_id": str(account_id), "role": role})


def end_membership(conn: Conn, institution_id: UUID, account_id: UUID, role: str) -> None:
    conn.execute("DELETE FROM institution_members WHERE (institution_id, account_id, role) = (%s, %s, %s)",
                 [institution_id, account_id, role])
    version = institutions.raise_version(conn, institution_id)
    outbox.publish(conn, OrdersMembershipEnded(account_id=account_id, role=role, scope=str(institution_id)), version)


def members_page(db: Database, who: Principal, institution_id: UUID, first: int, after: str | None) -> Page[dict[str, Any]]:
    cursor = decode_cursor(after, 2)
    with db.transaction() as conn:
        _must_manage(conn, who, institution_id)
        rows = every(
            conn, "SELECT account_id, role, granted_at FROM institution_members WHERE institution_id = %(institution)s "
            "AND (%(account)s::uuid IS NULL OR (account_id, role) > (%(account)s::uuid, %(role)s::text)) ORDER BY account_id, role "
            "LIMIT %(limit)s",
            {"institution": institution_id, "account": cursor[0] if cursor else None, "role": cursor[1] if cursor else None,
             "limit": first + 1})
    return page_of(rows, first, lambda row: (str(row["account_id"]), row["role"]))
