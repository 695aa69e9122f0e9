"""API keys: made in a session, shown once, kept as a digest beside a visible prefix; never more than their owner is.

A key carries the owner's grants of this moment that its scopes carry on (`api_keys_scopes`), of the roles that the session had which
made it: a role withheld from that session (no second factor) or set aside (`actAs`) does not come back by a key.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.accounts import sessions
from gateway.accounts.api_keys_scopes import SCOPES, carried
from gateway.accounts.domain import SessionEnded
from services.kit import audit, clock
from services.kit.db import Conn, Database, Row, every, one, value
from services.kit.errors import DomainError, InvalidInput, Kind, NotFound
from services.kit.ids import new_id
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Grant, Principal, Role

MARK = "bfk_"
LONGEST = timedelta(days=365)
MOST_KEYS = 20
USED_EVERY_SECONDS = 60
"""How often the time of last use is written."""
FIND = (
    "SELECT key_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys "
    "WHERE (account_id, key_id) = (%s, %s)"
)


class TooManyKeys(DomainError):
    code, kind = "TOO_MANY_KEYS", Kind.CONFLICT
    zh, en = "最多保留 {limit} 个有效密钥，请先撤销不用的", "At most {limit} keys may be in force; revoke one that is not used"


class UnknownScope(DomainError):
    code, kind = "UNKNOWN_SCOPE", Kind.INVALID
    zh, en = "没有权限范围“{value}”", "There is no scope “{value}”"


@dataclass(frozen=True)
class NewKey:
    """``secret`` is shown this once; nobody can read it again."""

    key: Row
    secret: str


def is_key(token: str) -> bool:
    return token.startswith(MARK)


def create_api_key(
    db: Database, owner: Principal, session_id: UUID | None, *, name: str, scopes: Sequence[str], expires_at: datetime
) -> NewKey:
    """``owner`` is the principal of a fresh session: a stolen one makes no key. Raises InvalidInput, UnknownScope, ProofNeeded,
    TooManyKeys."""
    wanted = sorted(set(scopes))
    if not 1 <= len(name.strip()) <= 60:
        raise InvalidInput("name", "1–60")
    if not wanted:
        raise InvalidInput("scopes", "required")
    for number, scope in enumerate(scopes):
        if scope not in SCOPES:
            raise UnknownScope(f"scopes.{number}", value=scope)
    secret = f"{MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    account_id, key_id = UUID(owner.subject), new_id()
    with db.transaction() as conn:
        sessions.ensure_fresh(conn, account_id, session_id)
        now = clock.now(conn)
        if not now < expires_at <= now + LONGEST:
            raise InvalidInput("expires_at", "≤ 365 d")
        conn.execute("SELECT 1 FROM accounts WHERE account_id = %s FOR NO KEY UPDATE", [account_id])
        in_force = value(
            conn, "SELECT count(*) FROM api_keys WHERE account_id = %s AND revoked_at IS NULL AND expires_at > bangfu_now()", [account_id]
        )
        if in_force >= MOST_KEYS:
            raise TooManyKeys(limit=MOST_KEYS)
        roles = sorted({g.role.value for g in owner.grants})
        conn.execute(
            "INSERT INTO api_keys (account_id, key_id, name, prefix, digest, scopes, roles, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [account_id, key_id, name.strip(), secret[: len(MARK) + 8], _digest(secret), wanted, roles, expires_at],
        )
        audit.record(conn, owner, "api_key:create", f"api_key:{key_id}", after={"scopes": wanted, "expires_at": expires_at.isoformat()})
        row = one(conn, FIND, [account_id, key_id])
    assert row is not None
    return NewKey(row, secret)


def revoke_api_key(db: Database, owner: Principal, key_id: UUID) -> Row:
    """Raises NotFound. A key revoked before stays so."""
    with db.transaction() as conn:
        done = conn.execute(
            "UPDATE api_keys SET revoked_at = bangfu_now() WHERE (account_id, key_id) = (%s, %s) AND revoked_at IS NULL",
            [owner.subject, key_id],
        ).rowcount
        if done:
            audit.record(conn, owner, "api_key:revoke", f"api_key:{key_id}")
        row = one(conn, FIND, [owner.subject, key_id])
    if row is None:
        raise NotFound("id")
    return row


def api_keys_page(conn: Conn, account_id: UUID, first: int, after: str | None) -> Page[Row]:
    """Newest first, those revoked and expired among them."""
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        "SELECT key_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys "
        "WHERE account_id = %s AND (%s::uuid IS NULL OR key_id < %s::uuid) ORDER BY key_id DESC LIMIT %s",
        [account_id, cursor[0] if cursor else None, cursor[0] if cursor else None, first + 1],
    )
    return page_of(rows, first, lambda row: (str(row["key_id"]),))


@dataclass(frozen=True)
class KeyHolder:
    key_id: UUID
    scopes: frozenset[str]
    principal: Principal
    language: str


def holder_of(db: Database, token: str) -> KeyHolder:
    """Who a key speaks for. Raises SessionEnded for one that is unknown, revoked, expired, or whose account is closed."""
    with db.reading() as conn:
        row = one(
            conn,
            "SELECT k.account_id, k.key_id, k.scopes, k.roles, a.language, coalesce(k.last_used_at < bangfu_now() - %s * interval '1 s', "
            "true) AS stale, coalesce((SELECT jsonb_agg(jsonb_build_array(g.role, g.scope) ORDER BY g.role, g.scope) FROM grants g "
            "WHERE g.account_id = k.account_id), '[]') AS grants FROM api_keys k JOIN accounts a USING (account_id) "
            "WHERE k.digest = %s AND k.revoked_at IS NULL AND k.expires_at > bangfu_now() AND a.closed_at IS NULL",
            [USED_EVERY_SECONDS, _digest(token)],
        )
        if row is None:
            raise SessionEnded()
        if row["stale"]:
            conn.execute(
                "UPDATE api_keys SET last_used_at = bangfu_now() WHERE (account_id, key_id) = (%s, %s)", [row["account_id"], row["key_id"]]
            )
    held, subject = frozenset(row["scopes"]), str(row["account_id"])
    grants = (Grant(Role.SHOPPER, subject), *(Grant(Role(r), s) for r, s in row["grants"] if r in row["roles"]))
    facts = {"limited": "api_key", "api_key": str(row["key_id"])}
    return KeyHolder(row["key_id"], held, Principal(subject, carried(grants, held), facts), row["language"])


def _digest(secret: str) -> bytes:
    """Of 256 random bits: nothing to guess, so nothing to stretch."""
    return hashlib.sha256(secret.encode()).digest()
