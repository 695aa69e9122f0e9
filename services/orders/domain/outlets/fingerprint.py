"""Whether two papers of one number say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime


def fingerprint(*content: object) -> str:
    return hashlib.sha256(json.dumps([_plain(part) for part in content], separators=(",", ":")).encode()).hexdigest()


def _plain(part: object) -> object:
    if isinstance(part, str | int | None):
        return part
    if isinstance(part, datetime):
        return part.timestamp()
    if isinstance(part, Iterable):
        return [_plain(item) for item in part]
    return str(part)
