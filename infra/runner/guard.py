"""Ends the supervisor's processes when the supervisor itself is killed. Reads `+PGID SIGNAL` and `-PGID` lines from
its standard input; at its end (the supervisor is gone, by whatever means) it sends each group left its signal, and
SIGKILL a little later.

Works without anything of one system's kernel, and reaches orphans of a process that was killed at the same time."""

import contextlib
import os
import signal
import sys
import time

GENTLE_SECONDS = 8.0


def _signal(group: int, number: int) -> bool:
    """False if the group has nobody left."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        word = line.split()
        if line.startswith("+"):
            groups[int(word[0][1:])] = int(word[1])
        elif line.startswith("-"):
            groups.pop(int(word[0][1:]), None)
    for group, number in groups.items():
        # To the leader only: granian and PostgreSQL end their own children in order.
        with contextlib.suppress(OSError):
            os.kill(group, number)
    until = time.monotonic() + GENTLE_SECONDS
    while groups and time.monotonic() < until:
        groups = {g: n for g, n in groups.items() if _signal(g, 0)}
        time.sleep(0.05)
    for group in groups:
        _signal(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
