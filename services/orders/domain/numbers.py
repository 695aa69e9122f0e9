"""Numbers of papers that a person reads out: a prefix, the day, and the random tail of the row's id."""

from __future__ import annotations

from datetime import date
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAIL = 8


def paper_number(prefix: str, day: date, id_: UUID) -> str:
    """``SH-20261103-7K2M9QXD``: 40 random bits behind the day, no letter that looks like a digit."""
    bits, tail = id_.int, ""
    for _ in range(TAIL):
        tail += ALPHABET[bits & 31]
        bits >>= 5
    return f"{prefix}-{day:%Y%m%d}-{tail}"
