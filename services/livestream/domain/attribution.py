"""Which viewer saw which product in which session, and for how long a purchase is credited to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

ISSUER = "livestream"
AUDIENCE = "orders-attribution"


@dataclass(frozen=True)
class Rule:
    """``window_minutes`` from the click on; ``grace_minutes`` after the session's end at the longest."""

    version: int
    window_minutes: int
    grace_minutes: int


def claims(subject: str, session_id: UUID, product_id: UUID, rule: Rule, now: datetime) -> tuple[dict[str, Any], datetime]:
    """(claims of the token, when it expires). Last touch: a later token for the same product simply replaces it in the cart."""
    issued = now.replace(microsecond=0)
    expires = issued + timedelta(minutes=rule.window_minutes)
    return {
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "session_id": str(session_id), "product_id": str(product_id),
        "iat": int(issued.timestamp()), "exp": int(expires.timestamp()), "rule": rule.version, "grace_seconds": rule.grace_minutes * 60,
    }, expires
