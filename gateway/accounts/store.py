"""The gateway's SQL for accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.kit.db import Conn, Row, every, one


def insert_account(conn: Conn, account_id: UUID, password_hash: str | None, language: str) -> None:
    conn.execute("INSERT INTO accounts (account_id, password_hash, language) VALUES (%s, %s, %s)", [account_id, password_hash, language])


def put_identity(conn: Conn, account_id: UUID, kind: str, value: str, *, verified: bool = False) -> bool:
    """False when another account signs in by it."""
    return (
        conn.execute(
            "INSERT INTO identities (account_id, kind, value, verified_at) VALUES (%s, %s, %s, CASE WHEN %s THEN bangfu_now() END) "
            "ON CONFLICT DO NOTHING",
            [account_id, kind, value, verified],
        ).rowcount
        == 1
    )


def login_of(conn: Conn, kind: str, login: str) -> Row | None:
    """account_id, verified_at of a number or address, of living accounts."""
    return one(
        conn,
        "SELECT i.account_id, i.verified_at FROM identities i JOIN accounts a USING (account_id) "
        "WHERE i.kind = %s AND i.value = %s AND a.closed_at IS NULL",
        [kind, login],
    )


def logins(conn: Conn, account_id: UUID) -> list[Row]:
    """kind, value, verified_at of the ways by which an account is called."""
    return every(
        conn,
        "SELECT kind, value, verified_at FROM identities WHERE account_id = %s AND kind IN ('phone', 'email') ORDER BY kind",
        [account_id],
    )


def replace_login(conn: Conn, account_id: UUID, kind: str, value: str) -> bool:
    """Proved just now. False when another account signs in by it."""
    taken = login_of(conn, kind, value)
    if taken is not None and taken["account_id"] != account_id:
        return False
    conn.execute("DELETE FROM identities WHERE account_id = %s AND kind = %s", [account_id, kind])
    return put_identity(conn, account_id, kind, value, verified=True)


def mark_verified(conn: Conn, account_id: UUID, kind: str) -> None:
    conn.execute("UPDATE identities SET verified_at = bangfu_now() WHERE account_id = %s AND kind = %s", [account_id, kind])


def set_password(conn: Conn, account_id: UUID, password_hash: str) -> None:
    conn.execute("UPDATE accounts SET password_hash = %s WHERE account_id = %s", [password_hash, account_id])


def password_hash(conn: Conn, account_id: UUID) -> str | None:
    row = one(conn, "SELECT password_hash FROM accounts WHERE account_id = %s AND closed_at IS NULL", [account_id])
    return row["password_hash"] if row else None


def account_by_login(conn: Conn, kind: str, value: str) -> Row | None:
    return one(
        conn,
        "SELECT a.* FROM accounts a JOIN identities i USING (account_id) WHERE i.kind = %s AND i.value = %s AND a.closed_at IS NULL",
        [kind, value],
    )


def account(conn: Conn, account_id: UUID) -> Row | None:
    return one(
        conn,
        "SELECT a.account_id, a.language, a.created_at, "
        "(SELECT jsonb_object_agg(kind, value) FROM identities WHERE account_id = a.account_id) AS identities "
        "FROM accounts a WHERE account_id = %s AND closed_at IS NULL",
        [account_id],
    )


def grants(conn: Conn, account_id: UUID) -> list[Row]:
    return every(conn, "SELECT role, scope, granted_at FROM grants WHERE account_id = %s ORDER BY granted_at", [account_id])


def put_grant(conn: Conn, account_id: UUID, role: str, scope: str, by: str) -> bool:
    return (
        conn.execute(
            "INSERT INTO grants (account_id, role, scope, granted_by) SELECT account_id, %s, %s, %s FROM accounts "
            "WHERE account_id = %s ON CONFLICT DO NOTHING",
            [role, scope, by, account_id],
        ).rowcount
        == 1
    )


def remove_grant(conn: Conn, account_id: UUID, role: str, scope: str) -> bool:
    return conn.execute("DELETE FROM grants WHERE (account_id, role, scope) = (%s, %s, %s)", [account_id, role, scope]).rowcount == 1


def raise_version(conn: Conn, account_id: UUID) -> int:
    row = one(conn, "UPDATE accounts SET version = version + 1 WHERE account_id = %s RETURNING version", [account_id])
    return int(row["version"]) if row else 0


def insert_session(conn: Conn, account_id: UUID, session_id: UUID, refresh_hash: bytes, expires_at: datetime, device: str) -> None:
    conn.execute(
        "INSERT INTO sessions (account_id, session_id, refresh_hash, expires_at, device) VALUES (%s, %s, %s, %s, %s)",
        [account_id, session_id, refresh_hash, expires_at, device],
    )


def session_for_update(conn: Conn, session_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM sessions WHERE session_id = %s FOR UPDATE", [session_id])


def rotate(conn: Conn, session_id: UUID, refresh_hash: bytes, salt: bytes, rotated_by: bytes) -> None:
    conn.execute(
        "UPDATE sessions SET previous_hash = refresh_hash, refresh_hash = %s, rotation_salt = %s, rotated_by = %s, "
        "refreshed_at = bangfu_now() WHERE session_id = %s",
        [refresh_hash, salt, rotated_by, session_id],
    )


def end_session(conn: Conn, account_id: UUID, session_id: UUID, why: str) -> bool:
    return (
        conn.execute(
            "UPDATE sessions SET ended_at = bangfu_now(), ended_by = %s WHERE account_id = %s AND session_id = %s AND ended_at IS NULL",
            [why, account_id, session_id],
        ).rowcount
        == 1
    )


def live_session(conn: Conn, session_id: UUID) -> Row | None:
    """The account and its roles, when the session is alive."""
    return one(
        conn,
        "SELECT s.account_id, s.acting_role, s.acting_scope, s.second_factor_at IS NOT NULL AS second_factor, a.language, "
        "coalesce((SELECT jsonb_agg(jsonb_build_array(g.role, g.scope) ORDER BY g.role, g.scope) FROM grants g "
        "WHERE g.account_id = s.account_id), '[]') AS grants FROM sessions s JOIN accounts a USING (account_id) "
        "WHERE s.session_id = %s AND s.ended_at IS NULL AND s.expires_at > bangfu_now() AND a.closed_at IS NULL",
        [session_id],
    )


def sessions(conn: Conn, account_id: UUID) -> list[Row]:
    return every(
        conn,
        "SELECT session_id, device, created_at, refreshed_at, method, second_factor_at IS NOT NULL AS second_factor FROM sessions "
        "WHERE account_id = %s AND ended_at IS NULL AND expires_at > bangfu_now() ORDER BY refreshed_at DESC LIMIT 50",
        [account_id],
    )
