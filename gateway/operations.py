"""The web app's own operations, written to web/operations.json as hash → document: ``python -m gateway.operations [--check]``.

A page states each document in a template literal, fragments of others put in by ``${NAME}``. What a page sends is found here letter
by letter, so its hash is the one of the manifest.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from gateway.documents import hash_of
from services.kit import json

WEB = Path(__file__).parents[1] / "web"
MANIFEST = WEB / "operations.json"
PAGES = (WEB / "first" / "shop.js",)
_LITERAL = re.compile(r"const (\w+) = `([^`]*)`;")
_STARTS = ("query", "mutation", "{")


def operations_of(script: str) -> list[str]:
    """Every document of a script, in its order."""
    texts: dict[str, str] = {}
    for name, text in _LITERAL.findall(script):
        texts[name] = re.sub(r"\$\{(\w+)\}", lambda found: texts[found[1]], text)
    return [text for text in texts.values() if text.startswith(_STARTS)]


def build() -> str:
    found = {hash_of(text): text for page in PAGES for text in operations_of(page.read_text())}
    lines = ",\n".join(f"  {json.dumps(sha)}: {json.dumps(text)}" for sha, text in sorted(found.items()))
    return f"{{\n{lines}\n}}\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if MANIFEST.read_text() == build() else "web/operations.json is old: python -m gateway.operations")
    MANIFEST.write_text(build())
