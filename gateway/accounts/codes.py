"""One-time codes: six digits, five minutes, five tries, sent to a number or an address.

A code belongs to the challenge that was answered to who asked for it: strangers who ask for codes of somebody's number cannot use up the
tries of the owner's. The same answer and the same work for known and unknown accounts. How often codes are sent is counted for each known
device of the account, each address, and all strangers together, so that nobody keeps the owner's own device from getting one.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from gateway.accounts import messages, store
from gateway.accounts.asking import Asking, known_device, target_of
from gateway.accounts.domain import CodeWrong, TooManyCodes, parse_login
from gateway.accounts.sealing import digest, keyed_hash
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit.db import Conn, Database, Row, one

Purpose = Literal["sign_up", "sign_in", "verify", "reset"]
LIFETIME, TRIES = timedelta(minutes=5), 5
AGAIN_SECONDS, AN_HOUR, A_DAY, STRANGERS_A_DAY = 60, 5, 10, 20


@dataclass(frozen=True)
class CodeSent:
    """``challenge`` goes back together with the code."""

    challenge: str
    seconds: int = int(LIFETIME.total_seconds())
    again_seconds: int = AGAIN_SECONDS


def request_code(
    db: Database, settings: SignInSettings, *, login: str, purpose: Purpose, asking: Asking, account_id: UUID | None = None
) -> CodeSent:
    """``account_id``: who is signed in, for ``verify`` only. Raises BadLogin, TooManyCodes."""
    kind, value = parse_login(login)
    secret, challenge, code = settings.session_secret, secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06d}"
    target = target_of(secret, kind, value)
    with db.transaction() as conn:
        found = store.login_of(conn, kind, value)
        owner = found["account_id"] if found else None
        _ensure_pace(conn, target, _source(secret, asking, owner))
        conn.execute(
            "INSERT INTO one_time_codes (challenge_hash, purpose, target, source, account_id, code_hash, tries_left, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, bangfu_now() + %s)",
            [
                digest(challenge),
                purpose,
                target,
                _source(secret, asking, owner),
                account_id if purpose == "verify" else owner,
                _code_hash(secret, challenge, code),
                TRIES,
                LIFETIME,
            ],
        )
        messages.write(
            conn,
            settings.sealer,
            channel=kind,
            recipient=value if _is_sent(purpose, owner, account_id) else None,
            template="code",
            language=asking.language,
            code=code,
        )
    return CodeSent(challenge)


def _is_sent(purpose: Purpose, owner: UUID | None, account_id: UUID | None) -> bool:
    """To sign up, the proof comes first and the answer "taken" after it; a login of somebody else is not verified for us."""
    if purpose == "sign_up":
        return True
    if purpose == "verify":
        return owner is None or owner == account_id
    return owner is not None


def _source(secret: str, asking: Asking, owner: UUID | None) -> str:
    nonce = known_device(secret, asking, owner)
    return f"known:{nonce}" if nonce else f"address:{keyed_hash(secret, 'source', 'address', asking.network).hex()}"


def _ensure_pace(conn: Conn, target: bytes, source: str) -> None:
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(target[:8], "big", signed=True)])
    row = one(
        conn,
        "SELECT count(*) FILTER (WHERE mine) AS day, count(*) FILTER (WHERE mine AND created_at > bangfu_now() - interval '1 h') AS hour, "
        "count(*) FILTER (WHERE source LIKE 'address:%%') AS strangers, "
        "extract(epoch FROM bangfu_now() - max(created_at) FILTER (WHERE mine)) AS since, "
        "extract(epoch FROM bangfu_now() - min(created_at) FILTER (WHERE mine AND created_at > bangfu_now() - interval '1 h')) AS oldest "
        "FROM (SELECT *, source = %s AS mine FROM one_time_codes WHERE target = %s AND created_at > bangfu_now() - interval '1 day') c",
        [source, target],
    )
    assert row is not None
    if row["since"] is not None and row["since"] < AGAIN_SECONDS:
        raise TooManyCodes("login", seconds=math.ceil(AGAIN_SECONDS - row["since"]))
    if row["hour"] >= AN_HOUR:
        raise TooManyCodes("login", seconds=max(1, math.ceil(3600 - row["oldest"])))
    if row["day"] >= A_DAY or (source.startswith("address:") and row["strangers"] >= STRANGERS_A_DAY):
        raise TooManyCodes("login", seconds=3600)


def _code_hash(secret: str, challenge: str, code: str) -> bytes:
    return keyed_hash(secret, "code", challenge, code)


def try_code(db: Database, settings: SignInSettings, challenge: str, code: str, purpose: Purpose) -> Row:
    """The code's row when it is right; its try is used up either way. Raises CodeWrong. `use` then takes it, with its effect."""
    with db.reading() as conn:
        row = one(
            conn,
            "UPDATE one_time_codes SET tries_left = tries_left - 1 WHERE challenge_hash = %s AND purpose = %s AND used_at IS NULL "
            "AND tries_left > 0 AND expires_at > bangfu_now() RETURNING *",
            [digest(challenge), purpose],
        )
    expected = bytes(row["code_hash"]) if row else b"\0" * 32
    right = hmac.compare_digest(expected, _code_hash(settings.session_secret, challenge, code.strip()))
    if row is None or not right or (row["account_id"] is None and purpose != "sign_up"):
        raise CodeWrong("code")
    return row


def use(conn: Conn, row: Row) -> None:
    """In the transaction of the effect; of two at once one is refused. Raises CodeWrong."""
    taken = conn.execute(
        "UPDATE one_time_codes SET used_at = bangfu_now() WHERE challenge_hash = %s AND used_at IS NULL", [row["challenge_hash"]]
    )
    if taken.rowcount != 1:
        raise CodeWrong("code")
