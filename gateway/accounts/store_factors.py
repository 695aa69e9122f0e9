"""The gateway's SQL for factors of sign-in: challenges, TOTP, recovery codes, passkeys, outside logins."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.accounts.sealing import digest
from services.kit.db import Conn, Row, every, one, value

# ------------------------------------------------------------------------------------------ challenges


def put_challenge(conn: Conn, purpose: str, content: dict[str, Any], lasting: timedelta, account_id: UUID | None = None) -> str:
    """The token that answers it, known to nobody else: the table keeps its digest."""
    token = secrets.token_urlsafe(24)
    conn.execute(
        "INSERT INTO challenges (challenge_hash, purpose, account_id, content, expires_at) VALUES (%s, %s, %s, %s, bangfu_now() + %s)",
        [digest(token), purpose, account_id, Jsonb(content), lasting],
    )
    return token


def challenge(conn: Conn, purpose: str, token: str) -> Row | None:
    return one(
        conn,
        "SELECT account_id, content FROM challenges WHERE challenge_hash = %s AND purpose = %s AND expires_at > bangfu_now()",
        [digest(token), purpose],
    )


def take_challenge(conn: Conn, purpose: str, token: str) -> Row | None:
    """Once only: of two at the same time one gets None."""
    return one(
        conn,
        "DELETE FROM challenges WHERE challenge_hash = %s AND purpose = %s AND expires_at > bangfu_now() RETURNING account_id, content",
        [digest(token), purpose],
    )


# ------------------------------------------------------------------------------------------ second factor


def has_totp(conn: Conn, account_id: UUID) -> bool:
    return value(conn, "SELECT 1 FROM totp WHERE account_id = %s AND confirmed_at IS NOT NULL", [account_id]) is not None


def has_any_factor(conn: Conn, account_id: UUID) -> bool:
    return (
        value(
            conn,
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM totp WHERE account_id = %(a)s AND confirmed_at IS NOT NULL) "
            "OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = %(a)s)",
            {"a": account_id},
        )
        is not None
    )


def totp_for_update(conn: Conn, account_id: UUID) -> Row | None:
    return one(conn, "SELECT * FROM totp WHERE account_id = %s AND confirmed_at IS NOT NULL FOR UPDATE", [account_id])


def put_totp(conn: Conn, account_id: UUID, sealed: bytes, step: int) -> None:
    conn.execute(
        "INSERT INTO totp (account_id, sealed, confirmed_at, last_step) VALUES (%s, %s, bangfu_now(), %s) ON CONFLICT (account_id) "
        "DO UPDATE SET sealed = excluded.sealed, confirmed_at = excluded.confirmed_at, last_step = excluded.last_step",
        [account_id, sealed, step],
    )


def set_step(conn: Conn, account_id: UUID, step: int) -> None:
    conn.execute("UPDATE totp SET last_step = %s WHERE account_id = %s", [step, account_id])


def remove_totp(conn: Conn, account_id: UUID) -> bool:
    conn.execute("DELETE FROM recovery_codes WHERE account_id = %s", [account_id])
    return conn.execute("DELETE FROM totp WHERE account_id = %s", [account_id]).rowcount == 1


def replace_recovery_codes(conn: Conn, account_id: UUID, hashes: list[bytes]) -> None:
    conn.execute("DELETE FROM recovery_codes WHERE account_id = %s", [account_id])
    conn.execute("INSERT INTO recovery_codes (account_id, code_hash) SELECT %s, unnest(%s::bytea[])", [account_id, hashes])


def use_recovery_code(conn: Conn, account_id: UUID, code_hash: bytes) -> bool:
    return (
        conn.execute(
            "UPDATE recovery_codes SET used_at = bangfu_now() WHERE account_id = %s AND code_hash = %s AND used_at IS NULL",
            [account_id, code_hash],
        ).rowcount
        == 1
    )


def recovery_codes_left(conn: Conn, account_id: UUID) -> int:
    return int(value(conn, "SELECT count(*) FROM recovery_codes WHERE account_id = %s AND used_at IS NULL", [account_id]))


# ------------------------------------------------------------------------------------------ passkeys


def passkeys(conn: Conn, account_id: UUID) -> list[Row]:
    return every(
        conn,
        "SELECT passkey_id, credential_id, title, created_at, used_at FROM passkeys WHERE account_id = %s ORDER BY created_at",
        [account_id],
    )


def put_passkey(conn: Conn, account_id: UUID, passkey_id: UUID, credential_id: bytes, public_key: bytes, count: int, title: str) -> bool:
    """False where the credential belongs to somebody already."""
    return (
        conn.execute(
            "INSERT INTO passkeys (account_id, passkey_id, credential_id, public_key, sign_count, title) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [account_id, passkey_id, credential_id, public_key, count, title],
        ).rowcount
        == 1
    )


def passkey_for_update(conn: Conn, credential_id: bytes) -> Row | None:
    return one(
        conn,
        "SELECT p.* FROM passkeys p JOIN accounts a USING (account_id) WHERE credential_id = %s AND a.closed_at IS NULL FOR UPDATE OF p",
        [credential_id],
    )


def passkey_used(conn: Conn, account_id: UUID, passkey_id: UUID, count: int) -> None:
    conn.execute(
        "UPDATE passkeys SET sign_count = %s, used_at = bangfu_now() WHERE account_id = %s AND passkey_id = %s",
        [count, account_id, passkey_id],
    )


def remove_passkey(conn: Conn, account_id: UUID, passkey_id: UUID) -> bool:
    return conn.execute("DELETE FROM passkeys WHERE account_id = %s AND passkey_id = %s", [account_id, passkey_id]).rowcount == 1


# ------------------------------------------------------------------------------------------ outside logins


def oidc_account(conn: Conn, issuer: str, subject: str) -> UUID | None:
    found: UUID | None = value(
        conn,
        "SELECT l.account_id FROM oidc_links l JOIN accounts a USING (account_id) "
        "WHERE issuer = %s AND subject = %s AND a.closed_at IS NULL",
        [issuer, subject],
    )
    return found


def put_oidc_link(conn: Conn, account_id: UUID, link_id: UUID, provider: str, issuer: str, subject: str) -> bool:
    """False where this outside login belongs to somebody already."""
    return (
        conn.execute(
            "INSERT INTO oidc_links (account_id, link_id, provider, issuer, subject) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [account_id, link_id, provider, issuer, subject],
        ).rowcount
        == 1
    )


def oidc_links(conn: Conn, account_id: UUID) -> list[Row]:
    return every(conn, "SELECT link_id, provider, created_at FROM oidc_links WHERE account_id = %s ORDER BY created_at", [account_id])


def remove_oidc_link(conn: Conn, account_id: UUID, link_id: UUID) -> bool:
    return conn.execute("DELETE FROM oidc_links WHERE account_id = %s AND link_id = %s", [account_id, link_id]).rowcount == 1


# ------------------------------------------------------------------------------------------ ways in


def ways_in(conn: Conn, account_id: UUID) -> int:
    """How many ways lead into an account without a message: password, passkeys, outside logins. A verified login is one more (by code)."""
    return int(
        value(
            conn,
            "SELECT (SELECT count(*) FROM accounts WHERE account_id = %(a)s AND password_hash IS NOT NULL) "
            "+ (SELECT count(*) FROM passkeys WHERE account_id = %(a)s) + (SELECT count(*) FROM oidc_links WHERE account_id = %(a)s) "
            "+ (SELECT count(*) FROM identities WHERE account_id = %(a)s AND kind IN ('phone', 'email') AND verified_at IS NOT NULL)",
            {"a": account_id},
        )
    )


def drop_all_factors(conn: Conn, account_id: UUID, *, keep_second: bool) -> None:
    """What somebody may have put on an account before its login was proved: password, passkeys, outside logins, API keys."""
    conn.execute("UPDATE accounts SET password_hash = NULL WHERE account_id = %s", [account_id])
    conn.execute("DELETE FROM oidc_links WHERE account_id = %s", [account_id])
    conn.execute("DELETE FROM passkeys WHERE account_id = %s", [account_id])
    conn.execute("UPDATE api_keys SET revoked_at = bangfu_now() WHERE account_id = %s AND revoked_at IS NULL", [account_id])
    if not keep_second:
        remove_totp(conn, account_id)
