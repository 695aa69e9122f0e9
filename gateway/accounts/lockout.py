"""Back-off that cannot be used to lock others out.

Failures count per (account, known device) or (account, address), and all strangers of an account together. A known device is one where the
account signed in before (OWASP's device cookie): strangers' failures never slow it. All strangers together get slower, so that changing the
address buys no more tries; nobody is ever locked out for longer than the longest wait. An attempt is counted before the password is
looked at, so that parallel attempts cannot slip through, and taken back when it succeeds. Unknown accounts count alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID

from gateway.accounts.asking import Asking, known_device
from gateway.accounts.domain import TooManyAttempts
from gateway.accounts.sealing import keyed_hash
from services.kit.db import Conn, one, value

STRANGERS = b""


@dataclass(frozen=True)
class Pace:
    """After ``free`` failures the wait is 1 s, doubling up to ``longest`` seconds; a quiet day forgets them."""

    free: int
    longest: int


ONE = Pace(5, 900)
ALL_STRANGERS = Pace(30, 60)
# Six digits are guessed sooner than a password: strangers who have the password already get slower sooner.
ALL_STRANGERS_SECOND = Pace(10, 900)


@dataclass(frozen=True)
class Attempt:
    target: bytes
    source: bytes
    is_known: bool


def begin(conn: Conn, secret: str, asking: Asking, target: bytes, account_id: UUID | None, strangers: Pace = ALL_STRANGERS) -> Attempt:
    """Counts one attempt. In a transaction of its own, committed before anything is compared. Raises TooManyAttempts."""
    nonce = known_device(secret, asking, account_id)
    source = keyed_hash(secret, "source", *(("device", nonce) if nonce else ("address", asking.network)))
    _count(conn, target, source, ONE)
    if nonce is None:
        _count(conn, target, STRANGERS, strangers)
    return Attempt(target, source, nonce is not None)


def succeeded(conn: Conn, attempt: Attempt) -> None:
    conn.execute("DELETE FROM sign_in_attempts WHERE target = %s AND source = %s", [attempt.target, attempt.source])
    if not attempt.is_known:
        conn.execute(
            "UPDATE sign_in_attempts SET failures = greatest(0, failures - 1), blocked_until = bangfu_now() "
            "WHERE target = %s AND source = %s",
            [attempt.target, STRANGERS],
        )


def forget(conn: Conn, target: bytes) -> None:
    """After the owner has proved the login another way (a reset by code)."""
    conn.execute("DELETE FROM sign_in_attempts WHERE target = %s", [target])


def _count(conn: Conn, target: bytes, source: bytes, pace: Pace) -> None:
    row = one(
        conn,
        "INSERT INTO sign_in_attempts AS a (target, source, failures) VALUES (%(target)s, %(source)s, 1) "
        "ON CONFLICT (target, source) DO UPDATE SET last_at = bangfu_now(), "
        "failures = CASE WHEN a.last_at < bangfu_now() - interval '1 day' THEN 1 ELSE a.failures + 1 END, "
        "blocked_until = bangfu_now() + interval '1 s' * CASE "
        "WHEN a.last_at < bangfu_now() - interval '1 day' OR a.failures + 1 < %(free)s THEN 0 "
        "ELSE least(%(longest)s, power(2, least(20, a.failures + 1 - %(free)s))) END "
        "WHERE a.blocked_until <= bangfu_now() RETURNING failures",
        {"target": target, "source": source, "free": pace.free, "longest": pace.longest},
    )
    if row is None:
        left = value(
            conn,
            "SELECT extract(epoch FROM blocked_until - bangfu_now()) FROM sign_in_attempts WHERE target = %s AND source = %s",
            [target, source],
        )
        raise TooManyAttempts(None, seconds=max(1, math.ceil(left or 1)))
