"""A member leaves or is removed; the merchant keeps at least one, or nobody could act for it."""

from __future__ import annotations

from uuid import UUID

from services.catalog.domain.errors import LastMember
from services.catalog.store import merchants
from services.catalog.usecases.access import is_member
from services.events.catalog import MembershipEnded
from services.kit import audit
from services.kit.db import Conn, Database, every
from services.kit.errors import NotFound
from services.kit.outbox import publish
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Principal, Role


def may_manage(conn: Conn, principal: Principal, merchant_id: UUID) -> None:
    """The merchant's members, its county's officer, the bureau, the operator. Raises NotFound."""
    row = merchants.find(conn, merchant_id)
    if row is None or not (
        principal.has(Role.BUREAU)
        or principal.has(Role.OPERATOR)
        or principal.has(Role.COUNTY_OFFICER, row["county_code"])
        or is_member(conn, principal, merchant_id)
    ):
        raise NotFound("merchant_id")


def remove_member(db: Database, principal: Principal, merchant_id: UUID, account_id: UUID) -> None:
    """Raises NotFound (also for who is no member), LastMember. The gateway takes the grant away when it reads the event."""
    with db.transaction() as conn:
        may_manage(conn, principal, merchant_id)
        conn.execute("SELECT 1 FROM merchants WHERE merchant_id = %s FOR UPDATE", [merchant_id])
        members = {row["account_id"] for row in every(conn, "SELECT account_id FROM members WHERE merchant_id = %s", [merchant_id])}
        if account_id not in members:
            raise NotFound("account_id")
        if len(members) == 1 and not (principal.has(Role.BUREAU) or principal.has(Role.OPERATOR)):
            raise LastMember("account_id")
        end_membership(conn, merchant_id, account_id)
        audit.record(conn, principal, "merchant:remove_member", f"merchant:{merchant_id}", before={"account_id": str(account_id)})


def end_membership(conn: Conn, merchant_id: UUID, account_id: UUID) -> None:
    conn.execute("DELETE FROM members WHERE (merchant_id, account_id) = (%s, %s)", [merchant_id, account_id])
    publish(conn, MembershipEnded(account_id=account_id, role=Role.MERCHANT.value, scope=str(merchant_id)), 1)


def members_page(conn: Conn, principal: Principal, merchant_id: UUID, first: int, after: str | None) -> Page[dict[str, object]]:
    may_manage(conn, principal, merchant_id)
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        "SELECT account_id, granted_at FROM members WHERE merchant_id = %s AND (%s::uuid IS NULL OR account_id > %s::uuid) "
        "ORDER BY account_id LIMIT %s",
        [merchant_id, cursor[0] if cursor else None, cursor[0] if cursor else None, first + 1],
    )
    page = page_of(rows, first, lambda row: (str(row["account_id"]),))
    return Page([{**row, "role": Role.MERCHANT.value} for row in page.items], page.next_cursor)
