"""What a person sees: coloured and moving on a terminal, plain lines with one fact each elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click


def on_terminal() -> bool:
    return sys.stdout.isatty()


def say(text: str) -> None:
    click.echo(text)


def trouble(text: str, cure: str = "") -> None:
    click.echo(click.style("error: ", fg="red", bold=True) + text, err=True)
    if cure:
        click.echo(f"  cure: {cure}", err=True)


class Progress:
    """Which processes are ready, while they start. On a terminal one moving line; elsewhere a line for each."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.ready: list[str] = []
        self.waiting: set[str] = set()
        self.begun = time.monotonic()
        self._status = None
        if on_terminal():
            from rich.console import Console

            self._status = Console().status("starting", spinner="dots")

    def __enter__(self) -> Progress:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._status:
            self._status.stop()

    def starting(self, name: str) -> None:
        self.waiting.add(name)
        self._draw()

    def is_ready(self, name: str, seconds: float) -> None:
        self.waiting.discard(name)
        self.ready.append(name)
        if self._status is None:
            say(f"ready: {name} ({seconds:.1f} s)")
        self._draw()

    def note(self, text: str) -> None:
        if self._status:
            self._status.console.print(text, markup=False, highlight=False)
        else:
            say(text)

    def _draw(self) -> None:
        if self._status:
            waiting = ", ".join(sorted(self.waiting))
            self._status.update(f"{len(self.ready)} of {self.total} ready, {time.monotonic() - self.begun:.0f} s: {waiting}")
