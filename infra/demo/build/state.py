"""`demo.json` in the state folder: for people and tests to read, and hints of what is done. The truth is asked of the API."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def folder() -> Path:
    given = os.environ.get("BANGFU_STATE")
    return Path(given).resolve() if given else ROOT / ".bangfu"


def read() -> dict[str, Any]:
    try:
        found = json.loads((folder() / "demo.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(**facts: Any) -> None:
    """Add to the file; readable by its owner only, and never seen half written."""
    path = folder() / "demo.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".demo.json.{os.getpid()}")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        json.dump({**read(), **facts}, f, ensure_ascii=False, indent=1)
    scratch.replace(path)
