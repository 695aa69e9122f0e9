"""Large jobs leave the allocator with pages that nobody uses; a worker lives for weeks and its machine is small."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading

EVERY_SECONDS = 30.0


def give_back() -> None:
    """Return what is free to the system (glibc; elsewhere only collect). Takes some tens of milliseconds."""
    gc.collect()
    _trim()


def keep_small(stop: threading.Event) -> None:
    """Readers meet a million lines in small pieces, none of them a large job."""
    while not stop.wait(EVERY_SECONDS):
        _trim()


def _trim() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
