"""Global ids as GraphQL shows them; apart from the schema, so that the worker need not build it."""

from __future__ import annotations

import base64
from typing import Any


def to_global_id(kind: str, raw: Any) -> str:
    return base64.urlsafe_b64encode(f"{kind}:{raw}".encode()).rstrip(b"=").decode()
