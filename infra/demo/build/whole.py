"""The whole build: accounts, history by the importers, pictures, life. Each part asks the API what is there already."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

from infra.demo.build import copies, life, pictures, state
from infra.demo.build.cast import Cast, ensure_accounts
from infra.demo.build.founding import Founded, found
from infra.demo.build.history import Edition, Files, edition
from infra.demo.build.imports import NEEDS, Known, import_all, known_imports
from infra.demo.build.progress import Progress

PICTURED = 519 + 3
SETTLE_SECONDS = 300.0


def build_city(cast: Cast, as_of: date | None, seed: int | None) -> None:
    """Raises DemoError with what stands in the way."""
    begun = time.monotonic()
    ensure_accounts(cast)
    operator = cast["operator"]
    now = copies.look(operator)
    known = known_imports(operator)
    chosen = edition(as_of, seed, now.cutover, known)
    made = found(cast)
    if _complete(cast, made, known, chosen):
        print(f"the demo city as of {chosen.as_of} is complete; check it with: ./bangfu demo --check", flush=True)
        return
    print(f"building the demo city as of {chosen.as_of}, seed {chosen.seed}", flush=True)
    files = Files(chosen)
    if now.cutover is None:
        operator.do("setCutover", {"cutover": chosen.cutover.isoformat()}, "cutover")
    listed = files.ready()
    products = next(f.path for f in listed if f.kind == "products")
    with Progress(sum(f.rows for f in listed) + PICTURED) as progress:
        beside, painting = ThreadPoolExecutor(1), list[Future[None]]()

        def applied(kind: str) -> None:
            if kind == "withdrawals":
                painting.append(beside.submit(_paint, cast, made, products, progress))

        import_all(operator, listed, known, progress, applied)
        for one in painting:
            one.result()
        _live(cast, made, chosen, progress)
        progress.say("waiting for the figures")
        copies.wait_for_all(operator, SETTLE_SECONDS)
    state.note(complete={"as_of": str(chosen.as_of), "seed": chosen.seed, "seconds": round(time.monotonic() - begun)})
    shutil.rmtree(files.folder, ignore_errors=True)
    print(f"the demo city as of {chosen.as_of} is complete after {time.monotonic() - begun:.0f} s", flush=True)
    print("check it with: ./bangfu demo --check", flush=True)


def _complete(cast: Cast, made: Founded, known: Known, chosen: Edition) -> bool:
    """Whether every file is applied, every chapter played and every product pictured. Visitors may have added goods without a picture
    since: once it was complete, it is."""
    kinds = {run["kind"] for run in known.runs.values() if run["state"] in ("APPLIED", "DUPLICATE")}
    if not kinds >= set(NEEDS) or not all(chapter.played(cast, made) for chapter in life.CHAPTERS):
        return False
    noted = state.read().get("complete", {})
    return noted.get("as_of") == str(chosen.as_of) or all(p.pictured for p in pictures.on_sale(cast["operator"]))


def _paint(cast: Cast, made: Founded, products: Path, progress: Progress) -> None:
    started = time.monotonic()
    operator = cast["operator"]
    copies.wait_for(operator, "catalog", ("orders",))
    shown = pictures.of_the_city(operator, products, made.products)
    drawn = pictures.put_on(operator, shown, progress)
    progress.finished("pictures", len(shown), f"{len(shown)} products, {drawn} drawings", time.monotonic() - started)


def _live(cast: Cast, made: Founded, chosen: Edition, progress: Progress) -> None:
    for chapter in life.CHAPTERS:
        if chapter.played(cast, made):
            continue
        started = time.monotonic()
        chapter.play(cast, made, f"demo-{chosen.as_of}-{chapter.name}")
        progress.say(f"life: {chapter.words} ({time.monotonic() - started:.1f} s)")
