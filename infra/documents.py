"""``python -m infra.documents`` renews what is generated under docs/: the GraphQL schema, each service's OpenAPI document, the events.

With ``--check`` it writes nothing and ends with 1 if a file is not what it would write. Either way it ends with 1 where the schema breaks
what was released (`infra.schema_diff`).
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from infra.runner.state import ROOT

SERVICES = ("catalog", "orders", "livestream", "reporting")


def _pretty(document: Any) -> str:
    from services.kit import json as kit_json

    return json.dumps(kit_json.loads(kit_json.dumps_bytes(document)), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def openapi(service: str) -> str:
    from services.kit.app import api_document

    return _pretty(api_document(importlib.import_module(f"services.{service}.app").SERVICE))


def sdl() -> str:
    from gateway.schema import schema

    return f"{schema}\n"


def _events() -> str:
    from services.events.documents import markdown

    return markdown()


def _event_schema() -> str:
    from services.events.documents import json_schema

    return _pretty(json_schema())


def _errors() -> str:
    from infra.error_list import markdown

    return markdown()


def _permissions() -> str:
    from gateway.permission_document import markdown

    return markdown()


def _limits() -> str:
    from gateway.limits.document import markdown

    return markdown()


def _privacy() -> str:
    from infra.privacy import markdown

    return markdown()


def _audit() -> str:
    from gateway.audit.document import markdown

    return markdown()


def documents() -> dict[Path, Callable[[], str]]:
    """file → what belongs into it."""
    api = ROOT / "docs" / "api"
    return {
        api / "schema.graphql": sdl,
        **{api / f"{service}.openapi.json": lambda service=service: openapi(service) for service in SERVICES},  # type: ignore[misc]
        ROOT / "docs" / "events.md": _events,
        ROOT / "docs" / "audit.md": _audit,
        ROOT / "docs" / "privacy.md": _privacy,
        api / "events.schema.json": _event_schema,
        api / "permissions.md": _permissions,
        api / "errors.md": _errors,
        api / "limits.md": _limits,
    }


def main(check: bool) -> int:
    stale = [file for file, make in documents().items() if not file.exists() or file.read_text(encoding="utf-8") != make()]
    for file in stale:
        if not check:
            file.write_text(documents()[file](), encoding="utf-8")
        print(f"{'not up to date' if check else 'renewed'}: {file.relative_to(ROOT)}")
    return 1 if (check and stale) or _promises_broken() else 0


def _promises_broken() -> bool:
    """A change of the released schema that is not listed, or a deprecation without a date; those past it are told."""
    from infra.schema_diff import report

    found = report(date.today())
    if found.fails or found.overdue:
        print("\n".join(found.lines()))
    return found.fails


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
