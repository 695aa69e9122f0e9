"""A process's log: one file, rotated by size, the newest `KEEP` kept as NAME.log.1, NAME.log.2 …"""

from __future__ import annotations

import os
from pathlib import Path

MAX_BYTES = 10 << 20
KEEP = 3


class RotatingLog:
    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self.path, self.max_bytes = path, max_bytes
        self._open()

    def _open(self) -> None:
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._fd).st_size

    def write(self, data: bytes) -> None:
        """Never raises: a full disk loses log lines, not the processes."""
        try:
            if self._size + len(data) > self.max_bytes and self._size:
                self._rotate()
            self._size += os.write(self._fd, data)
        except OSError:
            pass

    def _rotate(self) -> None:
        os.close(self._fd)
        for n in range(KEEP, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{n - 1}") if n > 1 else self.path
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{n}"))
        self._open()

    def close(self) -> None:
        os.close(self._fd)


def tail(path: Path, lines: int) -> str:
    """The last `lines` of a file, empty if there is none."""
    try:
        with open(path, "rb") as f:
            f.seek(0, os.SEEK_END)
            f.seek(max(0, f.tell() - lines * 400))
            return "\n".join(f.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
