"""What a person sees while the demo is built: moving bars on a terminal, plain lines with one fact each elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Any


class Progress:
    """Used by several threads. `total` counts rows over all pieces of work."""

    def __init__(self, total: int, *, terminal: bool | None = None) -> None:
        self._total, self._done, self._begun = total, 0, time.monotonic()
        self._lock = threading.Lock()
        self._shown: dict[str, Any] = {}
        self._amounts: dict[str, int] = {}
        self._bars: Any = None
        if sys.stdout.isatty() if terminal is None else terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            self._bars = Bars(TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._whole = self._bars.add_task("demo city, rows", total=total)

    def __enter__(self) -> Progress:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._bars:
            self._bars.stop()

    def at(self, name: str, done: int, of: int) -> None:
        """`name` has come to `done` of its `of` rows."""
        with self._lock:
            self._done += done - self._amounts.get(name, 0)
            self._amounts[name] = done
            if self._bars:
                if name not in self._shown:
                    self._shown[name] = self._bars.add_task(name, total=of)
                self._bars.update(self._shown[name], completed=done)
                self._bars.update(self._whole, completed=self._done)

    def finished(self, name: str, of: int, words: str, seconds: float) -> None:
        self.at(name, of, of)
        with self._lock:
            if self._bars:
                self._bars.remove_task(self._shown.pop(name))
                share = ""
            else:
                share = f", {self._done * 100 // max(1, self._total)} % after {time.monotonic() - self._begun:.0f} s"
        self.say(f"{name}: {words} ({seconds:.1f} s){share}")

    def say(self, text: str) -> None:
        if self._bars:
            self._bars.console.print(text, markup=False, highlight=False)
        else:
            print(text, flush=True)
