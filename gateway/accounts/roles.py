"""An account of several roles acts in one of them, or in all: the choice stands with the session and limits its principal."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.kit.db import Conn, Database, Row, every, one
from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Grant, Principal, Role


def principal_for(account_id: UUID, grants: Iterable[Grant], acting: Grant | None) -> Principal:
    """All grants, or the one that was chosen: what the account is for itself (a shopper) it always is.

    A choice whose grant is gone since leaves the shopper only, never all the others.
    """
    itself = Grant(Role.SHOPPER, str(account_id))
    held = tuple(grants)
    if acting is None:
        return Principal(str(account_id), (itself, *held))
    return Principal(str(account_id), (itself, *(g for g in held if g == acting)), {"limited": "role"})


def acting_of(row: Row) -> Grant | None:
    """The choice that stands with a session's row."""
    return Grant(Role(row["acting_role"]), row["acting_scope"]) if row["acting_role"] else None


def act_as(db: Database, account_id: UUID, session_id: UUID | None, role: Role | None, scope: str) -> Grant | None:
    """For this session from its next request on; ``role`` None: in all again. Raises NotFound (a role one does not hold), Forbidden
    (no session: an API key acts as it was made)."""
    if session_id is None:
        raise Forbidden()
    with db.transaction() as conn:
        if role is not None and role is not Role.SHOPPER and not _holds(conn, account_id, role, scope):
            raise NotFound("role")
        conn.execute(
            "UPDATE sessions SET acting_role = %s, acting_scope = %s WHERE (account_id, session_id) = (%s, %s)",
            [role.value if role else None, _scope(account_id, role, scope), account_id, session_id],
        )
    return Grant(role, _scope(account_id, role, scope)) if role else None


def roles_held(db: Database, account_id: UUID, session_id: UUID | None) -> list[Row]:
    """Every role of the account (role, scope, granted_at, active), whichever is chosen."""
    with db.reading() as conn:
        return every(
            conn,
            "SELECT g.role, g.scope, g.granted_at, s.acting_role IS NULL OR (s.acting_role, s.acting_scope) = (g.role, g.scope) AS active "
            "FROM grants g LEFT JOIN sessions s ON s.account_id = g.account_id AND s.session_id = %s WHERE g.account_id = %s "
            "ORDER BY g.role, g.scope",
            [session_id, account_id],
        )


def _holds(conn: Conn, account_id: UUID, role: Role, scope: str) -> bool:
    return one(conn, "SELECT 1 FROM grants WHERE (account_id, role, scope) = (%s, %s, %s)", [account_id, role.value, scope]) is not None


def _scope(account_id: UUID, role: Role | None, scope: str) -> str:
    return str(account_id) if role is Role.SHOPPER else scope if role else ""
