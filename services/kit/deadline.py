"""Until when an answer is of use to who waits for it. Handed on to services as what is left, never as a time of day: clocks differ.

Without a deadline (jobs, relays, readers) nothing here limits anything.
"""

from __future__ import annotations

import time
from contextvars import ContextVar

from services.kit.errors import DomainError, Kind

HEADER = "X-Bangfu-Deadline-Ms"
_until: ContextVar[float | None] = ContextVar("deadline", default=None)


class DeadlineExceeded(DomainError):
    """Nothing was done, or all of it was taken back."""

    code, kind = "DEADLINE_EXCEEDED", Kind.UNAVAILABLE
    zh, en = "处理超时，请稍后再试", "Took longer than the time allowed; nothing was changed"


def begin(milliseconds: int | None) -> None:
    """For the rest of this request; None: without a deadline."""
    _until.set(None if milliseconds is None else time.monotonic() + milliseconds / 1000)


def shorten(milliseconds: int) -> None:
    """Never later than before."""
    until, sooner = _until.get(), time.monotonic() + milliseconds / 1000
    _until.set(sooner if until is None else min(until, sooner))


def remaining_ms() -> int | None:
    """What is left, at least 0; None without a deadline."""
    until = _until.get()
    return None if until is None else max(0, int((until - time.monotonic()) * 1000))


def ensure() -> None:
    """Raises DeadlineExceeded."""
    if remaining_ms() == 0:
        raise DeadlineExceeded()


def read(header: str | None) -> int | None:
    """What a caller's header says; None without one, or for what is no whole number of milliseconds."""
    return int(header) if header is not None and header.isascii() and header.isdigit() and len(header) < 8 else None
