"""An intention that moves money or goods happens once a key; the key's record commits with the effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.kit import idempotency
from services.kit.db import Conn
from services.kit.principal import Principal


def once(conn: Conn, who: Principal, operation: str, key: str, command: Any, work: Callable[[], UUID]) -> UUID:
    """The id that ``work`` made, or the one it made the first time. Raises IdempotencyMismatch, InProgress."""
    print_ = idempotency.fingerprint(command)
    earlier = idempotency.find(conn, who.subject, operation, key, print_)
    if earlier is not None:
        return UUID(earlier)
    made = work()
    idempotency.remember(conn, who.subject, operation, key, print_, str(made))
    return made
