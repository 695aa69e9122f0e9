"""Which demo this system holds or is to hold, and its files."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from infra.demo.build import state
from infra.demo.build.cast import DemoError
from infra.demo.build.imports import File, Known
from infra.demo.city.build import DEFAULT_SEED
from infra.demo.city.timeline import last_whole_month
from infra.runner.engines import shimmed

SHANGHAI = timezone(timedelta(hours=8))
_NAME = re.compile(r"demo-(\d{4}-\d{2}-\d{2})-(\d+)-\d\d-\w+\.(?:csv|xlsx)")


@dataclass(frozen=True)
class Edition:
    """One demo: the same day and seed give the same bytes."""

    as_of: date
    seed: int

    @property
    def cutover(self) -> datetime:
        return datetime.combine(self.as_of + timedelta(days=1), datetime.min.time(), SHANGHAI)

    def name(self, file: str) -> str:
        return f"demo-{self.as_of}-{self.seed}-{file}"


def day_before(cutover: str) -> date:
    """The last day of the history that ends at an instant."""
    return (datetime.fromisoformat(cutover).astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def edition(as_of: date | None, seed: int | None, cutover: str | None, known: Known) -> Edition:
    """What is to be built: what was begun before, else what is asked for, else the last whole month.

    Raises DemoError where the system holds something else.
    """
    ours = {m[1]: m[2] for m in map(_NAME.fullmatch, known.runs) if m}
    foreign = [name for name in known.runs if not _NAME.fullmatch(name)]
    if foreign and not ours:
        raise DemoError(
            f"this system holds history of its own ({foreign[0]}); the demo is not mixed into it",
            "build it in another folder: BANGFU_STATE=FOLDER ./bangfu up",
        )
    today = datetime.now(SHANGHAI).date()
    begun = day_before(cutover) if cutover else None
    wanted = as_of or begun or last_whole_month(today)
    if begun and wanted != begun:
        raise DemoError(f"the history here ends with {begun} and can end on no other day", "./bangfu reset, then build it anew")
    earlier = int(next(iter(ours.values()))) if ours else None
    if seed is not None and earlier is not None and seed != earlier:
        raise DemoError(f"this demo was begun with seed {earlier}", "./bangfu reset, then build it anew")
    if wanted >= today:
        raise DemoError(f"{wanted} is not over yet", "choose the last day of a past month")
    return Edition(wanted, earlier if earlier is not None else DEFAULT_SEED if seed is None else seed)


class Files:
    """The files of an edition, made beside everything else by a process of their own, whose memory is given back; it ends with this one."""

    def __init__(self, chosen: Edition) -> None:
        self._chosen = chosen
        self.folder = state.folder() / "demo" / f"{chosen.as_of}-{chosen.seed}"
        self._maker: subprocess.Popen[bytes] | None = None
        if not (self.folder / "manifest.json").exists():  # written last
            command = [sys.executable, "-m", "infra.demo.city", str(self.folder), "--as-of", str(chosen.as_of), "--seed", str(chosen.seed)]
            self._maker = subprocess.Popen(
                shimmed(command, death_signal=signal.SIGKILL),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=state.ROOT,
            )

    def ready(self) -> list[File]:
        if self._maker is not None:
            _, errors = self._maker.communicate()
            if self._maker.returncode != 0:
                raise DemoError(f"the files could not be made: {errors.decode(errors='replace').strip()[-800:]}")
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return [
            File(e["service"], e["kind"], self.folder / e["file"], self._chosen.name(e["file"]), e["rows"], e["documents"])
            for e in manifest["files"]
        ]
